// A file of the spool: grows while pg_dump writes, is read by the upload all the while, and is whole only after `commit`.
// In a window the writer waits while too much is here, and what Drive holds for good is freed.
import { AppError } from '../../../shared/errors.ts';
import { abortReason, throwIfAborted, whenAborted } from '../base/abort.ts';
import type { Clock } from '../base/ports.ts';
import { createDigest, type DigestFacts } from '../crypto/digest.ts';
import { sourceReleased, type UploadSource } from '../drive/upload-source.ts';
import { judgeFreeBytes, MiB } from './choose-room.ts';
import type { Segments } from './spool-segments.ts';

export interface SpoolFile extends UploadSource {
  /** Waits while a window is full. Throws `spool/disk-full`, `spool/window-stalled` or `spool/failed`. */
  readonly append: (chunk: Uint8Array) => Promise<void>;
  /** Makes what was appended the whole file, on disk for good. */
  readonly commit: () => Promise<DigestFacts>;
  readonly releasedBytes: number;
  /** Drive holds everything below `confirmedBytes`. In a window it is freed, after `persist` has stored that Drive holds it. */
  readonly release: (confirmedBytes: number, persist: () => void) => void;
  /** Resolves when only a window of the file may be here. */
  readonly narrowed: Promise<void>;
  /** Ends a writer that waits, with this error. */
  readonly breakOff: (error: AppError) => void;
}

/** How much of a disk a file may take. */
export interface SpoolRoom {
  readonly mode: 'whole' | 'window';
  readonly windowBytes: number;
  /** How long a full window may stand still (milliseconds): the server keeps the dump's snapshot and locks all the while. */
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly folder: string;
  readonly readFreeBytes: () => Promise<number>;
  /** The disk ran low: from here on a window only. */
  readonly onNarrowed: (freeBytes: number) => void;
}

/** How often the disk is asked, in bytes written. */
const checkEveryBytes = 8 * MiB;

/** Kept of what Drive confirmed: a line that breaks takes the upload back a little, never this far. */
const marginBytes = 8 * MiB;

export function createSpoolFile(
  segments: Segments,
  committed: number | null,
  room: SpoolRoom | null,
  toError: (error: unknown) => AppError,
): SpoolFile {
  const digest = createDigest();
  const waiting = new Set<() => void>();
  const broken = new AbortController();
  let committedBytes = committed;
  let isNarrow = false;
  let checkedBytes = Number.NEGATIVE_INFINITY;
  let confirmed: { readonly bytes: number; readonly persist: () => void } | null = null;
  let freeing: Promise<void> | null = null;
  const narrowed = createGate();
  let freed = createGate();

  const wake = (): void => {
    for (const resume of waiting) resume();
    waiting.clear();
  };

  const breakOff = (error: AppError): void => {
    broken.abort(error);
  };

  const narrow = (): void => {
    isNarrow = true;
    narrowed.open();
    free();
  };

  /** One at a time; what is confirmed meanwhile is freed in the next round. */
  const free = (): void => {
    if (!isNarrow || freeing || !confirmed) return;
    const below = confirmed.bytes - marginBytes;
    if (segments.releasableBytes(below) <= segments.startBytes) return;
    try {
      confirmed.persist();
    } catch {
      // What is not stored is not freed; the next confirmation tries again.
      return;
    }
    freeing = segments.release(below).then(
      () => {
        freed.open();
        freed = createGate();
      },
      (error: unknown) => {
        breakOff(toError(error));
      },
    );
    void freeing.finally(() => {
      freeing = null;
      free();
    });
  };

  const waitForRoom = async (limits: SpoolRoom, wantedBytes: number): Promise<void> => {
    while (isNarrow && segments.endBytes - segments.startBytes + wantedBytes > limits.windowBytes) {
      const { opened } = freed;
      const timer = new AbortController();
      const out = limits.clock.wait(limits.patienceMs, AbortSignal.any([timer.signal, broken.signal])).then(() => true);
      out.catch(() => undefined);
      const isOver = await Promise.race([opened.then(() => false), out]).finally(() => {
        timer.abort();
      });
      if (isOver) {
        throw new AppError('spool/window-stalled', 'nothing of the window reached Drive for too long', {
          retry: 'later',
          context: { minutes: Math.round(limits.patienceMs / 60_000), bytes: segments.endBytes - segments.startBytes },
        });
      }
    }
  };

  const makeRoom = async (limits: SpoolRoom, wantedBytes: number): Promise<void> => {
    await waitForRoom(limits, wantedBytes);
    if (segments.endBytes - checkedBytes < checkEveryBytes) return;
    checkedBytes = segments.endBytes;
    const freeBytes = await limits.readFreeBytes();
    const verdict = judgeFreeBytes(freeBytes, isNarrow);
    if (verdict === 'full') throw diskFull(limits, freeBytes);
    if (verdict === 'enough') return;
    limits.onNarrowed(freeBytes);
    narrow();
    await waitForRoom(limits, wantedBytes);
  };

  if (room?.mode === 'window') narrow();

  return {
    narrowed: narrowed.opened,
    breakOff,
    get writtenBytes() {
      return segments.endBytes;
    },
    get committedBytes() {
      return committedBytes;
    },
    get releasedBytes() {
      return segments.startBytes;
    },
    append: async (chunk) => {
      if (committedBytes !== null) throw new AppError('internal/unexpected', 'append to a committed spool file');
      throwIfAborted(broken.signal);
      try {
        if (room) await makeRoom(room, chunk.byteLength);
        await segments.append(chunk);
      } catch (error) {
        throw toError(error);
      }
      digest.update(chunk);
      wake();
    },
    commit: async () => {
      try {
        await segments.sync();
      } catch (error) {
        throw toError(error);
      }
      committedBytes = segments.endBytes;
      wake();
      return digest.finish();
    },
    release: (bytes, persist) => {
      confirmed = { bytes, persist };
      free();
    },
    waitForMore: async (beyond, signal) => {
      while (segments.endBytes <= beyond && committedBytes === null) {
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
      if (position < segments.startBytes) throw sourceReleased(segments.startBytes);
      return segments.read(into, position);
    },
  };
}

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function createGate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function diskFull({ folder }: SpoolRoom, freeBytes: number): AppError {
  return new AppError('spool/disk-full', `only ${String(freeBytes)} bytes are free`, {
    context: { freeBytes, folder },
  });
}
