// One file or folder as the server keeps it, and as the API shows it to one caller.
import type { ContentFacts } from './blob.ts';
import type { GoogleAccount } from './options.ts';
import { toCapabilities, type Rights } from './rights.ts';
import type { Caller } from './tokens.ts';

export const folderType = 'application/vnd.google-apps.folder';

export interface FileContent extends ContentFacts {
  /** Name of the stored content, and Drive's headRevisionId. */
  readonly revision: string;
  readonly originalFilename: string;
  /** From when on its hashes are told (ms since 1970), and which of them are late. */
  readonly hashesAt: number;
  readonly lateHashes: 'sha' | 'all';
}

export interface FileRecord {
  readonly id: string;
  /** Null on a shared drive: nobody owns what lies there. */
  ownerEmail: string | null;
  /** The shared drive it lies on; null in My Drive. */
  driveId: string | null;
  name: string;
  mimeType: string;
  description: string | null;
  starred: boolean;
  /** Null: the root folder of My Drive or of a shared drive. */
  parentId: string | null;
  /** Projects that may see it under drive.file. */
  projects: string[];
  createdTime: string;
  /** When it came, and when it got its name, by the server's clock whatever the metadata say (ms since 1970). */
  readonly storedAt: number;
  namedAt: number;
  /** Google takes it for malware. */
  abusive: boolean;
  modifiedTime: string;
  viewedByMeTime: string | null;
  /** When this very item was put into the bin, and by whom; null when it was not. */
  trashedTime: string | null;
  trashedBy: string | null;
  modifiedBy: string | null;
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
  /** Null on a shared drive. */
  readonly owner: GoogleAccount | null;
  readonly modifier: GoogleAccount | null;
  readonly trasher: GoogleAccount | null;
  readonly rights: Rights;
  /** True when the item or a folder above it is in the bin. */
  readonly trashed: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Every field that the local Google has, before the `fields` mask. Numbers of 64 bits are strings. */
export function toResource(record: FileRecord, viewpoint: Viewpoint): Resource {
  const { caller, trashed, owner, trasher } = viewpoint;
  const isFolder = record.mimeType === folderType;
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
    ...(record.modifiedBy === caller.email ? { modifiedByMeTime: record.modifiedTime } : {}),
    modifiedByMe: record.modifiedBy === caller.email,
    viewedByMe: record.viewedByMeTime !== null,
    ...(record.viewedByMeTime === null ? {} : { viewedByMeTime: record.viewedByMeTime }),
    ...(viewpoint.modifier === null ? {} : { lastModifyingUser: toUser(viewpoint.modifier, caller) }),
    ...(owner === null
      ? { driveId: record.driveId, teamDriveId: record.driveId }
      : { owners: [toUser(owner, caller)], shared: false, ownedByMe: owner.email === caller.email }),
    ...(owner === null && trasher !== null ? { trashingUser: toUser(trasher, caller) } : {}),
    isAppAuthorized: record.projects.includes(caller.project),
    quotaBytesUsed: String(record.content?.size ?? 0),
    capabilities: toCapabilities(record, viewpoint.rights, trashed),
    ...(record.content ? toContentFields(record.name, record.content, viewpoint.now) : {}),
  };
}

export function toUser(account: GoogleAccount, caller: Caller): Resource {
  return {
    kind: 'drive#user',
    displayName: account.displayName,
    me: account.email === caller.email,
    permissionId: account.permissionId,
    emailAddress: account.email,
  };
}

function toContentFields(name: string, content: FileContent, now: number): Resource {
  const hashed = now >= content.hashesAt;
  const extension = /\.([^.]+)$/.exec(name)?.[1];
  return {
    size: String(content.size),
    ...(hashed || content.lateHashes === 'sha' ? { md5Checksum: content.md5 } : {}),
    ...(hashed ? { sha1Checksum: content.sha1, sha256Checksum: content.sha256 } : {}),
    headRevisionId: content.revision,
    originalFilename: content.originalFilename,
    ...(extension === undefined ? {} : { fileExtension: extension, fullFileExtension: extension }),
  };
}
