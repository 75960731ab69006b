// One file or folder as the server keeps it, and as the API shows it to one caller.
import type { ContentFacts } from './blob.ts';
import type { GoogleAccount } from './options.ts';
import type { Caller } from './tokens.ts';

export const folderType = 'application/vnd.google-apps.folder';

export interface FileContent extends ContentFacts {
  /** Name of the stored content, and Drive's headRevisionId. */
  readonly revision: string;
  readonly originalFilename: string;
}

export interface FileRecord {
  readonly id: string;
  readonly ownerEmail: string;
  name: string;
  mimeType: string;
  description: string | null;
  starred: boolean;
  /** Null: the owner's root folder itself. */
  parentId: string | null;
  /** Projects that may see it under drive.file. */
  projects: string[];
  createdTime: string;
  modifiedTime: string;
  viewedByMeTime: string | null;
  /** When this very item was put into the bin; null when it was not. */
  trashedTime: string | null;
  properties: Record<string, string>;
  /** By project: each app sees its own. */
  appProperties: Record<string, Record<string, string>>;
  /** Null for folders. */
  content: FileContent | null;
  version: number;
}

export type Resource = Record<string, unknown>;

export interface Viewpoint {
  readonly caller: Caller;
  readonly owner: GoogleAccount;
  /** True when the item or a folder above it is in the bin. */
  readonly trashed: boolean;
}

/** Every field that the local Google has, before the `fields` mask. Numbers of 64 bits are strings. */
export function toResource(record: FileRecord, viewpoint: Viewpoint): Resource {
  const { caller, trashed } = viewpoint;
  const owner = toUser(viewpoint.owner);
  const isFolder = record.mimeType === folderType;
  const isRoot = record.parentId === null;
  const own = record.appProperties[caller.project] ?? {};
  return {
    kind: 'drive#file',
    id: record.id,
    name: record.name,
    mimeType: record.mimeType,
    ...(record.description === null ? {} : { description: record.description }),
    starred: record.starred,
    trashed,
    explicitlyTrashed: record.trashedTime !== null,
    ...(record.trashedTime === null ? {} : { trashedTime: record.trashedTime }),
    ...(record.parentId === null ? {} : { parents: [record.parentId] }),
    ...(Object.keys(record.properties).length === 0 ? {} : { properties: record.properties }),
    ...(Object.keys(own).length === 0 ? {} : { appProperties: own }),
    spaces: ['drive'],
    version: String(record.version),
    webViewLink: isFolder
      ? `https://drive.google.com/drive/folders/${record.id}`
      : `https://drive.google.com/file/d/${record.id}/view?usp=drivesdk`,
    createdTime: record.createdTime,
    modifiedTime: record.modifiedTime,
    modifiedByMeTime: record.modifiedTime,
    modifiedByMe: true,
    viewedByMe: record.viewedByMeTime !== null,
    ...(record.viewedByMeTime === null ? {} : { viewedByMeTime: record.viewedByMeTime }),
    owners: [owner],
    lastModifyingUser: owner,
    shared: false,
    ownedByMe: true,
    isAppAuthorized: record.projects.includes(caller.project),
    quotaBytesUsed: String(record.content?.size ?? 0),
    capabilities: toCapabilities(isFolder, isRoot, trashed),
    ...(record.content ? toContentFields(record.name, record.content) : {}),
  };
}

export function toUser(account: GoogleAccount): Resource {
  return {
    kind: 'drive#user',
    displayName: account.displayName,
    me: true,
    permissionId: account.permissionId,
    emailAddress: account.email,
  };
}

function toContentFields(name: string, content: FileContent): Resource {
  const extension = /\.([^.]+)$/.exec(name)?.[1];
  return {
    size: String(content.size),
    md5Checksum: content.md5,
    sha1Checksum: content.sha1,
    sha256Checksum: content.sha256,
    headRevisionId: content.revision,
    originalFilename: content.originalFilename,
    ...(extension === undefined ? {} : { fileExtension: extension, fullFileExtension: extension }),
  };
}

function toCapabilities(isFolder: boolean, isRoot: boolean, trashed: boolean): Record<string, boolean> {
  return {
    canAddChildren: isFolder,
    canListChildren: isFolder,
    canDownload: !isFolder,
    canEdit: true,
    canRename: !isRoot,
    canDelete: !isRoot,
    canTrash: !isRoot && !trashed,
    canUntrash: !isRoot && trashed,
  };
}
