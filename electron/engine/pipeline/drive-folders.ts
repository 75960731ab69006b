// The folders `PgKeep/` and `PgKeep/<job>/` on Drive: found by stored id or by our property, made when gone, their ids
// stored before use.
import type { Job } from '../../../shared/job.ts';
import { ensureFolder } from '../drive/folders.ts';
import { readJobFolder, writeJobFolder } from '../store/jobs.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import type { BackupContext } from './context.ts';

export const rootFolderName = 'PgKeep';

export async function ensureJobFolder(ctx: BackupContext, job: Job): Promise<string> {
  const rootId = await ensureFolder(ctx.drive.api, {
    storedId: readSetting(ctx.db, 'rootFolderId'),
    name: rootFolderName,
    parentId: null,
    property: { key: 'pgkeep', value: 'root' },
    saveId: (id) => {
      writeSetting(ctx.db, 'rootFolderId', id);
      return Promise.resolve();
    },
    signal: ctx.signal,
  });
  return ensureFolder(ctx.drive.api, {
    storedId: readJobFolder(ctx.db, job.id),
    name: job.name,
    parentId: rootId,
    property: { key: 'pgkeepJob', value: job.id },
    saveId: (id) => {
      writeJobFolder(ctx.db, job.id, id);
      return Promise.resolve();
    },
    signal: ctx.signal,
  });
}
