// All large objects of a dump as one value that does not depend on how pg_dump groups them: from 17 on it writes one block
// per owner and rights, and a restore may change both.
import { createHash } from 'node:crypto';
import type { MeasuredEntry } from './copy-meter.ts';

/** Each object's SHA-256 of oid, length and content goes into an XOR; ids are unique, so nothing cancels out. */
export class LargeObjectsDigest {
  private readonly sum = Buffer.alloc(32);
  private count = 0;
  private bytes = 0;

  add(oid: number, bytes: number, sha256: Buffer): void {
    this.count += 1;
    this.bytes += bytes;
    const digest = createHash('sha256')
      .update(`${String(oid)} ${String(bytes)} `)
      .update(sha256)
      .digest();
    for (let index = 0; index < this.sum.length; index += 1) {
      this.sum[index] = (this.sum[index] ?? 0) ^ (digest[index] ?? 0);
    }
  }

  /** Null when there is none. */
  finish(): MeasuredEntry | null {
    if (this.count === 0) return null;
    const sha256 = createHash('sha256').update(this.sum).digest('hex');
    const { count: rows, bytes } = this;
    return { kind: 'large-objects', schema: '', name: '', rows, bytes, sha256, rowSum: null };
  }
}
