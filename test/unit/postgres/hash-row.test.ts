// SMHasher's own check of an implementation (VerificationTest in its KeysetTest.cpp): keys of 0 to 254 bytes, the hashes of
// all of them hashed once more.
import { expect, it } from 'vitest';
import { hashRow } from '../../../electron/engine/postgres/hash-row.ts';

it('is MurmurHash3_x86_128, wherever the bytes lie', () => {
  for (const offset of [0, 1, 2, 3]) {
    const key = Buffer.alloc(offset + 256);
    const hash = new Int32Array(4);
    const hashes = Buffer.alloc(256 * 16);
    for (let length = 0; length < 256; length += 1) {
      key[offset + length] = length;
      hashRow(new DataView(key.buffer, key.byteOffset, key.length), offset, offset + length, hash, 256 - length);
      hash.forEach((word, index) => hashes.writeInt32LE(word, length * 16 + index * 4));
    }
    hashRow(new DataView(hashes.buffer, hashes.byteOffset, hashes.length), 0, hashes.length, hash);
    expect(((hash[0] ?? 0) >>> 0).toString(16)).toBe('b3ece62a');
  }
});
