// Takes everything of a job out of the store, in steps that can be broken off and gone on with. The log of who did what stays:
// it has no contents of backups.
import type { RemovedJob } from '../../../shared/erase.ts';
import type { Db } from './database.ts';

export interface JobTraces {
  readonly snapshots: number;
  readonly runs: number;
  /** Ids of all files that are known here. */
  readonly fileIds: readonly string[];
  readonly storedBytes: number;
}

export function countTraces(db: Db, jobId: string): JobTraces {
  const count = (table: 'runs' | 'snapshots'): number =>
    db.prepare<[string], { count: number }>(`select count(*) as count from ${table} where job_id = ?`).get(jobId)
      ?.count ?? 0;
  const files = db
    .prepare<[string], { id: string; bytes: number }>(
      `select value ->> 'driveFileId' as id, value ->> 'sizeBytes' as bytes from snapshots, json_each(files) where job_id = ?`,
    )
    .all(jobId);
  const uploads = db
    .prepare<[string], { id: string }>(
      'select file_id as id from uploads join runs on runs.id = uploads.run_id where job_id = ?',
    )
    .all(jobId);
  return {
    ...{ snapshots: count('snapshots'), runs: count('runs') },
    fileIds: [...new Set([...files, ...uploads].map(({ id }) => id))],
    storedBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Whether a restore of one of the job's snapshots is under way. */
export function hasActiveRestore(db: Db, jobId: string): boolean {
  const sql = `select 1 from restores join snapshots on snapshots.id = snapshot_id where job_id = ? and state = 'running' limit 1`;
  return db.prepare(sql).get(jobId) !== undefined;
}

export function listRunsWithUploads(db: Db, jobId: string): string[] {
  const sql = 'select distinct run_id as id from uploads join runs on runs.id = uploads.run_id where job_id = ?';
  return db
    .prepare<[string], { id: string }>(sql)
    .all(jobId)
    .map(({ id }) => id);
}

export function listRunIds(db: Db, jobId: string): string[] {
  return db
    .prepare<[string], { id: string }>('select id from runs where job_id = ?')
    .all(jobId)
    .map(({ id }) => id);
}

const runsAtOnce = 500;

/**
 * Deletes the rows, many runs a step, the job last: a break leaves a job that can be erased again. What is deleted is overwritten in
 * the file.
 */
export function* eraseRows(db: Db, jobId: string): Generator<undefined, undefined, undefined> {
  db.pragma('secure_delete = on');
  try {
    const deleteRuns = db.prepare(
      `delete from runs where rowid in (select rowid from runs where job_id = ? limit ${String(runsAtOnce)})`,
    );
    while (deleteRuns.run(jobId).changes > 0) yield;
    db.transaction(() => {
      db.prepare('delete from restores where snapshot_id in (select id from snapshots where job_id = ?)').run(jobId);
      for (const table of ['snapshots', 'slots', 'filled_tables'])
        db.prepare(`delete from ${table} where job_id = ?`).run(jobId);
      eraseMessages(db, jobId);
      db.prepare('delete from jobs where id = ?').run(jobId);
    })();
    db.pragma('wal_checkpoint(truncate)');
  } finally {
    db.pragma('secure_delete = off');
  }
}

/** Messages and their causes name jobs and databases. */
function eraseMessages(db: Db, jobId: string): void {
  db.prepare('delete from outbox where instr(payload, @id) > 0').run({ id: jobId });
  const causes = db
    .prepare<[object], { cause: string; members: string }>(
      'select cause, members from causes where instr(members, @id) > 0 or instr(cause, @id) > 0',
    )
    .all({ id: jobId });
  for (const { cause, members } of causes) {
    const others = (JSON.parse(members) as string[]).filter((member) => member.split('/')[0] !== jobId);
    if (others.length === 0) db.prepare('delete from causes where cause = ?').run(cause);
    else db.prepare('update causes set members = ? where cause = ?').run(JSON.stringify(others), cause);
  }
}

/** Removed jobs that still have something here. */
export function listRemovedJobs(db: Db, erasing: readonly string[]): RemovedJob[] {
  return db
    .prepare<[], Omit<RemovedJob, 'erasing'>>(
      `select id, name, removed_at as removedAt, (select count(*) from snapshots where job_id = jobs.id) as snapshots,
         (select count(*) from runs where job_id = jobs.id) as runs
       from jobs where removed_at is not null order by removed_at desc`,
    )
    .all()
    .map((job) => ({ ...job, erasing: erasing.includes(job.id) }));
}
