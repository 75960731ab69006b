// What the desktop says by itself. Failures always show; success is a choice.
import { Paper, Stack, Switch, Text } from '@mantine/core';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

export function NotificationsTab() {
  const { notifications } = useFacts();
  const store = useStore();
  const save = useAction(async (desktopOnSuccess: boolean) => {
    store.apply({ type: 'notifications', value: await api.notifications.save({ desktopOnSuccess }) });
  });
  return (
    <Paper withBorder p="lg">
      <Stack>
        <Switch
          label="Show a notification when a backup that you started succeeds"
          checked={notifications.desktopOnSuccess}
          disabled={save.busy}
          onChange={(event) => {
            save.run(event.currentTarget.checked);
          }}
        />
        <Text size="sm" c="dimmed">
          Failures, and what only you can mend, always show.
        </Text>
        <ErrorBlock error={save.error} onClose={save.clear} />
      </Stack>
    </Paper>
  );
}
