// Rows of snapshots: the local catalogue of what lies whole and checked on Drive.
import { AppError } from '../../../shared/errors.ts';
import { snapshotSchema, type Snapshot } from '../../../shared/snapshot.ts';
import type { Db } from './database.ts';
import { readJson } from './json.ts';

const columns = `id, job_id as jobId, run_id as runId, database, base_name as baseName, created_at as createdAt,
  server_version as serverVersion, compression, dump_bytes as dumpBytes, stored_bytes as storedBytes, tables, rows, files,
  pinned, verified_at as verifiedAt`;

export function insertSnapshot(db: Db, snapshot: Snapshot): void {
  db.prepare(
    `insert into snapshots (id, job_id, run_id, database, base_name, created_at, server_version, compression, dump_bytes,
       stored_bytes, tables, rows, files, pinned, verified_at)
     values (@id, @jobId, @runId, @database, @baseName, @createdAt, @serverVersion, @compression, @dumpBytes,
       @storedBytes, @tables, @rows, @files, @pinned, @verifiedAt)`,
  ).run({ ...snapshot, files: JSON.stringify(snapshot.files), pinned: snapshot.pinned ? 1 : 0 });
}

/** Throws `input/not-found`. */
export function getSnapshot(db: Db, id: string): Snapshot {
  const row = db.prepare(`select ${columns} from snapshots where id = ?`).get(id);
  if (row === undefined)
    throw new AppError('input/not-found', `no snapshot ${id}`, { context: { what: 'snapshot', id } });
  return toSnapshot(row);
}

/** Newest first. */
export function listSnapshots(db: Db, jobId: string | null): Snapshot[] {
  const where = jobId === null ? '' : 'where job_id = @jobId';
  return db
    .prepare(`select ${columns} from snapshots ${where} order by created_at desc, rowid desc`)
    .all({ jobId })
    .map(toSnapshot);
}

/** The newest snapshot of each job. */
export function listNewestSnapshots(db: Db): Snapshot[] {
  const rows = db
    .prepare(
      `select ${columns} from snapshots s where rowid =
         (select rowid from snapshots where job_id = s.job_id order by created_at desc, rowid desc limit 1)`,
    )
    .all();
  return rows.map(toSnapshot);
}

/** Whether there is any snapshot, or any made before a time. */
export function hasSnapshots(db: Db, before?: string): boolean {
  const sql = 'select 1 from snapshots where @before is null or created_at < @before limit 1';
  return db.prepare(sql).get({ before: before ?? null }) !== undefined;
}

export function markVerified(db: Db, id: string, at: string): Snapshot {
  db.prepare('update snapshots set verified_at = ? where id = ?').run(at, id);
  return getSnapshot(db, id);
}

function toSnapshot(row: unknown): Snapshot {
  const values = row as Record<string, unknown>;
  return snapshotSchema.parse({
    ...values,
    files: readJson(values['files']),
    pinned: values['pinned'] === 1,
  });
}
