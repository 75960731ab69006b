// The desktop Picker: parameters of the authorisation page by which the person gives an app files and folders that it did
// not make. What is in a chosen folder, or comes into it later, stays invisible.
import { folderType, type FileRecord } from './file-record.ts';
import type { World } from './world.ts';

/** What the page lets the person choose from. */
export interface PickRequest {
  readonly folders: boolean;
  readonly several: boolean;
  /** Null: any type. */
  readonly mimeTypes: readonly string[] | null;
  /** Null: everything; else only these. */
  readonly fileIds: readonly string[] | null;
}

export const pickerParameters = [
  ...['trigger_onepick', 'allow_multiple', 'allow_folder_selection', 'mimetypes', 'file_ids'],
];

/** Null: the address does not ask for the Picker. Throws a message for an address that Google refuses. */
export function readPickRequest(query: URLSearchParams, scopes: readonly string[]): PickRequest | null {
  const has = (name: string): boolean => query.get(name) === 'true';
  if (!has('trigger_onepick')) {
    const lost = pickerParameters.find((name) => name !== 'trigger_onepick' && query.has(name));
    if (lost !== undefined) throw new RangeError(`${lost} needs trigger_onepick=true`);
    return null;
  }
  if (query.get('prompt') !== 'consent') throw new RangeError('trigger_onepick needs prompt=consent');
  if (scopes.length !== 1 || !scopes[0]?.endsWith('/auth/drive.file')) {
    throw new RangeError('trigger_onepick is for the scope drive.file alone');
  }
  const list = (name: string): string[] | null => query.get(name)?.split(',') ?? null;
  return {
    ...{ folders: has('allow_folder_selection'), several: has('allow_multiple') },
    ...{ mimeTypes: list('mimetypes'), fileIds: list('file_ids') },
  };
}

/** Everything of the person's, on shared drives too, that the request lets be chosen. */
export function listPickable(world: World, email: string, request: PickRequest): FileRecord[] {
  const person = { email, clientId: '', project: '', scopes: [], allDrives: true };
  return world.files.all().filter((record) => {
    // The top of My Drive cannot be chosen; that of a shared drive can.
    if (record.parentId === null && record.driveId === null) return false;
    if (!world.files.isReachable(record, person) || world.files.isTrashed(record)) return false;
    const isFolder = record.mimeType === folderType;
    if (isFolder && !request.folders) return false;
    if (request.mimeTypes !== null && !request.mimeTypes.includes(record.mimeType)) return false;
    return request.fileIds === null || request.fileIds.includes(record.id);
  });
}

/** Gives an app what was chosen. Throws a message for an id that could not be chosen. */
export function pick(world: World, email: string, project: string, request: PickRequest, ids: readonly string[]): void {
  if (ids.length > 1 && !request.several) throw new RangeError('only one item can be chosen');
  const pickable = listPickable(world, email, request);
  const chosen = ids.map((id) => pickable.find((record) => record.id === id));
  for (const record of chosen) if (!record) throw new RangeError('an item that was chosen cannot be chosen here');
  for (const record of chosen) {
    if (!record || record.projects.includes(project)) continue;
    record.projects.push(project);
    world.files.save(record);
  }
}
