// One run in full: stages, live progress, warnings, the error in words, and the log.
import { Alert, Anchor, Button, DataList, Drawer, FocusTrap, Group, List, Stack, Text } from '@mantine/core';
import { IconInfoCircle, IconX } from '@tabler/icons-react';
import { formatBytes, formatCount, formatDuration } from '../../../shared/format.ts';
import { isRunActive, type Run } from '../../../shared/run.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { ProgressBlock } from '../../parts/progress-block.tsx';
import { RunBadge } from '../../parts/state-badge.tsx';
import { When } from '../../parts/when.tsx';
import { goTo, toHash } from '../../state/route.ts';
import { errorOfRun } from '../../state/standing.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useNow } from '../../state/use-app.ts';
import { useRun } from '../../state/use-run.ts';
import { describeRunProgress, triggerWords } from '../../state/words.ts';
import { RunLog } from './run-log.tsx';
import { RunStages } from './run-stages.tsx';

export interface RunDrawerProps {
  readonly runId: string | null;
  readonly onClose: () => void;
}

export function RunDrawer({ runId, onClose }: RunDrawerProps) {
  const { jobs } = useFacts();
  const run = useRun(runId);
  const name = jobs.find((job) => job.id === run?.jobId)?.name ?? 'Removed job';
  return (
    <Drawer opened={run !== null} onClose={onClose} title={`Run of ${name}`} size="lg">
      {run ? <RunDetails key={run.id} run={run} name={name} /> : null}
    </Drawer>
  );
}

function RunDetails({ run, name }: { readonly run: Run; readonly name: string }) {
  const { account } = useFacts();
  const cancel = useAction(() => api.runs.cancel({ id: run.id }));
  const again = useAction(async () => {
    const started = await api.runs.start({ jobId: run.jobId, trigger: 'user' });
    goTo('runs', { run: started.id });
  });
  const active = isRunActive(run);
  return (
    <Stack gap="lg">
      <FocusTrap.InitialFocus />
      <RunFacts run={run} active={active} />
      {active ? (
        <Stack gap="sm">
          <ProgressBlock progress={describeRunProgress(run, account.trouble)} name={name} short />
          <LiveFigures run={run} />
          <Group>
            <Button
              variant="default"
              leftSection={<IconX size={16} aria-hidden />}
              onClick={cancel.run}
              loading={cancel.busy}
            >
              Cancel
            </Button>
          </Group>
        </Stack>
      ) : null}
      <ErrorBlock error={cancel.error ?? again.error} />
      <ErrorBlock error={errorOfRun(run)} {...(active ? {} : { onRetry: again.run })} />
      {run.warnings.length > 0 ? (
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="Warnings">
          <List size="sm" spacing={4}>
            {run.warnings.map((warning) => (
              <List.Item key={warning} className="breakable">
                {warning}
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      <RunStages run={run} />
      <RunLog run={run} />
    </Stack>
  );
}

function RunFacts({ run, active }: { readonly run: Run; readonly active: boolean }) {
  const { snapshots } = useFacts();
  const now = useNow(active ? 1000 : 60_000);
  const snapshot = snapshots.find((candidate) => candidate.id === run.snapshotId);
  const end = run.endedAt ? Date.parse(run.endedAt) : now.getTime();
  return (
    <DataList size="sm" gap={6} labelWidth="120px" className="figures">
      <DataList.Item style={{ alignItems: 'center' }}>
        <DataList.ItemLabel>State</DataList.ItemLabel>
        <DataList.ItemValue>
          <RunBadge state={run.state} />
        </DataList.ItemValue>
      </DataList.Item>
      <DataList.Item>
        <DataList.ItemLabel>Started</DataList.ItemLabel>
        <DataList.ItemValue>
          <When at={run.startedAt ?? run.createdAt} />
        </DataList.ItemValue>
      </DataList.Item>
      <DataList.Item>
        <DataList.ItemLabel>Trigger</DataList.ItemLabel>
        <DataList.ItemValue>{triggerWords[run.trigger]}</DataList.ItemValue>
      </DataList.Item>
      {run.reason === null ? null : (
        <DataList.Item>
          <DataList.ItemLabel>Reason</DataList.ItemLabel>
          <DataList.ItemValue className="breakable">{run.reason}</DataList.ItemValue>
        </DataList.Item>
      )}
      {run.state === 'waiting' && run.nextTryAt !== null ? (
        <DataList.Item>
          <DataList.ItemLabel>Next try</DataList.ItemLabel>
          <DataList.ItemValue>
            <When at={run.nextTryAt} />
          </DataList.ItemValue>
        </DataList.Item>
      ) : null}
      {run.startedAt ? (
        <DataList.Item>
          <DataList.ItemLabel>Length</DataList.ItemLabel>
          <DataList.ItemValue>{formatDuration(end - Date.parse(run.startedAt))}</DataList.ItemValue>
        </DataList.Item>
      ) : null}
      {snapshot ? (
        <DataList.Item>
          <DataList.ItemLabel>Snapshot</DataList.ItemLabel>
          <DataList.ItemValue>
            <Anchor href={toHash('snapshots', { snapshot: snapshot.id })} size="sm">
              {formatBytes(snapshot.storedBytes)} on Drive
            </Anchor>
          </DataList.ItemValue>
        </DataList.Item>
      ) : null}
    </DataList>
  );
}

/** Figures of the running work; every one keeps its place from the beginning. */
function LiveFigures({ run }: { readonly run: Run }) {
  const progress = run.progress;
  if (!progress) return null;
  const total = progress.tablesTotal === null ? '' : ` of ${formatCount(progress.tablesTotal)}`;
  const figures = [
    ['Tables', `${formatCount(progress.tablesDone)}${total}`],
    ['Rows', formatCount(progress.rows)],
    ['Read', formatBytes(progress.dumpBytes)],
    ['Encrypted', formatBytes(progress.storedBytes)],
    ['Uploaded', formatBytes(progress.uploadedBytes)],
  ] as const;
  return (
    <Group gap="xl" className="figures">
      {figures.map(([label, value]) => (
        <div key={label} style={{ minWidth: 72 }}>
          <Text size="xs" c="dimmed">
            {label}
          </Text>
          <Text size="sm" fw={500} style={{ whiteSpace: 'nowrap' }}>
            {value}
          </Text>
        </div>
      ))}
    </Group>
  );
}
