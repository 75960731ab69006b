// Joins what comes through a pipe in pieces of a few kilobytes to large blocks: every step behind it then costs once a block
// instead of once a piece.
import type { Readable } from 'node:stream';
import { release } from './release.ts';

/**
 * Yields blocks of `blockBytes`, the last one shorter, and reads one ahead. Three buffers go round: a block stays as it is
 * until the second one after it is asked for. The source's pieces are used up; it is destroyed when no more is wanted. Fails
 * with the source's error, and with ERR_STREAM_PREMATURE_CLOSE when it closes before its end.
 */
export async function* gatherBlocks(source: Readable, blockBytes: number): AsyncGenerator<Buffer, void, undefined> {
  const gathering = new Gathering(source, blockBytes);
  try {
    for (let block = await gathering.next(); block; block = await gathering.next()) yield block;
  } finally {
    source.destroy();
  }
}

/** Takes pieces as they come: a promise for each of them would cost more than its copy. */
class Gathering {
  readonly #source: Readable;
  readonly #buffers: readonly Buffer[];
  /**
   * Pieces for which there is no room yet, and how much of the first is used. Mostly one; but Node resumes the output of a
   * program that has ended, whoever paused it, and then the rest of the pipe comes at once.
   */
  readonly #pieces: Uint8Array[] = [];
  #used = 0;
  #fill = 0;
  /** Blocks that were filled, taken and asked for. */
  #filled = 0;
  #taken = 0;
  #asked = 0;
  #ended = false;
  #error: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(source: Readable, blockBytes: number) {
    this.#source = source;
    this.#buffers = [0, 1, 2].map(() => Buffer.allocUnsafeSlow(blockBytes));
    source
      .on('data', (piece: Uint8Array) => {
        this.#pieces.push(piece);
        this.#takePieces();
      })
      .once('end', () => {
        this.#end(null);
      })
      .once('error', (error: Error) => {
        this.#end(error);
      })
      .once('close', () => {
        this.#end(Object.assign(new Error('closed early'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
      });
  }

  /** Null at the end. */
  async next(): Promise<Buffer | null> {
    this.#asked += 1;
    this.#takePieces();
    while (this.#taken === this.#filled && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#taken < this.#filled) {
      const block = this.#bufferOf(this.#taken);
      this.#taken += 1;
      return block;
    }
    if (this.#error) throw this.#error;
    const last = this.#bufferOf(this.#filled).subarray(0, this.#fill);
    this.#fill = 0;
    return last.length > 0 ? last : null;
  }

  #bufferOf(block: number): Buffer {
    return this.#buffers[block % this.#buffers.length] ?? Buffer.alloc(0);
  }

  #takePieces(): void {
    // One block is read ahead; the buffer of another would be one that the consumer still has.
    for (let [piece] = this.#pieces; piece && this.#filled <= this.#asked; [piece] = this.#pieces) {
      const buffer = this.#bufferOf(this.#filled);
      const taken = Math.min(buffer.length - this.#fill, piece.length - this.#used);
      buffer.set(taken === piece.length ? piece : piece.subarray(this.#used, this.#used + taken), this.#fill);
      this.#used += taken;
      this.#fill += taken;
      if (this.#used === piece.length) {
        this.#pieces.shift();
        this.#used = 0;
        release(piece);
      }
      if (this.#fill < buffer.length) continue;
      this.#fill = 0;
      this.#filled += 1;
      this.#wake?.();
    }
    if (this.#pieces.length > 0) this.#source.pause();
    else if (this.#source.isPaused()) this.#source.resume();
  }

  #end(error: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }
}
