// Compares the catalogue with Drive: what is gone, in the trash or changed there, and what lies there unknown. A list alone
// never condemns a backup: each doubt is asked again by the file's id.
import type { CatalogCheck, Finding } from '../../../shared/catalog.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { DriveFile } from '../drive/drive-file.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { endRemoval, findRemovedSnapshot } from '../store/removals.ts';
import { findSnapshot, getSnapshot, listSnapshots, markPresence, readSnapshotRow } from '../store/snapshots.ts';
import type { CatalogContext } from './context.ts';
import { groupSets, toRemoteSet } from './group-sets.ts';
import { inParallel } from './in-parallel.ts';
import { judgeFile, judgeFiles } from '../drive/judge-file.ts';
import { listJobFolders, listOurFiles } from './list-files.ts';

export function judgeSnapshot(snapshot: Snapshot, found: (id: string) => DriveFile | null): Finding | null {
  const presence = judgeFiles(snapshot.files, found);
  if (presence === 'ok') return null;
  const files = snapshot.files.filter((file) => judgeFile(file, found(file.driveFileId)) === presence);
  return { snapshotId: snapshot.id, baseName: snapshot.baseName, presence, files: files.map(({ name }) => name) };
}

/**
 * Stores what it finds with each snapshot, all or nothing: a request that fails leaves everything as it was. Throws
 * `drive/other-account` when the sign-in is of another account than the backups.
 */
export async function checkCatalog(ctx: CatalogContext): Promise<CatalogCheck> {
  await refuseOtherAccount(ctx);
  // What is on its way to the trash from here is no finding.
  const snapshots = listSnapshots(ctx.db, null).filter(({ presence }) => presence !== 'removing');
  const [all, folders] = await Promise.all([listOurFiles(ctx), listJobFolders(ctx)]);
  const found = new Map<string, DriveFile | null>(all.map((file) => [file.id, file]));
  const look = (id: string): DriveFile | null => found.get(id) ?? null;
  const doubts = snapshots
    .flatMap((snapshot) => snapshot.files)
    .filter((file) => judgeFile(file, look(file.driveFileId)) !== 'ok');
  await inParallel(doubts, async ({ driveFileId }) => {
    found.set(driveFileId, await ctx.drive.api.getFile(driveFileId, ctx.signal));
  });
  const judged = snapshots.flatMap((snapshot) => judgeSnapshot(snapshot, look) ?? []);
  const at = ctx.clock.now().toISOString();
  const returned = await findReturned(ctx, all);
  return ctx.db.transaction(() => {
    for (const id of returned) endRemoval(ctx.db, id, 'ok', at);
    // A removal may have begun during the look.
    const findings = judged.filter(({ snapshotId }) => {
      const row = findSnapshot(ctx.db, snapshotId);
      return row !== null && row.presence !== 'removing';
    });
    for (const { id } of snapshots.filter((row) => findSnapshot(ctx.db, row.id) !== null)) {
      markPresence(ctx.db, id, findings.find((finding) => finding.snapshotId === id)?.presence ?? 'ok', at);
    }
    const { sets } = groupSets(
      all.filter((file) => !file.trashed),
      folders,
    );
    // Asked now: a run may have ended during the look.
    const unknown = sets.filter((set) => !readSnapshotRow(ctx.db, set.id)).map((set) => toRemoteSet(set, false));
    const check: CatalogCheck = { at, snapshots: snapshots.length, findings, unknown };
    writeSetting(ctx.db, 'catalogCheck', check);
    return check;
  })();
}

/** What was removed here and lies whole on Drive again: a person took it out of the trash there. Asked by id, as lists are old. */
async function findReturned(ctx: CatalogContext, listed: readonly DriveFile[]): Promise<string[]> {
  const ids = new Set(listed.flatMap((file) => (file.trashed ? [] : [file.appProperties['set'] ?? ''])));
  const returned: string[] = [];
  for (const id of ids) {
    const snapshot = findRemovedSnapshot(ctx.db, id);
    if (snapshot && (await isWholeOnDrive(ctx, snapshot))) returned.push(id);
  }
  return returned;
}

export async function isWholeOnDrive(ctx: CatalogContext, snapshot: Snapshot): Promise<boolean> {
  const found = new Map<string, DriveFile | null>();
  for (const { driveFileId } of snapshot.files) {
    found.set(driveFileId, await ctx.drive.api.getFile(driveFileId, ctx.signal));
  }
  return judgeFiles(snapshot.files, (id) => found.get(id) ?? null) === 'ok';
}

/** Throws `drive/other-account`, and `drive/no-account` while nobody is signed in. */
export async function refuseOtherAccount(ctx: Pick<CatalogContext, 'db' | 'drive' | 'signal'>): Promise<void> {
  const stored = readSetting(ctx.db, 'account');
  const { permissionId, email } = await ctx.drive.api.about(ctx.signal);
  if (!stored) throw new AppError('drive/no-account', 'nobody is signed in');
  if (permissionId === stored.permissionId) return;
  throw new AppError('drive/other-account', 'the sign-in is of another account than the backups', {
    context: { expected: stored.email, found: email ?? 'another account' },
  });
}

/**
 * Takes the snapshot's files out of the trash, the job's folder first if that lies there too. What is gone for good stays
 * missing; of a snapshot that was removed, that is `retention/gone`. Answers the snapshot as Drive then has it.
 */
export async function untrashSnapshot(ctx: CatalogContext, id: string): Promise<Snapshot> {
  const { api } = ctx.drive;
  const removed = findRemovedSnapshot(ctx.db, id);
  const snapshot = removed ?? getSnapshot(ctx.db, id);
  const { files } = snapshot;
  const found = new Map<string, DriveFile | null>();
  for (const { driveFileId } of files) found.set(driveFileId, await api.getFile(driveFileId, ctx.signal));
  const trashed = [...found.values()].filter((file) => file?.trashed === true);
  for (const parent of new Set(trashed.flatMap((file) => file?.parents ?? []))) await untrashFolder(ctx, parent);
  for (const file of trashed) if (file) await api.untrashFile(file.id, ctx.signal);
  for (const { driveFileId } of files) found.set(driveFileId, await api.getFile(driveFileId, ctx.signal));
  const finding = judgeSnapshot(snapshot, (fileId) => found.get(fileId) ?? null);
  if (removed && finding?.presence === 'missing') {
    throw new AppError('retention/gone', `${snapshot.baseName} is not in the trash any more`, {
      context: { snapshot: snapshot.baseName },
    });
  }
  return ctx.db.transaction(() => {
    const last = readSetting(ctx.db, 'catalogCheck');
    if (last) {
      const others = last.findings.filter(({ snapshotId }) => snapshotId !== id);
      writeSetting(ctx.db, 'catalogCheck', { ...last, findings: finding ? [...others, finding] : others });
    }
    // Removed, or about to be: it is neither any more.
    return endRemoval(ctx.db, id, finding?.presence ?? 'ok', ctx.clock.now().toISOString());
  })();
}

/** A file in a folder that lies in the trash lies there as well. Goes up as far as the folders are ours. */
async function untrashFolder(ctx: CatalogContext, id: string): Promise<void> {
  const folder = await ctx.drive.api.getFile(id, ctx.signal);
  if (!folder?.trashed) return;
  for (const parent of folder.parents) await untrashFolder(ctx, parent);
  await ctx.drive.api.untrashFile(id, ctx.signal);
}
