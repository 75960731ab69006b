// A stretch of a source as the body of a request: a few small buffers go round, one is filled from the source while the
// others are on their way, so that memory does not grow with the chunk.
import { AppError } from '../../../shared/errors.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { HttpBody } from './http.ts';
import type { UploadSource } from './upload-source.ts';

/** Measured against one large buffer: as fast from 128 KiB up, see docs/performance.md. */
const bufferBytes = 512 * 1024;
const bufferCount = 3;

export interface BodyReader {
  /** The body of one request; made anew for each. */
  readonly open: (offset: number, lengthBytes: number, signal?: AbortSignal) => HttpBody;
  /** The first bytes of the source in one piece, for a small file. */
  readonly readAll: (lengthBytes: number) => Promise<Buffer>;
  /** Throws what the source failed with, if it did: its errors are its own and no reason to try again. */
  readonly throwIfFailed: () => void;
}

/** Bytes that are in memory already, sent no faster than the bandwidth allows. */
export function toPacedBody(data: Uint8Array, bandwidth: Bandwidth, signal?: AbortSignal): HttpBody {
  return {
    lengthBytes: data.length,
    send: async (write) => {
      for (let sent = 0; sent < data.length;) {
        const length = bandwidth.choosePieceBytes(data.length - sent);
        await bandwidth.take(length, signal);
        await write(data.subarray(sent, sent + length));
        sent += length;
      }
    },
  };
}

interface Slot {
  readonly buffer: Buffer;
  /** Resolves when the connection has let go of the buffer. */
  free: Promise<void>;
}

export function createBodyReader(source: UploadSource, bandwidth: Bandwidth): BodyReader {
  /** Null: the next request makes new ones, because a broken connection may still read the old ones. */
  let slots: Slot[] | null = null;
  let failure: { readonly error: unknown } | null = null;

  const fill = async (into: Buffer, position: number): Promise<void> => {
    try {
      for (let filled = 0; filled < into.length;) {
        const read = await source.read(into.subarray(filled), position + filled);
        if (read <= 0) throw new AppError('spool/failed', 'the file to upload is shorter than it was said to be');
        filled += read;
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
  };

  const open: BodyReader['open'] = (offset, lengthBytes, signal) => ({
    lengthBytes,
    send: async (write) => {
      const used = slots ?? makeSlots(Math.min(bufferBytes, lengthBytes));
      slots = null;
      let sent = 0;
      for (let turn = 0; sent < lengthBytes; turn += 1) {
        const slot = used[turn % used.length];
        if (!slot) break;
        await slot.free;
        const most = Math.min(slot.buffer.length, lengthBytes - sent);
        const piece = slot.buffer.subarray(0, bandwidth.choosePieceBytes(most));
        await fill(piece, offset + sent);
        await bandwidth.take(piece.length, signal);
        sent += piece.length;
        slot.free = write(piece);
        // Awaited when the buffer's turn comes; a failure before that must not count as nobody's.
        slot.free.catch(() => undefined);
      }
      for (const { free } of used) await free;
      slots = used;
    },
  });

  return {
    open,
    readAll: async (lengthBytes) => {
      const data = Buffer.allocUnsafeSlow(lengthBytes);
      await fill(data, 0);
      return data;
    },
    throwIfFailed: () => {
      if (failure) throw failure.error;
    },
  };
}

function makeSlots(bytes: number): Slot[] {
  return Array.from({ length: bufferCount }, () => ({
    buffer: Buffer.allocUnsafeSlow(bytes),
    free: Promise.resolve(),
  }));
}
