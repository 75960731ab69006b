// One file on Drive against what was stored. Where Drive does not say size or hash, nothing is held against it. Pure.
import type { Presence, SetFile } from '../../../shared/snapshot.ts';
import type { DriveFile } from './drive-file.ts';

type Bytes = Pick<DriveFile, 'sizeBytes' | 'sha256' | 'md5'>;

/** Whether it is there, and as it was stored. */
export function judgeFile(expected: SetFile, found: DriveFile | null): Exclude<Presence, 'removing'> {
  if (!found) return 'missing';
  return found.trashed ? 'trashed' : judgeBytes(expected, found);
}

/** Whether size and hash are those that were stored. */
export function judgeBytes(expected: Bytes, found: Bytes): 'ok' | 'changed' {
  if (found.sizeBytes !== null && found.sizeBytes !== expected.sizeBytes) return 'changed';
  if (found.sha256 !== null && expected.sha256 !== null) return found.sha256 === expected.sha256 ? 'ok' : 'changed';
  if (found.md5 !== null && expected.md5 !== null) return found.md5 === expected.md5 ? 'ok' : 'changed';
  return 'ok';
}

/** The worst file speaks for the set. */
const worst = ['missing', 'changed', 'trashed', 'ok'] as const;

/** All files of a set, each as `look` finds it by its id. */
export function judgeFiles(
  files: readonly SetFile[],
  look: (id: string) => DriveFile | null,
): Exclude<Presence, 'removing'> {
  const judged = files.map((file) => judgeFile(file, look(file.driveFileId)));
  return worst.find((candidate) => judged.includes(candidate)) ?? 'ok';
}
