// Every run in a table, filtered by job and state; one run opens at the side.
import { Anchor, Button, Group, Select, Table, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes, formatPlural } from '../../../shared/format.ts';
import { runStates, type Run } from '../../../shared/run.ts';
import { describeRunLength } from '../../../shared/tray-model.ts';
import { Empty } from '../../parts/empty.tsx';
import { Page } from '../../parts/page.tsx';
import { RunBadge } from '../../parts/state-badge.tsx';
import { When } from '../../parts/when.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { goTo, toHash, useRoute } from '../../state/route.ts';
import { describeRunFailure } from '../../state/standing.ts';
import { useFacts } from '../../state/use-app.ts';
import { describeRunProgress, runStateWords, triggerWords } from '../../state/words.ts';
import { RunDrawer } from './run-drawer.tsx';

/** Rows shown at once; the rest comes by a button. */
const pageRows = 50;

export function RunsPage() {
  const { runs, jobs } = useFacts();
  const { params } = useRoute();
  const [shown, setShown] = useState(pageRows);
  const { job = null, state = null } = params;
  const matching = runs.filter((run) => (!job || run.jobId === job) && (!state || run.state === state));
  const filter = (change: { readonly job?: string | null; readonly state?: string | null }): void => {
    const next = { job, state, ...change };
    goTo('runs', { ...(next.job ? { job: next.job } : {}), ...(next.state ? { state: next.state } : {}) });
  };
  const keep = { ...(job ? { job } : {}), ...(state ? { state } : {}) };
  return (
    <Page title="Runs" about="Every try of a backup, newest first.">
      {runs.length === 0 ? (
        <Empty
          icon={<IconHistory />}
          title="No run yet"
          text={
            jobs.length > 0 ? 'Start a job and its run shows up here, live.' : 'Add a job first; its runs show up here.'
          }
        >
          <Button component="a" href={jobs.length > 0 ? toHash('overview') : toHash('jobs', { edit: 'new' })}>
            {jobs.length > 0 ? 'Go to the overview' : 'Add a job'}
          </Button>
        </Empty>
      ) : (
        <>
          <Group gap="sm" align="flex-end">
            <Select
              label="Job"
              placeholder="All jobs"
              data={jobs.map((candidate) => ({ value: candidate.id, label: candidate.name }))}
              value={job}
              clearable
              onChange={(value) => {
                filter({ job: value });
              }}
            />
            <Select
              label="State"
              placeholder="All states"
              data={runStates.map((value) => ({ value, label: runStateWords[value] }))}
              value={state}
              clearable
              onChange={(value) => {
                filter({ state: value });
              }}
            />
            {job !== null && jobs.some(({ id }) => id === job) ? (
              <Button variant="default" component="a" href={toHash('jobs', { times: job })}>
                Times of the schedule
              </Button>
            ) : null}
            <Text size="sm" c="dimmed" pb={8} role="status" className="figures">
              {formatPlural(matching.length, 'run')}
            </Text>
          </Group>
          {matching.length === 0 ? (
            <Empty icon={<IconHistory />} title="No run matches" text="Choose another job or state.">
              <Button variant="default" component="a" href={toHash('runs')}>
                Show all runs
              </Button>
            </Empty>
          ) : (
            <RunsTable runs={matching.slice(0, shown)} keep={keep} />
          )}
          {matching.length > shown ? (
            <Group justify="center">
              <Button
                variant="default"
                onClick={() => {
                  setShown(shown + pageRows);
                }}
              >
                Show more
              </Button>
            </Group>
          ) : null}
        </>
      )}
      <RunDrawer
        runId={params.run ?? null}
        onClose={() => {
          goTo('runs', keep);
        }}
      />
    </Page>
  );
}

interface RunsTableProps {
  readonly runs: readonly Run[];
  /** The filter, which opening a run keeps. */
  readonly keep: Readonly<Record<string, string>>;
}

function RunsTable({ runs, keep }: RunsTableProps) {
  const { jobs, snapshots } = useFacts();
  return (
    <RowsTable
      minWidth={640}
      highlightOnHover
      columns={[
        { title: 'State' },
        { title: 'Job' },
        { title: 'Trigger' },
        { title: 'Start' },
        { title: 'Length', right: true },
        { title: 'Size', right: true },
      ]}
    >
      {runs.map((run) => {
        const snapshot = snapshots.find((candidate) => candidate.id === run.snapshotId);
        const name = jobs.find((job) => job.id === run.jobId)?.name ?? 'Removed job';
        return (
          <Table.Tr key={run.id}>
            <Table.Td>
              <RunBadge state={run.state} />
            </Table.Td>
            <Table.Td className="breakable">
              <Anchor href={toHash('runs', { ...keep, run: run.id })} size="sm" fw={500}>
                {name}
              </Anchor>
              <RunNote run={run} />
            </Table.Td>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>{triggerWords[run.trigger]}</Table.Td>
            <Table.Td>
              <When at={run.startedAt ?? run.createdAt} />
            </Table.Td>
            <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
              {describeRunLength(run) ?? '–'}
            </Table.Td>
            <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
              {snapshot ? formatBytes(snapshot.storedBytes) : '–'}
            </Table.Td>
          </Table.Tr>
        );
      })}
    </RowsTable>
  );
}

/** Under the job's name: why it failed, how far it is, how many warnings it has, or what it makes up for. */
function RunNote({ run }: { readonly run: Run }) {
  const failure = describeRunFailure(run);
  const { account } = useFacts();
  const { label, percentText } = describeRunProgress(run, account.trouble);
  const active = run.state === 'running' || run.state === 'waiting';
  const words =
    failure ??
    (active
      ? `${label} ${percentText}`
      : run.warnings.length > 0
        ? formatPlural(run.warnings.length, 'warning')
        : (run.reason ?? ''));
  if (words === '') return null;
  return (
    <Text size="xs" c="dimmed">
      {words}
    </Text>
  );
}
