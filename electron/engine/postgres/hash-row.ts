// MurmurHash3_x86_128 by Austin Appleby (public domain, https://github.com/aappleby/smhasher): 128 bits of hash in a few
// nanoseconds a word, without an object per call.

/** Four words, the first one first. */
export type RowHash = Int32Array;

const c1 = 0x239b961b;
const c2 = 0xab0e9789 | 0;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93 | 0;

/** Hashes `data[start..end)` into `into`. */
export function hashRow(data: DataView, start: number, end: number, into: RowHash, seed = 0): void {
  const length = end - start;
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  let at = start;
  for (const last = end - 16; at <= last; at += 16) {
    h1 ^= scramble(data.getInt32(at, true), c1, 15, c2);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= scramble(data.getInt32(at + 4, true), c2, 16, c3);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= scramble(data.getInt32(at + 8, true), c3, 17, c4);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= scramble(data.getInt32(at + 12, true), c4, 18, c1);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  h4 ^= scramble(readTail(data, at + 12, end), c4, 18, c1);
  h3 ^= scramble(readTail(data, at + 8, end), c3, 17, c4);
  h2 ^= scramble(readTail(data, at + 4, end), c2, 16, c3);
  h1 ^= scramble(readTail(data, at, end), c1, 15, c2);

  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = mixFinally(h1);
  h2 = mixFinally(h2);
  h3 = mixFinally(h3);
  h4 = mixFinally(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  into[0] = h1;
  into[1] = h2 + h1;
  into[2] = h3 + h1;
  into[3] = h4 + h1;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Zero stays zero, so a tail that has no byte in this word changes nothing. */
function scramble(word: number, before: number, bits: number, after: number): number {
  return Math.imul(rotate(Math.imul(word, before), bits), after);
}

/** Up to four bytes from `at`, the first one lowest; what lies beyond `end` counts as zero. */
function readTail(data: DataView, at: number, end: number): number {
  let word = 0;
  for (let index = Math.min(end, at + 4) - 1; index >= at; index -= 1) word = (word << 8) | data.getUint8(index);
  return word;
}

function mixFinally(hash: number): number {
  let word = hash;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
