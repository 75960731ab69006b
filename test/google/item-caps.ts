// How many items Google lets there be: on a shared drive, in a folder, of one creator, and how deep folders lie.
import { apiError } from './api-error.ts';
import { answerWords, type AnswerName } from './fault-words.ts';
import type { FileRecord } from './file-record.ts';
import type { Caller } from './tokens.ts';
import type { World } from './world.ts';

/** Throws 403 when one item more in `parent` is too much. */
export function checkCaps(world: World, caller: Caller, parent: FileRecord, isFolder: boolean): void {
  const { switches } = world;
  const items = world.files.all().filter((record) => record.parentId !== null);
  const count = (accepts: (record: FileRecord) => boolean): number => items.filter(accepts).length;
  const { driveId } = parent;
  if (driveId !== null && count((record) => record.driveId === driveId) >= switches.maxItemsPerDrive) {
    throw refusal('drive-items');
  }
  const isRoot = parent.parentId === null;
  if (!isRoot && count((record) => record.parentId === parent.id) >= switches.maxItemsPerFolder) {
    throw refusal('folder-items');
  }
  // What others put on a shared drive is theirs; whoever changed an item last stands for its creator here.
  const isOwn = (record: FileRecord): boolean => (record.ownerEmail ?? record.modifiedBy) === caller.email;
  if (count(isOwn) >= switches.maxItemsPerCreator) throw refusal('creator-items');
  if (isFolder && world.files.depthOf(parent) >= switches.maxFolderDepth) {
    const message = `The maximum hierarchy depth of ${String(switches.maxFolderDepth)} levels has been exceeded.`;
    const reason = driveId === null ? 'myDriveHierarchyDepthLimitExceeded' : 'teamDriveHierarchyTooDeep';
    throw apiError(403, reason, message);
  }
}

function refusal(name: Extract<AnswerName, `${string}-items`>): Error {
  const { status, reason, message } = answerWords[name];
  return apiError(status, reason, message);
}
