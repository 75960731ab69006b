// The words for what comes next and for a pause, and what the form keeps when the kind of a schedule is changed.
import { describe, expect, it } from 'vitest';
import { describeNextRun } from '../../../renderer/parts/next-run.tsx';
import { addTime, changeChoice, toChoice, whenChoices } from '../../../renderer/state/schedule-draft.ts';
import { suggestedSchedule, whenSchema, type Schedule, type When } from '../../../shared/schedule.ts';
import { chooseNextStart, describePause, formatSoon } from '../../../shared/schedule-words.ts';
import type { ScheduleState } from '../../../shared/slot.ts';
import { toJob } from '../rows.ts';

const zone = 'Europe/Berlin';
const now = new Date('2026-11-27T20:00:00Z');

describe('what comes next', () => {
  it.each([
    ['2026-11-27T20:30:00Z', 'today 21:30'],
    ['2026-11-27T23:30:00Z', 'tomorrow 00:30'],
    ['2026-11-28T22:59:00Z', 'tomorrow 23:59'],
    ['2026-11-30T02:00:00Z', 'Mon 30 Nov, 03:00'],
    ['2027-01-01T02:00:00Z', 'Fri 1 Jan 2027, 03:00'],
  ])('at %s is %s in Berlin', (at, words) => {
    expect(formatSoon(at, now, zone)).toBe(words);
  });

  it('of all jobs is the first', () => {
    const entry = (jobId: string, at: string | null) => ({ jobId, at, problem: null });
    expect(chooseNextStart({ next: [entry('a', null), entry('b', '2026-12-02'), entry('c', '2026-12-01')] })).toBe(
      '2026-12-01',
    );
    expect(chooseNextStart({ next: [entry('a', null)] })).toBeNull();
  });
});

describe('a pause', () => {
  it.each([
    ['2026-11-27T21:00:00Z', 'until 22:00'],
    ['2026-11-27T23:00:00Z', 'until tomorrow 00:00'],
    [null, 'until you resume'],
  ])('to %s is %s', (until, words) => {
    expect(describePause({ since: '2026-11-27T19:00:00Z', until }, now, zone)).toBe(words);
  });
});

describe('the next run of a job', () => {
  const state = (change: Partial<ScheduleState> = {}, at: string | null = '2026-11-28T02:00:00Z'): ScheduleState => ({
    ...{ pause: null, timeZone: zone, next: [{ jobId: 'j1', at, problem: null }], ...change },
  });
  const pause = { since: '2026-11-27T19:00:00Z', until: null };
  it.each<[string, Partial<Schedule>, ScheduleState]>([
    ['tomorrow 03:00', {}, state()],
    ['by hand only', { when: { kind: 'off' } }, state({ next: [] })],
    ['switched off', { enabled: false }, state({}, null)],
    ['paused until you resume', {}, state({ pause }, null)],
    ['cannot be read: what', {}, state({ next: [{ jobId: 'j1', at: null, problem: 'what' }] })],
  ])('is %s', (words, change, facts) => {
    const job = toJob({ schedule: { ...suggestedSchedule, ...change } });
    expect(describeNextRun(job, facts, now).words).toBe(words);
  });
});

describe('the form', () => {
  const all: When[] = [
    { kind: 'off' },
    { kind: 'daily', times: ['07:30'] },
    { kind: 'daily', times: ['07:30', '19:30'] },
    { kind: 'weekly', days: [1, 3], times: ['07:30'] },
    { kind: 'hourly', minute: 5 },
    { kind: 'every-hours', hours: 4, at: '07:30' },
    { kind: 'monthly', day: 'last', times: ['07:30'] },
    { kind: 'cron', expression: '30 7 * * *' },
  ];
  it('comes from each kind to each other one with a schedule that can be stored', () => {
    for (const when of all) {
      for (const { value } of whenChoices) {
        const changed = changeChoice(when, value);
        expect(toChoice(whenSchema.parse(changed))).toBe(value);
      }
    }
  });

  it('keeps the time, and writes what was chosen as cron', () => {
    const weekly = changeChoice({ kind: 'daily', times: ['07:30'] }, 'weekly');
    expect(weekly).toEqual({ kind: 'weekly', days: [1], times: ['07:30'] });
    expect(changeChoice(weekly, 'cron')).toEqual({ kind: 'cron', expression: '30 7 * * 1' });
    expect(changeChoice({ kind: 'every-hours', hours: 4, at: '07:30' }, 'cron')).toEqual({
      kind: 'cron',
      expression: '30 3/4 * * *',
    });
    expect(changeChoice({ kind: 'monthly', day: 'last', times: ['07:05'] }, 'cron')).toEqual({
      kind: 'cron',
      expression: '5 7 L * *',
    });
  });

  it('adds times that are not there yet, up to a day full of them', () => {
    let times = ['03:00'];
    for (let round = 0; round < 60; round += 1) times = addTime(times);
    expect(times.slice(0, 3)).toEqual(['03:00', '15:00', '21:00']);
    expect(new Set(times).size).toBe(times.length);
  });
});
