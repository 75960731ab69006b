// A restore: a new database is filled under a name of ours, compared, and only then gets the name that was asked for. What
// was there before keeps everything under another name. A break-off leaves the server as it was.
import type { Restore, RestoreReport, RestoreRequest } from '../../../shared/restore.ts';
import { toAppError } from '../../../shared/errors.ts';
import type { Connection } from '../../../shared/connection.ts';
import { createDatabase, dropDatabase, isDatabaseEmpty, renameDatabases } from '../postgres/database-admin.ts';
import { applyDatabaseSettings } from '../postgres/database-settings.ts';
import type { PgTarget } from '../postgres/target.ts';
import type { RestoreContext } from './context.ts';
import { compareWithLoaded, loadDump, type LoadRequest } from './load-dump.ts';
import { planRestore, type RestorePlan } from './plan-restore.ts';
import type { RestoreSource } from './source.ts';

export interface RestoreJob {
  readonly restore: Restore;
  readonly scratch: string;
  readonly source: RestoreSource;
  readonly connection: Connection;
  readonly request: Omit<RestoreRequest, 'snapshotId' | 'connectionId'>;
}

/** Throws an AppError; then the database of ours may still be there and is the caller's to drop. */
export async function runRestore(ctx: RestoreContext, job: RestoreJob): Promise<RestoreReport> {
  const { request, scratch } = job;
  const plan = await planRestore(ctx, job.source, job.connection, request);
  const filled = await fillScratch(ctx, job, plan);
  ctx.enter('finish');
  // Data that differs takes nobody's name, and is not thrown away either: a person decides.
  if (filled.equal === false) return { ...filled, database: scratch, previousDatabase: null };
  const previous = plan.replaces === 'nothing' ? null : toPreviousName(request.database, ctx.clock.now());
  await renameDatabases(plan.admin, [
    ...(previous === null ? [] : [{ from: request.database, to: previous }]),
    { from: scratch, to: request.database },
  ]);
  const warnings = [...filled.warnings, ...(await giveSettings(ctx, plan, request))];
  const dropped = previous !== null && plan.replaces === 'empty' && (await dropIfStillEmpty(ctx, plan.admin, previous));
  return { ...filled, warnings, database: request.database, previousDatabase: dropped ? null : previous };
}

/** Of the database itself, which single tables do not bring along. The restore is in place and cannot fail here. */
async function giveSettings(
  ctx: RestoreContext,
  { manifest, admin }: RestorePlan,
  { database, tables, withoutOwners }: RestoreJob['request'],
): Promise<string[]> {
  const settings = manifest?.databaseSettings;
  if (!settings || tables.length > 0) return [];
  try {
    return await applyDatabaseSettings(admin, database, settings, { withoutOwners });
  } catch (error) {
    ctx.log.warn(`the settings of ${database}: ${toAppError(error).message}`);
    return ['The settings and rights of the database itself were not restored: the connection broke off.'];
  }
}

/** What was empty at the start may have been filled since: then it stays. The restore is in place and cannot fail here. */
async function dropIfStillEmpty(ctx: RestoreContext, admin: PgTarget, database: string): Promise<boolean> {
  try {
    if (!(await isDatabaseEmpty({ ...admin, database }))) return false;
    await dropDatabase(admin, database);
    return true;
  } catch (error) {
    ctx.log.warn(`the replaced database ${database} stays: ${toAppError(error).message}`);
    return false;
  }
}

/** A drill: fills a scratch database of the job's own server, compares, and drops it whatever came out. */
export async function runDrill(ctx: RestoreContext, job: Omit<RestoreJob, 'request'>): Promise<RestoreReport> {
  const plan = await planRestore(ctx, job.source, job.connection, null);
  const request = { tables: [], withoutOwners: false };
  const filled = await fillScratch(ctx, { ...job, request }, plan);
  ctx.enter('finish');
  await dropDatabase(plan.admin, job.scratch);
  return { ...filled, database: job.scratch, previousDatabase: null };
}

async function fillScratch(
  ctx: RestoreContext,
  job: Omit<RestoreJob, 'request'> & { readonly request: Pick<RestoreRequest, 'tables' | 'withoutOwners'> },
  plan: RestorePlan,
): Promise<Omit<RestoreReport, 'database' | 'previousDatabase'>> {
  const { manifest, admin, tools } = plan;
  ctx.enter('load');
  const made = await createDatabase(admin, job.scratch, manifest, ctx.signal);
  const load: LoadRequest = {
    source: job.source,
    manifest,
    tools,
    target: { ...admin, database: job.scratch },
    tables: job.request.tables,
    withoutOwners: job.request.withoutOwners,
  };
  const loaded = await loadDump(ctx, load);
  const warnings = [...(manifest ? [] : [noManifestWords]), ...made.warnings, ...loaded.warnings, ...listSkipped(load)];
  const { equal, differences, tables, rows, bytes } = await compareWithLoaded(ctx, load, loaded);
  return { equal, differences: differences.slice(0, 50), tables, rows, bytes, warnings };
}

/** A key whose table is not restored is missed by nobody. */
function listSkipped({ manifest, tables }: LoadRequest): string[] {
  const keys = manifest?.leftOut?.foreignKeys ?? [];
  const skipped = keys.filter(({ schema, table }) => tables.length === 0 || tables.includes(`${schema}.${table}`));
  return skipped.map(
    ({ schema, table, name }) =>
      `The foreign key ${name} of ${schema}.${table} was left out: rows that it points to are not in this backup.`,
  );
}

const noManifestWords =
  'There was no manifest: the database was compared with the file, but the file could not be compared with what was backed up.';

/** `shop_before_20261122T030000`, cut to the 63 bytes that a PostgreSQL name may have. */
export function toPreviousName(database: string, now: Date): string {
  const suffix = `_before_${now.toISOString().replace(/[-:]|\..+$/g, '')}`;
  let kept = database;
  while (Buffer.byteLength(kept + suffix) > 63) kept = Array.from(kept).slice(0, -1).join('');
  return kept + suffix;
}
