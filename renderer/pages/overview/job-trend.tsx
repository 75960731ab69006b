// The last runs of a job as a strip, oldest first, and the size of its backups as a line: how it went lately, at a glance. Each bar
// says its date, size and length under the pointer and leads to its run; a sentence says the whole to who cannot see it.
import { Box, Group, Text, Tooltip } from '@mantine/core';
import { formatBytes, formatPlural } from '../../../shared/format.ts';
import type { Job } from '../../../shared/job.ts';
import { isRunActive, type Run, type RunState } from '../../../shared/run.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { isTrendWarning } from '../../../shared/trends.ts';
import { describeRunLength } from '../../../shared/tray-model.ts';
import { formatWhen } from '../../parts/when.tsx';
import { toHash } from '../../state/route.ts';
import { useFacts } from '../../state/use-app.ts';
import { runStateWords } from '../../state/words.ts';

const shownRuns = 30;

export function JobTrend({ job }: { readonly job: Job }) {
  const { runs, snapshots } = useFacts();
  const own = runs.filter((run) => run.jobId === job.id && !isRunActive(run)).slice(0, shownRuns);
  if (own.length < 2) return null;
  const sizes = new Map(snapshots.filter(({ jobId }) => jobId === job.id).map((row) => [row.id, row]));
  return (
    <Group gap="lg" align="flex-end">
      <RunStrip runs={[...own].reverse()} sizes={sizes} />
      {job.scope === 'database' ? <SizeLine snapshots={[...sizes.values()].slice(0, shownRuns).reverse()} /> : null}
    </Group>
  );
}

interface RunStripProps {
  /** Oldest first. */
  readonly runs: readonly Run[];
  readonly sizes: ReadonlyMap<string, Snapshot>;
}

type Look = 'good' | 'odd' | 'bad' | 'none';

const colors: Readonly<Record<Look, string>> = {
  good: 'light-dark(var(--mantine-color-green-6), var(--mantine-color-green-7))',
  odd: 'light-dark(var(--mantine-color-yellow-6), var(--mantine-color-yellow-5))',
  bad: 'light-dark(var(--mantine-color-red-7), var(--mantine-color-red-6))',
  none: 'light-dark(var(--mantine-color-gray-5), var(--mantine-color-dark-3))',
};

/** Higher for what went wrong: the strip does not hang on colour alone. */
const heights: Readonly<Record<Look, number>> = { good: 14, odd: 19, bad: 24, none: 8 };

const looks: Readonly<Partial<Record<RunState, Look>>> = { succeeded: 'good', failed: 'bad', interrupted: 'bad' };

function toLook(run: Run): Look {
  return run.warnings.some(isTrendWarning) ? 'odd' : (looks[run.state] ?? 'none');
}

function RunStrip({ runs, sizes }: RunStripProps) {
  const good = runs.filter(({ state }) => state === 'succeeded').length;
  const bad = runs.filter((run) => toLook(run) === 'bad').length;
  const odd = runs.filter((run) => toLook(run) === 'odd').length;
  const words = [
    `The last ${formatPlural(runs.length, 'run')}: ${String(good)} succeeded`,
    ...(bad > 0 ? [`${String(bad)} failed`] : []),
    ...(odd > 0 ? [`${String(odd)} unusual`] : []),
  ].join(', ');
  return (
    <div role="img" aria-label={words} style={{ minWidth: 0 }}>
      <Text size="xs" c="dimmed" mb={4} aria-hidden>
        Last {formatPlural(runs.length, 'run')}
      </Text>
      <Group gap={2} wrap="nowrap" align="flex-end" h={24}>
        {runs.map((run) => (
          <Tooltip key={run.id} label={describeRun(run, sizes)} openDelay={80}>
            <Box
              component="a"
              href={toHash('runs', { run: run.id })}
              tabIndex={-1}
              aria-hidden
              style={{
                flex: '0 0 5px',
                height: heights[toLook(run)],
                background: colors[toLook(run)],
                borderRadius: 2,
              }}
            />
          </Tooltip>
        ))}
      </Group>
    </div>
  );
}

/** `24 Nov 2026, 03:00 · Succeeded · 83 MB · 1 min 34 s`. */
function describeRun(run: Run, sizes: RunStripProps['sizes']): string {
  const snapshot = run.snapshotId === null ? undefined : sizes.get(run.snapshotId);
  const parts = [
    ...[formatWhen(run.startedAt ?? run.createdAt), runStateWords[run.state]],
    ...(snapshot ? [formatBytes(snapshot.storedBytes)] : []),
    ...[describeRunLength(run) ?? ''],
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

const lineWidth = 96;
const lineHeight = 24;

/** The largest size stays below the label by this. */
const headroom = 1.25;

/** Sizes from zero on, so that a small change is a small change; with a ground, so that steady ones are no mere underline. */
function SizeLine({ snapshots }: { readonly snapshots: readonly Snapshot[] }) {
  const [first] = snapshots;
  const last = snapshots.at(-1);
  if (!first || !last || snapshots.length < 2) return null;
  const most = Math.max(...snapshots.map(({ storedBytes }) => storedBytes), 1) * headroom;
  const toX = (index: number): number => 2 + (index / (snapshots.length - 1)) * (lineWidth - 4);
  const toY = (bytes: number): number => lineHeight - 2 - (bytes / most) * (lineHeight - 4);
  const points = snapshots.map(({ storedBytes }, index) => `${toX(index).toFixed(1)},${toY(storedBytes).toFixed(1)}`);
  const words = `Size on Drive: from ${formatBytes(first.storedBytes)} to ${formatBytes(last.storedBytes)} over ${formatPlural(snapshots.length, 'backup')}`;
  return (
    <Tooltip label={words}>
      <div role="img" aria-label={words} style={{ flexShrink: 0 }}>
        <Text size="xs" c="dimmed" mb={4} aria-hidden>
          Size
        </Text>
        <svg width={lineWidth} height={lineHeight} aria-hidden style={{ display: 'block' }}>
          <polygon
            points={[
              ...points,
              `${toX(snapshots.length - 1).toFixed(1)},${String(lineHeight)}`,
              `${toX(0).toFixed(1)},${String(lineHeight)}`,
            ].join(' ')}
            fill="var(--mantine-primary-color-filled)"
            opacity={0.18}
          />
          <polyline
            points={points.join(' ')}
            fill="none"
            stroke="var(--mantine-primary-color-filled)"
            strokeWidth={1.6}
            strokeLinejoin="round"
          />
          <circle
            cx={toX(snapshots.length - 1)}
            cy={toY(last.storedBytes)}
            r={2.2}
            fill="var(--mantine-primary-color-filled)"
          />
        </svg>
      </div>
    </Tooltip>
  );
}
