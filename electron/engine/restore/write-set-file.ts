// Brings one file of a set onto this disk, as it lies on Drive or opened. The path holds either the whole file or nothing.
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SetFileKind, Snapshot } from '../../../shared/snapshot.ts';
import { decryptStream } from '../crypto/age.ts';
import { readIdentities } from '../crypto/keys.ts';
import { getFile, openDump, openStored, type ReadContext } from './read-set.ts';

/** `decrypt`: pg_dump's archive (or the SQL, or the JSON) instead of the age file. Written with mode 600. */
export async function writeSetFile(
  ctx: ReadContext,
  snapshot: Snapshot,
  what: { readonly kind: SetFileKind; readonly path: string; readonly decrypt: boolean },
): Promise<{ bytes: number }> {
  const part = `${what.path}.part`;
  const input = await openPlainOrStored(ctx, snapshot, what);
  // A new file, for one that was left there keeps its own mode. Nothing is waited for between opening and the pipeline,
  // which alone listens for what goes wrong.
  await rm(part, { force: true });
  const output = createWriteStream(part, { mode: 0o600, flags: 'wx', flush: true });
  try {
    await pipeline(input, output);
    await rename(part, what.path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { bytes: output.bytesWritten };
}

async function openPlainOrStored(
  ctx: ReadContext,
  snapshot: Snapshot,
  { kind, decrypt }: { readonly kind: SetFileKind; readonly decrypt: boolean },
): Promise<Readable> {
  const file = getFile(snapshot, kind);
  if (!decrypt) return openStored(ctx, file);
  if (kind === 'dump') return openDump(ctx, snapshot);
  return Readable.from(decryptStream(await readIdentities(ctx.vault), openStored(ctx, file)), { objectMode: false });
}
