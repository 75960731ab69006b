// The way of a snapshot into Drive's trash, as the store knows it: what is to be removed is written down before Drive hears
// of it, so that a break in the middle is gone on with; what was removed stays as history.
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { removalCauseSchema, type RemovalCause, type RemovedSnapshot } from '../../../shared/retention.ts';
import type { Presence, Snapshot } from '../../../shared/snapshot.ts';
import type { Db } from './database.ts';
import { getSnapshot, readSnapshotRow } from './snapshots.ts';

const removalSchema = z.object({
  /** ISO time. */
  startedAt: z.string(),
  cause: removalCauseSchema,
});
export type Removal = z.infer<typeof removalSchema>;

export interface PendingRemoval {
  readonly snapshot: Snapshot;
  readonly removal: Removal;
}

/** From now on it counts as no backup, whatever becomes of it. */
export function beginRemoval(db: Db, id: string, removal: Removal): PendingRemoval {
  db.prepare(`update snapshots set removal = ?, presence = 'removing' where id = ? and removed_at is null`).run(
    JSON.stringify(removal),
    id,
  );
  return { snapshot: getSnapshot(db, id), removal };
}

/** Removals that were begun and not ended, oldest first; of one job, or of all. */
export function listPendingRemovals(db: Db, jobId: string | null): PendingRemoval[] {
  const rows = db
    .prepare<[{ jobId: string | null }], { id: string; removal: string }>(
      `select id, removal from snapshots where removal is not null and removed_at is null
         and (@jobId is null or job_id = @jobId) order by created_at, rowid`,
    )
    .all({ jobId });
  return rows.map(({ id, removal }) => ({ snapshot: getSnapshot(db, id), removal: readRemoval(removal) }));
}

/** It is no longer to be removed, or came back out of the trash: a row of the list as any other. */
export function endRemoval(db: Db, id: string, presence: Presence, checkedAt: string): Snapshot {
  db.prepare('update snapshots set removal = null, removed_at = null, presence = ?, checked_at = ? where id = ?').run(
    presence,
    checkedAt,
    id,
  );
  return getSnapshot(db, id);
}

/** Drive has all of it in its trash. */
export function markRemoved(db: Db, id: string, at: string): RemovedSnapshot {
  db.prepare(
    `update snapshots set removed_at = ?, presence = 'trashed' where id = ? and removal is not null and removed_at is null`,
  ).run(at, id);
  return getRemoved(db, id);
}

/** Throws `input/not-found`. */
export function getRemoved(db: Db, id: string): RemovedSnapshot {
  const row = db.prepare<[string], RemovedRow>(`select ${columns} from snapshots where id = ?`).get(id);
  if (!row?.removedAt) {
    throw new AppError('input/not-found', `${id} was not removed`, { context: { what: 'removed snapshot', id } });
  }
  return toRemoved(row, row.removedAt);
}

/** Removed last first; of one job, or of all. */
export function listRemoved(
  db: Db,
  filter: { readonly jobId: string | null; readonly limit: number },
): RemovedSnapshot[] {
  const rows = db
    .prepare<[typeof filter], RemovedRow>(
      `select ${columns} from snapshots where removed_at is not null and (@jobId is null or job_id = @jobId)
         order by removed_at desc, created_at desc limit @limit`,
    )
    .all(filter);
  return rows.flatMap((row) => (row.removedAt === null ? [] : [toRemoved(row, row.removedAt)]));
}

/** A removed snapshot with its files as they were; null for one that is not removed. */
export function findRemovedSnapshot(db: Db, id: string): Snapshot | null {
  const row = db.prepare<[string]>('select 1 from snapshots where id = ? and removed_at is not null').get(id);
  return row === undefined ? null : readSnapshotRow(db, id);
}

const columns = `id as snapshotId, job_id as jobId, database, base_name as baseName, created_at as createdAt,
  stored_bytes as storedBytes, removed_at as removedAt, removal`;

interface RemovedRow extends Omit<RemovedSnapshot, 'removedAt' | 'cause'> {
  readonly removedAt: string | null;
  readonly removal: string;
}

function toRemoved({ removal, ...row }: RemovedRow, removedAt: string): RemovedSnapshot {
  return { ...row, removedAt, cause: causeOf(removal) };
}

function causeOf(removal: string): RemovalCause {
  return readRemoval(removal).cause;
}

function readRemoval(text: string): Removal {
  return removalSchema.parse(JSON.parse(text));
}
