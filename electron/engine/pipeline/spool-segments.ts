// One growing file in pieces: each piece is a file of its own, named by where it begins, so that the beginning can be freed
// while the end is still written, on any file system.
import { constants } from 'node:fs';
import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { syncFolder } from '../base/atomic-file.ts';

interface Segment {
  readonly file: string;
  readonly startBytes: number;
  endBytes: number;
}

export interface Segments {
  /** What lies below is gone. */
  readonly startBytes: number;
  readonly endBytes: number;
  readonly append: (chunk: Uint8Array) => Promise<void>;
  /** Fills `into` from `position`; answers how many bytes it read, fewer at the end of a piece. */
  readonly read: (into: Buffer, position: number) => Promise<number>;
  /** Where the pieces would begin that `release` of the same position leaves. */
  readonly releasableBytes: (below: number) => number;
  /** Removes the pieces that lie below `below` as a whole; the last one stays. */
  readonly release: (below: number) => Promise<void>;
  /** On disk for good, names included. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An empty file that grows by pieces of about `segmentBytes`. */
export async function openSegments(folder: string, name: string, segmentBytes: number): Promise<Segments> {
  const first = { file: toPath(folder, name, 0), startBytes: 0, endBytes: 0 };
  return createSegments(folder, name, segmentBytes, [first], await openNew(first.file));
}

/** What is on disk of a whole file; its beginning may have been freed. Throws `spool/failed` when its end is not `sizeBytes`. */
export async function reopenSegments(folder: string, name: string, sizeBytes: number): Promise<Segments> {
  const segments = await listSegments(folder, name);
  const endBytes = segments.at(-1)?.endBytes;
  if (endBytes !== sizeBytes) {
    throw new AppError('spool/failed', `${name} has ${String(endBytes ?? 0)} bytes instead of ${String(sizeBytes)}`);
  }
  return createSegments(folder, name, 0, segments, null);
}

/** Where what is on disk of a file begins and ends; null when it is gone, or has a hole. */
export async function measureSegments(
  folder: string,
  name: string,
): Promise<{ readonly startBytes: number; readonly endBytes: number } | null> {
  const segments = await listSegments(folder, name).catch(() => []);
  const [first] = segments;
  return first ? { startBytes: first.startBytes, endBytes: segments.at(-1)?.endBytes ?? 0 } : null;
}

async function listSegments(folder: string, name: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const file of await readdir(folder)) {
    const startBytes = file === name ? 0 : file.startsWith(`${name}.`) ? Number(file.slice(name.length + 1)) : -1;
    if (!Number.isSafeInteger(startBytes) || startBytes < 0) continue;
    const { size } = await stat(path.join(folder, file));
    segments.push({ file: path.join(folder, file), startBytes, endBytes: startBytes + size });
  }
  segments.sort((a, b) => a.startBytes - b.startBytes);
  segments.slice(1).forEach((segment, index) => {
    if (segments[index]?.endBytes !== segment.startBytes)
      throw new AppError('spool/failed', `${name} has a hole before ${String(segment.startBytes)}`);
  });
  return segments;
}

function createSegments(
  folder: string,
  name: string,
  segmentBytes: number,
  segments: Segment[],
  newest: FileHandle | null,
): Segments {
  let writer = newest;
  let reader: { readonly segment: Segment; readonly handle: FileHandle } | null = null;
  /** Full pieces on their way to the disk. */
  const settling = new Set<Promise<void>>();
  let failure: unknown = null;
  /** Reads and removals, one after the other: a connection that is given up may still read beside the next one. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const done = turn.then(act);
    turn = done.catch(() => undefined);
    return done;
  };

  const last = (): Segment => segments[segments.length - 1] ?? { file: '', startBytes: 0, endBytes: 0 };

  const settle = (handle: FileHandle): void => {
    const done = handle
      .sync()
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => handle.close().catch(() => undefined))
      .finally(() => settling.delete(done));
    settling.add(done);
  };

  const begin = async (): Promise<void> => {
    const startBytes = last().endBytes;
    const segment = { file: toPath(folder, name, startBytes), startBytes, endBytes: startBytes };
    const handle = await openNew(segment.file);
    if (writer) settle(writer);
    writer = handle;
    segments.push(segment);
  };

  const openReader = async (segment: Segment): Promise<FileHandle> => {
    if (reader?.segment === segment) return reader.handle;
    const before = reader;
    reader = null;
    await before?.handle.close();
    const handle = await open(segment.file, 'r');
    reader = { segment, handle };
    return handle;
  };

  const throwIfFailed = (): void => {
    if (failure !== null) throw toError(failure);
  };

  return {
    get startBytes() {
      return segments[0]?.startBytes ?? 0;
    },
    get endBytes() {
      return last().endBytes;
    },
    append: async (chunk) => {
      throwIfFailed();
      if (last().endBytes - last().startBytes >= segmentBytes) await begin();
      const segment = last();
      for (let offset = 0; offset < chunk.byteLength;) {
        if (!writer) throw new AppError('internal/unexpected', 'the spool is closed');
        const position = segment.endBytes - segment.startBytes + offset;
        const { bytesWritten } = await writer.write(chunk, offset, chunk.byteLength - offset, position);
        offset += bytesWritten;
      }
      segment.endBytes += chunk.byteLength;
    },
    read: (into, position) =>
      inTurn(async () => {
        const segment = segments.findLast(({ startBytes }) => startBytes <= position);
        if (!segment) throw new AppError('spool/failed', `${name} is gone at ${String(position)}`);
        const handle = await openReader(segment);
        const { bytesRead } = await handle.read(into, 0, into.byteLength, position - segment.startBytes);
        return bytesRead;
      }),
    releasableBytes: (below) => {
      const stays = segments.findIndex(({ endBytes }, index) => endBytes > below || index === segments.length - 1);
      return segments[stays]?.startBytes ?? 0;
    },
    release: (below) =>
      inTurn(async () => {
        for (let first = segments[0]; first && segments.length > 1 && first.endBytes <= below; first = segments[0]) {
          segments.shift();
          if (reader?.segment === first) {
            const { handle } = reader;
            reader = null;
            await handle.close();
          }
          await rm(first.file, { force: true, maxRetries: 5 });
        }
      }),
    sync: async () => {
      await writer?.sync();
      await Promise.all(settling);
      throwIfFailed();
      await syncFolder(folder);
    },
    close: async () => {
      await turn;
      await Promise.all(settling);
      await reader?.handle.close().catch(() => undefined);
      await writer?.close().catch(() => undefined);
      reader = null;
      writer = null;
    },
  };
}

function toPath(folder: string, name: string, startBytes: number): string {
  return path.join(folder, startBytes === 0 ? name : `${name}.${String(startBytes)}`);
}

function openNew(file: string): Promise<FileHandle> {
  return open(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
