// A file or folder on Drive as this program sees it, and the check that Google's answer has that shape.
import { z } from 'zod';

export interface DriveFile {
  readonly id: string;
  readonly name: string;
  /** Null for a folder. */
  readonly sizeBytes: number | null;
  /** Lower-case hex, of the stored bytes; null while Drive has not computed it, and for a folder. */
  readonly md5: string | null;
  readonly sha256: string | null;
  /** One at most. */
  readonly parents: readonly string[];
  readonly trashed: boolean;
  /** Properties only this program sees: 124 bytes for key and value together, 30 at most. */
  readonly appProperties: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly createdTime: string | null;
  readonly isFolder: boolean;
  /** The shared drive that holds it; null: in a person's My Drive. */
  readonly driveId: string | null;
  /** What the account may do with it. A right that Google does not name is one that is there. */
  readonly rights: FileRights;
}

export interface FileRights {
  readonly canAddChildren: boolean;
  readonly canTrash: boolean;
  readonly canDelete: boolean;
}

/** What must be asked for to fill a DriveFile: without `fields` Drive answers next to nothing. */
export const fileFields =
  'id,name,mimeType,size,md5Checksum,sha256Checksum,parents,trashed,appProperties,createdTime,driveId,' +
  'capabilities(canAddChildren,canTrash,canDelete)';

export const folderMimeType = 'application/vnd.google-apps.folder';

/** Integers are strings in Drive's JSON. */
const sizeSchema = z.string().regex(/^\d+$/).transform(Number);
const hexSchema = z.string().toLowerCase().nullish();

const fileSchema = z
  .object({
    id: z.string().min(1),
    name: z.string().default(''),
    size: sizeSchema.nullish(),
    md5Checksum: hexSchema,
    sha256Checksum: hexSchema,
    parents: z.array(z.string()).nullish(),
    trashed: z.boolean().nullish(),
    appProperties: z.record(z.string(), z.string()).nullish(),
    createdTime: z.string().nullish(),
    mimeType: z.string().nullish(),
    driveId: z.string().nullish(),
    capabilities: z
      .object({
        canAddChildren: z.boolean().nullish(),
        canTrash: z.boolean().nullish(),
        canDelete: z.boolean().nullish(),
      })
      .nullish(),
  })
  .transform((file): DriveFile => ({
    id: file.id,
    name: file.name,
    sizeBytes: file.size ?? null,
    md5: file.md5Checksum ?? null,
    sha256: file.sha256Checksum ?? null,
    parents: file.parents ?? [],
    trashed: file.trashed ?? false,
    appProperties: file.appProperties ?? {},
    createdTime: file.createdTime ?? null,
    isFolder: file.mimeType === folderMimeType,
    driveId: file.driveId ?? null,
    rights: {
      canAddChildren: file.capabilities?.canAddChildren ?? true,
      canTrash: file.capabilities?.canTrash ?? true,
      canDelete: file.capabilities?.canDelete ?? true,
    },
  }));

/** Null when the answer is no file resource. */
export function parseDriveFile(value: unknown): DriveFile | null {
  const parsed = fileSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** The same for an answer that is still text. */
export function parseDriveFileText(text: string): DriveFile | null {
  try {
    return parseDriveFile(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What a new file is called and where it goes. */
export interface NewFile {
  /** From `generateIds`: a create that is repeated with the same id makes no second file. */
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly mimeType: string;
  readonly appProperties: Readonly<Record<string, string>>;
}

/** The metadata part of a create request. */
export function toMetadata(file: NewFile): {
  id: string;
  name: string;
  mimeType: string;
  parents?: string[];
  appProperties: Record<string, string>;
} {
  return {
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    ...(file.parentId === null ? {} : { parents: [file.parentId] }),
    appProperties: { ...file.appProperties },
  };
}
