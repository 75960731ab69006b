// Finds or makes a folder of this program on Drive: by the id we stored, by its app property, and only then a new one.
// Never by name: people rename folders, and Drive allows two of one name.
import { quote, type DriveApi } from './api.ts';
import { folderMimeType } from './drive-file.ts';

export interface FolderWish {
  /** The id stored at an earlier time; null when there was none. */
  readonly storedId: string | null;
  /** For a new folder; an existing one keeps its name. */
  readonly name: string;
  /** Null: the top of My Drive. */
  readonly parentId: string | null;
  /** Marks the folder as this one and no other, across machines. */
  readonly property: { readonly key: string; readonly value: string };
  /** Stores the id; awaited before the id is used. */
  readonly saveId: (id: string) => Promise<void> | void;
  readonly signal?: AbortSignal | undefined;
}

/** Answers the folder's id. A folder in the trash is no folder: the person threw it away, a new one is made. */
export async function ensureFolder(api: DriveApi, wish: FolderWish): Promise<string> {
  const { storedId, property, signal } = wish;
  if (storedId !== null) {
    const stored = await api.getFile(storedId, signal);
    if (stored !== null && !stored.trashed) return stored.id;
  }
  const has = `appProperties has { key=${quote(property.key)} and value=${quote(property.value)} }`;
  const found = await api.listFiles({
    q: `mimeType = ${quote(folderMimeType)} and trashed = false and ${has}`,
    signal,
  });
  const oldest = [...found].sort((a, b) => (a.createdTime ?? '').localeCompare(b.createdTime ?? ''))[0];
  if (oldest) {
    await wish.saveId(oldest.id);
    return oldest.id;
  }
  const [id = ''] = await api.generateIds(1, signal);
  // Saved first: when the answer to the create is lost, the next start finds the folder by this id.
  await wish.saveId(id);
  const appProperties = { [property.key]: property.value };
  const created = await api.createFolder({ id, name: wish.name, parentId: wish.parentId, appProperties }, signal);
  return created.id;
}
