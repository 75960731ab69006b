// Everything that can be found out and refused before anything is written: job, secrets, server, rights, programs, room on
// the disk, Drive folder.
import type { DatabaseSettings } from '../../../shared/database-settings.ts';
import type { DumpFormat } from '../../../shared/dump-choice.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import type { Compression } from '../../../shared/snapshot.ts';
import { throwIfAborted } from '../base/abort.ts';
import { bestCompression } from '../base/compression.ts';
import { createId } from '../base/ids.ts';
import { ensureKey } from '../crypto/keys.ts';
import { findMissingRights, readServerFacts, type ServerFacts } from '../postgres/check-server.ts';
import { readDatabaseSettings } from '../postgres/database-settings.ts';
import { readTableSizes } from '../postgres/table-sizes.ts';
import type { PgTarget } from '../postgres/target.ts';
import { chooseTools, type ToolSet } from '../postgres/find-tools.ts';
import { findInstalledTools } from '../reach/installed-tools.ts';
import { getConnection } from '../store/connections.ts';
import { getJob } from '../store/jobs.ts';
import { getRun } from '../store/runs.ts';
import { readSetting } from '../store/settings.ts';
import { listSnapshots } from '../store/snapshots.ts';
import type { BackupContext } from './context.ts';
import type { ExpectedDump } from './expect-dump.ts';
import { planContents, type PlannedContents } from './plan-contents.ts';
import { ensureJobFolder } from '../account/job-folders.ts';
import { refuseFullDrive } from './drive-room.ts';
import { planRoom } from './plan-room.ts';
import type { SpoolRoom } from './spool-file.ts';
import { toBaseName } from './set-names.ts';
import { spreadServerJob } from './spread-server-job.ts';

export interface BackupPlan {
  readonly job: Job;
  /** The one that this run is about. */
  readonly database: string;
  readonly target: PgTarget;
  readonly tools: ToolSet;
  readonly server: ServerFacts;
  readonly setId: string;
  readonly baseName: string;
  /** ISO time; the set's time on Drive and here. */
  readonly createdAt: string;
  readonly folderId: string;
  readonly recipients: readonly string[];
  readonly databaseSettings: DatabaseSettings;
  /** What is left out; null: nothing. */
  readonly contents: PlannedContents | null;
  readonly dumpFormat: DumpFormat;
  readonly compression: Compression;
  /** Of this computer's disk for the dump. */
  readonly room: SpoolRoom;
  /** From what the dump's size is told while it flows by; never shown as exact. */
  readonly expected: ExpectedDump;
}

/** A first backup may well be this much smaller than the database: Drive is not called too small on a guess. */
const firstRatio = 20;

export async function planRun(ctx: BackupContext): Promise<BackupPlan> {
  ctx.enter('plan');
  const run = getRun(ctx.db, ctx.runId);
  const job = getJob(ctx.db, run.jobId);
  const connection = getConnection(ctx.db, requireConnection(job));
  const database = run.database ?? (await spreadServerJob(ctx, job, await ctx.reach.open(connection)));
  // Before the server is asked for anything: the command may be what makes it ready.
  await ctx.before(database);
  const target = await ctx.reach.open(connection, database);
  const server = await readServerFacts(target, ctx.signal);
  ctx.onServer(connection, server);
  const tools = chooseTools(await findInstalledTools(ctx), server.versionNum);
  ctx.log.info(`server ${server.version}, pg_dump ${tools.version} in ${tools.dir}`);
  const contents = await planContents(ctx, job, target, server.isStandby);
  const sizeBytes = contents?.sizeBytes ?? server.sizeBytes;
  if (server.isStandby) ctx.log.info('the server is a standby: it may end a long dump to apply changes of its primary');
  await refuseMissingRights(target, contents, ctx.signal);
  const last = listSnapshots(ctx.db, job.id).find((snapshot) => snapshot.database === database);
  const lastBytes = last?.dumpFormat === job.dump.format ? last.dumpBytes : null;
  const room = await planRoom(ctx, last?.storedBytes ?? Math.ceil(sizeBytes / 4));
  await refuseFullDrive(ctx, last?.storedBytes ?? Math.ceil(sizeBytes / firstRatio));
  const recipient = await ensureKey(ctx.vault, readSetting(ctx.db, 'key')?.recipient ?? null);
  const folderId = await ensureJobFolder(ctx, job);
  const setId = createId();
  const createdAt = ctx.clock.now().toISOString();
  return {
    job,
    database,
    target,
    tools,
    server,
    setId,
    baseName: toBaseName(database, createdAt, setId),
    createdAt,
    folderId,
    recipients: [recipient],
    contents,
    databaseSettings: await readDatabaseSettings(target, ctx.signal),
    dumpFormat: job.dump.format,
    compression: bestCompression,
    room,
    expected: await planExpectation(ctx, target, { server, contents, sizeBytes, lastBytes }),
  };
}

/** A catalogue that cannot be asked costs the figures their precision, never the backup. */
async function planExpectation(
  ctx: BackupContext,
  target: PgTarget,
  facts: {
    readonly server: ServerFacts;
    readonly contents: PlannedContents | null;
    readonly sizeBytes: number;
    readonly lastBytes: number | null;
  },
): Promise<ExpectedDump> {
  const { server, contents, sizeBytes, lastBytes } = facts;
  const notDumped = contents && { ...contents, ...contents.leftOut };
  const sizes = await readTableSizes(target, server.sizeBytes, notDumped, ctx.signal).catch((error: unknown) => {
    throwIfAborted(ctx.signal);
    ctx.log.warn(`the sizes of the tables are not known: ${toAppError(error).message}`);
    return null;
  });
  return { sizes, lastBytes, databaseBytes: sizeBytes };
}

function requireConnection(job: Job): string {
  if (job.connectionId !== null) return job.connectionId;
  throw new AppError('run/needs-connection', `job ${job.id} has no connection`, { context: { job: job.name } });
}

/** pg_dump would stop at the first of them; here all are named at once, each with the GRANT that helps. */
async function refuseMissingRights(
  target: PgTarget,
  contents: PlannedContents | null,
  signal: AbortSignal,
): Promise<void> {
  const missing = await findMissingRights(target, signal, contents ? { ...contents, ...contents.leftOut } : undefined);
  const first = missing[0];
  if (!first) return;
  throw new AppError('pg/permission-denied', `${String(missing.length)} objects cannot be read, first ${first.name}`, {
    context: {
      user: target.user,
      database: target.database,
      object: first.name,
      count: missing.length,
      grant: missing
        .slice(0, 20)
        .map((right) => right.grant)
        .join('\n'),
    },
  });
}
