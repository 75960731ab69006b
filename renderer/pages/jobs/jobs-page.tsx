// All jobs with what can be done to each; adding and editing happens in a dialog that the address opens.
import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import { IconBriefcase, IconPencil, IconPlayerPlay, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { describeJobScope, type Job } from '../../../shared/job.ts';
import { describeSchedule } from '../../../shared/schedule.ts';
import { api } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { NextRun } from '../../parts/next-run.tsx';
import { Page } from '../../parts/page.tsx';
import { StandingBadge } from '../../parts/state-badge.tsx';
import { When } from '../../parts/when.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { RowButton } from '../../parts/row-button.tsx';
import { goTo, toHash, useRoute } from '../../state/route.ts';
import { describeStanding } from '../../state/standing.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useNow, useStore } from '../../state/use-app.ts';
import { JobDialog } from './job-dialog.tsx';
import { TimesDrawer } from './times-drawer.tsx';

export function JobsPage() {
  const { jobs } = useFacts();
  const { params } = useRoute();
  const store = useStore();
  const [removing, setRemoving] = useState<Job | null>(null);
  const start = useAction((jobId: string) => api.runs.start({ jobId, trigger: 'user' }));
  const add = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => {
        goTo('jobs', { edit: 'new' });
      }}
    >
      Add a job
    </Button>
  );
  return (
    <Page title="Jobs" about="What is backed up, and when." actions={jobs.length > 0 ? add : null}>
      <ErrorBlock error={start.error} onClose={start.clear} />
      {jobs.length === 0 ? (
        <Empty icon={<IconBriefcase />} title="No job yet" text="A job says which database is backed up.">
          {add}
        </Empty>
      ) : (
        <RowsTable
          minWidth={720}
          columns={[{ title: 'Job' }, { title: 'Database' }, { title: 'When' }, { title: 'State' }, { title: '' }]}
        >
          {jobs.map((job) => (
            <JobRow
              key={job.id}
              job={job}
              onStart={() => {
                start.run(job.id);
              }}
              onRemove={() => {
                setRemoving(job);
              }}
            />
          ))}
        </RowsTable>
      )}
      <JobDialog
        edit={params.edit ?? null}
        section={params.section ?? null}
        onClose={() => {
          goTo('jobs');
        }}
      />
      <TimesDrawer
        jobId={params.times ?? null}
        onClose={() => {
          goTo('jobs');
        }}
      />
      <Confirm
        opened={removing !== null}
        title={`Remove job ${removing?.name ?? ''}?`}
        text="The job goes from this computer and is not backed up any more. Its snapshots on Google Drive stay; everything of it is erased under Settings, Privacy."
        confirmLabel="Remove the job"
        onConfirm={async () => {
          if (!removing) return;
          await api.jobs.remove({ id: removing.id });
          store.apply({ type: 'jobs', rows: jobs.filter((job) => job.id !== removing.id) });
        }}
        onClose={() => {
          setRemoving(null);
        }}
      />
    </Page>
  );
}

interface JobRowProps {
  readonly job: Job;
  readonly onStart: () => void;
  readonly onRemove: () => void;
}

function JobRow({ job, onStart, onRemove }: JobRowProps) {
  const facts = useFacts();
  const now = useNow();
  const standing = describeStanding(job, facts, now);
  const connection = facts.connections.find((candidate) => candidate.id === job.connectionId);
  return (
    <Table.Tr>
      <Table.Td fw={500} className="breakable" miw={132}>
        {job.name}
      </Table.Td>
      <Table.Td className="breakable">
        {describeJobScope(job)}
        <Text size="xs" c="dimmed">
          {connection?.name ?? (job.connectionId === null ? 'connection not chosen yet' : 'connection removed')}
        </Text>
      </Table.Td>
      <Table.Td className="breakable">
        <Anchor
          href={toHash('jobs', { times: job.id })}
          size="sm"
          aria-label={`Times of ${job.name}: ${describeSchedule(job.schedule)}`}
        >
          {toSentence(describeSchedule(job.schedule))}
        </Anchor>
        {job.schedule.when.kind !== 'off' && job.schedule.enabled ? (
          <Text size="xs" c="dimmed" mt={2}>
            next <NextRun job={job} />
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        <StandingBadge standing={standing} />
        {standing.snapshot ? (
          <Text size="xs" c="dimmed" mt={2}>
            last good <When at={standing.snapshot.createdAt} age />
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          {job.connectionId === null ? (
            <Button size="xs" component="a" href={toHash('jobs', { edit: job.id })}>
              Choose the connection
            </Button>
          ) : (
            <Button
              size="xs"
              variant="light"
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              disabled={standing.active !== null}
              aria-label={`Back up now: ${job.name}`}
              onClick={onStart}
            >
              Back up now
            </Button>
          )}
          <RowButton
            tip="Edit"
            name={`Edit ${job.name}`}
            onClick={() => {
              goTo('jobs', { edit: job.id });
            }}
          >
            <IconPencil size={16} aria-hidden />
          </RowButton>
          <RowButton tip="Remove" name={`Remove ${job.name}`} onClick={onRemove}>
            <IconTrash size={16} aria-hidden />
          </RowButton>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function toSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
