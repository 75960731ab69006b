// Signing in with a service account's key: for companies with shared drives. Its file is chosen in a dialog of the system.
import { Button, Group, Modal, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

export function GoogleServiceAccountPart() {
  const { account } = useFacts();
  const inUse = account.kind === 'service-account' && account.state === 'ready';
  const [opened, setOpened] = useState(false);
  return (
    <Paper withBorder p="lg">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Service account
        </Title>
        <Text size="sm" c="dimmed">
          For companies with Google Workspace: backups go to a shared drive, and nobody has to stay signed in. A service
          account has no storage of its own, so it needs a folder on a shared drive or a person to act for.
        </Text>
        <Group>
          <Button
            variant="default"
            onClick={() => {
              setOpened(true);
            }}
          >
            {inUse ? 'Use another key…' : 'Use a service account…'}
          </Button>
        </Group>
      </Stack>
      {opened ? (
        <ServiceAccountDialog
          onClose={() => {
            setOpened(false);
          }}
        />
      ) : null}
    </Paper>
  );
}

function ServiceAccountDialog({ onClose }: { readonly onClose: () => void }) {
  const store = useStore();
  const [folder, setFolder] = useState('');
  const [actsFor, setActsFor] = useState('');
  const choose = useAction(async () => {
    const value = await api.account.chooseServiceAccountFile({
      folder: folder.trim() === '' ? null : folder,
      actsFor: actsFor.trim() === '' ? null : actsFor,
    });
    if (value === null) return;
    store.apply({ type: 'account', value });
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title="Use a service account" closeOnClickOutside={false} centered>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          choose.run();
        }}
      >
        <Stack>
          <TextInput
            label="Folder on a shared drive"
            description="Its address or id. The service account must be a member of the shared drive with the role “Content manager”."
            placeholder="https://drive.google.com/drive/folders/…"
            value={folder}
            data-autofocus
            onChange={(event) => {
              setFolder(event.currentTarget.value);
            }}
          />
          <TextInput
            label="Acts for (optional)"
            description="The address of a person whose Drive is used, if an administrator has set up domain-wide delegation."
            placeholder="backup@company.example"
            value={actsFor}
            onChange={(event) => {
              setActsFor(event.currentTarget.value);
            }}
          />
          <ErrorBlock error={choose.error} here={['open-google']} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={choose.busy}>
              Choose the key file…
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
