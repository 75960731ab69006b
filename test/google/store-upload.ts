// The end of every upload: a finished content becomes a file, new or changed.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { apiError, fileNotFound } from './api-error.ts';
import { readContentFacts, type BlobWriter } from './blob.ts';
import type { Exchange } from './exchange.ts';
import { folderType, type FileRecord } from './file-record.ts';
import { changeRecord, toNewRecord, type Metadata } from './metadata.ts';
import { requireRight } from './rights.ts';
import type { Caller } from './tokens.ts';
import { getAccount, type World } from './world.ts';

const serviceQuotaText =
  'Service Accounts do not have storage quota. Leverage shared drives ' +
  '(https://developers.google.com/workspace/drive/api/guides/about-shareddrives), or use OAuth delegation ' +
  '(http://support.google.com/a/answer/7281227) instead.';

export interface Upload {
  readonly caller: Caller;
  /** Null: a new file. */
  readonly updatesId: string | null;
  readonly metadata: Metadata;
  readonly contentType: string;
}

/** Stores the writer's bytes. Throws 409 for a used id, 403 when the account is full; the writer is the caller's then. */
export async function storeUpload(exchange: Exchange, upload: Upload, writer: BlobWriter): Promise<FileRecord> {
  const { world } = exchange;
  const { caller, updatesId, metadata } = upload;
  await writer.prepare();
  let facts = writer.finish();
  checkRoom(world, caller, driveOfTarget(world, upload), facts.size);
  const record =
    updatesId === null ? toNewRecord(world, caller, metadata, upload.contentType) : world.files.find(updatesId, caller);
  if (!record) throw fileNotFound(updatesId ?? '');
  const damage = exchange.take('corrupt');
  if (damage) {
    flipByte(writer.file, damage.atByte ?? Math.floor(facts.size / 2));
    if (damage.when === 'before-hash') facts = await readContentFacts(writer.file);
  }
  if (updatesId !== null) changeRecord(world, caller, record, metadata);
  const late = exchange.take('late-hashes');
  world.files.putContent(record, writer.file, facts, late ? { ms: late.ms, which: late.which ?? 'sha' } : undefined);
  world.meter.addUpload(caller.email, facts.size);
  if (exchange.take('duplicate')) world.files.duplicate(record);
  exchange.entry.fileId = record.id;
  exchange.entry.storedBytes = facts.size;
  return record;
}

/** What can be known at the beginning of an upload: that its target exists and has room for `size` more bytes. */
export function checkTarget(world: World, upload: Upload, size: number): void {
  if (upload.updatesId !== null) {
    const record = world.files.find(upload.updatesId, upload.caller);
    if (!record) throw fileNotFound(upload.updatesId);
    requireRight(world, upload.caller, record, 'edit');
    if (record.content === null) throw apiError(403, 'fileNotDownloadable', 'A folder has no content.');
  } else if (upload.metadata.mimeType === folderType) {
    throw apiError(400, 'invalid', 'A folder has no content.', { location: 'mimeType' });
  }
  world.meter.checkDay(upload.caller.email);
  checkRoom(world, upload.caller, driveOfTarget(world, upload), size);
}

/** The shared drive that the upload is for; null: My Drive. */
export function driveOfTarget(world: World, { updatesId, metadata }: Upload): string | null {
  return world.files.driveOf(updatesId ?? metadata.parents?.[0] ?? '');
}

/** Throws 403 `storageQuotaExceeded` when `size` more bytes do not fit. A shared drive (`driveId`) has no such limit. */
export function checkRoom(world: World, caller: Caller, driveId: string | null, size: number): void {
  if (driveId !== null) return;
  if (world.services.find(caller.email)) throw apiError(403, 'storageQuotaExceeded', serviceQuotaText);
  const free = world.files.freeBytes(getAccount(world, caller.email));
  if (free !== null && size > free) {
    throw apiError(403, 'storageQuotaExceeded', "The user's Drive storage quota has been exceeded.");
  }
}

function flipByte(file: string, at: number): void {
  const fd = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  if (readSync(fd, byte, 0, 1, at) === 1) {
    byte.writeUInt8(byte.readUInt8(0) ^ 0x01, 0);
    writeSync(fd, byte, 0, 1, at);
  }
  closeSync(fd);
}
