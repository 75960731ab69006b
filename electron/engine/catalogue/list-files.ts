// Lists everything on Drive that this program made, all pages. What is on its way there from here is no backup yet.
import { quote } from '../drive/api.ts';
import { folderMimeType, type DriveFile } from '../drive/drive-file.ts';
import { readSharedDriveId } from '../store/settings.ts';
import { listUploadFileIds } from '../store/uploads.ts';
import type { CatalogContext } from './context.ts';
import { groupSets, type GroupedFiles } from './group-sets.ts';

/** Files with our properties, those in the trash too. Fails when Drive says that it did not search everything. */
export async function listOurFiles(ctx: CatalogContext): Promise<readonly DriveFile[]> {
  const q = `appProperties has { key=${quote('product')} and value=${quote('pgkeep')} }`;
  // Before and after: what ends or begins during the look is in one of both.
  const before = listUploadFileIds(ctx.db);
  const files = await listEverywhere(ctx, q);
  const underWay = new Set([...before, ...listUploadFileIds(ctx.db)]);
  // Asked again here: a list is as good as its index.
  return files.filter((file) => file.appProperties['product'] === 'pgkeep' && !underWay.has(file.id));
}

/** In what the account sees, and in the shared drive that was chosen for the backups: Drive lists that one only by its id. */
async function listEverywhere({ db, drive, signal }: CatalogContext, q: string): Promise<readonly DriveFile[]> {
  const driveId = readSharedDriveId(db);
  const found = new Map<string, DriveFile>();
  for (const place of driveId === null ? [null] : [null, driveId]) {
    for (const file of await drive.api.listFiles({ q, driveId: place, signal })) found.set(file.id, file);
  }
  return [...found.values()];
}

/** The folders of jobs, by their property. */
export async function listJobFolders(ctx: CatalogContext): Promise<readonly DriveFile[]> {
  const q = `mimeType = ${quote(folderMimeType)} and trashed = false`;
  const folders = await listEverywhere(ctx, q);
  return folders.filter((folder) => folder.appProperties['pgkeepJob'] !== undefined);
}

/** The sets that lie on Drive now. */
export async function listSets(ctx: CatalogContext): Promise<GroupedFiles & { readonly files: readonly DriveFile[] }> {
  const [all, folders] = await Promise.all([listOurFiles(ctx), listJobFolders(ctx)]);
  const files = all.filter((file) => !file.trashed);
  return { files, ...groupSets(files, folders) };
}
