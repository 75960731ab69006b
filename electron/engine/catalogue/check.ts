// Compares the catalogue with Drive: what is gone, in the trash or changed there, and what lies there unknown. A list alone
// never condemns a backup: each doubt is asked again by the file's id.
import type { CatalogCheck, Finding } from '../../../shared/catalog.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { DriveFile } from '../drive/drive-file.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { findSnapshot, getSnapshot, listSnapshots, markPresence } from '../store/snapshots.ts';
import type { CatalogContext } from './context.ts';
import { groupSets, toRemoteSet } from './group-sets.ts';
import { inParallel } from './in-parallel.ts';
import { judgeFile } from './judge-file.ts';
import { listJobFolders, listOurFiles } from './list-files.ts';

/** The worst file speaks for the snapshot. */
const worst = ['missing', 'changed', 'trashed', 'ok'] as const;

export function judgeSnapshot(snapshot: Snapshot, found: (id: string) => DriveFile | null): Finding | null {
  const judged = snapshot.files.map((file) => ({ file, presence: judgeFile(file, found(file.driveFileId)) }));
  const presence = worst.find((candidate) => judged.some((item) => item.presence === candidate)) ?? 'ok';
  if (presence === 'ok') return null;
  const files = judged.filter((item) => item.presence === presence).map(({ file }) => file.name);
  return { snapshotId: snapshot.id, baseName: snapshot.baseName, presence, files };
}

/**
 * Stores what it finds with each snapshot, all or nothing: a request that fails leaves everything as it was. Throws
 * `drive/other-account` when the sign-in is of another account than the backups.
 */
export async function checkCatalog(ctx: CatalogContext): Promise<CatalogCheck> {
  await refuseOtherAccount(ctx);
  const snapshots = listSnapshots(ctx.db, null);
  const [all, folders] = await Promise.all([listOurFiles(ctx), listJobFolders(ctx)]);
  const found = new Map<string, DriveFile | null>(all.map((file) => [file.id, file]));
  const look = (id: string): DriveFile | null => found.get(id) ?? null;
  const doubts = snapshots
    .flatMap((snapshot) => snapshot.files)
    .filter((file) => judgeFile(file, look(file.driveFileId)) !== 'ok');
  await inParallel(doubts, async ({ driveFileId }) => {
    found.set(driveFileId, await ctx.drive.api.getFile(driveFileId, ctx.signal));
  });
  const findings = snapshots.flatMap((snapshot) => judgeSnapshot(snapshot, look) ?? []);
  const at = ctx.clock.now().toISOString();
  return ctx.db.transaction(() => {
    for (const { id } of snapshots) {
      markPresence(ctx.db, id, findings.find((finding) => finding.snapshotId === id)?.presence ?? 'ok', at);
    }
    const { sets } = groupSets(
      all.filter((file) => !file.trashed),
      folders,
    );
    // Asked now: a run may have ended during the look.
    const unknown = sets.filter((set) => !findSnapshot(ctx.db, set.id)).map((set) => toRemoteSet(set, false));
    const check: CatalogCheck = { at, snapshots: snapshots.length, findings, unknown };
    writeSetting(ctx.db, 'catalogCheck', check);
    return check;
  })();
}

async function refuseOtherAccount(ctx: CatalogContext): Promise<void> {
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
 * missing. Answers the snapshot as Drive then has it.
 */
export async function untrashSnapshot(ctx: CatalogContext, id: string): Promise<Snapshot> {
  const { api } = ctx.drive;
  const { files } = getSnapshot(ctx.db, id);
  const found = new Map<string, DriveFile | null>();
  for (const { driveFileId } of files) found.set(driveFileId, await api.getFile(driveFileId, ctx.signal));
  const trashed = [...found.values()].filter((file) => file?.trashed === true);
  for (const parent of new Set(trashed.flatMap((file) => file?.parents ?? []))) await untrashFolder(ctx, parent);
  for (const file of trashed) if (file) await api.untrashFile(file.id, ctx.signal);
  for (const { driveFileId } of files) found.set(driveFileId, await api.getFile(driveFileId, ctx.signal));
  const finding = judgeSnapshot(getSnapshot(ctx.db, id), (fileId) => found.get(fileId) ?? null);
  return ctx.db.transaction(() => {
    const last = readSetting(ctx.db, 'catalogCheck');
    if (last) {
      const others = last.findings.filter(({ snapshotId }) => snapshotId !== id);
      writeSetting(ctx.db, 'catalogCheck', { ...last, findings: finding ? [...others, finding] : others });
    }
    return markPresence(ctx.db, id, finding?.presence ?? 'ok', ctx.clock.now().toISOString());
  })();
}

/** A file in a folder that lies in the trash lies there as well. Goes up as far as the folders are ours. */
async function untrashFolder(ctx: CatalogContext, id: string): Promise<void> {
  const folder = await ctx.drive.api.getFile(id, ctx.signal);
  if (!folder?.trashed) return;
  for (const parent of folder.parents) await untrashFolder(ctx, parent);
  await ctx.drive.api.untrashFile(id, ctx.signal);
}
