// Reads the files of a set back from Drive: downloaded, checked against the stored hash, decrypted, decompressed.
import { pipeline } from 'node:stream/promises';
import type { Readable, Transform } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';
import {
  parseManifest,
  type Compression,
  type Manifest,
  type SetFile,
  type SetFileKind,
  type Snapshot,
} from '../../../shared/snapshot.ts';
import { createDecompressor } from '../base/compression.ts';
import { decryptBytes, decryptStream } from '../crypto/age.ts';
import { readIdentities } from '../crypto/keys.ts';
import { openDownload } from '../drive/download.ts';
import type { RestoreContext } from './context.ts';

export type ReadContext = Pick<RestoreContext, 'drive' | 'vault' | 'clock' | 'log' | 'signal'>;

/** Throws `input/not-found` when the set has no such file. */
export function getFile(snapshot: Snapshot, kind: SetFileKind): SetFile {
  const file = snapshot.files.find((candidate) => candidate.kind === kind);
  if (!file)
    throw new AppError('input/not-found', `${snapshot.baseName} has no ${kind}`, {
      context: { what: kind, id: snapshot.id },
    });
  return file;
}

/** The stored (encrypted) bytes of a file; the stream ends with an error when they are not the ones that were stored. */
export function openStored(ctx: ReadContext, file: SetFile, onProgress?: (doneBytes: number) => void): Readable {
  return openDownload({
    ...ctx.drive,
    clock: ctx.clock,
    log: ctx.log,
    fileId: file.driveFileId,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    signal: ctx.signal,
    ...(onProgress ? { onProgress } : {}),
  });
}

/** Throws `restore/no-manifest` when the set has none, or not one that this program reads. */
export async function readManifest(ctx: ReadContext, snapshot: Snapshot): Promise<Manifest> {
  const file = snapshot.files.find(({ kind }) => kind === 'manifest');
  if (!file) throw noManifest(snapshot.baseName, 'the set has no manifest');
  return openManifest(await decryptBytes(await readIdentities(ctx.vault), openStored(ctx, file)), snapshot.baseName);
}

/** Throws `restore/no-manifest` when it is not one that this program reads. */
export function openManifest(plain: Buffer, set: string): Manifest {
  const manifest = parseManifest(plain.toString('utf8'));
  if (typeof manifest !== 'string') return manifest;
  throw noManifest(set, 'the manifest has a form that this version does not read');
}

function noManifest(set: string, message: string): AppError {
  return new AppError('restore/no-manifest', message, { context: { set } });
}

/** pg_dump's archive as it was dumped. `sha256`: of the stored bytes, as the manifest has it; default: as the catalogue has it. */
export async function openDump(ctx: ReadContext, snapshot: Snapshot, sha256: string | null = null): Promise<Readable> {
  const file = getFile(snapshot, 'dump');
  return openArchive(ctx, openStored(ctx, { ...file, sha256: sha256 ?? file.sha256 }), snapshot.compression);
}

/** Both ends of the flow fail together: destroying the result ends the source. */
export async function openArchive(
  ctx: Pick<ReadContext, 'vault'>,
  stored: Readable,
  compression: Compression,
): Promise<Readable> {
  const identities = await readIdentities(ctx.vault);
  const decompressor: Transform = createDecompressor(compression);
  pipeline(stored, (source: AsyncIterable<Uint8Array>) => decryptStream(identities, source), decompressor).catch(
    (error: unknown) => {
      decompressor.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
  return decompressor;
}
