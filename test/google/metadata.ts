// The metadata that a create or update carries: which names may be written, what their values must be, and how they
// change a record.
import { apiError, fileNotFound, notImplemented } from './api-error.ts';
import { fileFields } from './field-schema.ts';
import { folderType, type FileRecord } from './file-record.ts';
import { checkCaps } from './item-caps.ts';
import { rightsOn } from './rights.ts';
import type { Caller } from './tokens.ts';
import type { World } from './world.ts';

/** Google's rules for `properties` and `appProperties`: bytes of key and value together, and how many of a kind. */
const maxPropertyBytes = 124;
const maxProperties = 30;

type PropertyChange = Readonly<Record<string, string | null>>;

/** Checked metadata. What is absent stays, or takes the default of a new file. */
export interface Metadata {
  readonly id?: string;
  readonly name?: string;
  readonly mimeType?: string;
  readonly description?: string;
  readonly starred?: boolean;
  readonly trashed?: boolean;
  readonly parents?: readonly string[];
  readonly createdTime?: string;
  readonly modifiedTime?: string;
  readonly viewedByMeTime?: string;
  readonly originalFilename?: string;
  readonly properties?: PropertyChange;
  readonly appProperties?: PropertyChange;
}

type Reader = (name: string, value: unknown) => unknown;

const readers: Readonly<Record<string, Reader>> = {
  ...{ id: readText, name: readText, mimeType: readText, description: readText, originalFilename: readText },
  ...{ starred: readBoolean, trashed: readBoolean },
  ...{ createdTime: readTime, modifiedTime: readTime, viewedByMeTime: readTime },
  ...{ properties: readProperties, appProperties: readProperties },
  parents: readParents,
};

/** Reads the JSON of a request. Empty text is no metadata. */
export function parseMetadata(text: string, use: 'create' | 'update'): Metadata {
  const body = parseObject(text);
  const metadata: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name === 'kind' || value === undefined) continue;
    const field = Object.hasOwn(fileFields, name) ? fileFields[name] : undefined;
    if (field === undefined) {
      const message = `Invalid JSON payload received. Unknown name "${name}" at 'file': Cannot find field.`;
      throw apiError(400, 'badRequest', message);
    }
    const read = readers[name];
    if (!read) {
      if (field === 'missing' || field === 'never') throw notImplemented(`writing ${name}`);
      throw notWritable('The resource body includes fields which are not directly writable.');
    }
    if (use === 'update' && name === 'parents') {
      const instead = 'Use the addParents and removeParents parameters instead.';
      throw notWritable(`The parents field is not directly writable in update requests. ${instead}`);
    }
    if ((use === 'update' && ['id', 'createdTime'].includes(name)) || (use === 'create' && name === 'trashed')) {
      throw notWritable('The resource body includes fields which are not directly writable.');
    }
    if (value !== null || name === 'properties' || name === 'appProperties') metadata[name] = read(name, value);
  }
  const { mimeType } = metadata;
  if (typeof mimeType === 'string' && mimeType.startsWith('application/vnd.google-apps.') && mimeType !== folderType) {
    throw notImplemented(`files of type ${mimeType}`);
  }
  return metadata;
}

/** A new record for `caller`. Throws 400 for an id that no one gave out, 404 and 403 for a parent that cannot be used. */
export function toNewRecord(world: World, caller: Caller, metadata: Metadata, contentType: string | null): FileRecord {
  if (metadata.id !== undefined) checkId(world, metadata.id);
  const parent = findParent(world, caller, metadata.parents?.[0] ?? 'root');
  checkCaps(world, caller, parent, metadata.mimeType === folderType);
  const now = world.now().toISOString();
  const record: FileRecord = {
    id: metadata.id ?? world.ids.create(),
    ownerEmail: parent.driveId === null ? caller.email : null,
    driveId: parent.driveId,
    name: 'Untitled',
    mimeType: contentType ?? 'application/octet-stream',
    description: null,
    starred: false,
    parentId: parent.id,
    projects: [caller.project],
    createdTime: metadata.createdTime ?? world.files.nextCreatedTime(),
    storedAt: world.now().getTime(),
    namedAt: world.now().getTime(),
    abusive: false,
    modifiedTime: metadata.modifiedTime ?? now,
    viewedByMeTime: null,
    trashedTime: null,
    trashedBy: null,
    modifiedBy: caller.email,
    properties: {},
    appProperties: {},
    content: null,
    version: 0,
  };
  changeRecord(world, caller, record, metadata);
  return record;
}

/** Writes metadata into a record. Throws before anything is changed when a rule is broken. */
export function changeRecord(world: World, caller: Caller, record: FileRecord, metadata: Metadata): void {
  const properties = mergeProperties('properties', record.properties, metadata.properties);
  const own = mergeProperties('appProperties', record.appProperties[caller.project], metadata.appProperties);
  if (record.parentId === null && (metadata.trashed !== undefined || metadata.name !== undefined)) {
    throw apiError(403, 'insufficientFilePermissions', 'The root folder cannot be changed.');
  }
  record.properties = properties;
  record.appProperties[caller.project] = own;
  if (metadata.name !== undefined && metadata.name !== record.name) record.namedAt = world.now().getTime();
  record.name = metadata.name ?? record.name;
  record.mimeType = metadata.mimeType ?? record.mimeType;
  record.description = metadata.description ?? record.description;
  record.starred = metadata.starred ?? record.starred;
  record.viewedByMeTime = metadata.viewedByMeTime ?? record.viewedByMeTime;
  record.modifiedTime = metadata.modifiedTime ?? world.now().toISOString();
  record.modifiedBy = caller.email;
  if (metadata.trashed === true && record.trashedTime === null) {
    record.trashedTime = world.now().toISOString();
    record.trashedBy = caller.email;
  }
  if (metadata.trashed === false) record.trashedTime = record.trashedBy = null;
}

/** 409 for an id that is used already; 400 for one that the server never gave out. */
export function checkId(world: World, id: string): void {
  if (!world.ids.isOwn(id))
    throw apiError(400, 'invalid', 'The provided file ID is not usable.', { location: 'file.id' });
  const isBurnt = world.switches.idOfDeadSession === 'used' && world.sessions.isBurnt(id);
  if (isBurnt || world.files.isUsed(id))
    throw apiError(409, 'fileIdInUse', 'A file already exists with the provided ID.');
}

export function findParent(world: World, caller: Caller, id: string): FileRecord {
  const parent = world.files.find(id, caller);
  if (!parent) throw fileNotFound(id);
  if (parent.mimeType !== folderType) {
    throw apiError(403, 'parentNotAFolder', 'The specified parent is not a folder.');
  }
  if (!rightsOn(world, caller, parent).add) {
    throw apiError(403, 'insufficientParentPermissions', 'Insufficient permissions for the specified parent.');
  }
  return parent;
}

function parseObject(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw apiError(400, 'parseError', 'Parse Error');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw apiError(400, 'parseError', 'Parse Error');
  return { ...value };
}

function mergeProperties(
  name: string,
  former: Readonly<Record<string, string>> | undefined,
  change: PropertyChange | undefined,
): Record<string, string> {
  const merged = new Map(Object.entries(former ?? {}));
  for (const [key, value] of Object.entries(change ?? {})) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  if (merged.size > maxProperties) {
    const text = `The limit of ${String(maxProperties)} ${name} was exceeded.`;
    throw apiError(403, 'propertyCountLimitExceeded', text);
  }
  return Object.fromEntries(merged);
}

function readProperties(name: string, value: unknown): PropertyChange {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw invalidValue(name);
  for (const [key, text] of Object.entries(value)) {
    if (text === null) continue;
    if (typeof text !== 'string') throw invalidValue(`${name}.${key}`);
    if (Buffer.byteLength(key) + Buffer.byteLength(text) > maxPropertyBytes) {
      const limit = `${String(maxPropertyBytes)} bytes in UTF-8`;
      throw apiError(403, 'propertyLengthLimitExceeded', `The key and value of a property may have ${limit} together.`);
    }
  }
  return { ...value };
}

function readText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw invalidValue(name);
  return value;
}

function readBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw invalidValue(name);
  return value;
}

function readTime(name: string, value: unknown): string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value) || Number.isNaN(Date.parse(value))) {
    throw invalidValue(name);
  }
  return new Date(value).toISOString();
}

function readParents(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((id) => typeof id === 'string')) throw invalidValue(name);
  if (value.length > 1) throw apiError(400, 'invalid', 'A file can have exactly one parent.', { location: 'parents' });
  return value;
}

function invalidValue(name: string): Error {
  return apiError(400, 'invalid', `Invalid value for: ${name}`, { location: name, locationType: 'other' });
}

function notWritable(message: string): Error {
  return apiError(403, 'fieldNotWritable', message);
}
