// Unpacks a zip file with nothing but Node: stored and deflated entries, Unix modes and symbolic links. It trusts
// nothing inside: a name that leaves the target folder is an error.
import {
  createWriteStream,
  openSync,
  closeSync,
  readSync,
  fstatSync,
  mkdirSync,
  symlinkSync,
  chmodSync,
  createReadStream,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw, inflateRawSync } from 'node:zlib';

// Signatures and offsets: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end).
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endBytes = 22;
const entryBytes = 46;
const localBytes = 30;
const fileTypeMask = 0o170000;
const symlinkType = 0o120000;

/**
 * @param {string} zipPath a zip below 4 GB
 * @param {string} target
 * @param {(name: string) => string | null} choose gives the name below `target`, or null to leave the entry out
 */
export async function unzip(zipPath, target, choose) {
  const file = openSync(zipPath, 'r');
  try {
    for (const entry of readDirectory(file)) {
      const name = choose(entry.name);
      if (name === null || entry.name.endsWith('/')) continue;
      const place = path.resolve(target, name);
      if (!place.startsWith(path.resolve(target) + path.sep))
        throw new Error(`the zip names a file outside: ${entry.name}`);
      mkdirSync(path.dirname(place), { recursive: true });
      await extract(file, zipPath, entry, place);
    }
  } finally {
    closeSync(file);
  }
}

async function extract(file, zipPath, entry, place) {
  const local = readAt(file, entry.offset, localBytes);
  const start = entry.offset + localBytes + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (entry.method !== 0 && entry.method !== 8) throw new Error(`unknown compression in the zip: ${entry.name}`);
  if ((entry.mode & fileTypeMask) === symlinkType) {
    const packed = readAt(file, start, entry.packedBytes);
    symlinkSync((entry.method === 8 ? inflateRawSync(packed) : packed).toString('utf8'), place);
    return;
  }
  const output = createWriteStream(place);
  if (entry.packedBytes === 0) output.end();
  else {
    const input = createReadStream(zipPath, { start, end: start + entry.packedBytes - 1 });
    await (entry.method === 8 ? pipeline(input, createInflateRaw(), output) : pipeline(input, output));
  }
  if (entry.mode & 0o777) chmodSync(place, entry.mode & 0o777);
}

function readDirectory(file) {
  const size = fstatSync(file).size;
  const tailBytes = Math.min(size, endBytes + 0xffff);
  const tail = readAt(file, size - tailBytes, tailBytes);
  let end = tail.length - endBytes;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end -= 1;
  if (end < 0) throw new Error('not a zip file');
  const count = tail.readUInt16LE(end + 10);
  const directory = readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = [];
  for (let at = 0, index = 0; index < count; index += 1) {
    if (directory.readUInt32LE(at) !== entrySignature) throw new Error('the zip directory is damaged');
    const nameBytes = directory.readUInt16LE(at + 28);
    entries.push({
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      offset: directory.readUInt32LE(at + 42),
      name: directory.toString('utf8', at + entryBytes, at + entryBytes + nameBytes),
    });
    at += entryBytes + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(file, buffer, done, length - done, position + done);
    if (count === 0) throw new Error('the zip file ends too early');
    done += count;
  }
  return buffer;
}
