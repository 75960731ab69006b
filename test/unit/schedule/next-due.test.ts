// The dates of schedules as tables: every zone rule that is odd somewhere in the world, leap days, year ends, and cron.
import { describe, expect, it } from 'vitest';
import { nextDue, toSlot, toSlotSource } from '../../../electron/engine/schedule/next-due.ts';
import { noSchedule, type Schedule, type When } from '../../../shared/schedule.ts';

function toSchedule(when: When, timeZone: string | null = 'UTC', jitterMinutes = 0): Schedule {
  return { ...noSchedule, when, timeZone, jitterMinutes };
}

/** The next slots after an instant, in UTC, seconds left out. */
function list(when: When, timeZone: string, after: string, count: number): string[] {
  const afterMs = Date.parse(after);
  const slots = toSlotSource(toSchedule(when, timeZone), 'UTC')?.between(afterMs, afterMs + 3e12, count) ?? [];
  return slots.map((ms) => new Date(ms).toISOString().slice(0, 16));
}

const daily = (...times: string[]): When => ({ kind: 'daily', times });
const cron = (expression: string): When => ({ kind: 'cron', expression });
const hourly = (minute: number): When => ({ kind: 'hourly', minute });

describe('a daily time across a change of the clock', () => {
  it.each<[string, string, string, string, string[]]>([
    // zone, time, after (UTC), why, slots in UTC
    [
      'Europe/Berlin',
      '02:30',
      '2026-03-28T00:00Z',
      'left out: 03:00 summer time',
      ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    ['Europe/Berlin', '03:00', '2026-03-28T12:00Z', 'exists', ['2026-03-29T01:00', '2026-03-30T01:00']],
    ['Europe/Berlin', '02:30', '2026-10-24T12:00Z', 'twice: the first', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['Europe/Berlin', '02:00', '2026-10-24T12:00Z', 'twice: the first', ['2026-10-25T00:00', '2026-10-26T01:00']],
    ['America/New_York', '02:30', '2026-03-07T12:00Z', 'left out', ['2026-03-08T07:00', '2026-03-09T06:30']],
    ['America/New_York', '01:30', '2026-10-31T12:00Z', 'twice', ['2026-11-01T05:30', '2026-11-02T06:30']],
    [
      'Australia/Lord_Howe',
      '02:15',
      '2026-10-03T00:00Z',
      'half an hour left out',
      ['2026-10-03T15:30', '2026-10-04T15:15'],
    ],
    [
      'Australia/Lord_Howe',
      '01:45',
      '2026-04-03T20:00Z',
      'half an hour twice',
      ['2026-04-04T14:45', '2026-04-05T15:15'],
    ],
    ['Australia/Lord_Howe', '01:15', '2026-04-03T20:00Z', 'not concerned', ['2026-04-04T14:15', '2026-04-05T14:45']],
    [
      'Africa/Casablanca',
      '02:30',
      '2024-03-09T12:00Z',
      'back for Ramadan: the first',
      ['2024-03-10T01:30', '2024-03-11T02:30'],
    ],
    [
      'Africa/Casablanca',
      '02:30',
      '2024-04-13T12:00Z',
      'forth after Ramadan',
      ['2024-04-14T02:00', '2024-04-15T01:30'],
    ],
    [
      'Asia/Kathmandu',
      '03:00',
      '2026-03-28T00:00Z',
      'a quarter of an hour, no changes',
      ['2026-03-28T21:15', '2026-03-29T21:15'],
    ],
    [
      'Pacific/Apia',
      '12:00',
      '2011-12-29T00:00Z',
      '30 December 2011 left out',
      ['2011-12-29T22:00', '2011-12-30T10:00', '2011-12-30T22:00'],
    ],
    ['America/Sao_Paulo', '00:00', '2018-11-03T12:00Z', 'midnight left out', ['2018-11-04T03:00', '2018-11-05T02:00']],
    [
      'America/Sao_Paulo',
      '23:30',
      '2018-02-16T12:00Z',
      'the hour before midnight twice',
      ['2018-02-17T01:30', '2018-02-18T01:30', '2018-02-19T02:30'],
    ],
    [
      'America/Sao_Paulo',
      '00:00',
      '2019-11-02T12:00Z',
      'no summer time since 2019',
      ['2019-11-03T03:00', '2019-11-04T03:00'],
    ],
    ['UTC', '02:30', '2026-03-28T12:00Z', 'never changes', ['2026-03-29T02:30', '2026-03-30T02:30']],
    ['Europe/London', '01:30', '2026-03-28T12:00Z', 'left out', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['Africa/Cairo', '00:00', '2026-04-23T12:00Z', 'midnight left out', ['2026-04-23T22:00', '2026-04-24T21:00']],
    ['America/Havana', '00:30', '2026-10-31T12:00Z', 'twice', ['2026-11-01T04:30', '2026-11-02T05:30']],
  ])('%s %s after %s: %s', (zone, time, after, _, expected) => {
    expect(list(daily(time), zone, after, expected.length)).toEqual(expected);
  });

  it('two times in the same hour that is left out are one slot', () => {
    const slots = list(daily('02:15', '02:45', '03:00', '03:30'), 'Europe/Berlin', '2026-03-29T00:00Z', 2);
    expect(slots).toEqual(['2026-03-29T01:00', '2026-03-29T01:30']);
  });
});

describe('what goes by the hour follows the hours that pass', () => {
  it.each<[string, When, string, string, string[]]>([
    [
      'an hour that is left out has no slot',
      hourly(30),
      'Europe/Berlin',
      '2026-03-29T00:00Z',
      ['2026-03-29T00:30', '2026-03-29T01:30'],
    ],
    [
      'an hour that comes twice has two',
      hourly(30),
      'Europe/Berlin',
      '2026-10-24T23:45Z',
      ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30'],
    ],
    [
      'every hour in cron is the same',
      cron('30 * * * *'),
      'Europe/Berlin',
      '2026-10-24T23:45Z',
      ['2026-10-25T00:30', '2026-10-25T01:30'],
    ],
    [
      'half an hour twice',
      hourly(45),
      'Australia/Lord_Howe',
      '2026-04-04T14:00Z',
      ['2026-04-04T14:45', '2026-04-04T15:15', '2026-04-04T16:15'],
    ],
    [
      'every quarter of an hour',
      cron('*/15 * * * *'),
      'America/New_York',
      '2026-03-08T06:40Z',
      ['2026-03-08T06:45', '2026-03-08T07:00', '2026-03-08T07:15'],
    ],
    [
      'a day that is left out',
      hourly(0),
      'Pacific/Apia',
      '2011-12-30T08:30Z',
      ['2011-12-30T09:00', '2011-12-30T10:00', '2011-12-30T11:00'],
    ],
    [
      'every six hours is four times of the day',
      { kind: 'every-hours', hours: 6, at: '02:30' },
      'Europe/Berlin',
      '2026-10-24T20:00Z',
      ['2026-10-25T00:30', '2026-10-25T07:30', '2026-10-25T13:30', '2026-10-25T19:30'],
    ],
    [
      'and one of them may be left out',
      { kind: 'every-hours', hours: 12, at: '14:30' },
      'Europe/Berlin',
      '2026-03-28T20:00Z',
      ['2026-03-29T01:00', '2026-03-29T12:30', '2026-03-30T00:30'],
    ],
  ])('%s', (_, when, zone, after, expected) => {
    expect(list(when, zone, after, expected.length)).toEqual(expected);
  });
});

describe('weeks, months and years', () => {
  it.each<[string, When, string, string[]]>([
    [
      'weekly on two days, several times',
      { kind: 'weekly', days: [5, 1], times: ['18:00', '06:30'] },
      '2026-11-25T00:00Z',
      ['2026-11-27T06:30', '2026-11-27T18:00', '2026-11-30T06:30', '2026-11-30T18:00'],
    ],
    ['over the end of the year', daily('00:00'), '2026-12-31T00:00Z', ['2027-01-01T00:00']],
    ['the last minute of the year', daily('23:59'), '2026-12-31T00:00Z', ['2026-12-31T23:59', '2027-01-01T23:59']],
    [
      'the last day of the month, a common year',
      { kind: 'monthly', day: 'last', times: ['03:00'] },
      '2027-01-31T04:00Z',
      ['2027-02-28T03:00', '2027-03-31T03:00', '2027-04-30T03:00'],
    ],
    [
      'the last day of February in a leap year',
      { kind: 'monthly', day: 'last', times: ['03:00'] },
      '2028-02-01T00:00Z',
      ['2028-02-29T03:00'],
    ],
    [
      'the 31st is the last day of a shorter month',
      { kind: 'monthly', day: 31, times: ['03:00'] },
      '2027-01-31T04:00Z',
      ['2027-02-28T03:00', '2027-03-31T03:00', '2027-04-30T03:00', '2027-05-31T03:00'],
    ],
    [
      'the 29th in February',
      { kind: 'monthly', day: 29, times: ['03:00'] },
      '2027-02-01T00:00Z',
      ['2027-02-28T03:00', '2027-03-29T03:00'],
    ],
    ['the 1st', { kind: 'monthly', day: 1, times: ['03:00'] }, '2026-12-01T03:00Z', ['2027-01-01T03:00']],
    ['a leap day daily', daily('12:00'), '2028-02-28T13:00Z', ['2028-02-29T12:00', '2028-03-01T12:00']],
    ['a time is strictly after the instant', daily('12:00'), '2026-11-25T12:00Z', ['2026-11-26T12:00']],
    [
      'the same time twice is one',
      daily('12:00', '12:00'),
      '2026-11-25T11:00Z',
      ['2026-11-25T12:00', '2026-11-26T12:00'],
    ],
  ])('%s', (_, when, after, expected) => {
    expect(list(when, 'UTC', after, expected.length)).toEqual(expected);
  });
});

describe('cron', () => {
  it.each<[string, string, string[]]>([
    ['0 3 29 2 *', '2026-11-25T00:00Z', ['2028-02-29T03:00', '2032-02-29T03:00']],
    ['0 3 29 2 *', '2096-03-01T00:00Z', ['2104-02-29T03:00']],
    ['0 3 L * *', '2026-11-25T00:00Z', ['2026-11-30T03:00', '2026-12-31T03:00']],
    ['0 3 L 2 *', '2027-01-01T00:00Z', ['2027-02-28T03:00', '2028-02-29T03:00']],
    ['0 3 * * 5L', '2026-11-25T00:00Z', ['2026-11-27T03:00', '2026-12-25T03:00', '2027-01-29T03:00']],
    ['0 3 * * 1#2', '2026-11-25T00:00Z', ['2026-12-14T03:00', '2027-01-11T03:00']],
    [
      '0 3 15 * 1',
      '2026-12-06T00:00Z',
      ['2026-12-07T03:00', '2026-12-14T03:00', '2026-12-15T03:00', '2026-12-21T03:00'],
    ],
    ['0 3 * * 7', '2026-11-25T00:00Z', ['2026-11-29T03:00', '2026-12-06T03:00']],
    ['0 3 * * 0', '2026-11-25T00:00Z', ['2026-11-29T03:00', '2026-12-06T03:00']],
    ['30 6-8 * * MON-FRI', '2026-11-27T07:00Z', ['2026-11-27T07:30', '2026-11-27T08:30', '2026-11-30T06:30']],
    ['5,35 */8 1-7/3 JAN,jul *', '2026-12-31T00:00Z', ['2027-01-01T00:05', '2027-01-01T00:35', '2027-01-01T08:05']],
    ['59 23 31 12 *', '2026-12-31T23:59Z', ['2027-12-31T23:59']],
    ['  0   3  *  *  * ', '2026-11-25T00:00Z', ['2026-11-25T03:00']],
    ['@daily', '2026-11-25T00:00Z', ['2026-11-26T00:00']],
    ['@Weekly', '2026-11-25T00:00Z', ['2026-11-29T00:00']],
    ['@monthly', '2026-11-25T00:00Z', ['2026-12-01T00:00']],
    ['@yearly', '2026-11-25T00:00Z', ['2027-01-01T00:00', '2028-01-01T00:00']],
    ['0 3 ? * 2', '2026-11-25T00:00Z', ['2026-12-01T03:00']],
  ])('%s after %s', (expression, after, expected) => {
    expect(list(cron(expression), 'UTC', after, expected.length)).toEqual(expected);
  });

  it.each<[string, RegExp]>([
    ['0 3 * *', /it has 4 fields and needs five: minute, hour/],
    ['0 0 3 * * *', /it has 6 fields/],
    ['60 3 * * *', /60.*0-59/],
    ['0 24 * * *', /24.*0-23/],
    ['0 3 0 * *', /0.*1-31/],
    ['0 3 * 13 *', /13.*1-12/],
    ['0 3 * * 8', /8.*0-7/],
    ['0 3 30 2 *', /no such day ever comes/],
    ['0 3 31 4,6 *', /no such day ever comes/],
    ['*/90 * * * *', /a step of 90 is longer than its field/],
    ['*/0 * * * *', /cannot repeat at every 0/],
    ['0 22-2 * * *', /Invalid range: 22-2/],
    ['1,,2 * * * *', /Invalid list/],
    ['a b c d e', /Invalid characters/],
    ['0 3 15W * *', /Invalid characters/],
    ['@reboot', /the names are @hourly, @daily/],
    ['every day', /it has 2 fields/],
  ])('%s is refused in words', (expression, words) => {
    expect(() => nextDue(toSchedule(cron(expression)), new Date(), 'UTC')).toThrow(
      expect.objectContaining({ code: 'input/invalid', message: expect.stringMatching(words) as string }) as Error,
    );
  });
});

describe('the zone', () => {
  it('of the system counts for a schedule without one', () => {
    const schedule = toSchedule(daily('03:00'), null);
    const after = new Date('2026-07-01T00:00Z');
    expect(nextDue(schedule, after, 'Europe/Berlin')?.toISOString()).toBe('2026-07-01T01:00:00.000Z');
    expect(nextDue(schedule, after, 'Asia/Tokyo')?.toISOString()).toBe('2026-07-01T18:00:00.000Z');
  });

  it('of a job that runs by hand does not matter', () => {
    expect(nextDue(noSchedule, new Date(), 'UTC')).toBeNull();
  });
});

describe('the jitter of a slot', () => {
  const start = (jobId: string, when: When, after: string, minutes: number): { dueMs: number; startMs: number } => {
    const source = toSlotSource(toSchedule(when), 'UTC');
    if (!source) throw new Error('a schedule');
    return toSlot(jobId, source.next(Date.parse(after)) ?? 0, minutes, source);
  };

  it('is the same each time for the same job and slot, and differs between jobs', () => {
    const first = start('a', daily('03:00'), '2026-11-25T00:00Z', 60);
    expect(start('a', daily('03:00'), '2026-11-25T01:00Z', 60)).toEqual(first);
    const starts = new Set(
      ['a', 'b', 'c', 'd', 'e'].map((id) => start(id, daily('03:00'), '2026-11-25T00:00Z', 60).startMs),
    );
    expect(starts.size).toBeGreaterThan(3);
  });

  it('stays within its minutes, spreads over them, and never reaches the next slot', () => {
    const shares: number[] = [];
    for (let day = 1; day <= 28; day += 1) {
      for (const id of ['j1', 'j2', 'j3']) {
        const after = `2027-02-${String(day).padStart(2, '0')}T00:00Z`;
        const { dueMs, startMs } = start(id, daily('03:00'), after, 30);
        expect(startMs - dueMs).toBeGreaterThanOrEqual(0);
        expect(startMs - dueMs).toBeLessThanOrEqual(30 * 60_000);
        shares.push((startMs - dueMs) / (30 * 60_000));
        const tight = start(id, cron('*/10 * * * *'), after, 120);
        expect(tight.startMs - tight.dueMs).toBeLessThan(10 * 60_000);
      }
    }
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(mean).toBeGreaterThan(0.35);
    expect(mean).toBeLessThan(0.65);
  });
});
