// Measures one entry's bytes: length, line ends, SHA-256 and the last five bytes. Small pieces are gathered first, for a
// call of the hash per row would cost more than the hashing.
import { createHash } from 'node:crypto';
import { countNewlines } from './count-newlines.ts';

export interface Content {
  readonly bytes: number;
  readonly newlines: number;
  readonly sha256: Buffer;
  /** The last five bytes, as latin1. */
  readonly tail: string;
}

export interface ContentMeter {
  /** Takes `data[start..end)`; keeps no reference to it. */
  readonly add: (data: Buffer, start: number, end: number) => void;
  /** Line ends among the bytes taken so far; behind by what is still gathered. */
  readonly newlinesSoFar: () => number;
  /** Answers the content and begins the next one. */
  readonly finish: () => Content;
}

/** Fits the second-level cache; bigger was not faster. */
const gatherBytes = 64 * 1024;
/** From here on a piece is hashed where it lies: copying it would cost more than the call. */
const directBytes = 8 * 1024;
/** Up to here a loop is faster than the call of Buffer.copy (about 50 ns). */
const loopBytes = 32;
const tailBytes = 5;

export function createContentMeter(): ContentMeter {
  return new Meter();
}

class Meter implements ContentMeter {
  private readonly gathered = Buffer.allocUnsafeSlow(gatherBytes);
  private fill = 0;
  private hash = createHash('sha256');
  private bytes = 0;
  private newlines = 0;
  private tail = '';

  add(data: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length >= directBytes) {
      this.flush();
      this.absorb(data, start, end);
      return;
    }
    if (this.fill + length > gatherBytes) this.flush();
    if (length <= loopBytes) {
      let fill = this.fill;
      for (let position = start; position < end; position += 1) {
        this.gathered[fill] = data[position] ?? 0;
        fill += 1;
      }
    } else {
      data.copy(this.gathered, this.fill, start, end);
    }
    this.fill += length;
  }

  newlinesSoFar(): number {
    return this.newlines;
  }

  finish(): Content {
    this.flush();
    const content = { bytes: this.bytes, newlines: this.newlines, sha256: this.hash.digest(), tail: this.tail };
    this.hash = createHash('sha256');
    this.bytes = 0;
    this.newlines = 0;
    this.tail = '';
    return content;
  }

  private flush(): void {
    if (this.fill === 0) return;
    this.absorb(this.gathered, 0, this.fill);
    this.fill = 0;
  }

  private absorb(data: Buffer, start: number, end: number): void {
    this.hash.update(data.subarray(start, end));
    this.bytes += end - start;
    this.newlines += countNewlines(data, start, end);
    this.tail = (this.tail + data.toString('latin1', Math.max(start, end - tailBytes), end)).slice(-tailBytes);
  }
}
