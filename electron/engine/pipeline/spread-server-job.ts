// A job of a whole server becomes one run for each database: the run that was started takes the first and queues the others.
import { describePattern } from '../../../shared/dump-choice.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import { waitsForPerson } from '../../../shared/run.ts';
import { listServerDatabases } from '../postgres/list-databases.ts';
import type { PgTarget } from '../postgres/target.ts';
import { getRun, listActiveRuns, listRuns, updateRun } from '../store/runs.ts';
import type { BackupContext } from './context.ts';

/**
 * Answers the database that this run goes on with. What is new, gone or left out is said in the log and, where a person may
 * not expect it, as a warning of this run. Throws `pg/no-databases` when nothing is left to back up.
 */
export async function spreadServerJob(ctx: BackupContext, job: Job, target: PgTarget): Promise<string> {
  const found = await listServerDatabases(target, job.dump.excludeDatabases, ctx.signal);
  for (const { name, reason } of found.leftOut) ctx.log.info(`database ${name} is left out: ${reason}`);
  const before = listLastDatabases(ctx, job.id);
  const warnings = [
    ...found.refused.map(
      (name) =>
        `The database ${name} is not backed up: ${target.user} may not connect to it. Grant CONNECT, or leave it out.`,
    ),
    ...found.unmatched.map((pattern) => `No database is called ${describePattern(pattern)}, which the job leaves out.`),
    ...before
      .filter((name) => !found.names.includes(name) && !found.leftOut.some((other) => other.name === name))
      .filter((name) => !found.refused.includes(name))
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
  const [own, ...others] = found.names.filter((name) => !busy.includes(name));
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

/** The databases that the job's last start found. */
function listLastDatabases(ctx: BackupContext, jobId: string): string[] {
  const runs = listRuns(ctx.db, { jobId, limit: 1000 }).filter((run) => run.id !== ctx.runId && run.database !== null);
  const group = runs.find((run) => run.groupId !== null)?.groupId;
  return runs.flatMap((run) => (run.database !== null && run.groupId === group ? [run.database] : []));
}
