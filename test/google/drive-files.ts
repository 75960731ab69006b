// files.get, create, update, delete and generateIds: everything about one file except its bytes and searching for it.
import { apiError, fileNotFound, invalidParameter, notImplemented } from './api-error.ts';
import { applyMask, parseFields, type FieldTree, type Mask } from './fields-mask.ts';
import { defaultFileFields, fileFields, generatedIdsFields } from './field-schema.ts';
import { folderType, toResource, type FileRecord, type Resource } from './file-record.ts';
import type { Exchange } from './exchange.ts';
import { changeRecord, findParent, parseMetadata, toNewRecord, type Metadata } from './metadata.ts';
import { authorize } from './oauth-token.ts';
import { checkQuery, parameters } from './query-params.ts';
import type { GoogleAccount } from './options.ts';
import { requireRight, rightsOn } from './rights.ts';
import type { Caller } from './tokens.ts';
import { BlobWriter } from './blob.ts';
import { checkRoom } from './store-upload.ts';
import { getAccount, type World } from './world.ts';
import path from 'node:path';

/** The `fields` of a request, checked before anything is done. An empty one (rclone sends it) is as good as none. */
export function readMask(query: URLSearchParams, tree: FieldTree, byDefault: string): Mask {
  const text = query.get('fields') ?? '';
  return parseFields(text === '' ? byDefault : text, tree);
}

export function toFullResource(world: World, caller: Caller, record: FileRecord): Resource {
  const accountOf = (email: string | null): GoogleAccount | null => (email === null ? null : getAccount(world, email));
  return toResource(record, {
    ...{ caller, owner: accountOf(record.ownerEmail), modifier: accountOf(record.modifiedBy) },
    ...{ trasher: accountOf(record.trashedBy), rights: rightsOn(world, caller, record) },
    ...{ trashed: world.files.isTrashed(record), now: world.now().getTime() },
  });
}

export async function getFile(exchange: Exchange, id: string): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'files.get');
  checkQuery(url.searchParams, parameters.get);
  const mask = readMask(url.searchParams, fileFields, defaultFileFields);
  const record = world.files.find(id, caller);
  if (!record) throw fileNotFound(id);
  exchange.entry.fileId = record.id;
  await exchange.sendJson(200, applyMask(toFullResource(world, caller, record), mask));
}

/** Metadata only: a folder, or a file without bytes. */
export async function createFile(exchange: Exchange): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'files.create');
  checkQuery(url.searchParams, parameters.create);
  const mask = readMask(url.searchParams, fileFields, defaultFileFields);
  const metadata = parseMetadata(await exchange.readText(), 'create');
  const record = toNewRecord(world, caller, metadata, null);
  if (record.mimeType !== folderType) checkRoom(world, caller, record.driveId, 0);
  exchange.entry.fileId = record.id;
  if (record.mimeType === folderType) {
    world.files.save(record);
  } else {
    const writer = new BlobWriter(path.join(world.dir, `${record.id}.empty`));
    world.files.putContent(record, writer.file, writer.finish());
  }
  if (exchange.take('duplicate')) world.files.duplicate(record);
  await exchange.sendJson(200, applyMask(toFullResource(world, caller, record), mask));
}

export async function updateFile(exchange: Exchange, id: string): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'files.update');
  checkQuery(url.searchParams, parameters.update);
  const mask = readMask(url.searchParams, fileFields, defaultFileFields);
  const record = world.files.find(id, caller);
  if (!record) throw fileNotFound(id);
  exchange.entry.fileId = record.id;
  const metadata = parseMetadata(await exchange.readText(), 'update');
  const parentId = chooseParent(world, caller, record, url.searchParams);
  checkRights(world, caller, record, metadata, parentId !== record.parentId);
  changeRecord(world, caller, record, metadata);
  record.parentId = parentId;
  world.files.save(record);
  await exchange.sendJson(200, applyMask(toFullResource(world, caller, record), mask));
}

/** For good, past the bin, with everything below a folder. */
export async function deleteFile(exchange: Exchange, id: string): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'files.delete');
  checkQuery(url.searchParams, parameters.delete);
  const record = world.files.find(id, caller);
  if (!record) throw fileNotFound(id);
  exchange.entry.fileId = record.id;
  if (record.parentId === null) {
    throw apiError(403, 'insufficientFilePermissions', 'The root folder cannot be deleted.');
  }
  requireRight(world, caller, world.files.getParent(record), 'delete');
  world.files.remove(record);
  await exchange.sendText(204, '');
}

/** DELETE files/trash. Emptying is not here; being refused it is. */
export function emptyTrash(exchange: Exchange): Promise<void> {
  authorize(exchange, 'files.emptyTrash');
  checkQuery(exchange.url.searchParams, parameters.emptyTrash);
  throw notImplemented('emptying the bin');
}

export async function generateIds(exchange: Exchange): Promise<void> {
  const { world, url } = exchange;
  authorize(exchange, 'files.generateIds');
  checkQuery(url.searchParams, parameters.generateIds);
  const mask = readMask(url.searchParams, generatedIdsFields, '*');
  const count = Number(url.searchParams.get('count') ?? 10);
  if (count < 1 || count > 1000) throw invalidParameter('count', 'Invalid value. Values must be within [1, 1000].');
  const space = url.searchParams.get('space') ?? 'drive';
  if (space !== 'drive') throw notImplemented(`the space ${space}`);
  const type = url.searchParams.get('type') ?? 'files';
  if (type !== 'files') throw notImplemented(`ids for ${type}`);
  const ids = Array.from({ length: count }, () => world.ids.create());
  await exchange.sendJson(200, applyMask({ kind: 'drive#generatedIds', space, ids }, mask));
}

/** Putting into the bin is a right of its own; everything else is editing. */
function checkRights(world: World, caller: Caller, record: FileRecord, metadata: Metadata, moves: boolean): void {
  const { trashed, ...rest } = metadata;
  if (trashed !== undefined) requireRight(world, caller, record, 'trash');
  if (moves || Object.keys(rest).length > 0) requireRight(world, caller, record, 'edit');
}

/** Where addParents and removeParents put the item: always into exactly one folder. */
function chooseParent(world: World, caller: Caller, record: FileRecord, query: URLSearchParams): string | null {
  const toIds = (text: string | null): string[] => (text ?? '').split(',').filter((id) => id !== '');
  const added = toIds(query.get('addParents')).map((id) => findParent(world, caller, id).id);
  const removed = toIds(query.get('removeParents')).map((id) => world.files.find(id, caller)?.id ?? id);
  if (added.length === 0 && removed.length === 0) return record.parentId;
  if (record.parentId === null) throw apiError(403, 'insufficientFilePermissions', 'The root folder cannot be moved.');
  const kept = [record.parentId].filter((id) => !removed.includes(id));
  const parents = [...new Set([...kept, ...added])];
  const [parent] = parents;
  if (parents.length > 1) {
    throw apiError(403, 'cannotAddParent', 'Increasing the number of parents is not allowed');
  }
  if (parent === undefined) throw apiError(403, 'cannotRemoveParent', 'A file must have one parent.');
  if (world.files.driveOf(parent) !== record.driveId) throw notImplemented('moving between drives');
  if (world.files.isWithin(parent, record.id)) {
    throw apiError(403, 'cyclicalFolder', 'A folder cannot be moved into itself.');
  }
  return parent;
}
