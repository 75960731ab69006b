// Brings one snapshot into Drive's trash, whole: looked at by id just before, written down here first, then file by file, the
// dump before the manifest, so that what a break leaves there can be restored by nobody and no list takes it for a backup.
import { AppError } from '../../../shared/errors.ts';
import type { RemovalCause, RemovedSnapshot } from '../../../shared/retention.ts';
import { setFileKinds, type SetFileKind, type Snapshot } from '../../../shared/snapshot.ts';
import type { Clock, Log } from '../base/ports.ts';
import type { DriveAccess } from '../drive/access.ts';
import type { DriveFile } from '../drive/drive-file.ts';
import { judgeFiles } from '../drive/judge-file.ts';
import type { Db } from '../store/database.ts';
import { beginRemoval, endRemoval, markRemoved, type PendingRemoval } from '../store/removals.ts';
import { markPinned, markPinPushed, markPresence } from '../store/snapshots.ts';

export interface RemovalContext {
  readonly db: Db;
  readonly drive: Pick<DriveAccess, 'api'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called in the transaction that makes the snapshot history. */
  readonly note: (removed: RemovedSnapshot) => void;
  readonly onRemoved: (removed: RemovedSnapshot) => void;
  /** The row of a listed snapshot is another one now. */
  readonly onChanged: (snapshot: Snapshot) => void;
}

/**
 * Why a snapshot stays: pinned (perhaps by another computer), put elsewhere by a person, no right to use the trash, not whole
 * on Drive, files that are not those of the list, or no longer to be removed.
 */
export type StayReason = 'pinned' | 'moved' | 'no-right' | 'not-whole' | 'not-ours' | 'unwanted';

export type RemovalOutcome =
  { readonly removed: RemovedSnapshot } | { readonly removed: null; readonly stays: StayReason };

type Found = ReadonlyMap<string, DriveFile | null>;

/** The dump first: a manifest alone restores nothing, and says what the dump in the trash is. */
const order: readonly SetFileKind[] = setFileKinds;

/**
 * `isWanted` is asked in the transaction that writes the intention down: whoever pins it before that keeps it. Throws what
 * keeps Drive from answering; then it is untouched, or begun and gone on with by `resumeRemoval`.
 */
export async function removeSet(
  ctx: RemovalContext,
  snapshot: Snapshot,
  cause: RemovalCause,
  isWanted: () => boolean,
): Promise<RemovalOutcome> {
  const found = await lookAt(ctx, snapshot);
  const stays = await chooseStay(ctx, snapshot, found, cause);
  if (stays) return { removed: null, stays };
  const startedAt = ctx.clock.now().toISOString();
  const pending = ctx.db.transaction(() =>
    isWanted() ? beginRemoval(ctx.db, snapshot.id, { startedAt, cause }) : null,
  )();
  if (!pending) return { removed: null, stays: 'unwanted' };
  ctx.onChanged(pending.snapshot);
  return finish(ctx, pending, found);
}

/** Goes on with a removal that something broke off, or takes it back when it is no longer wanted. */
export async function resumeRemoval(
  ctx: RemovalContext,
  pending: PendingRemoval,
  isWanted: () => boolean,
): Promise<RemovalOutcome> {
  const { snapshot, removal } = pending;
  if (snapshot.pinned || !isWanted()) return takeBack(ctx, snapshot, snapshot.pinned ? 'pinned' : 'unwanted');
  const found = await lookAt(ctx, snapshot);
  const seen = [...found.values()].filter((file) => file !== null);
  // Gone from the trash, or not shown to this sign-in: it is not claimed that it was removed here.
  if (seen.length === 0 && removal.cause.by === 'rule') {
    ctx.onChanged(endRemoval(ctx.db, snapshot.id, 'missing', ctx.clock.now().toISOString()));
    return { removed: null, stays: 'not-whole' };
  }
  if (!seen.every((file) => isOurs(snapshot, file))) return takeBack(ctx, snapshot, 'not-ours');
  if (adoptPin(ctx, snapshot, seen)) return takeBack(ctx, snapshot, 'pinned');
  return finish(ctx, pending, found);
}

async function finish(ctx: RemovalContext, { snapshot }: PendingRemoval, found: Found): Promise<RemovalOutcome> {
  const { api } = ctx.drive;
  for (const kind of order) {
    for (const { driveFileId } of snapshot.files.filter((file) => file.kind === kind)) {
      const file = found.get(driveFileId) ?? null;
      if (file === null || file.trashed) continue;
      try {
        if (!(await api.trashFile(driveFileId, ctx.signal))) await refuseUnlessGone(ctx, driveFileId);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        ctx.log.warn(`${snapshot.baseName}: ${error.message}`);
        return takeBack(ctx, snapshot, 'no-right');
      }
    }
  }
  const removed = ctx.db.transaction(() => {
    const row = markRemoved(ctx.db, snapshot.id, ctx.clock.now().toISOString());
    ctx.note(row);
    return row;
  })();
  ctx.log.info(`${snapshot.baseName} is in Drive's trash`);
  ctx.onRemoved(removed);
  return { removed };
}

/** An answer that the file is gone is believed when it comes twice. */
async function refuseUnlessGone(ctx: RemovalContext, fileId: string): Promise<void> {
  const file = await ctx.drive.api.getFile(fileId, ctx.signal);
  if (file === null || file.trashed) return;
  throw new AppError('drive/busy', 'files.update trash: Drive says that the file is gone, and shows it', {
    retry: 'later',
  });
}

/** What went into the trash comes out again; the list then says what Drive says. */
async function takeBack(ctx: RemovalContext, snapshot: Snapshot, stays: StayReason): Promise<RemovalOutcome> {
  const { api } = ctx.drive;
  const found = await lookAt(ctx, snapshot);
  for (const file of found.values()) {
    if (!file?.trashed || !isOurs(snapshot, file)) continue;
    try {
      await api.untrashFile(file.id, ctx.signal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Neither there nor here: it stays begun, so that the next pass tries it again.
      ctx.log.warn(`${snapshot.baseName} could not be taken out of the trash again: ${error.message}`);
      return { removed: null, stays: 'no-right' };
    }
  }
  const after = await lookAt(ctx, snapshot);
  const presence = judgeFiles(snapshot.files, (id) => after.get(id) ?? null);
  ctx.onChanged(endRemoval(ctx.db, snapshot.id, presence, ctx.clock.now().toISOString()));
  ctx.log.info(`${snapshot.baseName} is not removed: ${stays}`);
  return { removed: null, stays };
}

async function chooseStay(
  ctx: RemovalContext,
  snapshot: Snapshot,
  found: Found,
  { by }: RemovalCause,
): Promise<StayReason | null> {
  const seen = [...found.values()].filter((file) => file !== null);
  if (!seen.every((file) => isOurs(snapshot, file))) return 'not-ours';
  const presence = judgeFiles(snapshot.files, (id) => found.get(id) ?? null);
  if (by === 'rule' && presence !== 'ok') {
    ctx.onChanged(markPresence(ctx.db, snapshot.id, presence, ctx.clock.now().toISOString()));
    return 'not-whole';
  }
  if (adoptPin(ctx, snapshot, seen)) return 'pinned';
  if (by === 'rule' && !(await liesInJobFolder(ctx, snapshot, seen))) return 'moved';
  return seen.every((file) => file.trashed || file.rights.canTrash) ? null : 'no-right';
}

/** Of this set and no other, by the properties that only this program sees. */
function isOurs(snapshot: Snapshot, file: DriveFile): boolean {
  const { product, set, kind } = file.appProperties;
  const known = snapshot.files.find(({ driveFileId }) => driveFileId === file.id);
  return known !== undefined && product === 'pgkeep' && set === snapshot.id && kind === known.kind;
}

/** A pin of another computer counts as one of this; one that was taken off here and is not noted on Drive yet does not. */
function adoptPin(ctx: RemovalContext, snapshot: Snapshot, files: readonly DriveFile[]): boolean {
  if (snapshot.pinPending || !files.some((file) => file.appProperties['pinned'] === '1')) return false;
  ctx.onChanged(
    ctx.db.transaction(() => {
      markPinned(ctx.db, snapshot.id, true);
      return markPinPushed(ctx.db, snapshot.id, true);
    })(),
  );
  return true;
}

/** What a person has put elsewhere is theirs. Folders are told by their property, for they too are moved and renamed. */
async function liesInJobFolder(ctx: RemovalContext, snapshot: Snapshot, files: readonly DriveFile[]): Promise<boolean> {
  for (const id of new Set(files.flatMap(({ parents }) => parents))) {
    const folder = await ctx.drive.api.getFile(id, ctx.signal);
    if (folder?.appProperties['pgkeepJob'] !== snapshot.jobId) return false;
  }
  return files.every(({ parents }) => parents.length > 0);
}

/** Each file by its id: a list may be old. */
export async function lookAt(ctx: Pick<RemovalContext, 'drive' | 'signal'>, snapshot: Snapshot): Promise<Found> {
  const found = new Map<string, DriveFile | null>();
  for (const { driveFileId } of snapshot.files) {
    found.set(driveFileId, await ctx.drive.api.getFile(driveFileId, ctx.signal));
  }
  return found;
}

/** About this file, whatever the state of the account and the network is. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === 'drive/forbidden' || error.code === 'drive/rejected');
}
