// Counts line ends in a piece of COPY text, four bytes at a time: rows of a table cost no more than reading them once.

const low7 = 0x7f7f7f7f;
const newlines = 0x0a0a0a0a;
/** Each of the four counters of a 32-bit lane set may take 255 hits before it overflows. */
const wordsPerRound = 255;
const noWords = new Uint32Array(0);

/** How many bytes of `data` between `start` and `end` are 0x0a. */
export function countNewlines(data: Uint8Array, start = 0, end = data.length): number {
  let count = 0;
  let position = start;
  const aligned = Math.min(end, start + ((4 - ((data.byteOffset + start) & 3)) & 3));
  for (; position < aligned; position += 1) if (data[position] === 0x0a) count += 1;
  // A piece that ends before the first aligned word has none; its address would be refused.
  const wordCount = (end - position) >>> 2;
  const words = wordCount === 0 ? noWords : new Uint32Array(data.buffer, data.byteOffset + position, wordCount);
  let index = 0;
  while (index < words.length) {
    const stop = Math.min(words.length, index + wordsPerRound);
    let lanes = 0;
    for (; index < stop; index += 1) {
      // A byte of `word` is zero where the text has a newline; bit 7 of `hit` is set exactly there.
      const word = (words[index] ?? 0) ^ newlines;
      const hit = ~(((word & low7) + low7) | word | low7);
      lanes = (lanes + (hit >>> 7)) | 0;
    }
    count += (lanes & 0xff) + ((lanes >>> 8) & 0xff) + ((lanes >>> 16) & 0xff) + (lanes >>> 24);
  }
  position += words.length * 4;
  for (; position < end; position += 1) if (data[position] === 0x0a) count += 1;
  return count;
}
