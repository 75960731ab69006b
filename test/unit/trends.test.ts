// What breaks the trend of a database's backups, and what does not.
import { describe, expect, it } from 'vitest';
import { countFilled, isTrendWarning, judgeEmptied, judgeTrend, type TrendPoint } from '../../shared/trends.ts';

const MB = 1_000_000;
const minute = 60_000;
const sizes = (...values: readonly (number | null)[]): TrendPoint[] =>
  values.map((dumpBytes) => ({ dumpBytes, durationMs: null }));
const lengths = (...values: readonly (number | null)[]): TrendPoint[] =>
  values.map((durationMs) => ({ dumpBytes: null, durationMs }));

describe('the size of a dump', () => {
  it.each<[string, number | null, TrendPoint[], string]>([
    [
      'half and less is told',
      120 * MB,
      sizes(340 * MB, 338 * MB, 335 * MB, 330 * MB, 329 * MB),
      'the dump has 120 MB; the last 5 had about 335 MB. Has data been deleted?',
    ],
    [
      'empty is told',
      0,
      sizes(340 * MB, 338 * MB, 335 * MB, 330 * MB, 329 * MB),
      'the dump has 0 B; the last 5 had about 335 MB. Has data been deleted?',
    ],
    ['a little less is not', 200 * MB, sizes(340 * MB, 338 * MB, 335 * MB, 330 * MB, 329 * MB), ''],
    ['growth day by day is not', 350 * MB, sizes(340 * MB, 330 * MB, 320 * MB, 310 * MB, 300 * MB), ''],
    [
      'three times as much is told',
      1100 * MB,
      sizes(340 * MB, 338 * MB, 335 * MB, 330 * MB, 329 * MB),
      'the dump has 1.1 GB; the last 5 had about 335 MB.',
    ],
    ['of a small dump nothing is', 1000, sizes(90_000, 90_000, 90_000, 90_000, 90_000), ''],
    ['a small one that grows is not', 60 * MB, sizes(5 * MB, 5 * MB, 5 * MB, 5 * MB, 5 * MB), ''],
    ['with four before, nothing is', 1 * MB, sizes(340 * MB, 338 * MB, 335 * MB, 330 * MB), ''],
    ['unknown ones do not count', 1 * MB, sizes(340 * MB, null, 335 * MB, 330 * MB, 329 * MB), ''],
    ['an unknown one is not judged', null, sizes(340 * MB, 338 * MB, 335 * MB, 330 * MB, 329 * MB), ''],
    ['sizes that always jump are usual', 40 * MB, sizes(300 * MB, 50 * MB, 310 * MB, 45 * MB, 290 * MB, 55 * MB), ''],
    [
      'one odd run before does not hide it',
      100 * MB,
      sizes(4 * MB, 338 * MB, 335 * MB, 330 * MB, 329 * MB, 331 * MB),
      'the dump has 100 MB; the last 6 had about 331 MB. Has data been deleted?',
    ],
  ])('%s', (_words, dumpBytes, before, said) => {
    const warnings = judgeTrend({ dumpBytes, durationMs: null }, before);
    expect(warnings).toEqual(said === '' ? [] : [`Unusual: ${said}`]);
    expect(warnings.every(isTrendWarning)).toBe(true);
  });

  it('is compared with the last twenty only', () => {
    const before = sizes(...Array.from({ length: 20 }, () => 10 * MB), ...Array.from({ length: 50 }, () => 900 * MB));
    expect(judgeTrend({ dumpBytes: 10 * MB, durationMs: null }, before)).toEqual([]);
  });
});

describe('how long a backup took', () => {
  it.each<[string, number | null, TrendPoint[], string]>([
    [
      'three times as long is told',
      40 * minute,
      lengths(10 * minute, 11 * minute, 9 * minute, 10 * minute, 12 * minute),
      'it took 40 min; the last 5 took about 10 min.',
    ],
    ['twice as long is not', 20 * minute, lengths(10 * minute, 11 * minute, 9 * minute, 10 * minute, 12 * minute), ''],
    ['a few minutes more are not', 4 * minute, lengths(10_000, 9000, 11_000, 10_000, 10_000), ''],
    ['faster is not', 1000, lengths(10 * minute, 11 * minute, 9 * minute, 10 * minute, 12 * minute), ''],
    [
      'one that waited is not judged',
      null,
      lengths(10 * minute, 11 * minute, 9 * minute, 10 * minute, 12 * minute),
      '',
    ],
    ['those that waited do not count', 40 * minute, lengths(10 * minute, null, null, 10 * minute, 12 * minute), ''],
  ])('%s', (_words, durationMs, before, said) => {
    expect(judgeTrend({ dumpBytes: null, durationMs }, before)).toEqual(said === '' ? [] : [`Unusual: ${said}`]);
  });
});

describe('a table that lost all its rows', () => {
  const filled = (rows: number, times: number, table = 'sales.orders') => ({ table, rows, times });
  it.each<[string, number | null, ReturnType<typeof filled>[], string]>([
    [
      'is told after five backups with many',
      0,
      [filled(120_000, 5)],
      'sales.orders (120 000 rows) is empty now; it was not in the last 5 backups.',
    ],
    ['is not after four', 0, [filled(120_000, 4)], ''],
    ['is not while it has one row', 1, [filled(120_000, 9)], ''],
    ['is not when it is not dumped', null, [filled(120_000, 9)], ''],
    ['is not when it never had many', 0, [], ''],
  ])('%s', (_words, rows, known, said) => {
    const counts = rows === null ? [] : [{ table: 'sales.orders', rows }];
    expect(judgeEmptied(counts, known)).toEqual(said === '' ? [] : [`Unusual: ${said}`]);
  });

  it('is named with the biggest others, and the rest is counted', () => {
    const known = Array.from({ length: 7 }, (_, index) => filled(1000 * (index + 1), 5, `t${String(index)}`));
    const counts = known.map(({ table }) => ({ table, rows: 0 }));
    expect(judgeEmptied(counts, known)).toEqual([
      'Unusual: t6 (7 000 rows), t5 (6 000 rows), t4 (5 000 rows), t3 (4 000 rows), t2 (3 000 rows) and 2 more are empty now; they were not in the last 5 backups.',
    ]);
  });

  it('is counted from the first backup in which it has many', () => {
    let known = countFilled(
      [
        { table: 'a', rows: 99 },
        { table: 'b', rows: 100 },
      ],
      [],
    );
    expect(known).toEqual([filled(100, 1, 'b')]);
    known = countFilled(
      [
        { table: 'a', rows: 500 },
        { table: 'b', rows: 200 },
      ],
      known,
    );
    expect(known).toEqual([filled(500, 1, 'a'), filled(200, 2, 'b')]);
    expect(
      countFilled(
        [
          { table: 'a', rows: 0 },
          { table: 'b', rows: 0 },
        ],
        known,
      ),
    ).toEqual([]);
  });
});
