// Takes a file away as far as the account may: on a shared drive only organizers delete for good, and contributors cannot
// even use the trash. https://developers.google.com/workspace/drive/api/guides/about-shareddrives
import type { DriveApi } from './api.ts';
import { statusOf } from './drive-errors.ts';

/** `kept`: the account may do neither. */
export type Removal = 'deleted' | 'trashed' | 'gone' | 'kept';

type Remover = Pick<DriveApi, 'deleteFile' | 'getFile' | 'trashFile'>;

/** For good where that is allowed, else into the trash. Throws what a request throws, a missing right excepted. */
export async function deleteOrTrash(api: Remover, id: string, signal?: AbortSignal): Promise<Removal> {
  try {
    return (await api.deleteFile(id, signal)) ? 'deleted' : 'gone';
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    return trashIfAllowed(api, id, signal);
  }
}

/** Into the trash, after a look at what the account may. Throws what a request throws. */
export async function trashIfAllowed(api: Remover, id: string, signal?: AbortSignal): Promise<Removal> {
  const file = await api.getFile(id, signal);
  if (file === null) return 'gone';
  if (file.trashed) return 'trashed';
  if (!file.rights.canTrash) return 'kept';
  return (await api.trashFile(id, signal)) ? 'trashed' : 'gone';
}
