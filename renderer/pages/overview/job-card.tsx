// One job at a glance: its state in words, the last good snapshot, the proof, the last run, and the button.
import { Alert, Anchor, Button, Card, DataList, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { formatBytes } from '../../../shared/format.ts';
import { describeJobScope, type Job } from '../../../shared/job.ts';
import { describeRetention } from '../../../shared/retention-words.ts';
import type { Run } from '../../../shared/run.ts';
import { describeRunLength } from '../../../shared/tray-model.ts';
import { isTrendWarning } from '../../../shared/trends.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { NextRun } from '../../parts/next-run.tsx';
import { ProgressBlock } from '../../parts/progress-block.tsx';
import { StandingBadge } from '../../parts/state-badge.tsx';
import { When } from '../../parts/when.tsx';
import { toHash } from '../../state/route.ts';
import { describeStanding, type Standing } from '../../state/standing.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useNow } from '../../state/use-app.ts';
import { describeRunProgress, runStateWords } from '../../state/words.ts';
import { JobTrend } from './job-trend.tsx';

export function JobCard({ job }: { readonly job: Job }) {
  const facts = useFacts();
  const now = useNow();
  const standing = describeStanding(job, facts, now);
  const connection = facts.connections.find((candidate) => candidate.id === job.connectionId);
  const start = useAction(() => api.runs.start({ jobId: job.id, trigger: 'user' }));
  const cancel = useAction((id: string) => api.runs.cancel({ id }));
  const active = standing.active;
  return (
    <Card withBorder padding="lg" component="article" aria-labelledby={`job-${job.id}`}>
      <Stack gap="md" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Title order={2} size="h4" id={`job-${job.id}`} className="breakable">
              {job.name}
            </Title>
            <Text size="sm" c="dimmed" className="breakable">
              {describeJobScope(job)}
              {connection ? ` on ${connection.name}` : ''}
            </Text>
          </div>
          <StandingBadge standing={standing} />
        </Group>
        <CardFacts job={job} standing={standing} />
        <TrendWarnings run={standing.lastRun} />
        <JobTrend job={job} />
        {standing.databases.length > 1 ? <DatabaseList databases={standing.databases} /> : null}
        <Stack gap="sm" mt="auto">
          {active ? (
            <ProgressBlock progress={describeRunProgress(active, facts.account.trouble)} name={job.name} />
          ) : null}
          <ErrorBlock error={start.error ?? cancel.error} onRetry={start.run} onClose={start.clear} />
          <Group justify="space-between" gap="sm">
            {active ? (
              <Button
                key="cancel"
                variant="default"
                leftSection={<IconX size={16} aria-hidden />}
                loading={cancel.busy}
                aria-label={`Cancel the backup of ${job.name}`}
                onClick={() => {
                  cancel.run(active.id);
                }}
              >
                Cancel
              </Button>
            ) : job.connectionId === null ? (
              <Button key="connect" component="a" href={toHash('jobs', { edit: job.id })}>
                Choose the connection
              </Button>
            ) : (
              <Button
                key="start"
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
                loading={start.busy}
                aria-label={`Back up now: ${job.name}`}
                onClick={start.run}
              >
                Back up now
              </Button>
            )}
            {active ? (
              <Anchor href={toHash('runs', { run: active.id })} size="sm">
                Open the run
              </Anchor>
            ) : standing.snapshot ? (
              <Anchor href={toHash('snapshots', { job: job.id })} size="sm" aria-label={`Snapshots of ${job.name}`}>
                Snapshots
              </Anchor>
            ) : null}
          </Group>
        </Stack>
      </Stack>
    </Card>
  );
}

function CardFacts({ job, standing }: { readonly job: Job; readonly standing: Standing }) {
  const { snapshot, lastRun, freshness, freshnessWords } = standing;
  const length = lastRun ? describeRunLength(lastRun) : null;
  return (
    <DataList size="sm" gap={6} labelWidth="132px">
      <DataList.Item>
        <DataList.ItemLabel>Last good backup</DataList.ItemLabel>
        <DataList.ItemValue>
          {snapshot ? (
            <>
              <When at={snapshot.createdAt} age /> · {formatBytes(snapshot.storedBytes)}
            </>
          ) : (
            'none yet'
          )}
          {freshness.state === 'late' && freshnessWords !== null && freshnessWords !== standing.words ? (
            <Text span inherit c="var(--mantine-color-error)" fw={500}>
              {` · ${freshnessWords.toLowerCase()}`}
            </Text>
          ) : null}
        </DataList.ItemValue>
      </DataList.Item>
      <DataList.Item>
        <DataList.ItemLabel>Verified</DataList.ItemLabel>
        <DataList.ItemValue>
          {snapshot?.verifiedAt ? <When at={snapshot.verifiedAt} age /> : snapshot ? 'not yet' : '–'}
        </DataList.ItemValue>
      </DataList.Item>
      <DataList.Item>
        <DataList.ItemLabel>Last run</DataList.ItemLabel>
        <DataList.ItemValue>
          {lastRun ? (
            <span className="figures">
              <Anchor href={toHash('runs', { run: lastRun.id })} size="sm">
                {runStateWords[lastRun.state]}
              </Anchor>{' '}
              <When at={lastRun.createdAt} age />
              {length === null ? null : (
                <>
                  , <span className="whole">took {length}</span>
                </>
              )}
            </span>
          ) : (
            'never'
          )}
        </DataList.ItemValue>
      </DataList.Item>
      <DataList.Item>
        <DataList.ItemLabel>Next run</DataList.ItemLabel>
        <DataList.ItemValue>
          <Anchor
            href={toHash(
              'jobs',
              job.schedule.when.kind === 'off' ? { edit: job.id, section: 'when' } : { times: job.id },
            )}
            size="sm"
          >
            <NextRun job={job} />
          </Anchor>
        </DataList.ItemValue>
      </DataList.Item>
      <DataList.Item>
        <DataList.ItemLabel>Keeps</DataList.ItemLabel>
        <DataList.ItemValue>
          <Anchor href={toHash('jobs', { edit: job.id, section: 'keep' })} size="sm">
            {describeRetention(job.retention)}
          </Anchor>
        </DataList.ItemValue>
      </DataList.Item>
    </DataList>
  );
}

/** Each database of a whole server in one line. */
function DatabaseList({ databases }: { readonly databases: Standing['databases'] }) {
  return (
    <Stack gap={4} component="ul" aria-label="Databases" m={0} p={0} style={{ listStyle: 'none' }}>
      {databases.map(({ database, words, tone, snapshot, active, lastRun }) => {
        const run = active ?? lastRun;
        return (
          <Group key={database ?? ''} component="li" justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm" className="breakable">
              {database ?? 'Finding the databases'}
            </Text>
            <Text size="sm" c={tone === 'bad' ? 'red' : 'dimmed'} style={{ flexShrink: 0 }}>
              {run && tone !== 'good' ? (
                <Anchor href={toHash('runs', { run: run.id })} size="sm" c="inherit">
                  {words}
                </Anchor>
              ) : (
                words
              )}
              {snapshot ? (
                <>
                  {' '}
                  · <When at={snapshot.createdAt} age />
                </>
              ) : null}
            </Text>
          </Group>
        );
      })}
    </Stack>
  );
}

/** What was unusual about the last run; the run itself has the rest. */
function TrendWarnings({ run }: { readonly run: Run | null }) {
  const warnings = run?.warnings.filter(isTrendWarning) ?? [];
  if (!run || warnings.length === 0) return null;
  return (
    <Alert color="yellow" p="xs" icon={<IconAlertTriangle size={16} aria-hidden />}>
      {warnings.map((warning) => (
        <Text key={warning} size="sm" className="breakable">
          {warning}
        </Text>
      ))}
      <Anchor href={toHash('runs', { run: run.id })} size="sm">
        Open the run
      </Anchor>
    </Alert>
  );
}
