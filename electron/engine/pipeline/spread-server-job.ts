// A job of a whole server becomes one run for each database: the run that was started takes the first and queues the others.
import { describePattern } from '../../../shared/dump-choice.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import { isRunActive, waitsForPerson } from '../../../shared/run.ts';
import { listServerDatabases } from '../postgres/list-databases.ts';
import type { PgTarget } from '../postgres/target.ts';
import { getRun, listActiveRuns, listRuns, updateRun } from '../store/runs.ts';
import { listNewestSnapshots } from '../store/snapshots.ts';
import type { Db } from '../store/database.ts';
import type { BackupContext } from './context.ts';

/**
 * Answers the database that this run goes on with. What is new, gone or left out is said in the log and, where a person may
 * not expect it, as a warning of this run. Throws `pg/no-databases` when nothing is left to back up.
 */
export async function spreadServerJob(ctx: BackupContext, job: Job, target: PgTarget): Promise<string> {
  const found = await listServerDatabases(target, job.dump.excludeDatabases, ctx.signal);
  for (const { name, reason } of found.leftOut) ctx.log.info(`database ${name} is left out: ${reason}`);
  const before = listLastDatabases(ctx.db, job.id);
  // One that has backups must not grow old in silence: its run fails, and a person is told.
  const closed = found.refused.filter((name) => before.includes(name) || hasBackup(ctx, job.id, name));
  const taken = [...found.names, ...closed];
  const warnings = [
    ...found.refused
      .filter((name) => !closed.includes(name))
      .map(
        (name) =>
          `The database ${name} is not backed up: ${target.user} may not connect to it. Grant CONNECT, or leave it out.`,
      ),
    ...found.unmatched.map((pattern) => `No database is called ${describePattern(pattern)}, which the job leaves out.`),
    ...before
      .filter((name) => !taken.includes(name) && !found.leftOut.some((other) => other.name === name))
      .map((name) => `The database ${name} is not on the server any more. Its backups stay.`),
  ];
  for (const line of warnings) ctx.log.warn(line);
  if (before.length > 0) {
    for (const name of found.names.filter((candidate) => !before.includes(candidate))) {
      ctx.log.info(`database ${name} is new on the server`);
    }
  }
  // One that still uploads its last dump is not begun anew beside it; one that waits for a person must not keep newer data waiting.
  const busy = listActiveRuns(ctx.db).flatMap((run) =>
    run.jobId === job.id && run.database !== null && !waitsForPerson(run) ? [run.database] : [],
  );
  const [own, ...others] = taken.filter((name) => !busy.includes(name));
  if (own === undefined && taken.length > 0) {
    ctx.log.info('every database still has a run that goes on: nothing is begun beside them');
    throw new AppError('run/cancelled', 'every database still has a run that goes on');
  }
  if (own === undefined) {
    throw new AppError('pg/no-databases', 'no database is left to back up', {
      context: { job: job.name, host: target.host, port: target.port },
    });
  }
  updateRun(ctx.db, ctx.runId, { warnings: [...getRun(ctx.db, ctx.runId).warnings, ...warnings] });
  ctx.spread(own, others);
  ctx.log.info(`databases of this server: ${[own, ...others].join(', ')}`);
  return own;
}

function hasBackup(ctx: BackupContext, jobId: string, database: string): boolean {
  return listNewestSnapshots(ctx.db).some((snapshot) => snapshot.jobId === jobId && snapshot.database === database);
}

/** The databases that the job's last start found, and those whose runs an earlier one left going on. */
export function listLastDatabases(db: Db, jobId: string): string[] {
  const runs = listRuns(db, { jobId, limit: 1000 }).filter((run) => run.database !== null);
  const group = runs.find((run) => run.groupId !== null)?.groupId;
  const last = runs.filter((run) => run.groupId !== null && (run.groupId === group || isRunActive(run)));
  return [...new Set(last.flatMap((run) => run.database ?? []))];
}
