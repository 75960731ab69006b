// How long a dump will be, told on its way: tables of a random database are dumped one after the other, with sizes in the catalogue
// that are right, old or absent, and a last run that was alike, half or double.
import { describe, expect, it } from 'vitest';
import { createDumpExpectation } from '../../../electron/engine/pipeline/expect-dump.ts';
import { toTableSizes, type SizeRow } from '../../../electron/engine/postgres/table-sizes.ts';

/** The same in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

interface Table extends SizeRow {
  /** What its rows come to in the dump. */
  readonly dumpBytes: number;
  readonly trueRows: number;
}

function createTables(seed: number, count: number, statistics: 'fresh' | 'none' | 'half'): Table[] {
  const random = createRandom(seed);
  // Text against pages: alike within a database, different between them.
  const ratio = 0.3 + random() * 2;
  return Array.from({ length: count }, (_, index) => {
    const bytes = Math.round(1e5 + random() ** 4 * 1e9);
    const trueRows = Math.max(1, Math.round(bytes / (20 + random() * 500)));
    const dumpBytes = bytes * ratio * (0.7 + random() * 0.6);
    const known = statistics === 'none' ? 0 : statistics === 'half' ? 0.5 : 1;
    return {
      ...{ schema: 'public', name: `t${String(index)}`, dumpBytes, trueRows },
      ...{ bytes: bytes * known, rows: known === 0 ? -1 : trueRows * known },
    };
  });
}

/** Dumps them; answers by how much the expectation is wrong at each block: 1 is right, 2 is double. */
function dump(tables: readonly Table[], lastShare: number | null): { done: number; wrong: number }[] {
  const whole = tables.reduce((sum, { dumpBytes }) => sum + dumpBytes, 0);
  const pages = tables.reduce(
    (sum, { bytes, rows, trueRows }) => sum + (rows > 0 ? (bytes * trueRows) / rows : 1e8),
    0,
  );
  const sizes = toTableSizes({
    ...{ tables, largeObjectBytes: 0, databaseBytes: 8e6 + pages * 1.3 },
    knownBytes: 8e6 + tables.reduce((sum, { bytes }) => sum + bytes, 0) * 1.3,
  });
  const lastBytes = lastShare === null ? null : whole * lastShare;
  const expectation = createDumpExpectation({ sizes, lastBytes, databaseBytes: pages * 1.3 });
  const seen: { done: number; wrong: number }[] = [];
  const finished: Table[] = [];
  let bytes = 0;
  for (const table of tables) {
    const block = Math.max(524_288, table.dumpBytes / 50);
    for (let inTable = block; inTable < table.dumpBytes; inTable += block) {
      const tableRows = Math.floor((table.trueRows * inTable) / table.dumpBytes);
      const at = bytes + inTable;
      expectation.take({
        ...{ finished, table, tableRows, bytes: at },
        tablesDone: finished.length,
        tablesTotal: null,
      });
      seen.push({ done: at / whole, wrong: expectation.read(at) / whole });
    }
    bytes += table.dumpBytes;
    finished.push(table);
    expectation.take({
      ...{ finished, table: null, tableRows: 0, bytes },
      tablesDone: finished.length,
      tablesTotal: null,
    });
    seen.push({ done: bytes / whole, wrong: expectation.read(bytes) / whole });
  }
  return seen;
}

/** How wrong it is, whichever way: 1 is right. */
const off = ({ wrong }: { wrong: number }): number => Math.max(wrong, 1 / wrong);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

describe('the expected size of a dump', () => {
  it.each([
    ['many tables, the first run', 60, 'fresh', null, 1.25],
    ['many tables, a last run alike', 60, 'fresh', 1, 1.25],
    ['many tables, half of what the last run was', 60, 'fresh', 2, 1.25],
    ['many tables, double of what the last run was', 60, 'fresh', 0.5, 1.25],
    ['one huge table, the first run', 1, 'fresh', null, 1.2],
    ['one huge table, ten times what it was', 1, 'fresh', 0.1, 1.2],
    ['one huge table, a tenth of what it was', 1, 'fresh', 10, 1.5],
    ['tables that doubled since the last ANALYZE, the first run', 60, 'half', null, 1.3],
    ['tables without statistics, a last run alike', 60, 'none', 1, 1.6],
  ] as const)('of %s is near in the second half', (_, count, statistics, last, most) => {
    const seen = seeds.flatMap((seed) => dump(createTables(seed, count, statistics), last));
    const second = seen.filter(({ done }) => done > 0.5 && done < 1);
    expect(median(second.map(off))).toBeLessThan(most);
    const late = seen.filter(({ done }) => done > 0.9 && done < 1);
    expect(Math.max(...late.map(off))).toBeLessThan(2);
  });

  it('is a number, and never less than what has come', () => {
    for (const statistics of ['fresh', 'none', 'half'] as const) {
      for (const last of [null, 0, 1e-6, 1, 1e6]) {
        for (const { done, wrong } of seeds.flatMap((seed) => dump(createTables(seed, 7, statistics), last))) {
          if (!(wrong >= done * (1 - 1e-9)) || !Number.isFinite(wrong))
            throw new Error(`${String(wrong)} at ${String(done)}`);
        }
      }
    }
  });

  it('is that of the last run, or of the database, where the catalogue says nothing', () => {
    const facts = { sizes: null, databaseBytes: 5000 };
    expect(createDumpExpectation({ ...facts, lastBytes: 700 }).read(10)).toBe(700);
    expect(createDumpExpectation({ ...facts, lastBytes: null }).read(10)).toBe(5000);
    expect(createDumpExpectation({ ...facts, lastBytes: 700 }).read(900)).toBe(900);
  });

  it('has room for large objects, which come last', () => {
    const sizes = toTableSizes({
      tables: [{ schema: 'public', name: 't', bytes: 1000, rows: 10 }],
      ...{ largeObjectBytes: 9000, knownBytes: 10_000, databaseBytes: 10_000 },
    });
    const expectation = createDumpExpectation({ sizes, lastBytes: null, databaseBytes: 10_000 });
    const finished = [{ schema: 'public', name: 't' }];
    const at = (bytes: number): number => {
      expectation.take({ finished, table: null, tableRows: 0, bytes, tablesDone: 1, tablesTotal: 1 });
      return expectation.read(bytes);
    };
    for (const bytes of [1000, 4000, 7000, 9900]) expect(at(bytes)).toBeCloseTo(10_000, -3);
  });
});
