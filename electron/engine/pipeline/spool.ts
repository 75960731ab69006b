// The run's folder of encrypted files on their way to Drive: made, opened again after a restart, removed. How a file grows and
// is freed is spool-file.ts.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { defaultSpoolWindowBytes } from '../../../shared/settings.ts';
import { setFileKinds, type SetFileKind } from '../../../shared/snapshot.ts';
import { chooseSegmentBytes } from './choose-room.ts';
import { createSpoolFile, type SpoolFile, type SpoolRoom } from './spool-file.ts';
import { measureSegments, openSegments, reopenSegments, type Segments } from './spool-segments.ts';

export type { SpoolFile, SpoolRoom } from './spool-file.ts';

export interface Spool {
  readonly files: Readonly<Record<SetFileKind, SpoolFile>>;
  /** Ends a writer that waits for room, with this error. */
  readonly breakOff: (error: AppError) => void;
  /** Closes the files; they stay on disk. */
  readonly close: () => Promise<void>;
}

export function toSpoolFolder(spoolDir: string, runId: string): string {
  return path.join(spoolDir, runId);
}

/** An empty spool for a run; what an earlier try left there goes. `room` bounds the dump; absent: nothing does. */
export async function openSpool(spoolDir: string, runId: string, room: SpoolRoom | null = null): Promise<Spool> {
  const folder = toSpoolFolder(spoolDir, runId);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const segmentBytes = chooseSegmentBytes(room?.windowBytes ?? defaultSpoolWindowBytes);
  return openFiles(async (kind) => {
    const segments = await openSegments(folder, toSpoolName(kind), segmentBytes);
    return { segments, file: createSpoolFile(segments, null, kind === 'dump' ? room : null, toSpoolError) };
  });
}

/**
 * The whole files of a run that is resumed; what Drive holds may be freed of the dump's beginning. Throws `spool/failed`
 * when one is missing or ends elsewhere.
 */
export async function reopenSpool(
  spoolDir: string,
  runId: string,
  sizes: Readonly<Record<SetFileKind, number>>,
): Promise<Spool> {
  const folder = toSpoolFolder(spoolDir, runId);
  return openFiles(async (kind) => {
    const segments = await reopenSegments(folder, toSpoolName(kind), sizes[kind]);
    return { segments, file: createSpoolFile(segments, sizes[kind], null, toSpoolError) };
  });
}

/** Where what is on disk of one of a run's files begins and ends; null when it is gone. */
export function measureSpoolFile(
  spoolDir: string,
  runId: string,
  kind: SetFileKind,
): Promise<{ readonly startBytes: number; readonly endBytes: number } | null> {
  return measureSegments(toSpoolFolder(spoolDir, runId), toSpoolName(kind));
}

export async function removeSpool(spoolDir: string, runId: string): Promise<void> {
  await rm(toSpoolFolder(spoolDir, runId), { recursive: true, force: true });
}

async function openFiles(
  openFile: (kind: SetFileKind) => Promise<{ readonly segments: Segments; readonly file: SpoolFile }>,
): Promise<Spool> {
  const opened: Segments[] = [];
  const files: Partial<Record<SetFileKind, SpoolFile>> = {};
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((segments) => segments.close()));
  };
  try {
    for (const kind of setFileKinds) {
      const { segments, file } = await openFile(kind);
      opened.push(segments);
      files[kind] = file;
    }
  } catch (error) {
    await close();
    throw toSpoolError(error);
  }
  const whole = files as Record<SetFileKind, SpoolFile>;
  return {
    files: whole,
    breakOff: (error) => {
      for (const kind of setFileKinds) whole[kind].breakOff(error);
    },
    close,
  };
}

function toSpoolName(kind: SetFileKind): string {
  return `${kind}.age`;
}

function toSpoolError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('spool/disk-full', 'the disk is full', { cause: error });
  return new AppError('spool/failed', `spool: ${code || String(error)}`, { cause: error, context: { detail: code } });
}
