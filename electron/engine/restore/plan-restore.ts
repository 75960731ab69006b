// What a restore will do, found out and refused before anything is made: server, programs, names, what is there already.
import type { Connection } from '../../../shared/connection.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RestoreRequest } from '../../../shared/restore.ts';
import type { Manifest, Snapshot } from '../../../shared/snapshot.ts';
import { createId } from '../base/ids.ts';
import { readServerFacts } from '../postgres/check-server.ts';
import type { PgTarget } from '../postgres/target.ts';
import { databaseExists, isDatabaseEmpty } from '../postgres/database-admin.ts';
import { chooseTools, type ToolSet } from '../postgres/find-tools.ts';
import { findInstalledTools } from '../reach/installed-tools.ts';
import { getConnection } from '../store/connections.ts';
import { getJob } from '../store/jobs.ts';
import type { RestoreContext } from './context.ts';
import { readDumpHead } from './dump-head.ts';
import type { RestoreSource } from './source.ts';

export interface RestorePlan {
  /** Null when there is none. */
  readonly manifest: Manifest | null;
  readonly tools: ToolSet;
  /** The server's maintenance database: from it the others are made, renamed and dropped. */
  readonly admin: PgTarget;
  /** A database of this name is in the way and gives its name to the restored one. */
  readonly replaces: 'nothing' | 'empty' | 'full';
}

/**
 * Where a snapshot goes when nobody says otherwise: the server it came from. Throws `run/needs-connection` when that is not
 * known: the job was found on Drive.
 */
export function chooseConnection(
  ctx: Pick<RestoreContext, 'db'>,
  snapshot: Snapshot,
  connectionId: string | null,
): Connection {
  const job = getJob(ctx.db, snapshot.jobId);
  const chosen = connectionId ?? job.connectionId;
  if (chosen !== null) return getConnection(ctx.db, chosen);
  throw new AppError('run/needs-connection', `job ${job.id} has no connection`, { context: { job: job.name } });
}

/** The name of the database that is filled first. Nobody else makes such names, so a left-over one may be dropped. */
export function createScratchName(kind: 'restore' | 'drill'): string {
  return `pgkeep_${kind}_${createId()}`;
}

/** PostgreSQL's own maintenance database; every server has it unless somebody dropped it. */
const maintenanceDatabase = 'postgres';

/**
 * A target from which `database` can be made, renamed and dropped: the connection's own database, unless it is that one.
 */
export function openAdmin(
  { reach }: Pick<RestoreContext, 'reach'>,
  connection: Connection,
  database: string | null,
): Promise<PgTarget> {
  return reach.open(connection, connection.database === database ? maintenanceDatabase : connection.database);
}

/**
 * Throws `pg/target-not-empty` for a database that holds something, unless `replace`, and `restore/no-manifest` where the
 * restore is to be a proof and nothing says what was backed up. Throws `restore/plain-whole` for a choice that SQL cannot give.
 */
export async function planRestore(
  ctx: RestoreContext,
  source: RestoreSource,
  connection: Connection,
  request: Omit<RestoreRequest, 'snapshotId' | 'connectionId'> | null,
): Promise<RestorePlan> {
  ctx.enter('plan');
  if (source.dumpFormat === 'plain' && request) refuseChoice(request);
  const admin = await openAdmin(ctx, connection, request?.database ?? null);
  const manifest = await source.readManifest(ctx);
  if (!manifest && !request) {
    throw new AppError('restore/no-manifest', 'a drill needs the manifest', { context: { set: source.name } });
  }
  const server = await readServerFacts(admin, ctx.signal);
  // A dump is read by the pg_restore or psql of its own version or a newer one, and compared by a pg_dump that fits the server.
  const needed = Math.max(server.versionNum, await readDumpVersionNum(ctx, source, manifest));
  const tools = chooseTools(await findInstalledTools(ctx), needed);
  const replaces = request ? await findReplaced(ctx, admin, request) : 'nothing';
  return { manifest, tools, admin, replaces };
}

/** SQL text comes whole, with the owners and rights in it. */
function refuseChoice({ tables, withoutOwners }: Pick<RestoreRequest, 'tables' | 'withoutOwners'>): void {
  if (tables.length === 0 && !withoutOwners) return;
  const what =
    tables.length > 0 ? 'single tables cannot be picked from it' : 'owners and rights cannot be left out of it';
  throw new AppError('restore/plain-whole', `plain SQL: ${what}`, { context: { what } });
}

/** 0 when nobody says it: then pg_restore itself refuses what is too new for it. */
async function readDumpVersionNum(
  ctx: RestoreContext,
  source: RestoreSource,
  manifest: Manifest | null,
): Promise<number> {
  const version = manifest?.pgDumpVersion ?? (await readDumpHead(await source.openDump(ctx))).pgDumpVersion ?? '';
  return (Number.parseInt(version, 10) || 0) * 10_000;
}

async function findReplaced(
  ctx: RestoreContext,
  admin: PgTarget,
  { database, replace }: Pick<RestoreRequest, 'database' | 'replace'>,
): Promise<RestorePlan['replaces']> {
  if (!(await databaseExists(admin, database, ctx.signal))) return 'nothing';
  if (await isDatabaseEmpty({ ...admin, database }, ctx.signal)) return 'empty';
  if (replace) return 'full';
  throw new AppError('pg/target-not-empty', `database ${database} is not empty`, { context: { database } });
}
