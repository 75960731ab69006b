// Downloads and opens the manifest of a set that was found on Drive. That it cannot be opened is an answer, not a failure:
// the set is listed by its properties all the same.
import { AppError } from '../../../shared/errors.ts';
import { summarizeLeftOut, type LeftOutSummary } from '../../../shared/left-out.ts';
import { parseManifest, type Manifest, type SetFile } from '../../../shared/snapshot.ts';
import { decryptBytes } from '../crypto/age.ts';
import { openDownload } from '../drive/download.ts';
import type { CatalogContext } from './context.ts';

/** What the catalogue wants of a manifest; the long lists in it are not kept. */
export type ManifestFacts = Pick<Manifest, 'jobName' | 'serverVersion' | 'dumpFormat' | 'compression' | 'files'> & {
  readonly dumpBytes: number;
  readonly leftOut: LeftOutSummary | null;
};

export type ManifestProblem = 'wrong-key' | 'manifest-damaged' | 'manifest-newer';

/** Throws what keeps Drive from answering: no account, no network, the end of the program. */
export async function readManifestFacts(
  ctx: Pick<CatalogContext, 'drive' | 'clock' | 'log' | 'signal'>,
  identities: readonly string[],
  file: SetFile,
): Promise<ManifestFacts | ManifestProblem> {
  const { driveFileId: fileId, sizeBytes, sha256 } = file;
  const { drive, clock, log, signal } = ctx;
  let plain: Buffer;
  try {
    plain = await decryptBytes(identities, openDownload({ ...drive, clock, log, signal, fileId, sizeBytes, sha256 }));
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    if (code === 'crypto/wrong-key') return 'wrong-key';
    if (code === 'crypto/damaged-file' || code === 'drive/download-damaged' || code === 'drive/not-found') {
      log.warn(`the manifest ${file.name} cannot be read: ${code}`);
      return 'manifest-damaged';
    }
    throw error;
  }
  const manifest = parseManifest(plain.toString('utf8'));
  if (manifest === 'newer') return 'manifest-newer';
  if (manifest === 'damaged') return 'manifest-damaged';
  const { jobName, serverVersion, dumpFormat, compression, files, dump, leftOut } = manifest;
  return {
    jobName,
    serverVersion,
    dumpFormat,
    compression,
    files,
    dumpBytes: dump.bytes,
    leftOut: leftOut ? summarizeLeftOut(leftOut) : null,
  };
}
