// Finds or makes a folder of this program on Drive: by the id we stored, by its app property, and only then a new one.
// Never by name: people rename folders, and Drive allows two of one name.
import { quote, type DriveApi } from './api.ts';
import { folderMimeType, type DriveFile } from './drive-file.ts';

export interface FolderWish {
  /** The id stored at an earlier time; null when there was none. */
  readonly storedId: string | null;
  /** For a new folder; an existing one keeps its name. */
  readonly name: string;
  /** Null: the top of My Drive. */
  readonly parentId: string | null;
  /** The shared drive that holds the parent; null: My Drive. */
  readonly driveId?: string | null;
  /** Marks the folder as this one and no other, across machines. */
  readonly property: { readonly key: string; readonly value: string };
  /** Further properties for a new folder. */
  readonly marks?: Readonly<Record<string, string>>;
  /** Whether a folder that carries the property is the one meant here; absent: it always is. */
  readonly accepts?: (folder: DriveFile) => boolean;
  /** Called before a new folder is made; what it throws is why none can be. */
  readonly checkPlace?: () => Promise<void>;
  /** Stores the id; awaited before the id is used. */
  readonly saveId: (id: string) => Promise<void> | void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a person should hear of. `trashed`: the stored folder lies in the trash and another one is used now. `doubled`:
 * there are two, and the older one is used from now on.
 */
export type FolderNews = 'trashed' | 'doubled' | null;

export interface FoundFolder {
  readonly folder: DriveFile;
  readonly news: FolderNews;
}

/**
 * A moved or renamed folder is found. One in the trash counts as none: the person threw it away. Of several the oldest is
 * taken, so that machines which made one at the same moment come to use the same.
 */
export async function ensureFolder(api: DriveApi, wish: FolderWish): Promise<FoundFolder> {
  const { storedId, signal } = wish;
  const stored = storedId === null ? null : await api.getFile(storedId, signal);
  const living = stored !== null && !stored.trashed ? stored : null;
  const found = await findOldest(api, wish, living);
  if (!found) return { folder: await makeFolder(api, wish), news: stored?.trashed === true ? 'trashed' : null };
  if (found.id !== storedId) await wish.saveId(found.id);
  const news = living && found.id !== living.id ? 'doubled' : stored?.trashed === true ? 'trashed' : null;
  return { folder: found, news };
}

async function findOldest(api: DriveApi, wish: FolderWish, known: DriveFile | null): Promise<DriveFile | undefined> {
  const { property, driveId = null, accepts = () => true, signal } = wish;
  const has = `appProperties has { key=${quote(property.key)} and value=${quote(property.value)} }`;
  const q = `mimeType = ${quote(folderMimeType)} and trashed = false and ${has}`;
  const listed = (await api.listFiles({ q, driveId, signal })).filter(accepts);
  // A list may lag behind; what is known to live counts in any case.
  const all = known === null || listed.some(({ id }) => id === known.id) ? listed : [...listed, known];
  return all.toSorted(byAge)[0];
}

function byAge(a: DriveFile, b: DriveFile): number {
  return (a.createdTime ?? '').localeCompare(b.createdTime ?? '') || a.id.localeCompare(b.id);
}

/** Makes the folder and looks once more: an older one that another machine made meanwhile takes its place. */
async function makeFolder(api: DriveApi, wish: FolderWish): Promise<DriveFile> {
  const { property, signal } = wish;
  await wish.checkPlace?.();
  const [id = ''] = await api.generateIds(1, signal);
  // Saved first: when the answer to the create is lost, the next start finds the folder by this id.
  await wish.saveId(id);
  const appProperties = { [property.key]: property.value, ...wish.marks };
  const made = await api.createFolder({ id, name: wish.name, parentId: wish.parentId, appProperties }, signal);
  const oldest = await findOldest(api, wish, made);
  if (!oldest || oldest.id === made.id) return made;
  await wish.saveId(oldest.id);
  // Empty still: nobody else knew its id. Where it may not be removed it stays, and nobody uses it.
  if (made.rights.canTrash) await api.trashFile(made.id, signal);
  return oldest;
}
