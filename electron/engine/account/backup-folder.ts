// The folder that a person chooses to hold `PgKeep/`: read from an address or an id, checked at Google, stored. What was
// backed up before stays where it is and keeps working, because files are known by id.
import type { BackupFolder } from '../../../shared/account.ts';
import { AppError } from '../../../shared/errors.ts';
import type { DriveApi } from '../drive/api.ts';
import type { DriveFile } from '../drive/drive-file.ts';
import { placeKey, rootFolderName, topOfMyDrive } from './job-folders.ts';
import type { Db } from '../store/database.ts';
import { forgetJobFolders } from '../store/jobs.ts';
import { readSetting, writeSetting, type SettingValue } from '../store/settings.ts';

export type BackupPlace = NonNullable<SettingValue<'backupPlace'>>;

/** The id in an address of Drive's pages, or the id itself; null for anything else. */
export function readFolderId(reference: string): string | null {
  const text = reference.trim();
  if (/^[\w-]{10,120}$/.test(text)) return text;
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, pathname, searchParams } = new URL(text);
  if (!/^https?:$/.test(protocol) || hostname !== 'drive.google.com') return null;
  const inPath = /\/(?:folders|drives)\/([\w-]{10,120})(?:\/|$)/.exec(pathname)?.[1];
  const inQuery = /^[\w-]{10,120}$/.exec(searchParams.get('id') ?? '')?.[0];
  return inPath ?? inQuery ?? null;
}

export interface FolderRules {
  /** A service account in its own name: it has no storage, so only a shared drive will do. */
  readonly sharedDriveOnly: boolean;
  /** Whether a service account asks; decides what to do about a folder that is not seen. */
  readonly byServiceAccount: boolean;
}

/** Throws `drive/folder-unusable` with the reason. */
export async function checkFolder(
  api: DriveApi,
  reference: string,
  rules: FolderRules,
  signal?: AbortSignal,
): Promise<DriveFile> {
  const id = readFolderId(reference);
  if (id === null) throw unusable('no-address');
  const folder = await api.getFile(id, signal);
  if (folder === null) throw unusable(rules.byServiceAccount ? 'unseen-by-service-account' : 'unseen');
  if (!folder.isFolder) throw unusable('no-folder', folder);
  if (folder.trashed) throw unusable('trashed', folder);
  if (rules.sharedDriveOnly && folder.driveId === null) throw unusable('my-drive', folder);
  if (!folder.rights.canAddChildren) throw unusable('read-only', folder);
  return folder;
}

export async function toPlace(api: DriveApi, folder: DriveFile, signal?: AbortSignal): Promise<BackupPlace> {
  const driveName = folder.driveId === null ? null : await api.findDriveName(folder.driveId, signal);
  return { parentId: folder.id, parentName: folder.name, driveId: folder.driveId, driveName };
}

/** From now on new backups go below `place`; null: the top of My Drive. */
export function writePlace(db: Db, place: BackupPlace | null): void {
  const before = readSetting(db, 'backupPlace');
  const moved = before?.parentId !== place?.parentId;
  db.transaction(() => {
    writeSetting(db, 'backupPlace', place);
    if (!moved) return;
    writeSetting(db, 'rootFolderId', null);
    forgetJobFolders(db);
  })();
}

/**
 * Uses a folder that a person chose: as the place of `PgKeep/`, or, when it is a `PgKeep/` of ours, as that itself, so
 * that whoever points at the old folder gets it back.
 */
export async function useFolder(db: Db, api: DriveApi, folder: DriveFile, signal?: AbortSignal): Promise<void> {
  if (folder.appProperties['pgkeep'] !== 'root') {
    writePlace(db, await toPlace(api, folder, signal));
    return;
  }
  const parentId = folder.appProperties[placeKey] ?? topOfMyDrive;
  const parent = parentId === topOfMyDrive ? null : await api.getFile(parentId, signal);
  const driveName = folder.driveId === null ? null : await api.findDriveName(folder.driveId, signal);
  const { driveId } = folder;
  const place = { parentId, parentName: parent?.name ?? 'chosen folder', driveId, driveName };
  writePlace(db, parentId === topOfMyDrive ? null : place);
  if (readSetting(db, 'rootFolderId') === folder.id) return;
  writeSetting(db, 'rootFolderId', folder.id);
  forgetJobFolders(db);
}

/** What is shown of the folder: what was seen of it last, else what is stored. */
export function describeBackupFolder(db: Db, seen: DriveFile | null): BackupFolder {
  const place = readSetting(db, 'backupPlace');
  const id = readSetting(db, 'rootFolderId');
  const current = seen !== null && seen.id === id ? seen : null;
  const driveId = current ? current.driveId : (place?.driveId ?? null);
  // Whoever moved the folder knows where it is; only the chosen parent has a name here.
  const below = place !== null && (current === null || current.parents[0] === place.parentId);
  // The top of a shared drive is no folder of its own.
  const isTop = place !== null && place.parentId === place.driveId;
  return {
    id,
    name: current?.name ?? rootFolderName,
    parentId: place?.parentId ?? null,
    parentName: below && !isTop ? place.parentName : null,
    driveName: driveId === null ? 'My Drive' : (place?.driveName ?? 'Shared drive'),
    onSharedDrive: driveId !== null,
  };
}

function unusable(reason: string, folder?: DriveFile): AppError {
  return new AppError('drive/folder-unusable', `the folder cannot be used: ${reason}`, {
    context: { reason, ...(folder ? { folder: folder.name } : {}) },
  });
}
