// A fingerprint of a table's rows that does not depend on their order. PostgreSQL keeps no order: COPY into a fresh table
// puts a short row into room that an earlier, longer one left, so a restored table may be dumped in another order.
import { createHash, hash } from 'node:crypto';

export interface RowSum {
  /** Takes `data[start..end)`, which need not end with a row; keeps no reference to it. */
  readonly add: (data: Buffer, start: number, end: number) => void;
  /** 64 hex digits: the sum of the rows' SHA-256, each of its eight 32-bit words for itself. Begins the next table. */
  readonly finish: () => string;
}

const newline = 0x0a;
const words = 8;

/** `crypto.hash` spares an object a row; it came with Node 20.12. */
const digest: (data: Uint8Array) => Buffer =
  typeof hash === 'function'
    ? (data) => hash('sha256', data, 'buffer')
    : (data) => createHash('sha256').update(data).digest();

export function createRowSum(): RowSum {
  const sums = new Uint32Array(words);
  let open: Buffer[] = [];
  const takeRow = (row: Uint8Array): void => {
    const value = digest(row);
    for (let word = 0; word < words; word += 1) sums[word] = ((sums[word] ?? 0) + value.readUInt32LE(word * 4)) >>> 0;
  };
  return {
    add: (data, start, end) => {
      let from = start;
      while (from < end) {
        const at = data.indexOf(newline, from);
        if (at < 0 || at >= end) {
          open.push(Buffer.from(data.subarray(from, end)));
          return;
        }
        const piece = data.subarray(from, at + 1);
        if (open.length === 0) takeRow(piece);
        else {
          takeRow(Buffer.concat([...open, piece]));
          open = [];
        }
        from = at + 1;
      }
    },
    finish: () => {
      if (open.length > 0) takeRow(Buffer.concat(open));
      open = [];
      const sum = Array.from(sums, (word) => word.toString(16).padStart(8, '0')).join('');
      sums.fill(0);
      return sum;
    },
  };
}
