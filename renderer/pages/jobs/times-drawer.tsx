// The times of one job: those that come, and what became of those that came, with the reason for each that started nothing.
import { Anchor, Button, Drawer, FocusTrap, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { toWireError, type WireError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import { describeSchedule } from '../../../shared/schedule.ts';
import { describeSlot, type Slot } from '../../../shared/slot.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { formatWhen, When } from '../../parts/when.tsx';
import { goTo, toHash } from '../../state/route.ts';
import { useFacts } from '../../state/use-app.ts';
import { SchedulePreviewBlock } from './sections/schedule-preview.tsx';

/** About the last half year of a daily job. */
const shownSlots = 200;

export interface TimesDrawerProps {
  /** Null while closed. */
  readonly jobId: string | null;
  readonly onClose: () => void;
}

export function TimesDrawer({ jobId, onClose }: TimesDrawerProps) {
  const { jobs } = useFacts();
  const job = jobs.find((candidate) => candidate.id === jobId) ?? null;
  return (
    <Drawer opened={job !== null} onClose={onClose} title={`Times of ${job?.name ?? ''}`} size="lg">
      {job ? <Times key={job.id} job={job} /> : null}
    </Drawer>
  );
}

function Times({ job }: { readonly job: Job }) {
  const { slots, error } = useSlots(job.id);
  const words = describeSchedule(job.schedule);
  return (
    <Stack gap="lg">
      <FocusTrap.InitialFocus />
      <Group justify="space-between" gap="sm">
        <Text size="sm">{`${words.charAt(0).toUpperCase()}${words.slice(1)}`}</Text>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPencil size={14} aria-hidden />}
          onClick={() => {
            goTo('jobs', { edit: job.id, section: 'when' });
          }}
        >
          Change
        </Button>
      </Group>
      {job.schedule.when.kind === 'off' ? null : <SchedulePreviewBlock schedule={job.schedule} />}
      <Stack gap="xs">
        <Title order={3} size="h5">
          What became of the times
        </Title>
        <ErrorBlock error={error} />
        {slots === null ? null : slots.length === 0 ? (
          <Text size="sm" c="dimmed">
            No time has come yet.
          </Text>
        ) : (
          <RowsTable minWidth={360} columns={[{ title: 'Time' }, { title: 'Outcome' }]}>
            {slots.map((slot) => (
              <Table.Tr key={`${slot.due} ${slot.outcome}`}>
                <Table.Td>
                  <When at={slot.due} />
                  {slot.firstDue === slot.due ? null : (
                    <Text size="xs" c="dimmed">
                      since {formatWhen(slot.firstDue)}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td className="breakable">
                  {describeSlot(slot)}
                  {slot.runId === null ? null : (
                    <Text size="xs">
                      <Anchor href={toHash('runs', { run: slot.runId })} size="xs">
                        Open the run
                      </Anchor>
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </RowsTable>
        )}
      </Stack>
    </Stack>
  );
}

/** Read again whenever a run or the schedules change: each of them may have dealt with a time. */
function useSlots(jobId: string): { readonly slots: readonly Slot[] | null; readonly error: WireError | null } {
  const { schedule, runs } = useFacts();
  const [slots, setSlots] = useState<readonly Slot[] | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const newestRun = runs[0]?.id;
  useEffect(() => {
    let current = true;
    api.schedule.listSlots({ jobId, limit: shownSlots }).then(
      (rows) => {
        if (current) setSlots(rows);
      },
      (thrown: unknown) => {
        if (current) setError(toWireError(thrown));
      },
    );
    return () => {
      current = false;
    };
  }, [jobId, schedule, newestRun]);
  return { slots, error };
}
