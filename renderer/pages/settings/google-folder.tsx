// Where new backups go on Drive: shown with a way into the browser, and changed on Google's page or by an address.
import { Button, Divider, Group, Modal, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconExternalLink, IconFolder } from '@tabler/icons-react';
import { useState } from 'react';
import { describeFolder, type BackupFolder } from '../../../shared/account.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { SignInWaiting } from './google-waiting.tsx';

export function GoogleFolderPart({ folder }: { readonly folder: BackupFolder }) {
  const { account } = useFacts();
  const [changing, setChanging] = useState(false);
  const open = useAction(() => api.app.openLink({ to: 'drive-folder' }));
  return (
    <Paper withBorder p="lg">
      <Stack>
        <Title order={2} size="h4">
          Folder for the backups
        </Title>
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <IconFolder size={18} stroke={1.7} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
          <Text size="sm" className="breakable">
            {describeFolder(folder)}
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          {folder.id === null
            ? 'The first backup makes it, with a folder for each job in it.'
            : 'Each job has a folder in it. You may rename and move them: PgKeep knows them by their ids.'}
        </Text>
        <ErrorBlock error={open.error} onClose={open.clear} />
        <Group gap="sm">
          {folder.id === null ? null : (
            <Button
              variant="default"
              leftSection={<IconExternalLink size={16} aria-hidden />}
              onClick={open.run}
              loading={open.busy}
            >
              Open in the browser
            </Button>
          )}
          <Button
            variant="default"
            disabled={account.state !== 'ready'}
            onClick={() => {
              setChanging(true);
            }}
          >
            Change the folder…
          </Button>
        </Group>
      </Stack>
      {changing ? (
        <ChangeFolder
          onClose={() => {
            setChanging(false);
          }}
        />
      ) : null}
    </Paper>
  );
}

function ChangeFolder({ onClose }: { readonly onClose: () => void }) {
  const { account } = useFacts();
  const store = useStore();
  const [reference, setReference] = useState('');
  const pick = useAction(async () => {
    store.apply({ type: 'account', value: await api.account.pickFolder(undefined) });
    onClose();
  });
  const set = useAction(async (value: string | null) => {
    store.apply({ type: 'account', value: await api.account.setFolder({ reference: value }) });
    onClose();
  });
  const byPerson = account.kind === 'person';
  const waiting = account.state === 'signing-in';
  const atTop = account.folder?.parentName === null && !account.folder.onSharedDrive;
  const mayUseTop = byPerson || account.actsFor !== null;
  const error = [pick.error, set.error].find((found) => found !== null && found.code !== 'run/cancelled') ?? null;
  return (
    <Modal opened onClose={onClose} title="Change the folder for the backups" closeOnClickOutside={false} centered>
      <Stack>
        <Text size="sm">
          New backups go into a folder PgKeep inside the one you choose. Backups made so far stay where they are and
          keep working.
        </Text>
        <ErrorBlock error={error} here={['open-google']} />
        {waiting ? (
          <SignInWaiting />
        ) : (
          <>
            {byPerson ? (
              <>
                <div>
                  <Button onClick={pick.run} loading={pick.busy} data-autofocus>
                    Choose in Google’s page…
                  </Button>
                  <Text size="xs" c="dimmed" mt={6}>
                    In My Drive or on a shared drive. Choosing it there opens it to PgKeep, which sees no other folder.
                  </Text>
                </div>
                <Divider label="or" />
              </>
            ) : null}
            <form
              noValidate
              onSubmit={(event) => {
                event.preventDefault();
                set.run(reference);
              }}
            >
              <Stack gap="sm">
                <TextInput
                  label="Address or id of the folder"
                  description={
                    byPerson
                      ? 'Only a folder that was opened to PgKeep before.'
                      : 'On a shared drive of which the service account is a member.'
                  }
                  placeholder="https://drive.google.com/drive/folders/…"
                  value={reference}
                  onChange={(event) => {
                    setReference(event.currentTarget.value);
                  }}
                />
                <Group gap="sm">
                  <Button type="submit" variant="default" disabled={reference.trim() === ''} loading={set.busy}>
                    Use this folder
                  </Button>
                  {mayUseTop && !atTop ? (
                    <Button
                      variant="default"
                      disabled={set.busy}
                      onClick={() => {
                        set.run(null);
                      }}
                    >
                      Back to the top of My Drive
                    </Button>
                  ) : null}
                </Group>
              </Stack>
            </form>
          </>
        )}
      </Stack>
    </Modal>
  );
}
