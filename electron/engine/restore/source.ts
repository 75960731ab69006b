// Where a restore takes its bytes from: a set on Drive, or a file that a person has. The steps of a restore see only this.
import type { Readable } from 'node:stream';
import type { DumpFormat } from '../../../shared/dump-choice.ts';
import type { Manifest, Snapshot } from '../../../shared/snapshot.ts';
import { openDump, readManifest, type ReadContext } from './read-set.ts';

export interface RestoreSource {
  /** For errors and logs: the set's base name, or the file's name. */
  readonly name: string;
  /** Null for a file. */
  readonly snapshot: Snapshot | null;
  /** Null for a snapshot. */
  readonly fileName: string | null;
  readonly dumpFormat: DumpFormat;
  /** Null when there is none; one that is there and cannot be read is an error. */
  readonly readManifest: (ctx: ReadContext) => Promise<Manifest | null>;
  /**
   * pg_dump's archive or SQL, decrypted and decompressed. With the SHA-256 of the stored bytes, as a manifest has it, the stream
   * ends well only when they are those.
   */
  readonly openDump: (ctx: ReadContext, sha256?: string | null) => Promise<Readable>;
}

export function fromSnapshot(snapshot: Snapshot): RestoreSource {
  return {
    name: snapshot.baseName,
    snapshot,
    fileName: null,
    dumpFormat: snapshot.dumpFormat,
    readManifest: async (ctx) =>
      snapshot.files.some(({ kind }) => kind === 'manifest') ? readManifest(ctx, snapshot) : null,
    openDump: (ctx, sha256) => openDump(ctx, snapshot, sha256),
  };
}
