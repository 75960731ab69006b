// A fingerprint of a table's rows that does not depend on their order. PostgreSQL keeps no order: COPY into a fresh table
// puts a short row into room that an earlier, longer one left, so a restored table may be dumped in another order.
import { hashRow, type RowHash } from './hash-row.ts';

export interface RowSum {
  /** Takes `data[start..end)`, which need not end with a row; keeps no reference to it. */
  readonly add: (data: Buffer, start: number, end: number) => void;
  /** 32 hex digits: the sum of the rows' hashes, each of its four 32-bit words for itself. Begins the next table. */
  readonly finish: () => string;
}

const newline = 0x0a;

/**
 * The hash is none that withstands an attack, and need not: both sides are read by this program, and it tells apart what chance
 * made different. SHA-256 of each row took ten times as long as all else that a reader does.
 */
export function createRowSum(): RowSum {
  const sums = new Uint32Array(4);
  const row: RowHash = new Int32Array(4);
  let open: Buffer[] = [];
  const takeRow = (data: DataView, start: number, end: number): void => {
    hashRow(data, start, end, row);
    for (let word = 0; word < 4; word += 1) sums[word] = (sums[word] ?? 0) + (row[word] ?? 0);
  };
  const takeOpen = (): void => {
    const whole = Buffer.concat(open);
    open = [];
    takeRow(toView(whole), 0, whole.length);
  };
  return {
    add: (data, start, end) => {
      const view = toView(data);
      let from = start;
      while (from < end) {
        const at = data.indexOf(newline, from);
        if (at < 0 || at >= end) {
          open.push(Buffer.from(data.subarray(from, end)));
          return;
        }
        if (open.length === 0) takeRow(view, from, at + 1);
        else {
          open.push(data.subarray(from, at + 1));
          takeOpen();
        }
        from = at + 1;
      }
    },
    finish: () => {
      if (open.length > 0) takeOpen();
      const sum = Array.from(sums, (word) => word.toString(16).padStart(8, '0')).join('');
      sums.fill(0);
      return sum;
    },
  };
}

function toView(data: Buffer): DataView {
  return new DataView(data.buffer, data.byteOffset, data.length);
}
