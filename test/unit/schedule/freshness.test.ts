// When the next good backup has to be there, and how a job stands against that.
import { describe, expect, it } from 'vitest';
import { expectedBy, expectedNext } from '../../../electron/engine/schedule/expected-by.ts';
import { describeFreshness, describeLateness, freshnessOf, type JobDue } from '../../../shared/freshness.ts';
import { noSchedule, type Schedule, type When } from '../../../shared/schedule.ts';

const toSchedule = (when: When, change: Partial<Schedule> = {}): Schedule => ({
  ...noSchedule,
  timeZone: 'UTC',
  when,
  ...change,
});
const daily = toSchedule({ kind: 'daily', times: ['03:00'] });

describe('the next good backup', () => {
  const now = new Date('2026-11-25T12:00:00Z');
  it.each<[string, Schedule, string | null, string | null]>([
    ['by hand only', noSchedule, '2026-11-24T03:00:05Z', null],
    ['switched off', { ...daily, enabled: false }, '2026-11-24T03:00:05Z', null],
    ['daily, in the grace of a quarter of a day', daily, '2026-11-24T03:00:05Z', '2026-11-25T09:00:00.000Z'],
    ['daily, made today', daily, '2026-11-25T03:00:05Z', '2026-11-26T09:00:00.000Z'],
    ['made by hand just before its time', daily, '2026-11-25T02:59:59Z', '2026-11-25T09:00:00.000Z'],
    ['never so far: from the day the job was made', daily, null, '2026-11-02T09:00:00.000Z'],
    [
      'hourly: half an hour at least',
      toSchedule({ kind: 'hourly', minute: 0 }),
      '2026-11-25T10:00:03Z',
      '2026-11-25T11:30:00.000Z',
    ],
    [
      'monthly: half a day at most',
      toSchedule({ kind: 'monthly', day: 1, times: ['03:00'] }),
      '2026-11-01T03:00:10Z',
      '2026-12-01T15:00:00.000Z',
    ],
    ['made tomorrow by a wrong clock: as if now', daily, '2027-05-01T00:00:00Z', '2026-11-26T09:00:00.000Z'],
    ['a cron expression nobody can read', toSchedule({ kind: 'cron', expression: 'x' }), '2026-11-24T03:00:00Z', null],
  ])('%s', (_words, schedule, lastGoodAt, dueBy) => {
    const job = { id: 'j1', createdAt: '2026-11-01T12:00:00Z', schedule };
    expect(expectedBy(job, lastGoodAt, now, 'UTC')?.toISOString() ?? null).toBe(dueBy);
  });

  it('goes by the clock of the job’s zone', () => {
    const job = { id: 'j1', createdAt: '2026-11-01T12:00:00Z', schedule: { ...daily, timeZone: null } };
    expect(expectedNext(job, '2026-11-25T03:00:00Z', now, 'America/New_York')?.startsAt.toISOString()).toBe(
      '2026-11-25T08:00:00.000Z',
    );
  });
});

describe('how a job stands against its schedule', () => {
  const due: JobDue = {
    ...{ jobId: 'j1', lastGoodAt: '2026-11-24T03:00:05Z', paused: false },
    ...{ expectedAt: '2026-11-25T03:00:00Z', dueBy: '2026-11-25T09:00:00Z' },
  };
  it.each<[string, string, string | null, Partial<JobDue>]>([
    ['2026-11-25T02:59:59Z', 'on-time', 'On time', {}],
    ['2026-11-25T03:00:00Z', 'due', 'Due by 09:00', {}],
    ['2026-11-25T09:00:00Z', 'due', 'Due by 09:00', {}],
    ['2026-11-25T09:00:01Z', 'late', 'Late for 1 min', {}],
    ['2026-11-27T12:00:00Z', 'late', 'Late for 2 days', {}],
    ['2026-11-25T02:00:00Z', 'on-time', 'On time', { paused: true }],
    ['2026-11-25T09:30:00Z', 'paused', 'Schedule paused', { paused: true }],
    ['2026-11-25T09:30:00Z', 'by-hand', null, { expectedAt: null, dueBy: null }],
  ])('at %s is %s', (at, state, words, change) => {
    const now = new Date(at);
    const freshness = freshnessOf({ ...due, ...change }, now);
    expect(freshness.state).toBe(state);
    expect(describeFreshness(freshness, now, (date) => date.toISOString().slice(11, 16))).toBe(words);
  });

  it.each([
    ['2026-11-25T09:00:10Z', '1 min'],
    ['2026-11-25T09:59:59Z', '59 min'],
    ['2026-11-25T10:00:00Z', '1 h'],
    ['2026-11-27T08:59:59Z', '47 h'],
    ['2026-11-27T09:00:00Z', '2 days'],
    ['2026-11-25T08:00:00Z', '1 min'],
  ])('at %s is late for %s', (at, words) => {
    expect(describeLateness(new Date('2026-11-25T09:00:00Z'), new Date(at))).toBe(words);
  });
});
