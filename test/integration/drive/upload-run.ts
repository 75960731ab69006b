// One run's upload as the engine does it (folder, set of three files, comparison, cleaning up after a failure) with the
// real store and spool, so that faults can be thrown at it and what is left on Drive can be counted.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DriveAccess } from '../../../electron/engine/drive/access.ts';
import { ensureFolder } from '../../../electron/engine/drive/folders.ts';
import { refreshTokenName } from '../../../electron/engine/drive/token.ts';
import { chooseOutcome, nextTryMs } from '../../../electron/engine/pipeline/choose-outcome.ts';
import type { BackupContext } from '../../../electron/engine/pipeline/context.ts';
import { openSpool, removeSpool, type Spool } from '../../../electron/engine/pipeline/spool.ts';
import {
  discardUploads,
  uploadSpool,
  verifySpool,
  type UploadPlan,
} from '../../../electron/engine/pipeline/upload-spool.ts';
import { openDatabase } from '../../../electron/engine/store/database.ts';
import { updateRun, type Dumped } from '../../../electron/engine/store/runs.ts';
import { listUploads } from '../../../electron/engine/store/uploads.ts';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { setFileKinds, type SetFile, type SetFileKind } from '../../../shared/snapshot.ts';
import { addDumpedRun } from '../../support/upload-rows.ts';
import { MiB, type DriveWorld } from './drive-world.ts';
import { noReach } from '../../support/no-reach.ts';

export type Contents = Readonly<Record<SetFileKind, Buffer>>;

export interface RunOptions {
  /** Written while it is uploaded, in pieces of this size; absent: all there before. */
  readonly growBy?: number;
  /** Called when the run waits, before it is taken up again: the cause goes away, or not. */
  readonly onWaiting?: (error: AppError) => void;
  readonly chunkBytes?: number;
  readonly stallMs?: number;
}

export type RunResult =
  | { readonly outcome: 'verified'; readonly files: readonly SetFile[]; readonly waits: readonly ErrorCode[] }
  | { readonly outcome: 'failed'; readonly error: AppError; readonly waits: readonly ErrorCode[] };

export interface UploadRuns {
  /** From the spool to a verified set, or to a failure after which Drive has nothing of it. */
  readonly run: (contents: Contents, options?: RunOptions) => Promise<RunResult>;
  readonly close: () => Promise<void>;
}

/** A run that waits this often without an end is taken for one that never ends. */
const maxTries = 12;

export async function openUploadRuns(world: DriveWorld): Promise<UploadRuns> {
  const dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-uploads-'));
  const { db, close } = openDatabase(path.join(dir, 'pgkeep.db'));
  const paths = { dataDir: dir, databasePath: '', spoolDir: path.join(dir, 'spool'), tempDir: path.join(dir, 'temp') };
  let count = 0;

  const run: UploadRuns['run'] = async (contents, options = {}) => {
    count += 1;
    const runId = `run-${String(count)}`;
    // As after a sign-in: the server may have been reset since the run before.
    await world.vault.write(refreshTokenName, world.google.issueTokens().refreshToken);
    const spool = await openSpool(paths.spoolDir, runId);
    const createdAt = world.clock.now().toISOString();
    addDumpedRun(db, runId, [], createdAt);
    const dumped = fillSpool(spool, contents, options.growBy ?? null).then((files): Dumped => {
      const facts: Dumped = {
        ...{ setId: runId, baseName: 'shop', createdAt, database: 'shop', serverVersion: '18.0' },
        ...{
          dumpFormat: 'custom',
          compression: 'zstd',
          dumpBytes: contents.dump.length,
          tables: null,
          rows: null,
          files,
          leftOut: null,
        },
      };
      updateRun(db, runId, { dumped: facts });
      return facts;
    });
    if (options.growBy === undefined) await dumped;
    let stage: 'plan' | 'upload' | 'verify' = 'plan';
    const contextOf = (drive: DriveAccess): BackupContext => ({
      ...{ db, vault: world.vault, paths, clock: world.clock, drive, productVersion: '0.0.0-test', runId },
      config: { google: world.google.endpoints, toolDirs: [], builtInClient: null },
      ...{
        log: world.log,
        signal: new AbortController().signal,
        report: () => undefined,
        onFolderNews: () => undefined,
        spread: () => undefined,
        readAuditMark: () => null,
        onContents: () => undefined,
        onRecorded: () => undefined,
        retain: () => Promise.resolve([]),
        reach: noReach,
        before: () => Promise.resolve(),
        onServer: () => undefined,
      },
      enter: (entered) => {
        if (entered === 'verify') stage = entered;
      },
    });
    const attempt = async (): Promise<readonly SetFile[]> => {
      // As after a restart: nothing of the try before is in memory.
      const ctx = contextOf(world.connect());
      stage = 'plan';
      const { folder } = await ensureFolder(ctx.drive.api, {
        ...{ storedId: listUploads(db, runId)[0]?.folderId ?? null, name: 'nightly', parentId: null },
        property: { key: 'pgkeepJob', value: runId },
        saveId: () => undefined,
      });
      const plan: UploadPlan = {
        ...{
          jobId: 'upload',
          setId: runId,
          baseName: 'shop',
          database: 'shop',
          createdAt,
          serverMajor: 18,
          folderId: folder.id,
        },
        ...{ chunkBytes: options.chunkBytes ?? MiB, stallMs: options.stallMs ?? 300 },
        nameOf: (kind) => `${runId}.${kind}.age`,
      };
      stage = 'upload';
      await uploadSpool(ctx, plan, spool, dumped, ctx.signal);
      return verifySpool(ctx, plan, spool, await dumped);
    };

    const waits: ErrorCode[] = [];
    try {
      for (let tries = 0; tries < maxTries; tries += 1) {
        try {
          return { outcome: 'verified', files: await attempt(), waits };
        } catch (thrown) {
          world.note(thrown);
          if (!(thrown instanceof AppError)) throw thrown;
          await dumped;
          const outcome = chooseOutcome(thrown, { stage, dumped: true });
          if (outcome !== 'waiting') {
            world.google.clearFaults();
            await discardUploads(contextOf(world.connect()), runId);
            return { outcome: 'failed', error: thrown, waits };
          }
          waits.push(thrown.code);
          options.onWaiting?.(thrown);
          // A person signs in again; everybody else only waits.
          await world.vault.write(refreshTokenName, world.google.issueTokens().refreshToken);
          world.clock.advance(nextTryMs(tries, thrown));
        }
      }
      throw new Error(`the run waits without an end: ${waits.join(', ')}`);
    } finally {
      await spool.close();
      await removeSpool(paths.spoolDir, runId);
    }
  };

  return {
    run,
    close: async () => {
      close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** What is wrong on Drive after a run; empty when nothing is. `keptIds`: the set that is said to be verified. */
export async function findWrongs(world: DriveWorld, contents: Contents, files: readonly SetFile[]): Promise<string[]> {
  const wrongs: string[] = [];
  const live = world.google.files().filter((file) => file.content !== null && file.trashedTime === null);
  const known = new Set(files.map((file) => file.driveFileId));
  for (const file of live) if (!known.has(file.id)) wrongs.push(`orphan ${file.name}`);
  for (const file of files) {
    const stored = live.some((other) => other.id === file.driveFileId) ? await world.stored(file.driveFileId) : null;
    if (stored === null) wrongs.push(`missing ${file.name}`);
    else if (!stored.equals(contents[file.kind])) wrongs.push(`other bytes in ${file.name}`);
  }
  for (const session of world.google.state().sessions) {
    if (session.fileId === null && session.storedBytes > 0) wrongs.push(`open upload of ${session.fileName}`);
  }
  return wrongs;
}

async function fillSpool(spool: Spool, contents: Contents, growBy: number | null): Promise<Dumped['files']> {
  const files: Dumped['files'][number][] = [];
  for (const kind of setFileKinds) {
    const content = contents[kind];
    const step = growBy ?? Math.max(1, content.length);
    for (let at = 0; at < content.length; at += step) {
      await spool.files[kind].append(content.subarray(at, at + step));
      // The upload has its turn between two pieces.
      if (growBy !== null) await setImmediate();
    }
    const facts = await spool.files[kind].commit();
    files.push({ kind, name: `shop.${kind}.age`, ...facts });
  }
  return files;
}
