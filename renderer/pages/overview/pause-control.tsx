// Stops all schedules for a while, and says as long as they stand still.
import { Alert, Button, Group, Menu, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { isScheduled } from '../../../shared/schedule.ts';
import { describePause } from '../../../shared/schedule-words.ts';
import { pauseWords, pauseKinds, type PauseKind } from '../../../shared/slot.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useNow } from '../../state/use-app.ts';

/** Nothing while no job starts by itself, and while they are paused already. */
export function PauseButton() {
  const { jobs, schedule } = useFacts();
  const pause = useAction((kind: PauseKind) => api.schedule.pause({ kind }));
  if (schedule.pause || !jobs.some((job) => isScheduled(job.schedule))) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} aria-hidden />}
          loading={pause.busy}
          {...(pause.error === null ? {} : { title: pause.error.message })}
        >
          Pause schedules
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {pauseKinds.map((kind) => (
          <Menu.Item
            key={kind}
            onClick={() => {
              pause.run(kind);
            }}
          >
            {pauseWords[kind]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function PauseLine() {
  const { schedule } = useFacts();
  const now = useNow();
  const resume = useAction(() => api.schedule.resume(undefined));
  if (!schedule.pause) return null;
  return (
    <>
      <Alert color="yellow" icon={<IconPlayerPause aria-hidden />} aria-label="Schedules are paused">
        <Group justify="space-between" gap="sm">
          <Text size="sm">
            Schedules are paused {describePause(schedule.pause, now, schedule.timeZone)}. What is due meanwhile is left
            out.
          </Text>
          <Button
            size="xs"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            loading={resume.busy}
            onClick={resume.run}
          >
            Resume
          </Button>
        </Group>
      </Alert>
      <ErrorBlock error={resume.error} onClose={resume.clear} />
    </>
  );
}
