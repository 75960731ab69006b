// What an upload reads from: a file that may still be growing. The pipeline's spool is one.
import { AppError } from '../../../shared/errors.ts';

/** A file that grows until it is committed, or fails. */
export interface UploadSource {
  readonly writtenBytes: number;
  /** The final length; null while more may come. */
  readonly committedBytes: number | null;
  /** What lies below is gone, so that an upload cannot begin again; absent: everything is there. */
  readonly releasedBytes?: number;
  /** Resolves when more than `beyond` bytes are written or the source is committed; rejects when it fails. */
  readonly waitForMore: (beyond: number, signal: AbortSignal) => Promise<void>;
  /** Fills `into` from `position`; answers how many bytes it read. */
  readonly read: (into: Buffer, position: number) => Promise<number>;
}

/** Drive lost what it had confirmed, and the beginning is no longer here to be sent again. */
export function sourceReleased(releasedBytes: number): AppError {
  return new AppError('spool/window-lost', `the first ${String(releasedBytes)} bytes are no longer on the disk`, {
    retry: 'now',
    context: { bytes: releasedBytes },
  });
}
