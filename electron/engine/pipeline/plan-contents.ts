// What of the database this run takes: asks the server what the job's patterns fit, and says in the run's log and warnings
// what a person may not expect.
import { describePattern } from '../../../shared/dump-choice.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import { describeLeftOut, listNames, summarizeLeftOut, type LeftOut } from '../../../shared/left-out.ts';
import type { DumpContents } from '../postgres/choose-contents.ts';
import { mostArgumentBytes, toContentsArgs } from '../postgres/contents-args.ts';
import { readContents } from '../postgres/read-contents.ts';
import type { PgTarget } from '../postgres/target.ts';
import { getRun, updateRun } from '../store/runs.ts';
import type { BackupContext } from './context.ts';

export interface PlannedContents extends DumpContents {
  /** For pg_dump. */
  readonly args: readonly string[];
}

/** Null: everything. Throws `pg/choice-unmatched`, `pg/choice-too-long` and `run/plain-keys`. */
export async function planContents(
  ctx: BackupContext,
  { dump: choice, scope }: Job,
  target: PgTarget,
  isStandby: boolean,
): Promise<PlannedContents | null> {
  const contents = await readContents(target, choice, isStandby, ctx.signal);
  if (!contents) return null;
  if (choice.format === 'plain') refuseBrokenKeys(contents.leftOut);
  const args = toContentsArgs(contents.leftOut, mostArgumentBytes(process.platform));
  for (const line of describeLeftOut(summarizeLeftOut(contents.leftOut))) ctx.log.info(line);
  for (const name of contents.needed.slice(0, 50)) {
    ctx.log.info(`${name} stays in the backup without rows: something else in it needs it`);
  }
  const unmatched = contents.unmatched.map(
    (pattern) => `Nothing is called ${describePattern(pattern)}, which the job leaves out.`,
  );
  // What is there in one database of a server need not be in the next.
  if (scope === 'server') for (const line of unmatched) ctx.log.info(line);
  warn(ctx, [
    ...(scope === 'server' ? [] : unmatched),
    ...(contents.tablesWithRows === 0 ? ['What the job leaves out is every table: this backup has no rows.'] : []),
  ]);
  return { ...contents, args };
}

/** Each once, also when the run is tried again. */
function warn(ctx: BackupContext, lines: readonly string[]): void {
  const known = getRun(ctx.db, ctx.runId).warnings;
  const news = lines.filter((line) => !known.includes(line));
  for (const line of news) ctx.log.warn(line);
  if (news.length > 0) updateRun(ctx.db, ctx.runId, { warnings: [...known, ...news] });
}

/** A restore of an archive leaves such keys out; psql takes the SQL as it is, and fails at them. */
function refuseBrokenKeys({ foreignKeys }: LeftOut): void {
  if (foreignKeys.length === 0) return;
  const names = foreignKeys.map(({ table, name }) => `${name} of ${table}`);
  const keys = listNames({ count: names.length, names });
  throw new AppError('run/plain-keys', `plain SQL would break at ${keys}`, { context: { keys } });
}
