// What an upload reads from: a file that may still be growing. The pipeline's spool is one.

/** A file that grows until it is committed, or fails. */
export interface UploadSource {
  readonly writtenBytes: number;
  /** The final length; null while more may come. */
  readonly committedBytes: number | null;
  /** Resolves when more than `beyond` bytes are written or the source is committed; rejects when it fails. */
  readonly waitForMore: (beyond: number, signal: AbortSignal) => Promise<void>;
  /** Fills `into` from `position`; answers how many bytes it read. */
  readonly read: (into: Buffer, position: number) => Promise<number>;
}
