// The Google account that holds the backups: who is signed in, the space used, and signing in and out.
import { Button, DataList, Group, Loader, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes, formatPercent } from '../../../shared/format.ts';
import type { Account } from '../../../shared/settings.ts';
import { api } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { ToneBadge, type Tone } from '../../parts/state-badge.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { GoogleClientForm } from './google-client-form.tsx';
import { UploadLimit } from './upload-limit.tsx';

const states: Readonly<Record<Account['state'], { readonly tone: Tone; readonly words: string }>> = {
  none: { tone: 'none', words: 'Not signed in' },
  'signing-in': { tone: 'waiting', words: 'Signing in' },
  ready: { tone: 'good', words: 'Signed in' },
  'signed-out': { tone: 'bad', words: 'Signed out by Google' },
};

export function GoogleTab() {
  const { account, settings } = useFacts();
  const store = useStore();
  const [leaving, setLeaving] = useState(false);
  const signIn = useAction(async () => {
    store.apply({ type: 'account', value: await api.account.signIn(undefined) });
  });
  const cancel = useAction(() => api.account.cancelSignIn(undefined));
  const open = useAction(() => api.app.openLink({ to: 'drive-folder' }));
  const { tone, words } = states[account.state];
  const signingIn = account.state === 'signing-in';
  const clientMissing = settings.googleClientId === '';
  return (
    <Stack gap="lg">
      <Paper withBorder p="lg">
        <Stack>
          <Group justify="space-between">
            <Title order={2} size="h4">
              Account
            </Title>
            <ToneBadge tone={tone} words={words} />
          </Group>
          <AccountFacts account={account} />
          {signingIn ? (
            <Group gap="xs" role="status">
              <Loader size="xs" aria-hidden />
              <Text size="sm">Google’s page is open in your browser. This window goes on by itself.</Text>
            </Group>
          ) : null}
          {account.state === 'none' ? (
            <Text size="sm" c="dimmed">
              {clientMissing
                ? 'Enter your OAuth client below first.'
                : 'The account you choose will hold the backups, in a folder that PgKeep makes. PgKeep sees only its own files there.'}
            </Text>
          ) : null}
          <ErrorBlock
            here="open-google"
            error={signIn.error ?? cancel.error ?? open.error}
            onRetry={signIn.run}
            onClose={signIn.clear}
          />
          <Group gap="sm">
            {signingIn ? (
              <Button variant="default" onClick={cancel.run} loading={cancel.busy}>
                Cancel
              </Button>
            ) : account.state === 'ready' ? (
              <>
                <Button
                  variant="default"
                  leftSection={<IconExternalLink size={16} aria-hidden />}
                  onClick={open.run}
                  loading={open.busy}
                >
                  Open the Drive folder
                </Button>
                <Button
                  variant="default"
                  onClick={() => {
                    setLeaving(true);
                  }}
                >
                  Sign out
                </Button>
              </>
            ) : (
              <Button onClick={signIn.run} disabled={clientMissing} loading={signIn.busy}>
                Sign in to Google
              </Button>
            )}
          </Group>
        </Stack>
      </Paper>
      <GoogleClientForm />
      <UploadLimit />
      <Confirm
        opened={leaving}
        title="Sign out of Google?"
        text="Backups stop until you sign in again. What is on Google Drive stays."
        confirmLabel="Sign out"
        onConfirm={async () => {
          store.apply({ type: 'account', value: await api.account.signOut(undefined) });
        }}
        onClose={() => {
          setLeaving(false);
        }}
      />
    </Stack>
  );
}

function AccountFacts({ account }: { readonly account: Account }) {
  const { email, folderName, usageBytes, limitBytes } = account;
  if (email === null && folderName === null) return null;
  const used =
    usageBytes === null
      ? null
      : limitBytes === null
        ? `${formatBytes(usageBytes)} used`
        : `${formatBytes(usageBytes)} of ${formatBytes(limitBytes)} used (${formatPercent(usageBytes, limitBytes)})`;
  return (
    <DataList size="sm" gap={8} labelWidth="120px" className="figures">
      {email === null ? null : (
        <DataList.Item>
          <DataList.ItemLabel>E-mail</DataList.ItemLabel>
          <DataList.ItemValue className="breakable">{email}</DataList.ItemValue>
        </DataList.Item>
      )}
      {folderName === null ? null : (
        <DataList.Item>
          <DataList.ItemLabel>Folder</DataList.ItemLabel>
          <DataList.ItemValue className="breakable">{folderName}</DataList.ItemValue>
        </DataList.Item>
      )}
      {used === null ? null : (
        <DataList.Item>
          <DataList.ItemLabel>Space</DataList.ItemLabel>
          <DataList.ItemValue style={{ flex: 1 }}>
            {used}
            {usageBytes !== null && limitBytes !== null && limitBytes > 0 ? (
              <Progress
                value={Math.min(100, (usageBytes / limitBytes) * 100)}
                color={usageBytes / limitBytes > 0.9 ? 'red' : 'indigo'}
                size="sm"
                mt={6}
                maw={320}
                aria-label="Space used on Drive"
              />
            ) : null}
          </DataList.ItemValue>
        </DataList.Item>
      )}
    </DataList>
  );
}
