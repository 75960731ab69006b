// The Google account that holds the backups: who is signed in, the space used, and signing in and out.
import { Button, DataList, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Account } from '../../../shared/account.ts';
import { formatBytes, formatPercent } from '../../../shared/format.ts';
import { api } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { ToneBadge, type Tone } from '../../parts/state-badge.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { SignInWaiting } from './google-waiting.tsx';

function describeState({ state, signedOutBy, problem }: Account): { readonly tone: Tone; readonly words: string } {
  if (state === 'ready') return problem ? { tone: 'bad', words: 'Not usable' } : { tone: 'good', words: 'Signed in' };
  if (state === 'signing-in') return { tone: 'waiting', words: 'Signing in' };
  if (state === 'none') return { tone: 'none', words: 'Not signed in' };
  return signedOutBy === 'google'
    ? { tone: 'bad', words: 'Signed out by Google' }
    : { tone: 'bad', words: 'Signed out' };
}

/** What a person who is not signed in reads above the button. */
function describeNext({ state, signedOutBy, client, kind }: Account): string | null {
  if (state === 'none') {
    return client === 'none'
      ? 'PgKeep needs an OAuth client of yours first: choose its file below.'
      : 'The account you choose will hold the backups, in a folder that PgKeep makes. PgKeep sees only its own files there.';
  }
  if (state !== 'signed-out') return null;
  if (kind === 'service-account') return 'Backups wait. Choose the key of the service account below once more.';
  if (signedOutBy === 'client')
    return 'The OAuth client has changed. Sign in once more; jobs, folder and snapshots stay.';
  return 'Backups wait until you sign in again. Jobs, folder and snapshots stay as they are.';
}

export function GoogleAccountPart() {
  const { account, snapshots } = useFacts();
  const store = useStore();
  const [asking, setAsking] = useState<'sign-out' | 'forget' | null>(null);
  const signIn = useAction(async () => {
    store.apply({ type: 'account', value: await api.account.signIn(undefined) });
  });
  const { tone, words } = describeState(account);
  const next = describeNext(account);
  // Whoever cancelled knows that.
  const error = signIn.error?.code === 'run/cancelled' ? null : signIn.error;
  const close = (): void => {
    setAsking(null);
  };
  return (
    <Paper withBorder p="lg">
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h4">
            Account
          </Title>
          <ToneBadge tone={tone} words={words} />
        </Group>
        <AccountFacts account={account} />
        {next === null ? null : (
          <Text size="sm" c="dimmed">
            {next}
          </Text>
        )}
        <ErrorBlock
          here={['open-google', 'sign-in']}
          error={error ?? account.problem}
          onRetry={signIn.run}
          onClose={signIn.clear}
        />
        {account.state === 'signing-in' ? (
          <SignInWaiting />
        ) : (
          <Group gap="sm">
            {account.state === 'ready' ? (
              <>
                {account.kind === 'person' ? (
                  <Button variant="default" onClick={signIn.run} loading={signIn.busy}>
                    Sign in again
                  </Button>
                ) : null}
                <Button
                  variant="default"
                  onClick={() => {
                    setAsking('sign-out');
                  }}
                >
                  Sign out
                </Button>
              </>
            ) : account.kind === 'person' ? (
              <Button onClick={signIn.run} disabled={account.client === 'none'} loading={signIn.busy}>
                Sign in to Google
              </Button>
            ) : null}
            {account.state === 'signed-out' && snapshots.length === 0 ? (
              <Button
                variant="default"
                onClick={() => {
                  setAsking('forget');
                }}
              >
                Use another account…
              </Button>
            ) : null}
          </Group>
        )}
      </Stack>
      <Confirm
        opened={asking === 'sign-out'}
        title="Sign out of Google?"
        text="Backups stop until you sign in again. What is on Google Drive stays, and Google is not told to take PgKeep’s access away: that could hide the backups from it."
        confirmLabel="Sign out"
        onConfirm={async () => {
          store.apply({ type: 'account', value: await api.account.signOut(undefined) });
        }}
        onClose={close}
      />
      <Confirm
        opened={asking === 'forget'}
        title="Use another account?"
        text={`PgKeep forgets ${account.email ?? 'this account'}, in which there are no backups yet. Then sign in with the one that is to hold them.`}
        confirmLabel="Forget this account"
        onConfirm={async () => {
          store.apply({ type: 'account', value: await api.account.forget(undefined) });
        }}
        onClose={close}
      />
    </Paper>
  );
}

function AccountFacts({ account }: { readonly account: Account }) {
  const { email, actsFor, kind } = account;
  if (email === null) return null;
  return (
    <DataList size="sm" gap={8} labelWidth="120px" className="figures">
      <Fact label={kind === 'person' ? 'E-mail' : 'Service account'}>{email}</Fact>
      {actsFor === null ? null : <Fact label="Acts for">{actsFor}</Fact>}
      <Fact label="Space">
        <Space account={account} />
      </Fact>
    </DataList>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{label}</DataList.ItemLabel>
      <DataList.ItemValue className="breakable" style={{ flex: 1 }}>
        {children}
      </DataList.ItemValue>
    </DataList.Item>
  );
}

function Space({ account: { folder, usageBytes, limitBytes } }: { readonly account: Account }) {
  if (folder?.onSharedDrive === true) return 'Google does not tell how much room a shared drive has left';
  if (usageBytes === null) return 'Not known yet';
  if (limitBytes === null || limitBytes <= 0) return `${formatBytes(usageBytes)} used, no limit`;
  const share = usageBytes / limitBytes;
  return (
    <>
      {`${formatBytes(Math.max(0, limitBytes - usageBytes))} free of ${formatBytes(limitBytes)} (${formatPercent(usageBytes, limitBytes)} used)`}
      <Progress
        value={Math.min(100, share * 100)}
        color={share > 0.9 ? 'red' : 'indigo'}
        size="sm"
        mt={6}
        maw={320}
        aria-label="Space used on Drive"
      />
    </>
  );
}
