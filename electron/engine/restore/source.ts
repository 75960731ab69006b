// Where a restore takes its bytes from: a set on Drive, or a file that a person has. The steps of a restore see only this.
import type { Readable } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';
import type { Manifest, Snapshot } from '../../../shared/snapshot.ts';
import { createHeadReader, type ArchiveHead } from '../postgres/archive-head.ts';
import { openDump, readManifest, type ReadContext } from './read-set.ts';

export interface RestoreSource {
  /** For errors and logs: the set's base name, or the file's name. */
  readonly name: string;
  /** Null for a file. */
  readonly snapshot: Snapshot | null;
  /** Null for a snapshot. */
  readonly fileName: string | null;
  /** Null when there is none; one that is there and cannot be read is an error. */
  readonly readManifest: (ctx: ReadContext) => Promise<Manifest | null>;
  /** pg_dump's archive, decrypted and decompressed. */
  readonly openDump: (ctx: ReadContext) => Promise<Readable>;
}

export function fromSnapshot(snapshot: Snapshot): RestoreSource {
  return {
    name: snapshot.baseName,
    snapshot,
    fileName: null,
    readManifest: async (ctx) =>
      snapshot.files.some(({ kind }) => kind === 'manifest') ? readManifest(ctx, snapshot) : null,
    openDump: (ctx) => openDump(ctx, snapshot),
  };
}

/** A table of contents is small; what has none in its first part is no archive that a person waits for. */
const maxHeadBytes = 64 * 1024 * 1024;

/**
 * What the archive says of itself, read from its beginning only. Null when its version is not known here. Throws
 * `archive/damaged` when it is none, and what the stream fails with.
 */
export async function readArchiveHead(archive: Readable): Promise<ArchiveHead | null> {
  const reader = createHeadReader();
  let bytes = 0;
  try {
    for await (const chunk of archive as AsyncIterable<Buffer>) {
      const result = reader.write(chunk);
      if (result.state === 'done') return result.head;
      if (result.state === 'unknown') return null;
      bytes += chunk.byteLength;
      if (bytes > maxHeadBytes) return null;
    }
    throw new AppError('archive/damaged', 'the archive ends inside its table of contents');
  } finally {
    archive.destroy();
  }
}
