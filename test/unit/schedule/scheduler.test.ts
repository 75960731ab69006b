// The scheduler under a manual clock: each time that comes starts one run, or the reason why not is kept.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toWireError, AppError } from '../../../shared/errors.ts';
import { updateRun } from '../../../electron/engine/store/runs.ts';
import type { When } from '../../../shared/schedule.ts';
import { chooseAgain } from '../../../electron/engine/schedule/choose-again.ts';
import type { RunState } from '../../../shared/run.ts';
import { toRun } from '../rows.ts';
import { openSchedulerWorld, type SchedulerWorld } from './scheduler-world.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const daily = (...times: string[]): When => ({ kind: 'daily', times });

let world: SchedulerWorld;

beforeEach(() => {
  world = openSchedulerWorld('2026-11-25T00:00:00Z');
});

afterEach(() => {
  world.close();
});

describe('a time that comes', () => {
  it('starts a run on time, once, every day', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    for (let round = 0; round < 3; round += 1) {
      await world.clock.pass(day);
      world.endRuns('succeeded');
    }
    expect(world.startedAt()).toEqual(['25', '26', '27'].map((date) => `2026-11-${date}T03:00 schedule`));
    expect(world.slots()).toEqual(['25', '26', '27'].map((date) => `2026-11-${date}T03:00 started`));
  });

  it('starts to the second, not at the minute’s look', async () => {
    world.addJob('shop', daily('03:00'));
    await world.clock.pass(17_000);
    world.boot();
    await world.clock.pass(4 * hour);
    expect(world.started[0]?.at).toBe('2026-11-25T03:00:00.000Z');
  });

  it('is left out while the run before goes on, and that is kept', async () => {
    world.addJob('shop', { kind: 'hourly', minute: 0 });
    world.boot();
    await world.clock.pass(2 * hour + minute);
    expect(world.slots()).toEqual(['2026-11-25T01:00 started', '2026-11-25T02:00 run-active']);
    expect(world.rows()[1]?.runId).toBe('r1');
  });

  it('of a job without a connection is kept', async () => {
    world.addJob('shop', daily('03:00'), {}, { connectionId: null });
    world.boot();
    await world.clock.pass(4 * hour);
    expect(world.slots()).toEqual(['2026-11-25T03:00 needs-connection']);
  });

  it('starts with its jitter, and its slot keeps its time', async () => {
    world.addJob('shop', daily('03:00'), { jitterMinutes: 60 });
    world.boot();
    await world.clock.pass(3 * hour);
    await world.clock.pass(hour);
    expect(world.slots()).toEqual(['2026-11-25T03:00 started']);
    expect(world.started[0]?.at).toMatch(/T03:\d\d:\d\d/);
    expect(world.started[0]?.at).not.toBe('2026-11-25T03:00:00.000Z');
    expect(world.started[0]?.trigger).toBe('schedule');
  });
});

describe('the times that lie behind', () => {
  it('are not caught up for a job that is new', async () => {
    await world.clock.pass(12 * hour);
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(hour);
    expect(world.started).toEqual([]);
  });

  it('are not caught up when a schedule is changed or switched on', async () => {
    const job = world.addJob('shop', daily('18:00'));
    world.boot();
    await world.clock.pass(12 * hour);
    world.saveJob({ ...job, schedule: { ...job.schedule, when: daily('03:00') } });
    await world.clock.pass(hour);
    expect(world.started).toEqual([]);
    await world.clock.pass(15 * hour);
    expect(world.startedAt()).toEqual(['2026-11-26T03:00 schedule']);
  });

  it('of a job that is switched off are kept as that', async () => {
    world.addJob('shop', daily('03:00'), { enabled: false });
    world.boot();
    await world.clock.pass(day);
    expect(world.slots()).toEqual(['2026-11-25T03:00 disabled']);
    expect(world.started).toEqual([]);
    expect(world.scheduler().get().next).toEqual([{ jobId: 'shop', at: null, problem: null }]);
  });
});

describe('a computer that slept', () => {
  it('catches up once, with the reason, and goes on at the old times', async () => {
    world.addJob('shop', daily('03:00', '05:00'));
    world.boot();
    await world.clock.pass(2 * hour + 10 * minute);
    world.scheduler().noteSleep('suspend');
    world.clock.sleep(6 * hour + 21 * minute);
    world.scheduler().noteSleep('resume');
    await world.clock.pass(minute);
    expect(world.startedAt()).toEqual(['2026-11-25T08:31 catch-up']);
    expect(world.started[0]?.reason).toBe('Makes up for 2 missed backups: the computer slept from 02:10 to 08:31');
    expect(world.slots()).toEqual(['2026-11-25T05:00 caught-up ×2']);
    world.endRuns('succeeded');
    await world.clock.pass(20 * hour);
    expect(world.startedAt().slice(1)).toEqual(['2026-11-26T03:00 schedule']);
  });

  it('is noticed by the clock’s gap when the system says nothing', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(2 * hour);
    world.clock.sleep(5 * hour);
    await world.clock.pass(minute);
    expect(world.startedAt()).toEqual(['2026-11-25T07:01 catch-up']);
    expect(world.started[0]?.reason).toMatch(/slept or its clock was set forward from 02:00 to 07:0/);
  });

  it('through the end of a sleep that ends on the very time starts on time', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(2 * hour);
    world.clock.sleep(hour + 20_000);
    world.scheduler().noteSleep('resume');
    await world.clock.pass(minute);
    expect(world.startedAt()).toEqual(['2026-11-25T03:00 schedule']);
  });

  it('for days says the days', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(2 * hour);
    world.clock.sleep(3 * day);
    world.scheduler().noteSleep('resume');
    expect(world.started[0]?.reason).toContain('from 25 Nov 2026 02:00 to 28 Nov 2026 02:00');
    expect(world.started[0]?.reason).toContain('3 missed backups');
  });
});

describe('a program that was not running', () => {
  it.each(['quit', 'crash'] as const)('after a %s catches up once', async (end) => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(2 * hour);
    world[end]();
    world.clock.sleep(10 * hour);
    world.boot();
    await world.clock.pass(hour);
    expect(world.startedAt()).toEqual(['2026-11-25T12:00 catch-up']);
    expect(world.started[0]?.reason).toMatch(/PgKeep was not running from 0(2:00|1:5\d) to 12:00/);
    world.crash();
    world.boot();
    await world.clock.pass(hour);
    expect(world.started).toHaveLength(1);
  });

  it('right after a start does not start again', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(3 * hour + 10_000);
    world.endRuns('succeeded');
    world.crash();
    world.boot();
    await world.clock.pass(hour);
    expect(world.startedAt()).toEqual(['2026-11-25T03:00 schedule']);
  });
});

describe('a backup that the end of the program interrupted', () => {
  const interrupt = (): void => {
    world.crash();
    const newest = world.started.at(-1)?.runId ?? '';
    updateRun(world.db, newest, { state: 'interrupted', endedAt: world.clock.now().toISOString() });
    world.boot();
  };

  it('is made again at the next start, three times in a row at most', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(3 * hour + minute);
    for (let round = 0; round < 5; round += 1) interrupt();
    expect(world.started.map(({ trigger }) => trigger)).toEqual(['schedule', 'catch-up', 'catch-up']);
    expect(world.started[1]?.reason).toContain('interrupted when PgKeep ended');
    await world.clock.pass(day);
    expect(world.started).toHaveLength(4);
  });

  it('is not made again when a person started it, or while the schedules are paused', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(3 * hour + minute);
    world.scheduler().pause('hour');
    interrupt();
    expect(world.started).toHaveLength(1);
    expect(chooseAgain([toRun({ state: 'interrupted', trigger: 'user' })])).toBe(false);
  });

  it('of a whole server counts as one start, however many databases it met', () => {
    const start = (groupId: string, ...states: RunState[]) =>
      states.map((state, index) => toRun({ id: `${groupId}${String(index)}`, groupId, state, trigger: 'schedule' }));
    expect(chooseAgain([...start('b', 'interrupted', 'succeeded', 'interrupted'), ...start('a', 'succeeded')])).toBe(
      true,
    );
    expect(chooseAgain([...start('b', 'succeeded', 'succeeded'), ...start('a', 'interrupted')])).toBe(false);
  });
});

describe('a clock that is set', () => {
  it('back by an hour repeats nothing', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(3 * hour + 10 * minute);
    world.endRuns('succeeded');
    world.clock.set(-hour);
    await world.clock.pass(3 * hour);
    expect(world.startedAt()).toEqual(['2026-11-25T03:00 schedule']);
  });

  it('forward by years starts one run, and back again stops nothing', async () => {
    world.addJob('shop', { kind: 'hourly', minute: 0 });
    world.boot();
    await world.clock.pass(90 * minute);
    world.endRuns('succeeded');
    world.clock.set(9 * 365 * day);
    await world.clock.pass(10 * minute);
    expect(world.started.map(({ trigger }) => trigger)).toEqual(['schedule', 'catch-up']);
    world.endRuns('succeeded');
    world.clock.set(-9 * 365 * day);
    await world.clock.pass(2 * hour);
    expect(world.startedAt().slice(2)).toEqual(['2026-11-25T02:00 schedule']);
    expect(world.rows()).toHaveLength(4);
  });

  it('back by years while the program was off stops nothing', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(12 * hour);
    world.endRuns('succeeded');
    world.quit();
    world.clock.set(-3 * 365 * day);
    world.boot();
    await world.clock.pass(day);
    expect(world.startedAt().slice(1)).toEqual(['2023-11-27T03:00 schedule']);
  });

  it('to another time zone moves the times of jobs without their own, and catches nothing up', async () => {
    world.addJob('home', daily('03:00'));
    world.addJob('office', daily('03:00'), { timeZone: 'Europe/Berlin' });
    world.boot();
    await world.clock.pass(3 * hour + minute);
    world.endRuns('succeeded');
    world.clock.setTimeZone('Asia/Tokyo');
    await world.clock.pass(day);
    expect(world.startedAt()).toEqual([
      '2026-11-25T02:00 schedule',
      '2026-11-25T03:00 schedule',
      '2026-11-25T18:00 schedule',
      '2026-11-26T02:00 schedule',
    ]);
  });
});

describe('a pause', () => {
  it('leaves its times out, ends by itself, and catches nothing up', async () => {
    world.addJob('shop', { kind: 'hourly', minute: 30 });
    world.boot();
    await world.clock.pass(10 * minute);
    expect(world.scheduler().pause('hour').pause?.until).toBe('2026-11-25T01:10:00.000Z');
    expect(world.scheduler().get().next[0]?.at).toBe('2026-11-25T01:30:00.000Z');
    await world.clock.pass(2 * hour);
    expect(world.slots()).toEqual(['2026-11-25T00:30 paused', '2026-11-25T01:30 started']);
    expect(world.scheduler().get().pause).toBeNull();
  });

  it('until tomorrow ends at midnight of this computer’s clock', async () => {
    world.clock.setTimeZone('Europe/Berlin');
    world.addJob('shop', daily('03:00'));
    world.boot();
    expect(world.scheduler().pause('tomorrow').pause?.until).toBe('2026-11-25T23:00:00.000Z');
    await world.clock.pass(2 * day);
    expect(world.slots()).toEqual(['2026-11-25T02:00 paused', '2026-11-26T02:00 started']);
  });

  it('until resumed survives a restart and ends with “resume”', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    world.scheduler().pause('resumed');
    world.quit();
    world.clock.sleep(day);
    world.boot();
    expect(world.scheduler().get().pause).not.toBeNull();
    expect(world.scheduler().get().next[0]?.at).toBeNull();
    await world.clock.pass(day);
    world.scheduler().resume();
    await world.clock.pass(hour);
    expect(world.started).toEqual([]);
    await world.clock.pass(day);
    expect(world.startedAt()).toEqual(['2026-11-27T03:00 schedule']);
    expect(world.slots()).toEqual(['2026-11-25T03:00 paused', '2026-11-26T03:00 paused', '2026-11-27T03:00 started']);
  });

  it('through which the computer sleeps counts for its own times only', () => {
    world.addJob('shop', { kind: 'hourly', minute: 30 });
    world.boot();
    world.scheduler().pause('hour');
    world.clock.sleep(3 * hour);
    world.scheduler().noteSleep('resume');
    expect(world.slots()).toEqual(['2026-11-25T00:30 paused', '2026-11-25T02:30 caught-up ×2']);
  });

  it('of an hour does not last for years when the clock is set back', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    world.scheduler().pause('hour');
    world.clock.set(-5 * 365 * day);
    await world.clock.pass(day);
    expect(world.started).toHaveLength(1);
  });
});

describe('a run that waited', () => {
  it('for days is followed by one that makes up for the times it left out', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    await world.clock.pass(4 * hour);
    const error = toWireError(new AppError('drive/offline', 'offline', { retry: 'later' }));
    updateRun(world.db, 'r1', { state: 'waiting', error });
    await world.clock.pass(2 * day);
    expect(world.slots().slice(1)).toEqual(['2026-11-26T03:00 run-waiting', '2026-11-27T03:00 run-waiting']);
    world.endRuns('succeeded');
    expect(world.started.map(({ trigger }) => trigger)).toEqual(['schedule', 'catch-up']);
    expect(world.started[1]?.reason).toContain('2 missed backups');
    expect(world.slots().slice(1)).toEqual(['2026-11-26T03:00 caught-up', '2026-11-27T03:00 caught-up']);
  });
});

describe('what cannot be stored', () => {
  it('is tried again at the next minute, and the time is not lost', async () => {
    world.addJob('shop', daily('03:00'));
    world.boot();
    world.db.exec("create trigger full before insert on slots begin select raise(abort, 'disk full'); end");
    await world.clock.pass(3 * hour + 5 * minute);
    expect(world.started.length).toBeGreaterThan(0);
    expect(world.slots()).toEqual([]);
    expect(world.log.filter((line) => line.startsWith('error')).length).toBeLessThan(10);
    world.db.exec('drop trigger full');
    await world.clock.pass(minute);
    expect(world.slots()).toEqual(['2026-11-25T03:00 caught-up']);
    expect(world.db.prepare('select count(*) as runs from runs').get()).toEqual({ runs: 1 });
  });
});

describe('a job that somebody else wrote into the store', () => {
  it('is found by the next reading of the store', async () => {
    world.boot();
    await world.clock.pass(hour);
    world.db.exec(`insert into jobs (id, name, scope, connection_id, database, created_at, schedule)
      values ('new', 'new', 'database', 'c1', 'shop', '2026-11-25T00:00:00Z',
        '{"when":{"kind":"daily","times":["03:00"]},"enabled":true,"timeZone":null,"jitterMinutes":0}')`);
    await world.clock.pass(3 * hour);
    expect(world.startedAt()).toEqual(['2026-11-25T03:00 schedule']);
  });
});
