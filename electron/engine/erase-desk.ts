// Erases everything of a job: its files on Drive, then what is left of it here. Written down before it begins, so that after a
// break, whatever it was, the next start goes on; the job's own row goes last.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, invalidInput, toAppError } from '../../shared/errors.ts';
import type { AuditNote } from '../../shared/audit.ts';
import type { EraseReport, EraseWish, RemovedJob } from '../../shared/erase.ts';
import type { Clock, Log, Paths } from './base/ports.ts';
import type { DriveAccess } from './drive/access.ts';
import { quote } from './drive/api.ts';
import { folderMimeType, type DriveFile } from './drive/drive-file.ts';
import { deleteOrTrash, trashIfAllowed, type Removal } from './drive/remove-file.ts';
import { removeSpool } from './pipeline/spool.ts';
import type { Db } from './store/database.ts';
import {
  countTraces,
  eraseRows,
  hasActiveRestore,
  listRemovedJobs,
  listRunIds,
  listRunsWithUploads,
} from './store/erase.ts';
import { findJob, markJobRemoved } from './store/jobs.ts';
import { listActiveRuns } from './store/runs.ts';
import { readSetting, readSharedDriveId, writeSetting } from './store/settings.ts';

export interface EraseDeskOptions {
  readonly db: Db;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly log: Log;
  readonly drive: Pick<DriveAccess, 'api'>;
  /** Takes back what an upload of a run began on Drive. */
  readonly discard: (runId: string) => Promise<void>;
  readonly note: (note: AuditNote) => void;
  /** The list of jobs is another one now. */
  readonly onChanged: () => void;
  /** Aborted when the engine stops. */
  readonly signal: AbortSignal;
}

export interface EraseDesk {
  /**
   * Throws `input/not-found`, `input/invalid` when the name was not typed, `run/already-active` while a backup or restore of it
   * is under way, and whatever keeps Drive from answering: then it goes on later.
   */
  readonly erase: (wish: EraseWish) => Promise<EraseReport>;
  readonly listRemoved: () => RemovedJob[];
  /** Goes on with what was broken off. Never rejects. */
  readonly resume: () => Promise<void>;
}

export function createEraseDesk(options: EraseDeskOptions): EraseDesk {
  const { db, clock, log, signal } = options;
  /** One job after the other; a second wish for the same one waits for the first. */
  let last: Promise<unknown> = Promise.resolve();

  const pending = () => readSetting(db, 'erasures');

  const eraseOne = async ({ id, way }: Pick<EraseWish, 'id' | 'way'>): Promise<EraseReport> => {
    const job = findJob(db, id);
    if (!job) throw notFound(id);
    const traces = countTraces(db, id);
    for (const runId of listRunsWithUploads(db, id)) await options.discard(runId);
    const removed = await removeFiles(options, id, way, traces.fileIds);
    for (const runId of listRunIds(db, id)) await removeSpool(options.paths.spoolDir, runId);
    const steps = eraseRows(db, id);
    while (steps.next().done !== true) await nextTurn();
    writeSetting(
      db,
      'erasures',
      pending().filter((erasure) => erasure.id !== id),
    );
    const report = { ...removed, jobName: job.name, way, snapshots: traces.snapshots, runs: traces.runs };
    const { deleted, trashed, kept, bytes, snapshots, runs } = report;
    options.note({
      act: 'job.erased',
      subject: job.name,
      details: { way, deleted, trashed, kept, bytes, snapshots, runs },
    });
    options.onChanged();
    return report;
  };

  const inTurn = (work: () => Promise<EraseReport>): Promise<EraseReport> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    erase: ({ id, way, confirm }) => {
      const job = findJob(db, id);
      if (!job) throw notFound(id);
      if (way === 'for-good' && confirm.trim() !== job.name)
        throw invalidInput('confirm', `type the name of the job: ${job.name}`);
      const what = listActiveRuns(db).some(({ jobId }) => jobId === id)
        ? 'backup'
        : hasActiveRestore(db, id)
          ? 'restore'
          : null;
      if (what !== null)
        throw new AppError('run/already-active', `a ${what} of job ${id} is active`, {
          context: { what, job: job.name },
        });
      db.transaction(() => {
        markJobRemoved(db, id, clock.now().toISOString());
        writeSetting(db, 'erasures', [...pending().filter((erasure) => erasure.id !== id), { id, way }]);
      })();
      options.onChanged();
      return inTurn(() => eraseOne({ id, way }));
    },
    listRemoved: () =>
      listRemovedJobs(
        db,
        pending().map(({ id }) => id),
      ),
    resume: async () => {
      for (const erasure of pending()) {
        if (signal.aborted) return;
        await inTurn(() => eraseOne(erasure)).catch((error: unknown) => {
          log.warn(`job ${erasure.id} is not erased yet: ${toAppError(error).message}`);
        });
      }
    },
  };
}

function notFound(id: string): AppError {
  return new AppError('input/not-found', `no job ${id}`, { context: { what: 'job', id } });
}

type Removed = Pick<EraseReport, 'deleted' | 'trashed' | 'kept' | 'bytes'>;

/** Only files with our properties and this job's id, each looked at by its id just before; then its folders, when nothing is in them. */
async function removeFiles(
  { db, drive, signal, log }: EraseDeskOptions,
  jobId: string,
  way: EraseReport['way'],
  knownIds: readonly string[],
): Promise<Removed> {
  const { api } = drive;
  const has = (key: string, value: string): string =>
    `appProperties has { key=${quote(key)} and value=${quote(value)} }`;
  const driveId = readSharedDriveId(db);
  const listEverywhere = async (q: string): Promise<DriveFile[]> => {
    const found: DriveFile[] = [];
    for (const place of driveId === null ? [null] : [null, driveId])
      found.push(...(await api.listFiles({ q, driveId: place, signal })));
    return found;
  };
  const remove = (id: string): Promise<Removal> =>
    way === 'trash' ? trashIfAllowed(api, id, signal) : deleteOrTrash(api, id, signal);

  const listed = await listEverywhere(`${has('product', 'pgkeep')} and ${has('job', jobId)}`);
  const removed = { deleted: 0, trashed: 0, kept: 0, bytes: 0 };
  for (const id of new Set([...listed.map((file) => file.id), ...knownIds])) {
    const file = await api.getFile(id, signal);
    // Gone already, or somebody else's: the list here may be wrong, the properties on the file are not.
    if (file?.appProperties['product'] !== 'pgkeep' || file.appProperties['job'] !== jobId) continue;
    const outcome = await remove(id);
    if (outcome === 'gone') continue;
    removed[outcome] += 1;
    if (outcome !== 'kept') removed.bytes += file.sizeBytes ?? 0;
  }
  const folders = await listEverywhere(`mimeType = ${quote(folderMimeType)} and ${has('pgkeepJob', jobId)}`);
  for (const folder of folders) {
    if (folder.appProperties['pgkeepJob'] !== jobId) continue;
    // Deleting a folder takes along what lies in it, also in the trash.
    const inside = await listEverywhere(`${quote(folder.id)} in parents`);
    const left = way === 'trash' ? inside.filter((file) => !file.trashed) : inside;
    if (left.length === 0) await remove(folder.id);
    else log.info(`the folder ${folder.name} stays: it holds ${String(left.length)} other files`);
  }
  return removed;
}
