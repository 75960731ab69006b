// Compares what Drive says it stored with what was sent. Green is said only after this.
import { AppError } from '../../../shared/errors.ts';
import type { Clock } from '../base/ports.ts';
import type { DriveApi } from './api.ts';
import type { DriveFile } from './drive-file.ts';

/** Lower-case hex. */
export interface ExpectedFile {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly md5: string;
}

/** Drive computes hashes shortly after the upload; a minute is long for it. */
const waitsMs = [1000, 2000, 4000, 8000, 16_000, 32_000];

/** `wait`: Drive does not know yet. */
export type Comparison = 'equal' | 'wait' | 'missing' | 'trashed' | 'size' | 'sha256' | 'md5';

/** SHA-256 decides where Drive has it (a few accounts have it late or never), else MD5. */
export function compareFile(file: DriveFile | null, expected: ExpectedFile): Comparison {
  if (file === null) return 'missing';
  if (file.trashed) return 'trashed';
  if (file.sizeBytes === null) return 'wait';
  if (file.sizeBytes !== expected.sizeBytes) return 'size';
  if (file.sha256 !== null) return file.sha256 === expected.sha256 ? 'equal' : 'sha256';
  if (file.md5 !== null) return file.md5 === expected.md5 ? 'equal' : 'md5';
  return 'wait';
}

/**
 * Answers the file as Drive reports it. Fails with `drive/verify-mismatch`, its context says in `problem` what differs, and
 * with `drive/busy` (retry later) when Drive has the file but still no hash of it: that is no reason to send it again.
 */
export async function verifyUpload(
  api: DriveApi,
  fileId: string,
  expected: ExpectedFile,
  clock: Clock,
  signal?: AbortSignal,
): Promise<DriveFile> {
  for (let round = 0; ; round += 1) {
    const file = await api.getFile(fileId, signal);
    const problem = compareFile(file, expected);
    if (file !== null && problem === 'equal') return file;
    const waitMs = waitsMs[round];
    const mayChange = problem === 'wait' || problem === 'missing';
    if (problem === 'wait' && waitMs === undefined) {
      throw new AppError('drive/busy', 'Drive has not computed the hash of the file yet', {
        retry: 'later',
        context: { reason: 'no-hash', fileId, attempts: round + 1 },
      });
    }
    if (!mayChange || waitMs === undefined) {
      throw new AppError('drive/verify-mismatch', `the stored file is not the one that was sent (${problem})`, {
        context: { problem, fileId, expectedBytes: expected.sizeBytes, storedBytes: file?.sizeBytes ?? -1 },
      });
    }
    await clock.wait(waitMs, signal);
  }
}
