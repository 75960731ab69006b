// The encryption key's public half, and the recovery kit, which stays a warning until it is saved.
import { Alert, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconDownload } from '@tabler/icons-react';
import { api } from '../../api.ts';
import { OpenKit } from '../../parts/open-kit.tsx';
import { Copy } from '../../parts/copy.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { When } from '../../parts/when.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

export function KeyTab() {
  const { key } = useFacts();
  const store = useStore();
  const save = useAction(async () => {
    const saved = await api.keys.saveKit(undefined);
    if (saved) store.apply({ type: 'key', value: saved });
  });
  return (
    <Stack gap="lg">
      {key.kitSavedAt === null ? (
        <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="The recovery kit is not saved yet">
          The key lies only on this computer. When the computer is lost, nobody can open the backups, not even you.
        </Alert>
      ) : null}
      <Paper withBorder p="lg">
        <Stack gap="sm">
          <Title order={2} size="h4">
            Recovery kit
          </Title>
          <Text size="sm">
            A small file with the private key and how to use it. Whoever has it can open your backups: keep it where
            your passwords are, not on the same Drive.
          </Text>
          <Text size="sm" c="dimmed" role="status">
            {key.kitSavedAt === null ? (
              'Not saved yet.'
            ) : (
              <>
                Last saved <When at={key.kitSavedAt} />.
              </>
            )}
          </Text>
          <ErrorBlock error={save.error} onRetry={save.run} onClose={save.clear} />
          <Group>
            <Button
              variant={key.kitSavedAt === null ? 'filled' : 'default'}
              leftSection={<IconDownload size={16} aria-hidden />}
              loading={save.busy}
              onClick={save.run}
            >
              {key.kitSavedAt === null ? 'Save the recovery kit…' : 'Save it again…'}
            </Button>
          </Group>
        </Stack>
      </Paper>
      <Paper withBorder p="lg">
        <Stack gap="sm">
          <Title order={2} size="h4">
            Public key
          </Title>
          <Text size="sm">Every backup is encrypted to this age recipient. It may be shown to anyone.</Text>
          <Code block className="breakable" style={{ whiteSpace: 'pre-wrap' }}>
            {key.recipient}
          </Code>
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              Made <When at={key.createdAt} />.
            </Text>
            <Copy value={key.recipient} label="Copy the public key" />
          </Group>
        </Stack>
      </Paper>
      <Paper withBorder p="lg">
        <Stack gap="sm">
          <Title order={2} size="h4">
            Keys of older backups
          </Title>
          <Text size="sm">
            Backups of another computer, or of a time before this one was set up anew, open with the recovery kit that
            was saved there.
          </Text>
          {key.former.length > 0 ? (
            <Stack gap={6}>
              <Text size="sm" c="dimmed">
                {key.former.length === 1 ? 'One more key' : `${String(key.former.length)} more keys`} on this computer,
                for opening only. Save the recovery kit again, so that it holds{' '}
                {key.former.length === 1 ? 'it' : 'them'} as well.
              </Text>
              {key.former.map((recipient) => (
                <Code key={recipient} block className="breakable" style={{ whiteSpace: 'pre-wrap' }}>
                  {recipient}
                </Code>
              ))}
            </Stack>
          ) : null}
          <OpenKit />
        </Stack>
      </Paper>
    </Stack>
  );
}
