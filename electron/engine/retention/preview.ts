// What the rules do to the snapshots that are there, and what they come to in the long run. Pure.
import type { RetentionPreview, Retention, Verdict } from '../../../shared/retention.ts';
import { isGoodSnapshot, type Snapshot } from '../../../shared/snapshot.ts';
import { estimateSteady } from './estimate-steady.ts';

export interface PreviewFacts {
  /** All of one job, newest first. */
  readonly snapshots: readonly Snapshot[];
  /** One for each of them, in the order of the answer. */
  readonly verdicts: readonly Verdict[];
  readonly retention: Retention;
  readonly everyHours: number;
  readonly nowMs: number;
}

export function toPreview({ snapshots, verdicts, retention, everyHours, nowMs }: PreviewFacts): RetentionPreview {
  const rows = new Map(snapshots.map((row) => [row.id, row]));
  const judged = verdicts.flatMap((verdict) => {
    const row = rows.get(verdict.snapshotId);
    if (!row) return [];
    const { id, baseName, jobId, database, createdAt, storedBytes } = row;
    return [{ snapshotId: id, baseName, jobId, database, createdAt, storedBytes, verdict }];
  });
  const going = judged.filter(({ verdict }) => !verdict.kept);
  return {
    snapshots: judged,
    removeCount: going.length,
    removeBytes: going.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
    steady: toSteady(snapshots, estimateSteady(retention, everyHours, nowMs), everyHours),
  };
}

function toSteady(
  snapshots: readonly Snapshot[],
  count: number | null,
  everyHours: number,
): RetentionPreview['steady'] {
  if (count === null) return null;
  const newest = new Map<string, Snapshot>();
  for (const row of snapshots) if (isGoodSnapshot(row) && !newest.has(row.database)) newest.set(row.database, row);
  const oneOfEach = [...newest.values()].reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  const databases = Math.max(1, newest.size);
  return { count: count * databases, bytes: newest.size === 0 ? null : count * oneOfEach, everyHours };
}

const hourMs = 3_600_000;

/** The usual distance of backups that were made, in hours; null for fewer than two. */
export function measureEveryHours(snapshots: readonly Pick<Snapshot, 'createdAt' | 'database'>[]): number | null {
  const [first] = snapshots;
  const times = snapshots
    .filter(({ database }) => database === first?.database)
    .slice(0, 15)
    .map(({ createdAt }) => Date.parse(createdAt));
  const gaps = times.slice(1).map((time, index) => (times[index] ?? time) - time);
  const middle = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
  return middle === undefined ? null : Math.max(1, Math.round(middle / hourMs));
}
