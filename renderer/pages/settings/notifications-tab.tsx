// What the desktop says by itself. Failures always show; success is a choice.
import { Paper, Stack, Switch, Text } from '@mantine/core';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

export function NotificationsTab() {
  const { settings } = useFacts();
  const store = useStore();
  const save = useAction(async (notifyOnSuccess: boolean) => {
    store.apply({ type: 'settings', value: await api.settings.save({ notifyOnSuccess }) });
  });
  return (
    <Paper withBorder p="lg">
      <Stack>
        <Switch
          label="Show a notification when a backup that you started succeeds"
          checked={settings.notifyOnSuccess}
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
