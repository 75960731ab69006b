// Rows of runs. Their history is looked through in search-runs.ts, their logs are kept in run-log.ts.
import { z } from 'zod';
import { AppError, type WireError } from '../../../shared/errors.ts';
import { runSchema, type Run, type RunStage, type RunState } from '../../../shared/run.ts';
import { leftOutSummarySchema } from '../../../shared/left-out.ts';
import { dumpFormats } from '../../../shared/dump-choice.ts';
import { compressions, madeFileSchema } from '../../../shared/snapshot.ts';
import type { Db } from './database.ts';
import { readJson } from './json.ts';

/** What a dump left in the spool: enough to upload, verify and record it after a restart. */
export const dumpedSchema = z.object({
  setId: z.string(),
  baseName: z.string(),
  createdAt: z.string(),
  database: z.string(),
  serverVersion: z.string(),
  dumpFormat: z.enum(dumpFormats).default('custom'),
  compression: z.enum(compressions),
  dumpBytes: z.number(),
  tables: z.number().nullable(),
  rows: z.number().nullable(),
  /** The encrypted files in the run's spool folder, named by kind. */
  files: z.array(madeFileSchema),
  leftOut: leftOutSummarySchema.nullable().default(null),
});
export type Dumped = z.infer<typeof dumpedSchema>;

/** All of a run but its progress, as `runSchema` names it. */
export const runColumns = `id, job_id as jobId, database, group_id as groupId, trigger, reason, state, stage, created_at as createdAt, started_at as startedAt,
  ended_at as endedAt, error, warnings, snapshot_id as snapshotId, attempts, next_try_at as nextTryAt`;

export function insertRun(db: Db, run: Run): void {
  db.prepare(
    `insert into runs (id, job_id, database, group_id, trigger, reason, state, stage, created_at, warnings)
     values (@id, @jobId, @database, @groupId, @trigger, @reason, @state, @stage, @createdAt, '[]')`,
  ).run(run);
}

/** Throws `input/not-found`. */
export function getRun(db: Db, id: string): Run {
  const row = db.prepare(`select ${runColumns} from runs where id = ?`).get(id);
  if (row === undefined) throw new AppError('input/not-found', `no run ${id}`, { context: { what: 'run', id } });
  return toRun(row);
}

/** Newest first. */
export function listRuns(db: Db, filter: { jobId: string | null; limit: number }): Run[] {
  const where = filter.jobId === null ? '' : 'where job_id = @jobId';
  const rows = db
    .prepare(`select ${runColumns} from runs ${where} order by created_at desc, rowid desc limit @limit`)
    .all(filter);
  return rows.map(toRun);
}

/** Queued, running and waiting runs, oldest first. */
export function listActiveRuns(db: Db): Run[] {
  const rows = db
    .prepare(
      `select ${runColumns} from runs where state in ('queued', 'running', 'waiting') order by created_at, rowid`,
    )
    .all();
  return rows.map(toRun);
}

/**
 * Each job with each database that its runs name (`name`; empty: not known yet), found by steps through an index: as many as there
 * are pairs, however many runs.
 */
const pairs = `with recursive pairs (job_id, name) as (
    select id, (select ifnull(database, '') from runs where job_id = jobs.id order by ifnull(database, '') desc limit 1)
      from jobs
    union all
    select job_id, (select ifnull(database, '') from runs
      where job_id = pairs.job_id and ifnull(database, '') < pairs.name order by ifnull(database, '') desc limit 1)
      from pairs where name is not null
  )`;

/** The newest `count` runs of each job and database, newest first. */
export function listNewestRuns(db: Db, count = 1): Run[] {
  return db
    .prepare(
      `${pairs}
       select ${runColumns} from runs where rowid in (
           select newest.rowid from pairs join runs newest on newest.rowid in (
             select rowid from runs where job_id = pairs.job_id and ifnull(database, '') = pairs.name
               order by created_at desc, rowid desc limit @count)
           where pairs.name is not null)
         order by created_at desc, rowid desc`,
    )
    .all({ count })
    .map(toRun);
}

/** When the first run of a job for a database was begun; null before it. */
export function readFirstRunAt(db: Db, jobId: string, database: string): string | null {
  const row = db
    .prepare<[string, string], { at: string }>(
      'select created_at as at from runs where job_id = ? and database = ? order by created_at limit 1',
    )
    .get(jobId, database);
  return row?.at ?? null;
}

export interface RunChange {
  readonly database?: string;
  readonly state?: RunState;
  readonly stage?: RunStage | null;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly error?: WireError | null;
  readonly warnings?: readonly string[];
  readonly snapshotId?: string;
  readonly dumped?: Dumped | null;
  readonly attempts?: number;
  readonly nextTryAt?: string | null;
  /** How long it took; null for one that had to wait. */
  readonly plainMs?: number | null;
}

/** Changes what is named; answers the row as it is then. */
export function updateRun(db: Db, id: string, change: RunChange): Run {
  const values: Record<string, string | number | null> = {};
  if (change.database !== undefined) values['database'] = change.database;
  if (change.state !== undefined) values['state'] = change.state;
  if (change.stage !== undefined) values['stage'] = change.stage;
  if (change.startedAt !== undefined) values['started_at'] = change.startedAt;
  if (change.endedAt !== undefined) values['ended_at'] = change.endedAt;
  if (change.error !== undefined) values['error'] = change.error === null ? null : JSON.stringify(change.error);
  if (change.warnings !== undefined) values['warnings'] = JSON.stringify(change.warnings);
  if (change.snapshotId !== undefined) values['snapshot_id'] = change.snapshotId;
  if (change.dumped !== undefined) values['dumped'] = change.dumped === null ? null : JSON.stringify(change.dumped);
  if (change.attempts !== undefined) values['attempts'] = change.attempts;
  if (change.nextTryAt !== undefined) values['next_try_at'] = change.nextTryAt;
  if (change.plainMs !== undefined) values['plain_ms'] = change.plainMs;
  const names = Object.keys(values);
  if (names.length > 0) {
    const sets = names.map((name) => `${name} = @${name}`).join(', ');
    db.prepare(`update runs set ${sets} where id = @id`).run({ ...values, id });
  }
  return getRun(db, id);
}

/** Runs that the end of the program met after their success: they are over. */
export function endRetaining(db: Db): void {
  db.prepare(`update runs set stage = null where state = 'succeeded' and stage is not null`).run();
}

/** Null until the dump is whole in the spool. */
export function readDumped(db: Db, runId: string): Dumped | null {
  const row = db.prepare<[string], { dumped: string | null }>('select dumped from runs where id = ?').get(runId);
  return row?.dumped ? dumpedSchema.parse(JSON.parse(row.dumped)) : null;
}

function toRun(row: unknown): Run {
  const values = row as Record<string, unknown>;
  return runSchema.parse({
    ...values,
    error: readJson(values['error']),
    warnings: readJson(values['warnings']),
    progress: null,
  });
}
