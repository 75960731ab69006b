import { describe, expect, it } from 'vitest';
import { createRowSum } from '../../../electron/engine/postgres/row-sum.ts';

function sumOf(rows: readonly string[], pieceBytes = 1_000_000): string {
  const data = Buffer.from(rows.map((row) => `${row}\n`).join(''));
  const sum = createRowSum();
  for (let start = 0; start < data.length; start += pieceBytes) {
    sum.add(data, start, Math.min(data.length, start + pieceBytes));
  }
  return sum.finish();
}

const rows = ['1\tAda\t\\N', '2\tGrace\tø', '', '3\t' + 'x'.repeat(10_000), '2\tGrace\tø'];

describe('the sum of rows', () => {
  it('is the same in every order', () => {
    expect(sumOf(rows.toReversed())).toBe(sumOf(rows));
  });

  it.each([1, 2, 7, 64, 9_999])('is the same in pieces of %i bytes', (pieceBytes) => {
    expect(sumOf(rows, pieceBytes)).toBe(sumOf(rows));
  });

  it.each<[string, readonly string[]]>([
    ['a row is missing', rows.slice(1)],
    ['a row is there twice', [...rows, rows[0] ?? '']],
    ['one of two equal rows is missing', rows.slice(0, 4)],
    ['a byte differs', ['1\tAdb\t\\N', ...rows.slice(1)]],
    ['a value moved from one row to the next', ['1\tAda', '\\N2\tGrace\tø', ...rows.slice(2)]],
  ])('differs when %s', (_what, changed) => {
    expect(sumOf(changed)).not.toBe(sumOf(rows));
  });

  it('takes a last row without a line end, and begins anew after finish', () => {
    const sum = createRowSum();
    const data = Buffer.from('a\nb');
    sum.add(data, 0, data.length);
    const first = sum.finish();
    sum.add(data, 0, data.length);
    expect(sum.finish()).toBe(first);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
  });
});
