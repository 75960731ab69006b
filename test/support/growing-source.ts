// An upload source in memory that a test lets grow, commits or fails, step by step.
import { abortReason, whenAborted } from '../../electron/engine/base/abort.ts';
import type { UploadSource } from '../../electron/engine/drive/upload.ts';

export interface GrowingSource extends UploadSource {
  /** Makes this many bytes of the content readable in all. */
  readonly grow: (writtenBytes: number) => void;
  /** All of the content is there. */
  readonly commit: () => void;
  readonly fail: (error: Error) => void;
  /** Resolves when a reader waits for more than there is. */
  readonly starved: () => Promise<void>;
}

export function createGrowingSource(content: Buffer): GrowingSource {
  let written = 0;
  let committed: number | null = null;
  let failure: Error | null = null;
  let waiting = 0;
  const changed = new EventTarget();
  const tell = (): void => {
    changed.dispatchEvent(new Event('change'));
  };
  const nextChange = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const undo = whenAborted(signal, () => {
        if (signal) reject(abortReason(signal));
      });
      changed.addEventListener(
        'change',
        () => {
          undo();
          resolve();
        },
        { once: true },
      );
    });
  return {
    get writtenBytes() {
      return written;
    },
    get committedBytes() {
      return committed;
    },
    waitForMore: async (beyond, signal) => {
      while (written <= beyond && committed === null) {
        if (failure) throw failure;
        waiting += 1;
        const change = nextChange(signal);
        if (waiting === 1) tell();
        try {
          await change;
        } finally {
          waiting -= 1;
        }
      }
    },
    read: (into, position) =>
      Promise.resolve(content.copy(into, 0, position, Math.min(position + into.length, written))),
    grow: (bytes) => {
      written = Math.min(bytes, content.length);
      tell();
    },
    commit: () => {
      written = content.length;
      committed = content.length;
      tell();
    },
    fail: (error) => {
      failure = error;
      tell();
    },
    starved: async () => {
      while (waiting === 0) await nextChange();
    },
  };
}

/** All there from the beginning. */
export function createWholeSource(content: Buffer): GrowingSource {
  const source = createGrowingSource(content);
  source.commit();
  return source;
}
