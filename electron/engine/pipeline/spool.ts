// The run's folder of encrypted files on their way to Drive. A file grows while pg_dump writes, is whole only after
// `commit`, and is read by the upload all the while.
import { constants } from 'node:fs';
import { mkdir, open, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { setFileKinds, type SetFileKind } from '../../../shared/snapshot.ts';
import { abortReason, throwIfAborted, whenAborted } from '../base/abort.ts';
import { syncFolder } from '../base/atomic-file.ts';
import { createDigest, type DigestFacts } from '../crypto/digest.ts';
import type { UploadSource } from '../drive/upload.ts';

export interface SpoolFile extends UploadSource {
  /** Throws `spool/disk-full` or `spool/failed`. */
  readonly append: (chunk: Uint8Array) => Promise<void>;
  /** Makes what was appended the whole file, on disk for good. */
  readonly commit: () => Promise<DigestFacts>;
}

export interface Spool {
  readonly files: Readonly<Record<SetFileKind, SpoolFile>>;
  /** Closes the files; they stay on disk. */
  readonly close: () => Promise<void>;
}

export function toSpoolFolder(spoolDir: string, runId: string): string {
  return path.join(spoolDir, runId);
}

/** An empty spool for a run; what an earlier try left there goes. */
export async function openSpool(spoolDir: string, runId: string): Promise<Spool> {
  const folder = toSpoolFolder(spoolDir, runId);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return openFiles(folder, (file) => openGrowing(file));
}

/** The whole files of a run that is resumed. Throws `spool/failed` when one is missing or has another size. */
export async function reopenSpool(
  spoolDir: string,
  runId: string,
  sizes: Readonly<Record<SetFileKind, number>>,
): Promise<Spool> {
  return openFiles(toSpoolFolder(spoolDir, runId), (file, kind) => openCommitted(file, sizes[kind]));
}

export async function removeSpool(spoolDir: string, runId: string): Promise<void> {
  await rm(toSpoolFolder(spoolDir, runId), { recursive: true, force: true });
}

async function openFiles(
  folder: string,
  openFile: (file: string, kind: SetFileKind) => Promise<{ file: SpoolFile; handle: FileHandle }>,
): Promise<Spool> {
  const handles: FileHandle[] = [];
  const files: Partial<Record<SetFileKind, SpoolFile>> = {};
  const close = async (): Promise<void> => {
    await Promise.all(handles.map((handle) => handle.close().catch(() => undefined)));
  };
  try {
    for (const kind of setFileKinds) {
      const opened = await openFile(path.join(folder, `${kind}.age`), kind);
      handles.push(opened.handle);
      files[kind] = opened.file;
    }
  } catch (error) {
    await close();
    throw toSpoolError(error);
  }
  return { files: files as Record<SetFileKind, SpoolFile>, close };
}

async function openGrowing(file: string): Promise<{ file: SpoolFile; handle: FileHandle }> {
  const handle = await open(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  return { handle, file: createSpoolFile(handle, path.dirname(file), null) };
}

async function openCommitted(file: string, sizeBytes: number): Promise<{ file: SpoolFile; handle: FileHandle }> {
  const { size } = await stat(file);
  if (size !== sizeBytes) {
    throw new AppError(
      'spool/failed',
      `${path.basename(file)} has ${String(size)} bytes instead of ${String(sizeBytes)}`,
    );
  }
  const handle = await open(file, 'r');
  return { handle, file: createSpoolFile(handle, path.dirname(file), sizeBytes) };
}

function createSpoolFile(handle: FileHandle, folder: string, committed: number | null): SpoolFile {
  const digest = createDigest();
  const waiting = new Set<() => void>();
  let writtenBytes = committed ?? 0;
  let committedBytes = committed;
  const wake = (): void => {
    for (const resume of waiting) resume();
    waiting.clear();
  };
  return {
    get writtenBytes() {
      return writtenBytes;
    },
    get committedBytes() {
      return committedBytes;
    },
    append: async (chunk) => {
      if (committedBytes !== null) throw new AppError('internal/unexpected', 'append to a committed spool file');
      try {
        await writeAll(handle, chunk, writtenBytes);
      } catch (error) {
        throw toSpoolError(error);
      }
      digest.update(chunk);
      writtenBytes += chunk.byteLength;
      wake();
    },
    commit: async () => {
      try {
        await handle.sync();
        await syncFolder(folder);
      } catch (error) {
        throw toSpoolError(error);
      }
      committedBytes = writtenBytes;
      wake();
      return digest.finish();
    },
    waitForMore: async (beyond, signal) => {
      while (writtenBytes <= beyond && committedBytes === null) {
        throwIfAborted(signal);
        await new Promise<void>((resolve, reject) => {
          const resume = (): void => {
            undo();
            resolve();
          };
          const undo = whenAborted(signal, () => {
            waiting.delete(resume);
            reject(abortReason(signal));
          });
          waiting.add(resume);
        });
      }
    },
    read: async (into, position) => {
      const { bytesRead } = await handle.read(into, 0, into.byteLength, position);
      return bytesRead;
    },
  };
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let offset = 0;
  while (offset < chunk.byteLength) {
    const { bytesWritten } = await handle.write(chunk, offset, chunk.byteLength - offset, position + offset);
    offset += bytesWritten;
  }
}

function toSpoolError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('spool/disk-full', 'the disk is full', { cause: error });
  return new AppError('spool/failed', `spool: ${code || String(error)}`, { cause: error, context: { detail: code } });
}
