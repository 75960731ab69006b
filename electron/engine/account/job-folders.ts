// The folders `PgKeep/` and `PgKeep/<job>/` on Drive, below the place that the person chose: found by stored id or by our
// properties, made when gone, their ids stored before use.
import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import type { Log } from '../base/ports.ts';
import type { DriveAccess } from '../drive/access.ts';
import type { DriveFile } from '../drive/drive-file.ts';
import { ensureFolder, type FolderNews } from '../drive/folders.ts';
import type { Db } from '../store/database.ts';
import { readJobFolder, writeJobFolder } from '../store/jobs.ts';
import { readSetting, writeSetting, type SettingValue } from '../store/settings.ts';

export const rootFolderName = 'PgKeep';

/** Says below which chosen folder a root was made, so that each place has its own. */
export const placeKey = 'pgkeepPlace';
export const topOfMyDrive = 'top';
/** Says to which root a job's folder belongs. */
const rootKey = 'pgkeepRoot';
/** A hash of the name that we gave to a job's folder: while it fits, no person has renamed it. */
const nameKey = 'pgkeepName';

type BackupPlace = NonNullable<SettingValue<'backupPlace'>>;

export interface FolderContext {
  readonly db: Db;
  readonly drive: Pick<DriveAccess, 'api'>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Tells the person what became of a folder on Drive. */
  readonly onFolderNews: (news: { readonly title: string; readonly text: string }) => void;
}

export async function ensureJobFolder(ctx: FolderContext, job: Job): Promise<string> {
  const root = await ensureRootFolder(ctx);
  const { folder, news } = await ensureFolder(ctx.drive.api, {
    storedId: readJobFolder(ctx.db, job.id),
    name: job.name,
    parentId: root.folder.id,
    driveId: root.folder.driveId,
    property: { key: 'pgkeepJob', value: job.id },
    marks: { [rootKey]: root.folder.id, [nameKey]: hashName(job.name) },
    accepts: ({ appProperties, parents }) => {
      const of = appProperties[rootKey];
      return of === root.folder.id || (of === undefined && parents.includes(root.folder.id));
    },
    saveId: (id) => {
      writeJobFolder(ctx.db, job.id, id);
    },
    signal: ctx.signal,
  });
  // A root in the trash takes the folders of its jobs along: that is told once.
  if (root.news === null) tell(ctx, folder.name, news);
  await followName(ctx, folder, job.name);
  return folder.id;
}

export async function ensureRootFolder(
  ctx: FolderContext,
): Promise<{ readonly folder: DriveFile; readonly news: FolderNews }> {
  const place = readSetting(ctx.db, 'backupPlace');
  const wanted = place?.parentId ?? topOfMyDrive;
  const found = await ensureFolder(ctx.drive.api, {
    storedId: readSetting(ctx.db, 'rootFolderId'),
    name: rootFolderName,
    parentId: place?.parentId ?? null,
    driveId: place?.driveId ?? null,
    property: { key: 'pgkeep', value: 'root' },
    marks: { [placeKey]: wanted },
    accepts: ({ appProperties }) => (appProperties[placeKey] ?? topOfMyDrive) === wanted,
    checkPlace: async () => {
      if (place) await checkPlace(ctx, place);
    },
    saveId: (id) => {
      writeSetting(ctx.db, 'rootFolderId', id);
    },
    signal: ctx.signal,
  });
  tell(ctx, found.folder.name, found.news);
  return found;
}

/** A chosen folder that a person took away since is said to be gone, not a file of a backup. */
async function checkPlace(ctx: FolderContext, place: BackupPlace): Promise<void> {
  const folder = await ctx.drive.api.getFile(place.parentId, ctx.signal);
  const reason =
    folder === null ? 'gone' : folder.trashed ? 'trashed' : folder.rights.canAddChildren ? null : 'read-only';
  if (reason === null) return;
  throw new AppError('drive/folder-unusable', `the chosen folder: ${reason}`, {
    context: { reason, folder: place.parentName },
  });
}

/** A renamed job renames its folder, unless a person has given that one a name. */
async function followName(ctx: FolderContext, folder: DriveFile, name: string): Promise<void> {
  if (folder.name === name || folder.appProperties[nameKey] !== hashName(folder.name)) return;
  await ctx.drive.api.rename(folder.id, name, { [nameKey]: hashName(name) }, ctx.signal);
  ctx.log.info(`the folder ${folder.name} on Drive is called ${name} now, as the job is`);
}

function hashName(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

function tell(ctx: FolderContext, name: string, news: FolderNews): void {
  if (news === null) return;
  ctx.log.warn(`the folder ${name} on Drive: ${news}`);
  ctx.onFolderNews(describeFolderNews(name, news));
}

/** What a person reads, once. */
export function describeFolderNews(
  name: string,
  news: Exclude<FolderNews, null>,
): { readonly title: string; readonly text: string } {
  return news === 'trashed'
    ? {
        title: `The folder ${name} lies in Drive’s trash`,
        text: `New backups go into a new folder. To keep using the old one and what is in it, restore it from the trash within 30 days.`,
      }
    : {
        title: `There are two folders ${name} on Drive`,
        text: 'New backups go into the older one. What lies in the newer one still works; you may leave it where it is.',
      };
}
