// What a member of a shared drive, or the owner of a file, may do with it. Google's page on roles is the source; where it
// leaves a doubt there is a switch.
import { apiError } from './api-error.ts';
import { folderType, type FileRecord } from './file-record.ts';
import type { Caller } from './tokens.ts';
import type { World } from './world.ts';

/** From the most to the least. */
export const driveRoles = ['organizer', 'fileOrganizer', 'writer', 'commenter', 'reader'] as const;
export type DriveRole = (typeof driveRoles)[number];

export interface Rights {
  readonly add: boolean;
  readonly edit: boolean;
  readonly comment: boolean;
  readonly trash: boolean;
  /** For good, past the bin. */
  readonly delete: boolean;
}

const ownerRights: Rights = { add: true, edit: true, comment: true, trash: true, delete: true };

/** `lowestThatTrashes`: the least role that may put items into the bin. */
export function toRights(role: DriveRole, lowestThatTrashes: DriveRole): Rights {
  const atLeast = (least: DriveRole): boolean => driveRoles.indexOf(role) <= driveRoles.indexOf(least);
  return {
    add: atLeast('writer'),
    edit: atLeast('writer'),
    comment: atLeast('commenter'),
    trash: atLeast(lowestThatTrashes),
    delete: atLeast('organizer'),
  };
}

/** Of a caller who sees the record: its owner, or a member of its shared drive. */
export function rightsOn(world: World, caller: Caller, record: FileRecord): Rights {
  if (record.driveId === null) return ownerRights;
  const role = world.drives.roleOf(record.driveId, caller.email) ?? 'reader';
  return toRights(role, world.switches.lowestRoleThatTrashes);
}

/** Throws 403 `insufficientFilePermissions`. */
export function requireRight(world: World, caller: Caller, record: FileRecord, right: keyof Rights): void {
  if (rightsOn(world, caller, record)[right]) return;
  const message = 'The user does not have sufficient permissions for this file.';
  throw apiError(403, 'insufficientFilePermissions', message);
}

export function toCapabilities(record: FileRecord, rights: Rights, trashed: boolean): Record<string, boolean> {
  const isFolder = record.mimeType === folderType;
  const isRoot = record.parentId === null;
  return {
    canAddChildren: isFolder && rights.add,
    canListChildren: isFolder,
    canDownload: !isFolder,
    canComment: rights.comment,
    canEdit: rights.edit,
    canModifyContent: rights.edit,
    canRename: !isRoot && rights.edit,
    canDelete: !isRoot && rights.delete,
    canTrash: !isRoot && !trashed && rights.trash,
    canUntrash: !isRoot && trashed && rights.trash,
    // Google fills these two in for shared drives alone.
    ...(record.driveId === null
      ? {}
      : { canDeleteChildren: isFolder && rights.delete, canTrashChildren: isFolder && rights.trash }),
  };
}
