// The history of runs in a table that comes page by page, filtered and searched; one run opens at the side.
import { Anchor, Button, Group, Loader, Table, Text } from '@mantine/core';
import { IconDownload, IconHistory } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { formatBytes, formatPlural } from '../../../shared/format.ts';
import type { Run } from '../../../shared/run.ts';
import type { ListedRun } from '../../../shared/run-history.ts';
import { describeRunLength } from '../../../shared/tray-model.ts';
import { api } from '../../api.ts';
import { Empty } from '../../parts/empty.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { Page } from '../../parts/page.tsx';
import { RunBadge } from '../../parts/state-badge.tsx';
import { formatDay, When } from '../../parts/when.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { goTo, toHash, useRoute } from '../../state/route.ts';
import { describeRunFailure } from '../../state/standing.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts } from '../../state/use-app.ts';
import { useRuns } from '../../state/use-runs.ts';
import { describeRunProgress, triggerWords } from '../../state/words.ts';
import { RunDrawer } from './run-drawer.tsx';
import { filterNames, RunFilterBar, toFilter, type FilterParams } from './run-filter.tsx';

export function RunsPage() {
  const { jobs } = useFacts();
  const { params } = useRoute();
  const keep = pickFilter(params);
  const key = JSON.stringify(keep);
  const filter = useMemo(() => toFilter(JSON.parse(key) as FilterParams), [key]);
  const list = useRuns(filter);
  const [exported, setExported] = useState<number | null>(null);
  const exporting = useAction(async () => {
    setExported((await api.runs.export(filter))?.runs ?? null);
  });
  const isFiltered = Object.keys(keep).length > 0;
  const isNew = list.runs?.length === 0 && !list.busy && !isFiltered;
  return (
    <Page
      title="Runs"
      about="Every try of a backup, newest first."
      actions={
        isNew ? null : (
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            loading={exporting.busy}
            onClick={() => {
              exporting.run();
            }}
          >
            Export…
          </Button>
        )
      }
    >
      <ErrorBlock error={exporting.error} onClose={exporting.clear} />
      {exported === null ? null : (
        <Text size="sm" role="status">
          {formatPlural(exported, 'run was', 'runs were')} exported.
        </Text>
      )}
      {isNew ? (
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
          <RunFilterBar
            params={keep}
            onChange={(change) => {
              goTo('runs', pickFilter({ ...keep, ...change }));
            }}
          />
          {keep['job'] !== undefined && jobs.some(({ id }) => id === keep['job']) ? (
            <Group>
              <Button variant="default" size="xs" component="a" href={toHash('jobs', { times: keep['job'] })}>
                Times of the schedule
              </Button>
            </Group>
          ) : null}
          {list.error ? <ErrorBlock error={list.error} onRetry={list.reload} /> : null}
          {list.runs?.length === 0 && !list.busy ? (
            <Empty icon={<IconHistory />} title="No run matches" text="Choose other words, another job, state or time.">
              <Button variant="default" component="a" href={toHash('runs')}>
                Show all runs
              </Button>
            </Empty>
          ) : null}
          {list.runs && list.runs.length > 0 ? <RunsTable runs={list.runs} keep={keep} /> : null}
          <Group justify="center" gap="sm" role="status" mih={36}>
            {list.busy ? (
              <>
                <Loader size="xs" aria-hidden />
                <Text size="sm" c="dimmed">
                  {list.lookedTo === null ? 'Loading…' : `Looking further back than ${formatDay(list.lookedTo)}…`}
                </Text>
              </>
            ) : list.hasMore ? (
              <Button variant="default" onClick={list.showMore}>
                Show more
              </Button>
            ) : null}
          </Group>
        </>
      )}
      <RunDrawer
        runId={params['run'] ?? null}
        onClose={() => {
          goTo('runs', keep);
        }}
      />
    </Page>
  );
}

/** What of the address is the filter, without what is empty. */
function pickFilter(params: FilterParams): FilterParams {
  return Object.fromEntries(filterNames.flatMap((name) => (params[name] ? [[name, params[name]]] : [])));
}

interface RunsTableProps {
  readonly runs: readonly ListedRun[];
  /** The filter, which opening a run keeps. */
  readonly keep: Readonly<Record<string, string>>;
}

function RunsTable({ runs, keep }: RunsTableProps) {
  const { jobs } = useFacts();
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
        const name = jobs.find((job) => job.id === run.jobId)?.name ?? 'Removed job';
        return (
          <Table.Tr key={run.id}>
            <Table.Td>
              <RunBadge state={run.state} />
            </Table.Td>
            <Table.Td className="breakable" style={{ minWidth: 120 }}>
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
              {run.storedBytes === null ? '–' : formatBytes(run.storedBytes)}
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
