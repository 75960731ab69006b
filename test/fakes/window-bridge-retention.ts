// The double's rules: the real decision over the double's snapshots; removing moves rows into the history, untrashing back.
import { chooseExpired } from '../../electron/engine/retention/choose-expired.ts';
import { toPreview } from '../../electron/engine/retention/preview.ts';
import { AppError } from '../../shared/errors.ts';
import type { EngineHandlers, PgKeepEmit } from '../../shared/ipc/contract.ts';
import {
  keepEverything,
  type RemovalCause,
  type RemovedSnapshot,
  type RetentionPreview,
} from '../../shared/retention.ts';
import { isGoodSnapshot, type Snapshot } from '../../shared/snapshot.ts';
import type { World } from './window-bridge-data.ts';

export function createRetentionHandlers(
  world: World,
  emit: PgKeepEmit,
): {
  readonly retention: EngineHandlers['retention'];
  readonly remove: EngineHandlers['snapshots']['remove'];
  /** Brings a removed one back into the list; null for one that was not removed. */
  readonly bringBack: (id: string) => Snapshot | null;
} {
  const preview: EngineHandlers['retention']['preview'] = ({ jobId, retention }): RetentionPreview => {
    const jobIds = jobId === null ? world.jobs.map(({ id }) => id) : [jobId];
    const previews = jobIds.map((id) => {
      const snapshots = world.snapshots.filter((row) => row.jobId === id);
      const rules = retention ?? world.jobs.find((job) => job.id === id)?.retention ?? keepEverything;
      const nowMs = Date.now();
      const question = { snapshots, retention: rules, timeZone: 'UTC', nowMs, inUse: new Set<string>() };
      return toPreview({ snapshots, verdicts: chooseExpired(question), retention: rules, everyHours: 24, nowMs });
    });
    return {
      snapshots: previews.flatMap((part) => part.snapshots),
      removeCount: previews.reduce((sum, part) => sum + part.removeCount, 0),
      removeBytes: previews.reduce((sum, part) => sum + part.removeBytes, 0),
      steady: previews.length === 1 ? (previews[0]?.steady ?? null) : null,
    };
  };
  const take = (row: Snapshot, cause: RemovalCause): RemovedSnapshot => {
    const { id, jobId, database, baseName, createdAt, storedBytes } = row;
    const facts = { snapshotId: id, jobId, database, baseName, createdAt, storedBytes };
    const removed = { ...facts, removedAt: new Date().toISOString(), cause };
    world.snapshots = world.snapshots.filter((other) => other.id !== id);
    world.removed = [{ removed, snapshot: row }, ...world.removed];
    emit('retention.removed', removed);
    return removed;
  };
  return {
    retention: {
      preview,
      prune: ({ jobId }) => {
        const going = preview({ jobId, retention: null, schedule: null }) as RetentionPreview;
        const removed = going.snapshots.flatMap(({ snapshotId, verdict }) => {
          const row = world.snapshots.find(({ id }) => id === snapshotId);
          return row && !verdict.kept ? [take(row, { by: 'rule', reasons: verdict.reasons })] : [];
        });
        return { removed, freedBytes: going.removeBytes, warnings: [] };
      },
      listRemoved: ({ jobId, limit }) =>
        world.removed
          .map(({ removed }) => removed)
          .filter((row) => jobId === null || row.jobId === jobId)
          .slice(0, limit),
    },
    remove: ({ id, lastGood }) => {
      const row = world.snapshots.find((other) => other.id === id);
      if (!row) throw new AppError('input/not-found', 'no row');
      const context = { snapshot: row.baseName, database: row.database };
      if (row.pinned) throw new AppError('retention/pinned', 'pinned', { context });
      const newest = world.snapshots.find((other) => other.jobId === row.jobId && isGoodSnapshot(other));
      if (newest?.id === id && !lastGood) throw new AppError('retention/last-good', 'the newest', { context });
      return take(row, { by: 'person' });
    },
    bringBack: (id) => {
      const found = world.removed.find(({ snapshot }) => snapshot.id === id);
      if (!found) return null;
      world.removed = world.removed.filter((other) => other !== found);
      const row = { ...found.snapshot, presence: 'ok' } as const;
      world.snapshots = [...world.snapshots, row].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
      emit('snapshots.changed', row);
      return row;
    },
  };
}
