import { describe, expect, it } from 'vitest';
import { compareContents, compareDumps } from '../../../electron/engine/postgres/compare-contents.ts';
import type { DataEntry, SequenceState } from '../../../shared/snapshot.ts';

type Entry = DataEntry & { readonly rowSum: string | null };
const table = (name: string, over: Partial<Entry> = {}): Entry => ({
  ...{ kind: 'table', schema: 'shop', name, rows: 1200, bytes: 50_000, sha256: 'aa', rowSum: null },
  ...over,
});
const objects = (over: Partial<Entry> = {}): Entry =>
  table('', { kind: 'large-objects', schema: '', rows: 3, bytes: 9, ...over });
/** Whatever space the numbers are grouped with. */
const plain = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/\s/g, ' '));

describe('comparing contents', () => {
  it('finds the same entries equal, in any order', () => {
    const a = [table('orders'), table('people', { rows: 5 }), objects()];
    expect(compareContents(a, [...a].reverse())).toEqual({
      equal: true,
      differences: [],
      tables: 2,
      rows: 1205,
      bytes: 100_009,
    });
    expect(compareContents([], [])).toMatchObject({ equal: true, tables: 0 });
  });

  it.each([
    ['rows', [table('orders', { rows: 1199 })], 'shop.orders: 1 200 rows in the backup, 1 199 after the restore'],
    [
      'bytes',
      [table('orders', { bytes: 50_001 })],
      'shop.orders: 50 000 bytes in the backup, 50 001 after the restore',
    ],
    [
      'content',
      [table('orders', { sha256: 'bb' })],
      'shop.orders: same number of rows and bytes, but the content differs',
    ],
    ['absence', [], 'shop.orders: missing after the restore'],
    ['presence', [table('orders'), table('more')], 'shop.more: not in the backup, there after the restore'],
  ])('says a difference in %s in words', (_name, actual, sentence) => {
    const result = compareContents([table('orders')], actual);
    expect(result.equal).toBe(false);
    expect(plain(result.differences)).toEqual([sentence]);
  });

  it('says what is with large objects', () => {
    expect(plain(compareContents([objects()], [objects({ rows: 2 })]).differences)).toEqual([
      'large objects: 3 objects in the backup, 2 after the restore',
    ]);
  });

  it('accepts another order of rows only where both sides have the same sum of rows', () => {
    const one = [table('orders', { sha256: 'aa', rowSum: '11' })];
    expect(compareContents(one, [table('orders', { sha256: 'bb', rowSum: '11' })]).equal).toBe(true);
    expect(compareContents(one, [table('orders', { sha256: 'bb', rowSum: '12' })]).equal).toBe(false);
    expect(compareContents(one, [table('orders', { sha256: 'bb', rowSum: null })]).equal).toBe(false);
  });

  it('looks at chosen tables only, and misses those that are not there', () => {
    const expected = [table('orders'), table('people'), objects()];
    expect(compareContents(expected, [table('orders')], { onlyTables: ['shop.orders'] })).toMatchObject({
      equal: true,
      tables: 1,
    });
    expect(compareContents(expected, [], { onlyTables: ['shop.orders', 'shop.none'] }).differences).toEqual([
      'shop.none: not in the backup',
      'shop.orders: missing after the restore',
    ]);
  });

  it('expects tables that the backup has without rows to be there and empty', () => {
    const log = table('log', { rows: 0 });
    expect(compareContents([table('orders')], [table('orders'), log], { bare: ['shop.log'] }).equal).toBe(true);
    expect(compareContents([table('orders')], [table('orders'), log]).equal).toBe(false);
    const filled = compareContents([table('orders')], [table('orders'), table('log')], { bare: ['shop.log'] });
    expect(filled.differences).toEqual(['shop.log: not in the backup, there after the restore']);
    expect(compareContents([table('orders')], [log], { onlyTables: ['shop.log'], bare: ['shop.log'] }).equal).toBe(
      true,
    );
  });

  it('does not mix up a schema and a name that share a dot', () => {
    const a = table('b.c', { schema: 'a' });
    const b = table('c', { schema: 'a.b' });
    expect(compareContents([a], [b]).equal).toBe(false);
  });
});

describe('comparing sequences', () => {
  const at = (name: string, lastValue: string, isCalled = true): SequenceState => ({
    ...{ schema: 'shop', name, lastValue, isCalled },
  });
  const compare = (a: SequenceState[], b: SequenceState[], tables: string[] = []): readonly string[] => {
    const data = [table('orders')];
    return compareDumps({ data, sequences: a }, { data, sequences: b }, { onlyTables: tables }).differences;
  };

  it('says where one stands elsewhere, is missing or too many', () => {
    expect(compare([at('a', '7'), at('b', '1', false)], [at('b', '1', false), at('a', '7')])).toEqual([]);
    expect(
      compare(
        [at('a', '7'), at('b', '1', false), at('c', '1')],
        [at('a', '8'), at('b', '1'), at('d', '1'), at('unused', '1', false)],
      ),
    ).toEqual([
      'sequence shop.a: at 7 in the backup, at 8 after the restore',
      'sequence shop.b: before 1 in the backup, at 1 after the restore',
      'sequence shop.c: missing after the restore',
      'sequence shop.d: not in the backup, there after the restore',
    ]);
  });

  it('misses none that chosen tables do not bring, and still compares those that they do', () => {
    expect(compare([at('a', '7'), at('b', '7')], [at('a', '7')], ['shop.orders'])).toEqual([]);
    expect(compare([at('a', '7'), at('b', '7')], [at('a', '6')], ['shop.orders'])).toHaveLength(1);
  });
});
