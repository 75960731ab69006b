import { describe, expect, it } from 'vitest';
import { fillIn, toScale } from '../../support/sample-shop.ts';

describe('the numbers of the sample shop', () => {
  it('grow with the size', () => {
    expect(toScale(2000, 1).orders).toBeGreaterThan(toScale(1000, 1).orders * 1.9);
    expect(toScale(3, 1).customers).toBeGreaterThanOrEqual(100);
  });

  it.each([2, 10_001, NaN, -1])('refuse a size of %s', (sizeMb) => {
    expect(() => toScale(sizeMb, 1)).toThrow(RangeError);
  });

  it('stand in the places of the SQL and leave casts and other colons alone', () => {
    const scale = { seed: 5, orders: 10, customers: 7, products: 3, documents: 2 };
    expect(fillIn("select :seed + :orders, x::text, '12:34', ':unknown', y::orders, :orders_x", scale)).toBe(
      "select 5 + 10, x::text, '12:34', ':unknown', y::orders, :orders_x",
    );
  });
});
