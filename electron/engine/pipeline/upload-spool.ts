// Brings the files of a spool to Drive one after the other, the dump while it still grows, and checks what Drive then has.
import type { SetFile, SetFileKind } from '../../../shared/snapshot.ts';
import { setFileKinds, setFormatVersion } from '../../../shared/snapshot.ts';
import { AppError } from '../../../shared/errors.ts';
import { cancelUpload } from '../drive/cancel-upload.ts';
import { trashIfAllowed } from '../drive/remove-file.ts';
import { uploadFollowing, type UploadState } from '../drive/upload.ts';
import { verifyUpload } from '../drive/verify-upload.ts';
import type { Dumped } from '../store/runs.ts';
import {
  findUpload,
  listUploads,
  removeUpload,
  removeUploads,
  sessionName,
  writeUpload,
  type Upload,
} from '../store/uploads.ts';
import type { BackupContext } from './context.ts';
import { withDriveFigures } from './drive-room.ts';
import type { Spool } from './spool.ts';

/** Cleaning up must keep neither a person nor a quit waiting: what takes longer is tried again at the next start. */
const discardLimitMs = 10_000;

type CancelContext = Pick<BackupContext, 'vault' | 'drive' | 'clock' | 'log' | 'signal'>;

/** What an upload needs to know of the set before the dump is whole. */
export interface UploadPlan {
  readonly jobId: string;
  readonly setId: string;
  readonly baseName: string;
  readonly database: string;
  readonly createdAt: string;
  readonly serverMajor: number;
  readonly folderId: string;
  /** Absent: chosen by how the line behaves. */
  readonly chunkBytes?: number;
  /** Patience with a connection on which nothing moves; absent: the usual. */
  readonly stallMs?: number;
  readonly nameOf: (kind: SetFileKind) => string;
}

/** A file that arrived damaged is sent again this often before the run fails (Drive or a proxy keeps changing bytes). */
const maxRepeats = 2;

/** Uploads all files; `dumped` resolves when they are whole. */
export async function uploadSpool(
  ctx: BackupContext,
  plan: UploadPlan,
  spool: Spool,
  dumped: Promise<Dumped>,
  signal: AbortSignal,
): Promise<void> {
  for (const kind of setFileKinds) {
    const facts = kind === 'manifest' ? await dumped : null;
    await uploadFile(ctx, plan, spool, kind, facts, signal);
  }
}

/** Compares every file with Drive's own size and hash; sends a damaged one again. Answers the set as Drive has it. */
export async function verifySpool(
  ctx: BackupContext,
  plan: UploadPlan,
  spool: Spool,
  dumped: Dumped,
): Promise<SetFile[]> {
  ctx.enter('verify');
  const files: SetFile[] = [];
  for (const file of dumped.files) files.push(await verifyFile(ctx, plan, spool, dumped, file));
  return files;
}

async function verifyFile(
  ctx: BackupContext,
  plan: UploadPlan,
  spool: Spool,
  dumped: Dumped,
  file: Dumped['files'][number],
): Promise<SetFile> {
  for (let repeat = 0; ; repeat += 1) {
    const upload = getUpload(ctx, file.kind);
    try {
      await verifyUpload(ctx.drive.api, upload.fileId, file, ctx.clock, ctx.signal);
      return { ...file, driveFileId: upload.fileId };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'drive/verify-mismatch' || repeat === maxRepeats) throw error;
      if (spool.files[file.kind].releasedBytes > 0) {
        ctx.log.warn(`${file.name} arrived damaged and cannot be sent again: there was no room to keep the whole dump`);
        throw error;
      }
      const removal = await trashIfAllowed(ctx.drive.api, upload.fileId, ctx.signal);
      const place = removal === 'kept' ? 'it stays, for want of the right to remove it,' : 'it goes to the trash';
      ctx.log.warn(`${file.name} arrived damaged (${error.message}); ${place} and is sent again`);
      await startUpload(ctx, plan, file.kind);
      await uploadFile(ctx, plan, spool, file.kind, dumped, ctx.signal);
    }
  }
}

async function uploadFile(
  ctx: BackupContext,
  plan: UploadPlan,
  spool: Spool,
  kind: SetFileKind,
  dumped: Dumped | null,
  signal: AbortSignal,
): Promise<void> {
  const upload = findUpload(ctx.db, ctx.runId, kind) ?? (await startUpload(ctx, plan, kind, signal));
  const secretName = sessionName(ctx.runId, kind);
  if (upload.done) {
    // The program's end, or a locked key store, may have come before the address of its session was removed.
    await ctx.vault.remove(secretName);
    return;
  }
  let sessionUri = upload.hasSession ? await ctx.vault.read(secretName) : null;
  const save = async (state: UploadState): Promise<void> => {
    if (state.sessionUri !== null && state.sessionUri !== sessionUri)
      await ctx.vault.write(secretName, state.sessionUri);
    sessionUri = state.sessionUri;
    writeUpload(ctx.db, {
      ...upload,
      fileId: state.fileId,
      hasSession: state.sessionUri !== null,
      sessionStartedAt: state.sessionStartedAt,
      confirmedBytes: state.confirmedBytes,
    });
  };
  const source = spool.files[kind];
  await uploadFollowing({
    ...ctx.drive,
    clock: ctx.clock,
    log: ctx.log,
    source,
    meta: {
      name: plan.nameOf(kind),
      parentId: upload.folderId,
      mimeType: 'application/octet-stream',
      appProperties: toAppProperties(plan, kind, dumped),
    },
    state: {
      fileId: upload.fileId,
      sessionUri,
      sessionStartedAt: upload.sessionStartedAt,
      confirmedBytes: upload.confirmedBytes,
    },
    save,
    signal,
    chunkBytes: plan.chunkBytes,
    stallMs: plan.stallMs,
    onProgress: ({ confirmedBytes }) => {
      if (kind === 'dump') ctx.report({ uploadedBytes: confirmedBytes, waits: false });
      source.release(confirmedBytes, () => {
        writeUpload(ctx.db, { ...getUpload(ctx, kind), confirmedBytes });
      });
    },
  }).catch(async (error: unknown) => {
    throw await withDriveFigures(ctx, error, source.committedBytes ?? source.writtenBytes);
  });
  writeUpload(ctx.db, { ...getUpload(ctx, kind), hasSession: false, done: true });
  await ctx.vault.remove(secretName);
  ctx.log.info(`${plan.nameOf(kind)} is on Drive`);
}

/** A new file id, stored before Drive hears of it: a repeated create can then never make a second file. */
async function startUpload(
  ctx: BackupContext,
  plan: UploadPlan,
  kind: SetFileKind,
  signal = ctx.signal,
): Promise<Upload> {
  const [fileId] = await ctx.drive.api.generateIds(1, signal);
  if (fileId === undefined) throw new AppError('drive/rejected', 'generateIds gave no id');
  const upload: Upload = {
    runId: ctx.runId,
    kind,
    name: plan.nameOf(kind),
    folderId: plan.folderId,
    fileId,
    hasSession: false,
    sessionStartedAt: null,
    confirmedBytes: 0,
    done: false,
  };
  writeUpload(ctx.db, upload);
  return upload;
}

function getUpload(ctx: BackupContext, kind: SetFileKind): Upload {
  const upload = findUpload(ctx.db, ctx.runId, kind);
  if (!upload) throw new AppError('internal/unexpected', `no upload of ${kind}`);
  return upload;
}

/**
 * What a list on another machine needs (design: the catalogue is rebuilt from these alone). 124 bytes each, key and value
 * together: https://developers.google.com/workspace/drive/api/guides/properties
 */
function toAppProperties(plan: UploadPlan, kind: SetFileKind, dumped: Dumped | null): Record<string, string> {
  const common = {
    product: 'pgkeep',
    format: String(setFormatVersion),
    set: plan.setId,
    job: plan.jobId,
    db: plan.database,
    kind,
    created: plan.createdAt,
    serverMajor: String(plan.serverMajor),
    pinned: '0',
  };
  if (!dumped) return common;
  return {
    ...common,
    server: dumped.serverVersion,
    dumpFormat: dumped.dumpFormat,
    compression: dumped.compression,
    raw: String(dumped.dumpBytes),
    ...(dumped.tables === null ? {} : { tables: String(dumped.tables) }),
    ...(dumped.rows === null ? {} : { rows: String(dumped.rows) }),
  };
}

/**
 * Lets go of the uploads that would end in a folder which is gone; they begin again elsewhere. What was uploaded whole is
 * found missing or in the trash by `verifySpool`, which sends it again.
 */
export async function dropUnfinishedUploads(ctx: BackupContext): Promise<void> {
  for (const upload of listUploads(ctx.db, ctx.runId)) {
    if (upload.done) continue;
    await cancelStored(ctx, upload);
    removeUpload(ctx.db, ctx.runId, upload.kind);
  }
}

/**
 * Takes back what a run that came to nothing has on Drive: open sessions and finished files that belong to no snapshot.
 * What could not be reached stays listed in the store and is tried again at the next start.
 */
export async function discardUploads(ctx: CancelContext & Pick<BackupContext, 'db'>, runId: string): Promise<void> {
  const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(discardLimitMs)]);
  for (const upload of listUploads(ctx.db, runId)) await cancelStored({ ...ctx, signal }, upload);
  removeUploads(ctx.db, runId);
}

async function cancelStored(ctx: CancelContext, upload: Upload): Promise<void> {
  const { runId, kind, fileId, sessionStartedAt, confirmedBytes } = upload;
  const sessionUri = upload.hasSession ? await ctx.vault.read(sessionName(runId, kind)) : null;
  const state = { fileId, sessionUri, sessionStartedAt, confirmedBytes };
  await cancelUpload({ ...ctx.drive, clock: ctx.clock, log: ctx.log, signal: ctx.signal }, state);
  await ctx.vault.remove(sessionName(runId, kind));
}
