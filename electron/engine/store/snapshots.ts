// Rows of snapshots: the local catalogue of what lies whole and checked on Drive.
import { AppError } from '../../../shared/errors.ts';
import { snapshotSchema, type Presence, type Snapshot } from '../../../shared/snapshot.ts';
import type { Db } from './database.ts';
import { readJson } from './json.ts';

/** A snapshot from Drive has no run here (empty), and without a manifest no size of its dump (0): both are null outside. */
const columns = `id, job_id as jobId, nullif(run_id, '') as runId, database, base_name as baseName, created_at as createdAt,
  server_version as serverVersion, dump_format as dumpFormat, compression, nullif(dump_bytes, 0) as dumpBytes, stored_bytes as storedBytes, tables,
  rows, files, pinned, pin_pending as pinPending, presence, checked_at as checkedAt, verified_at as verifiedAt, left_out as leftOut`;

/** Adds the row, or takes the place of the one with its id. */
export function writeSnapshot(db: Db, snapshot: Snapshot): void {
  db.prepare(
    `insert into snapshots (id, job_id, run_id, database, base_name, created_at, server_version, dump_format,
       compression, dump_bytes, stored_bytes, tables, rows, files, pinned, pin_pending, presence, checked_at, verified_at, left_out)
     values (@id, @jobId, @runId, @database, @baseName, @createdAt, @serverVersion, @dumpFormat,
       @compression, @dumpBytes, @storedBytes, @tables, @rows, @files, @pinned, @pinPending, @presence, @checkedAt, @verifiedAt, @leftOut)
     on conflict (id) do update set job_id = excluded.job_id, run_id = excluded.run_id, database = excluded.database,
       base_name = excluded.base_name, created_at = excluded.created_at, server_version = excluded.server_version,
       dump_format = excluded.dump_format, compression = excluded.compression, dump_bytes = excluded.dump_bytes, stored_bytes = excluded.stored_bytes,
       tables = excluded.tables, rows = excluded.rows, files = excluded.files, pinned = excluded.pinned,
       pin_pending = excluded.pin_pending, presence = excluded.presence, checked_at = excluded.checked_at,
       verified_at = excluded.verified_at, left_out = excluded.left_out`,
  ).run({
    ...snapshot,
    runId: snapshot.runId ?? '',
    dumpBytes: snapshot.dumpBytes ?? 0,
    files: JSON.stringify(snapshot.files),
    leftOut: snapshot.leftOut && JSON.stringify(snapshot.leftOut),
    pinned: snapshot.pinned ? 1 : 0,
    pinPending: snapshot.pinPending ? 1 : 0,
  });
}

/** Null when there is none with this id in the list; what was removed is history (removals.ts). */
export function findSnapshot(db: Db, id: string): Snapshot | null {
  const row = db.prepare(`select ${columns} from snapshots where id = ? and removed_at is null`).get(id);
  return row === undefined ? null : toSnapshot(row);
}

/** The row with this id, listed or removed. */
export function readSnapshotRow(db: Db, id: string): Snapshot | null {
  const row = db.prepare(`select ${columns} from snapshots where id = ?`).get(id);
  return row === undefined ? null : toSnapshot(row);
}

/** Throws `input/not-found`. */
export function getSnapshot(db: Db, id: string): Snapshot {
  const snapshot = findSnapshot(db, id);
  if (!snapshot) throw new AppError('input/not-found', `no snapshot ${id}`, { context: { what: 'snapshot', id } });
  return snapshot;
}

/** Newest first. */
export function listSnapshots(db: Db, jobId: string | null): Snapshot[] {
  const where = jobId === null ? '' : 'and job_id = @jobId';
  return db
    .prepare(`select ${columns} from snapshots where removed_at is null ${where} order by created_at desc, rowid desc`)
    .all({ jobId })
    .map(toSnapshot);
}

/** What `isGoodSnapshot` says, in SQL. */
const isGood = `presence = 'ok' and exists (select 1 from json_each(files) where value ->> 'kind' = 'dump')
  and exists (select 1 from json_each(files) where value ->> 'kind' = 'manifest')`;

/** Each job with each database that has a snapshot, by steps through an index. */
const pairs = `with recursive pairs (job_id, name) as (
    select id, (select database from snapshots where job_id = jobs.id order by database desc limit 1) from jobs
    union all
    select job_id, (select database from snapshots
      where job_id = pairs.job_id and database < pairs.name order by database desc limit 1)
      from pairs where name is not null
  )`;

/** The newest `count` snapshots of each job and database that are good backups, newest first. */
export function listNewestSnapshots(db: Db, count = 1): Snapshot[] {
  return db
    .prepare(
      `${pairs}
       select ${columns} from snapshots where rowid in (
           select good.rowid from pairs join snapshots good on good.rowid in (
             select rowid from snapshots where job_id = pairs.job_id and database = pairs.name and ${isGood}
               order by created_at desc, rowid desc limit @count)
           where pairs.name is not null)
         order by created_at desc, rowid desc`,
    )
    .all({ count })
    .map(toSnapshot);
}

/** The newest good one of a job, whatever its database; null when there is none. */
export function findNewestSnapshot(db: Db, jobId: string): Snapshot | null {
  const row = db
    .prepare(
      `select ${columns} from snapshots where job_id = ? and ${isGood} order by created_at desc, rowid desc limit 1`,
    )
    .get(jobId);
  return row === undefined ? null : toSnapshot(row);
}

/** When the oldest one was made; null while there is none. */
export function readOldestSnapshotAt(db: Db): string | null {
  const row = db
    .prepare<[], { at: string }>('select created_at as at from snapshots order by created_at limit 1')
    .get();
  return row?.at ?? null;
}

/** Whether there is any snapshot, or any made before a time. */
export function hasSnapshots(db: Db, before?: string): boolean {
  const sql = 'select 1 from snapshots where removed_at is null and (@before is null or created_at < @before) limit 1';
  return db.prepare(sql).get({ before: before ?? null }) !== undefined;
}

export function markVerified(db: Db, id: string, at: string): Snapshot {
  db.prepare('update snapshots set verified_at = ? where id = ?').run(at, id);
  return getSnapshot(db, id);
}

/** The local truth; Drive is told later. */
export function markPinned(db: Db, id: string, pinned: boolean): Snapshot {
  db.prepare('update snapshots set pinned = @pinned, pin_pending = 1 where id = @id and pinned <> @pinned').run({
    id,
    pinned: pinned ? 1 : 0,
  });
  return getSnapshot(db, id);
}

/** Drive knows `pinned`; when it was changed meanwhile, the newer wish stays to be told. */
export function markPinPushed(db: Db, id: string, pinned: boolean): Snapshot {
  db.prepare('update snapshots set pin_pending = 0 where id = ? and pinned = ?').run(id, pinned ? 1 : 0);
  return getSnapshot(db, id);
}

export function listPendingPins(db: Db): Snapshot[] {
  return db
    .prepare(`select ${columns} from snapshots where pin_pending = 1 and removed_at is null`)
    .all()
    .map(toSnapshot);
}

/** What is being removed stays that. */
export function markPresence(db: Db, id: string, presence: Presence, checkedAt: string): Snapshot {
  const sql = 'update snapshots set presence = ?, checked_at = ? where id = ? and removal is null';
  db.prepare(sql).run(presence, checkedAt, id);
  return getSnapshot(db, id);
}

/** Snapshots that Drive does not have as it should, without this program's doing. */
export function countLostSnapshots(db: Db): number {
  const row = db
    .prepare<[], { count: number }>(
      `select count(*) as count from snapshots where presence <> 'ok' and removal is null`,
    )
    .get();
  return row?.count ?? 0;
}

/** Bytes on Drive of all sets that were there at the last look. */
export function sumStoredBytes(db: Db): number {
  const row = db
    .prepare<[], { sum: number | null }>(
      `select sum(stored_bytes) as sum from snapshots where presence <> 'missing' and removed_at is null`,
    )
    .get();
  return row?.sum ?? 0;
}

function toSnapshot(row: unknown): Snapshot {
  const values = row as Record<string, unknown>;
  return snapshotSchema.parse({
    ...values,
    files: readJson(values['files']),
    leftOut: readJson(values['leftOut']),
    pinned: values['pinned'] === 1,
    pinPending: values['pinPending'] === 1,
  });
}
