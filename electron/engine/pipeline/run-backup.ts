// One backup from plan to snapshot, and the same from the middle when the dump is already whole in the spool. Each step
// takes the value of the step before; a run is good only once its snapshot is recorded. What the rules let go goes last.
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import type { SetFile, SetFileKind, Snapshot } from '../../../shared/snapshot.ts';
import { whenAborted } from '../base/abort.ts';
import { getJob } from '../store/jobs.ts';
import { getRun, readDumped, updateRun, type Dumped } from '../store/runs.ts';
import { writeSnapshot } from '../store/snapshots.ts';
import { listUploads, removeUploads } from '../store/uploads.ts';
import { isDrivePause } from './choose-outcome.ts';
import type { BackupContext } from './context.ts';
import { ensureJobFolder } from '../account/job-folders.ts';
import { dumpToSpool } from './dump-to-spool.ts';
import { keepUploading } from './keep-uploading.ts';
import { planRun } from './plan-run.ts';
import { toFileName } from './set-names.ts';
import { openSpool, removeSpool, reopenSpool, type Spool } from './spool.ts';
import { dropUnfinishedUploads, uploadSpool, verifySpool, type UploadPlan } from './upload-spool.ts';

/** Runs or resumes the context's run. Throws an AppError; then nothing was recorded as good. */
export async function runBackup(ctx: BackupContext): Promise<Snapshot> {
  const dumped = readDumped(ctx.db, ctx.runId);
  const snapshot = await (dumped ? resumeBackup(ctx, dumped) : freshBackup(ctx));
  // The success is stored: what cannot be removed now goes at the next start and is no failure.
  await removeSpool(ctx.paths.spoolDir, ctx.runId).catch((error: unknown) => {
    ctx.log.warn(`the spool stays until the next start: ${toAppError(error).message}`);
  });
  await retain(ctx, snapshot);
  return snapshot;
}

/** What the rules of the job let go. The backup is good whatever becomes of it. */
async function retain(ctx: BackupContext, { jobId }: Snapshot): Promise<void> {
  try {
    ctx.enter('retain');
    const warnings = await ctx.retain(jobId);
    for (const warning of warnings) ctx.log.warn(warning);
    if (warnings.length === 0) return;
    updateRun(ctx.db, ctx.runId, { warnings: [...getRun(ctx.db, ctx.runId).warnings, ...warnings] });
  } catch (error) {
    ctx.log.warn(`old snapshots stay until the next run: ${toAppError(error).message}`);
  } finally {
    endRetaining(ctx);
  }
}

/** A store that cannot be written now is cleared at the next start. */
function endRetaining(ctx: BackupContext): void {
  try {
    updateRun(ctx.db, ctx.runId, { stage: null });
  } catch (error) {
    ctx.log.warn(`the run's last stage is not cleared: ${toAppError(error).message}`);
  }
}

async function freshBackup(ctx: BackupContext): Promise<Snapshot> {
  const plan = await planRun(ctx);
  const uploadPlan: UploadPlan = {
    jobId: plan.job.id,
    setId: plan.setId,
    baseName: plan.baseName,
    database: plan.database,
    createdAt: plan.createdAt,
    serverMajor: plan.server.major,
    folderId: plan.folderId,
    nameOf: (kind) => toFileName(plan.baseName, plan, kind),
  };
  const spool = await openSpool(ctx.paths.spoolDir, ctx.runId, plan.room);
  try {
    const dumped = await dumpAndUpload(ctx, plan, uploadPlan, spool);
    return recordSnapshot(ctx, dumped, await verifySpool(ctx, uploadPlan, spool, dumped));
  } finally {
    await spool.close();
  }
}

async function resumeBackup(ctx: BackupContext, dumped: Dumped): Promise<Snapshot> {
  const job = getJob(ctx.db, getRun(ctx.db, ctx.runId).jobId);
  ctx.enter('upload');
  ctx.log.info('going on with the upload of the dump that is whole in the spool');
  const folderId = await chooseFolder(ctx, job);
  const names = new Map(dumped.files.map((file) => [file.kind, file.name]));
  const uploadPlan: UploadPlan = {
    jobId: job.id,
    setId: dumped.setId,
    baseName: dumped.baseName,
    database: dumped.database,
    createdAt: dumped.createdAt,
    serverMajor: Number.parseInt(dumped.serverVersion, 10),
    folderId,
    nameOf: (kind) => names.get(kind) ?? toFileName(dumped.baseName, dumped, kind),
  };
  const spool = await reopenSpool(ctx.paths.spoolDir, ctx.runId, sizesOf(dumped));
  try {
    ctx.report({
      storedBytes: sizesOf(dumped).dump,
      storedBytesTotal: sizesOf(dumped).dump,
      dumpBytes: dumped.dumpBytes,
    });
    await uploadSpool(ctx, uploadPlan, spool, Promise.resolve(dumped), ctx.signal);
    return recordSnapshot(ctx, dumped, await verifySpool(ctx, uploadPlan, spool, dumped));
  } finally {
    await spool.close();
  }
}

/** The folder that the upload began in; when that is gone or in the trash, the job's folder of now. */
async function chooseFolder(ctx: BackupContext, job: Job): Promise<string> {
  const begun = listUploads(ctx.db, ctx.runId)[0]?.folderId ?? null;
  const found = begun === null ? null : await ctx.drive.api.getFile(begun, ctx.signal);
  if (found !== null && !found.trashed) return found.id;
  const folderId = await ensureJobFolder(ctx, job);
  if (begun !== null) await dropUnfinishedUploads(ctx);
  return folderId;
}

/**
 * The upload follows the dump. A dump that fails ends the upload at once. An upload that can go on later does not end the
 * dump: the spool becomes whole first. One that never can ends both.
 */
async function dumpAndUpload(
  ctx: BackupContext,
  plan: Awaited<ReturnType<typeof planRun>>,
  uploadPlan: UploadPlan,
  spool: Spool,
): Promise<Dumped> {
  const ending = new AbortController();
  const undo = whenAborted(ctx.signal, () => {
    ending.abort(ctx.signal.reason);
  });
  const dumping = dumpToSpool(ctx, plan, spool, ending.signal).then(({ dumped }) => {
    // The total first: entering a stage always reaches the outside, a report so soon after another one does not.
    ctx.report({ storedBytesTotal: sizesOf(dumped).dump });
    ctx.enter('upload');
    return dumped;
  });
  // A dump that waits for room ends with everything else.
  whenAborted(ending.signal, () => {
    spool.breakOff(toAppError(ending.signal.reason));
  });
  const uploading = keepUploading({
    ...{ clock: ctx.clock, log: ctx.log, signal: ending.signal, dumping, narrowed: spool.files.dump.narrowed },
    onWaits: (waits) => {
      ctx.report({ waits });
    },
    upload: () => uploadSpool(ctx, uploadPlan, spool, dumping, ending.signal),
  });
  const endBoth = (error: unknown): void => {
    if (!isDrivePause(toAppError(error))) ending.abort(error);
  };
  dumping.catch((error: unknown) => {
    ending.abort(error);
  });
  uploading.catch(endBoth);
  try {
    const [dump, upload] = await Promise.allSettled([dumping, uploading]);
    // An abort reaches both; the error that came first is the reason they share.
    if (dump.status === 'rejected') throw ending.signal.aborted ? ending.signal.reason : dump.reason;
    if (upload.status === 'rejected') throw upload.reason;
    return dump.value;
  } finally {
    undo();
  }
}

/** The snapshot and the run's success are one transaction. */
function recordSnapshot(ctx: BackupContext, dumped: Dumped, files: SetFile[]): Snapshot {
  ctx.enter('record');
  const snapshot: Snapshot = {
    id: dumped.setId,
    jobId: getRun(ctx.db, ctx.runId).jobId,
    runId: ctx.runId,
    database: dumped.database,
    baseName: dumped.baseName,
    createdAt: dumped.createdAt,
    serverVersion: dumped.serverVersion,
    dumpFormat: dumped.dumpFormat,
    compression: dumped.compression,
    dumpBytes: dumped.dumpBytes,
    storedBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    tables: dumped.tables,
    rows: dumped.rows,
    files,
    leftOut: dumped.leftOut,
    pinned: false,
    pinPending: false,
    presence: 'ok',
    checkedAt: null,
    verifiedAt: null,
  };
  ctx.db.transaction(() => {
    if (getRun(ctx.db, ctx.runId).state !== 'running')
      throw new AppError('internal/unexpected', 'the run is not running');
    writeSnapshot(ctx.db, snapshot);
    ctx.onRecorded(snapshot);
    removeUploads(ctx.db, ctx.runId);
    updateRun(ctx.db, ctx.runId, {
      state: 'succeeded',
      stage: 'retain',
      endedAt: ctx.clock.now().toISOString(),
      snapshotId: snapshot.id,
      error: null,
      dumped: null,
    });
  })();
  return snapshot;
}

function sizesOf(dumped: Dumped): Record<SetFileKind, number> {
  const sizes: Record<SetFileKind, number> = { dump: 0, globals: 0, manifest: 0 };
  for (const file of dumped.files) sizes[file.kind] = file.sizeBytes;
  return sizes;
}
