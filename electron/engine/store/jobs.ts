// Rows of jobs. A removed job stays in the file, unseen, because snapshots point to it.
import { AppError } from '../../../shared/errors.ts';
import { noJobAlerts } from '../../../shared/job-alerts.ts';
import { noHooks } from '../../../shared/job-hooks.ts';
import { jobSchema, type Job } from '../../../shared/job.ts';
import { keepEverything } from '../../../shared/retention.ts';
import { usualDump } from '../../../shared/dump-choice.ts';
import { noSchedule } from '../../../shared/schedule.ts';
import type { Db } from './database.ts';
import { readJson } from './json.ts';

const columns =
  'id, name, scope, connection_id as connectionId, database, dump, retention, schedule, alerts, hooks, created_at as createdAt';

/** Names by id, of removed jobs too. */
export function listAllJobNames(db: Db): ReadonlyMap<string, string> {
  const rows = db.prepare<[], { id: string; name: string }>('select id, name from jobs').all();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export function listJobs(db: Db): Job[] {
  const rows = db.prepare(`select ${columns} from jobs where removed_at is null order by name, id`).all();
  return rows.map(toJob);
}

/** Throws `input/not-found`. Removed jobs are found too: their snapshots can be restored. */
export function getJob(db: Db, id: string): Job {
  const row = db.prepare(`select ${columns} from jobs where id = ?`).get(id);
  if (row === undefined) throw new AppError('input/not-found', `no job ${id}`, { context: { what: 'job', id } });
  return toJob(row);
}

/** Throws `input/not-found` for a job that was removed, so that nothing starts it. */
export function getLiveJob(db: Db, id: string): Job {
  const live = db.prepare('select 1 from jobs where id = ? and removed_at is null').get(id);
  if (live === undefined) throw new AppError('input/not-found', `no job ${id}`, { context: { what: 'job', id } });
  return getJob(db, id);
}

export function writeJob(db: Db, job: Job): void {
  db.prepare(
    `insert into jobs (id, name, scope, connection_id, database, dump, retention, schedule, alerts, hooks, created_at)
     values (@id, @name, @scope, @connectionId, @database, @dump, @retention, @schedule, @alerts, @hooks, @createdAt)
     on conflict (id) do update set name = excluded.name, scope = excluded.scope, connection_id = excluded.connection_id,
       database = excluded.database, dump = excluded.dump, retention = excluded.retention, schedule = excluded.schedule,
       alerts = excluded.alerts, hooks = excluded.hooks`,
  ).run({
    ...job,
    dump: JSON.stringify(job.dump),
    retention: JSON.stringify(job.retention),
    schedule: JSON.stringify(job.schedule),
    alerts: JSON.stringify(job.alerts),
    hooks: JSON.stringify(job.hooks),
  });
}

function toJob(row: unknown): Job {
  const values = row as Record<string, unknown>;
  return jobSchema.parse({
    ...values,
    dump: readJson(values['dump']) ?? usualDump,
    retention: readJson(values['retention']) ?? keepEverything,
    schedule: readJson(values['schedule']) ?? noSchedule,
    alerts: readJson(values['alerts']) ?? noJobAlerts,
    hooks: readJson(values['hooks']) ?? noHooks,
  });
}

/** Removed jobs are found too. */
export function findJob(db: Db, id: string): Job | null {
  const row = db.prepare(`select ${columns} from jobs where id = ?`).get(id);
  return row === undefined ? null : toJob(row);
}

export function markJobRemoved(db: Db, id: string, at: string): void {
  db.prepare('update jobs set removed_at = ? where id = ?').run(at, id);
}

/** Null until the job's folder was chosen or made. */
export function readJobFolder(db: Db, id: string): string | null {
  return (
    db.prepare<[string], { folderId: string | null }>('select folder_id as folderId from jobs where id = ?').get(id)
      ?.folderId ?? null
  );
}

export function writeJobFolder(db: Db, id: string, folderId: string): void {
  db.prepare('update jobs set folder_id = ? where id = ?').run(folderId, id);
}

/** New folders are chosen or made for all jobs: the place of the backups has changed. */
export function forgetJobFolders(db: Db): void {
  db.prepare('update jobs set folder_id = null').run();
}
