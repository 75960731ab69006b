// Thousands of damaged dumps, the same in every run: the reader refuses them in its own words or says that something else is
// in them. It never fails in another way, never hangs, never calls a cut one whole, never finds changed data equal.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareDumps } from '../../../electron/engine/postgres/compare-contents.ts';
import type { DumpContents } from '../../../electron/engine/postgres/dump-contents.ts';
import { createDumpReader, findDumpFormat } from '../../../electron/engine/postgres/dump-reader.ts';
import { AppError } from '../../../shared/errors.ts';

/** The same sequence in every run (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

/** What the reader makes of the bytes; null: refused, or left alone as unknown. Other errors are thrown on. */
function readWhole(bytes: Buffer, format: 'custom' | 'plain', size: number): DumpContents | null {
  const reader = createDumpReader(format, { rowSums: true });
  try {
    for (let start = 0; start < bytes.length; start += size) reader.write(bytes.subarray(start, start + size));
    const contents = reader.finish();
    return 'unknown' in contents ? null : contents;
  } catch (error) {
    if (error instanceof AppError && error.code === 'archive/damaged') return null;
    throw error;
  }
}

/** Where the data of tables, large objects and sequences lies: by the very texts that were put in. */
function markData(dump: Buffer, format: 'custom' | 'plain'): Uint8Array {
  const marks = new Uint8Array(dump.length);
  const rows = [
    ...['1\tone\t\\\\x00ff5c0a\n', '2\ttwo\\nlines \\\\. "quoted"\t\\N\n', '3\t\\N\t\\\\x\n', '4\t--\t\\\\x27\n'],
    ...['5\tKäthe\t\\\\x0d\n', '2026-01-30\t0\n', '2026-02-02\t3\n', '9\tiiiiiiiii\n', '4\tdddd\n'],
    ...(format === 'custom' ? ['seven'] : [`'\\x736576656e'`, `'\\x00ff'`]),
    ...[`nothing_id_seq', 1, true`, `plain_rows_id_seq', 5, true`],
  ];
  for (const row of rows) {
    const text = Buffer.from(row);
    const at = dump.lastIndexOf(text);
    if (at < 0) throw new Error(`not in the dump: ${row}`);
    marks.fill(1, at, at + text.length);
  }
  return marks;
}

interface Damaged {
  readonly what: string;
  readonly bytes: Buffer;
  /** Bytes of data are other ones, fewer or more. */
  readonly touchesData: boolean;
  readonly isCut: boolean;
}

function damage(dump: Buffer, marks: Uint8Array, random: (below: number) => number): Damaged {
  const from = random(dump.length);
  const to = Math.min(dump.length, from + 1 + random(random(2) === 0 ? 8 : 600));
  const touchesData = marks.subarray(from, to).includes(1);
  const range = `${String(from)}..${String(to)}`;
  switch (random(6)) {
    case 0:
    case 1: {
      const bytes = Buffer.from(dump);
      bytes[from] = (bytes[from] ?? 0) ^ (1 << random(8));
      return { what: `a bit at ${String(from)}`, bytes, touchesData: marks[from] === 1, isCut: false };
    }
    case 2:
      return { what: `cut at ${String(from)}`, bytes: dump.subarray(0, from), touchesData: false, isCut: true };
    case 3: {
      const bytes = Buffer.concat([dump.subarray(0, from), dump.subarray(to)]);
      return { what: `dropped ${range}`, bytes, touchesData, isCut: to === dump.length };
    }
    case 4: {
      // What is doubled may end up in a comment; data that it is put into is other data.
      const bytes = Buffer.concat([dump.subarray(0, to), dump.subarray(from)]);
      return { what: `doubled ${range}`, bytes, touchesData: marks[to - 1] === 1 && marks[to] === 1, isCut: false };
    }
    default: {
      const bytes = Buffer.from(dump);
      let changed = false;
      for (let at = from; at < to; at += 1) {
        const value = random(256);
        changed ||= marks[at] === 1 && value !== bytes[at];
        bytes[at] = value;
      }
      return { what: `noise at ${range}`, bytes, touchesData: changed, isCut: false };
    }
  }
}

describe.each(['pg15-1.14.dump', 'pg18-1.16.dump', 'pg15.sql', 'pg18.sql'])(
  '%s, damaged in many ways',
  { timeout: 60_000 },
  (name) => {
    const dump = readFileSync(new URL(`archives/${name}`, import.meta.url));
    const format = findDumpFormat(dump) ?? 'custom';
    const marks = markData(dump, format);
    const good = readWhole(dump, format, dump.length);
    if (!good) throw new Error('the dump itself is refused');

    it('is refused, or found to hold something else', () => {
      const random = createRandom(20_261_127);
      const wrongs: string[] = [];
      let refused = 0;
      for (let round = 0; round < 700; round += 1) {
        const { what, bytes, touchesData, isCut } = damage(dump, marks, random);
        const contents = readWhole(bytes, format, 1 + random(round % 8 === 0 ? 50 : 20_000));
        if (!contents) refused += 1;
        else if (isCut) wrongs.push(`${what}: called whole`);
        else if (touchesData && compareDumps(good, contents).equal) wrongs.push(`${what}: called equal`);
      }
      expect(wrongs).toEqual([]);
      expect(refused).toBeGreaterThan(150);
    });
  },
);
