// When Drive is full: by the trend, and only where one can be seen.
import { describe, expect, it } from 'vitest';
import {
  chooseShort,
  describeForecast,
  describeShort,
  describeSpace,
  forecastFull,
  type SpacePoint,
} from '../../../shared/space.ts';

const gb = 1_000_000_000;
const start = Date.parse('2026-01-01T12:00:00Z');

/** One point a day, by its place. */
function toPoints(days: number, usage: (day: number) => number, limitBytes: number | null = 15 * gb): SpacePoint[] {
  return Array.from({ length: days }, (_, day) => ({
    at: new Date(start + day * 86_400_000).toISOString(),
    usageBytes: usage(day),
    limitBytes,
    trashBytes: 0,
    ownBytes: 0,
  }));
}

const daysOf = (points: readonly SpacePoint[]): number => {
  const forecast = forecastFull(points);
  if (forecast.kind !== 'full-in') throw new Error(forecast.kind);
  return Math.round(forecast.days);
};

describe('the forecast', () => {
  const even = toPoints(30, (day) => 5 * gb + day * 0.05 * gb);

  it('follows an even growth', () => {
    // 8.55 GB are free at the end, 50 MB a day.
    expect(daysOf(even)).toBe(171);
    expect(describeForecast(forecastFull(even))).toBe('full in about 6 months');
  });

  it('does not mind the order of the points, nor days that are missing', () => {
    expect(daysOf([...even].reverse())).toBe(171);
    expect(daysOf(even.filter((_, index) => index % 3 !== 1))).toBe(171);
  });

  it.each([10, 15, 28])('is not moved by one wrong value (day %i)', (wrong) => {
    for (const value of [0, 14 * gb]) {
      const points = even.map((point, day) => (day === wrong ? { ...point, usageBytes: value } : point));
      expect(Math.abs(daysOf(points) - 171)).toBeLessThan(12);
    }
  });

  it('begins anew after a big clean-up', () => {
    const points = toPoints(60, (day) => (day < 40 ? 9 * gb : 2 * gb) + day * 0.05 * gb);
    // 4.95 GB are used at the end.
    expect(Math.abs(daysOf(points) - 201)).toBeLessThan(3);
  });

  it('waits for a week of figures after one', () => {
    const points = toPoints(43, (day) => (day < 40 ? 9 * gb : 2 * gb) + day * 0.05 * gb);
    expect(forecastFull(points)).toEqual({ kind: 'too-few-points' });
  });

  it('sees the trend in weekly backups', () => {
    const points = toPoints(56, (day) => 5 * gb + Math.floor(day / 7) * 0.7 * gb);
    expect(daysOf(points)).toBeGreaterThan(40);
    expect(daysOf(points)).toBeLessThan(60);
  });

  it('sees the trend through a retention that removes as much as comes, or nearly', () => {
    expect(forecastFull(toPoints(60, (day) => 5 * gb + (day % 2) * 0.1 * gb))).toEqual({ kind: 'not-soon' });
  });

  it.each<[string, SpacePoint[], string]>([
    ['nothing was recorded', [], 'too-few-points'],
    ['there are four points only', toPoints(4, (day) => day * gb), 'too-few-points'],
    ['all points are of four days', toPoints(5, (day) => day * gb).slice(0, 5), 'too-few-points'],
    ['no limit is set', toPoints(30, (day) => day * gb, null), 'no-limit'],
    ['it is full', toPoints(30, () => 15 * gb), 'full'],
    ['an organisation’s shared storage is more than full', toPoints(30, () => 99 * gb), 'full'],
    ['it does not grow', toPoints(30, () => 5 * gb), 'not-soon'],
    ['it shrinks', toPoints(30, (day) => 9 * gb - day * 0.1 * gb), 'not-soon'],
    ['it would take ten years', toPoints(30, (day) => gb + day * 0.003 * gb), 'not-soon'],
  ])('says no date when %s', (_, points, kind) => {
    expect(forecastFull(points).kind).toBe(kind);
  });

  it('goes by the newest limit', () => {
    const points = even.map((point, day) => (day === 29 ? { ...point, limitBytes: 50 * gb } : point));
    expect(daysOf(points)).toBe(871);
  });
});

describe('short of room', () => {
  const none = { kind: 'not-soon' } as const;
  it.each<[string, number, number | null, number, Parameters<typeof chooseShort>[2], ReturnType<typeof chooseShort>]>([
    ['two more backups fit', 10 * gb, 15 * gb, 2.5 * gb, none, null],
    ['less than two more fit', 10 * gb, 15 * gb, 2.6 * gb, none, 'backups'],
    ['it is full', 15 * gb, 15 * gb, 0, none, 'backups'],
    ['full in 29 days', 10 * gb, 15 * gb, 0, { kind: 'full-in', days: 29, bytesPerDay: 1 }, 'days'],
    ['full in 31 days', 10 * gb, 15 * gb, 0, { kind: 'full-in', days: 31, bytesPerDay: 1 }, null],
    ['there is no limit', 10 * gb, null, 9 * gb, none, null],
  ])('%s', (_, usageBytes, limitBytes, next, forecast, short) => {
    expect(chooseShort({ usageBytes, limitBytes }, next, forecast)).toBe(short);
  });
});

describe('the words', () => {
  const point = {
    at: '2026-01-01T00:00:00Z',
    usageBytes: 10 * gb,
    limitBytes: 15 * gb,
    trashBytes: 4 * gb,
    ownBytes: gb,
  };

  it('say what lies in the trash, and that it counts', () => {
    const space = { points: [point], forecast: forecastFull([point]), nextBytes: 0, short: null };
    expect(describeSpace(space)).toEqual([
      '10 GB of 15 GB used, 5.0 GB free.',
      'The backups listed here take 1.0 GB.',
      '4.0 GB lie in the trash and count until it is emptied.',
      'A forecast needs a week of figures.',
    ]);
  });

  it('say that there is no limit', () => {
    const open = { ...point, limitBytes: null, trashBytes: 0 };
    const space = { points: [open], forecast: forecastFull([open]), nextBytes: 0, short: null };
    expect(describeSpace(space)[0]).toBe('10 GB used; this account has no limit.');
    expect(describeShort(space)).toBeNull();
  });

  it('say why it is short', () => {
    const space = { points: [point], forecast: forecastFull([point]), nextBytes: 3 * gb, short: 'backups' as const };
    expect(describeShort(space)).toBe(
      'Only 5.0 GB are free: less than two more backups of every job fit. 4.0 GB of the used space lie in the trash.',
    );
  });
});
