// files.get, create, update, delete and generateIds: everything about one file except its bytes and searching for it.
import { apiError, fileNotFound, invalidParameter, notImplemented } from './api-error.ts';
import { applyMask, parseFields, type FieldTree, type Mask } from './fields-mask.ts';
import { defaultFileFields, fileFields, generatedIdsFields } from './field-schema.ts';
import { folderType, toResource, type FileRecord, type Resource } from './file-record.ts';
import type { Exchange } from './exchange.ts';
import { changeRecord, findParent, parseMetadata, toNewRecord } from './metadata.ts';
import { authorize } from './oauth-token.ts';
import { checkQuery, parameters } from './query-params.ts';
import type { Caller } from './tokens.ts';
import { BlobWriter } from './blob.ts';
import { getAccount, type World } from './world.ts';
import path from 'node:path';

/** The `fields` of a request, checked before anything is done. An empty one (rclone sends it) is as good as none. */
export function readMask(query: URLSearchParams, tree: FieldTree, byDefault: string): Mask {
  const text = query.get('fields') ?? '';
  return parseFields(text === '' ? byDefault : text, tree);
}

export function toFullResource(world: World, caller: Caller, record: FileRecord): Resource {
  const owner = getAccount(world, record.ownerEmail);
  return toResource(record, { caller, owner, trashed: world.files.isTrashed(record) });
}

export async function getFile(exchange: Exchange, id: string): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'read');
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
  const caller = authorize(exchange, 'write');
  checkQuery(url.searchParams, parameters.create);
  const mask = readMask(url.searchParams, fileFields, defaultFileFields);
  const metadata = parseMetadata(await exchange.readText(), 'create');
  const record = toNewRecord(world, caller, metadata, null);
  exchange.entry.fileId = record.id;
  if (record.mimeType === folderType) {
    world.files.save(record);
  } else {
    const writer = new BlobWriter(path.join(world.dir, `${record.id}.empty`));
    world.files.putContent(record, writer.file, writer.finish());
  }
  await exchange.sendJson(200, applyMask(toFullResource(world, caller, record), mask));
}

export async function updateFile(exchange: Exchange, id: string): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'write');
  checkQuery(url.searchParams, parameters.update);
  const mask = readMask(url.searchParams, fileFields, defaultFileFields);
  const record = world.files.find(id, caller);
  if (!record) throw fileNotFound(id);
  exchange.entry.fileId = record.id;
  const metadata = parseMetadata(await exchange.readText(), 'update');
  const parentId = chooseParent(world, caller, record, url.searchParams);
  changeRecord(world, caller, record, metadata);
  record.parentId = parentId;
  world.files.save(record);
  await exchange.sendJson(200, applyMask(toFullResource(world, caller, record), mask));
}

/** For good, past the bin, with everything below a folder. */
export async function deleteFile(exchange: Exchange, id: string): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'write');
  checkQuery(url.searchParams, parameters.delete);
  if (id === 'trash') {
    const full = caller.scopes.some((scope) => scope.endsWith('/auth/drive'));
    if (full) throw notImplemented('emptying the bin');
    throw apiError(403, 'insufficientPermissions', 'Insufficient Permission');
  }
  const record = world.files.find(id, caller);
  if (!record) throw fileNotFound(id);
  exchange.entry.fileId = record.id;
  if (record.parentId === null) {
    throw apiError(403, 'insufficientFilePermissions', 'The root folder cannot be deleted.');
  }
  world.files.remove(record);
  await exchange.sendText(204, '');
}

export async function generateIds(exchange: Exchange): Promise<void> {
  const { world, url } = exchange;
  authorize(exchange, 'write');
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
  if (world.files.isWithin(parent, record.id)) {
    throw apiError(403, 'cyclicalFolder', 'A folder cannot be moved into itself.');
  }
  return parent;
}
