// What is read of runs for messages about them: those before one, and the end of a log.
import type { Run } from '../../../shared/run.ts';
import type { Db } from './database.ts';
import { getRun } from './runs.ts';

/** More in a row need no number. */
const mostRuns = 200;

/**
 * Runs of the same job and database that were over before this one began, newest first. Of a start that did not come to a
 * database: the starts before it.
 */
export function listRunsBefore(db: Db, run: Pick<Run, 'id' | 'jobId' | 'database' | 'createdAt'>): Run[] {
  return db
    .prepare<[object], { id: string }>(
      `select id from runs
       where job_id = @jobId and ${run.database === null ? 'group_id is id' : 'database = @database'} and id <> @id and created_at <= @createdAt
         and state in ('succeeded', 'failed', 'cancelled', 'interrupted')
       order by created_at desc, rowid desc limit @mostRuns`,
    )
    .all({ id: run.id, jobId: run.jobId, database: run.database, createdAt: run.createdAt, mostRuns })
    .map(({ id }) => getRun(db, id));
}

/** The last lines, oldest first. */
export function listLogEnd(db: Db, runId: string, lines: number): { readonly at: string; readonly message: string }[] {
  return db
    .prepare<[string, number], { at: string; message: string }>(
      `select at, message from run_log where run_id = ? and level <> 'debug' order by id desc limit ?`,
    )
    .all(runId, lines)
    .reverse();
}

/** Runs that ended after a time, oldest first. */
export function listRunsEndedAfter(db: Db, at: string): Run[] {
  return db
    .prepare<[string], { id: string }>('select id from runs where ended_at > ? order by ended_at, rowid')
    .all(at)
    .map(({ id }) => getRun(db, id));
}
