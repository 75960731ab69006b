// After a start: says honestly what became of the runs that the end of the program met, and clears what nothing needs.
import { readdir, rm } from 'node:fs/promises';
import { toAppError, toWireError } from '../../../shared/errors.ts';
import { isRunActive, type Run } from '../../../shared/run.ts';
import type { Clock, Log, Paths } from '../base/ports.ts';
import type { Db } from '../store/database.ts';
import { endRetaining, getRun, listActiveRuns, readDumped, updateRun, type Dumped } from '../store/runs.ts';
import { findUpload, listUploadingRuns } from '../store/uploads.ts';
import { interruptedError } from './choose-outcome.ts';
import { measureSpoolFile, removeSpool } from './spool.ts';

export interface RecoverOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly paths: Paths;
  readonly onSettled: (run: Run) => void;
}

/**
 * A run with a whole dump in the spool goes on (`waiting`), one that was only queued or waited for Drive stays as it is,
 * and one that the end met in the middle of the dump is `interrupted`. Needs no network and is over before any run starts.
 */
export async function recoverRuns({ db, clock, log, paths, onSettled }: RecoverOptions): Promise<void> {
  // Passfiles of programs that are gone.
  await rm(paths.tempDir, { recursive: true, force: true });
  endRetaining(db);
  for (const run of listActiveRuns(db)) {
    const dumped = readDumped(db, run.id);
    if (dumped && (await isSpoolWhole(db, paths.spoolDir, run.id, dumped))) {
      updateRun(db, run.id, { state: 'waiting' });
      log.info(`run ${run.id} goes on: its dump is whole`);
    } else if (run.state === 'running' || dumped) {
      const ended = { state: 'interrupted', endedAt: clock.now().toISOString(), dumped: null } as const;
      onSettled(updateRun(db, run.id, { ...ended, error: toWireError(interruptedError()) }));
      log.warn(`run ${run.id} was interrupted in stage ${run.stage ?? 'queue'}`);
    }
  }
  for (const name of await readdir(paths.spoolDir).catch(() => [])) {
    if (!listActiveRuns(db).some((run) => run.id === name)) await removeSpool(paths.spoolDir, name);
  }
}

/** Takes back from Drive what runs that came to nothing left there. What cannot be reached is tried at the next start. */
export async function discardLeftovers(db: Db, log: Log, discard: (runId: string) => Promise<void>): Promise<void> {
  for (const runId of listUploadingRuns(db)) {
    if (isRunActive(getRun(db, runId))) continue;
    await discard(runId).catch((error: unknown) => {
      log.warn(`left-overs of run ${runId} on Drive: ${toAppError(error).message}`);
    });
  }
}

/** What is missing at a file's beginning, Drive must have confirmed. */
async function isSpoolWhole(db: Db, spoolDir: string, runId: string, dumped: Dumped): Promise<boolean> {
  for (const file of dumped.files) {
    const found = await measureSpoolFile(spoolDir, runId, file.kind);
    if (found?.endBytes !== file.sizeBytes) return false;
    const upload = findUpload(db, runId, file.kind);
    const confirmedBytes = upload && (upload.done || upload.hasSession) ? upload.confirmedBytes : 0;
    if (found.startBytes > confirmedBytes) return false;
  }
  return true;
}
