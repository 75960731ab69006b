import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatPlural,
} from '../../shared/format.ts';

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [1500, '1.5 KB'],
    [9949, '9.9 KB'],
    [9951, '10 KB'],
    [999_499, '999 KB'],
    [999_500, '1.0 MB'],
    [112_300_000, '112 MB'],
    [15 * 1024 ** 3, '16 GB'],
    [1e15, '1.0 PB'],
    [5e18, '5000 PB'],
  ])('%d reads %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('lengths of time', () => {
  it.each([
    [-5, '0.0 s'],
    [400, '0.4 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [185_000, '3 min 5 s'],
    [3_600_000, '1 h'],
    [7_800_000, '2 h 10 min'],
    [273_600_000, '3 d 4 h'],
  ])('%d ms read %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('ages', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  it.each([
    ['2026-11-22T12:00:00Z', 'just now'],
    ['2026-11-23T00:00:00Z', 'just now'],
    ['2026-11-22T11:59:01Z', 'just now'],
    ['2026-11-22T11:59:00Z', '1 min ago'],
    ['2026-11-22T11:00:01Z', '59 min ago'],
    ['2026-11-22T09:00:00Z', '3 h ago'],
    ['2026-11-21T12:00:01Z', '23 h ago'],
    ['2026-11-21T12:00:00Z', 'yesterday'],
    ['2026-11-18T12:00:00Z', '4 days ago'],
  ])('%s reads %s', (at, text) => {
    expect(formatAge(at, now)).toBe(text);
  });
});

describe('percentages', () => {
  it.each([
    [0, 100, '0 %'],
    [999, 1000, '99 %'],
    [99_999, 100_000, '99 %'],
    [1000, 1000, '100 %'],
    [1200, 1000, '100 %'],
    [-1, 10, '0 %'],
    [5, 0, '0 %'],
  ])('%d of %d is %s', (done, total, text) => {
    expect(formatPercent(done, total)).toBe(text);
  });
});

describe('counts', () => {
  it('are grouped, and their nouns agree', () => {
    expect([formatCount(0), formatCount(999), formatCount(1_234_567)].map((text) => text.replace(/\D/g, '_'))).toEqual([
      '0',
      '999',
      '1_234_567',
    ]);
    expect([formatPlural(1, 'table'), formatPlural(3, 'table'), formatPlural(0, 'box', 'boxes')]).toEqual([
      '1 table',
      '3 tables',
      '0 boxes',
    ]);
  });
});
