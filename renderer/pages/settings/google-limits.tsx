// What Google's rules mean for backups, said before they are met.
import { Anchor, List, Paper, Text, Title } from '@mantine/core';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';

export function GoogleLimits() {
  const guide = useAction(() => api.app.openLink({ to: 'google-guide' }));
  return (
    <Paper withBorder p="lg">
      <Title order={2} size="h4" mb="sm">
        Good to know
      </Title>
      <List size="sm" spacing={6} c="dimmed">
        <List.Item>
          PgKeep sees only its own files and folders that you choose for it, nothing else in your Drive.
        </List.Item>
        <List.Item>
          That holds for one Google project: with a client of another project the older backups are invisible to PgKeep.
        </List.Item>
        <List.Item>
          While the app of your client is in “Testing”, Google ends the sign-in every seven days. Set it to “In
          production”.
        </List.Item>
        <List.Item>Google forgets a sign-in, and deletes a client, that nobody used for six months.</List.Item>
        <List.Item>A service account has no storage: it needs a shared drive, or a person to act for.</List.Item>
      </List>
      <Text size="sm" mt="sm">
        <Anchor component="button" type="button" size="sm" onClick={guide.run}>
          Read the Google guide
        </Anchor>
      </Text>
      <ErrorBlock error={guide.error} onClose={guide.clear} />
    </Paper>
  );
}
