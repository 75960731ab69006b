// A computer's life under a manual clock: sleep, crashes, quits, a clock that is set, pauses, a server and a network that are
// away, in many time zones. Every time that came has its entry, none ran twice, and nothing ran without one.
import { describe, expect, it } from 'vitest';
import { AppError, toWireError } from '../../../shared/errors.ts';
import type { When } from '../../../shared/schedule.ts';
import type { Slot } from '../../../shared/slot.ts';
import { listActiveRuns, updateRun } from '../../../electron/engine/store/runs.ts';
import { listSlots } from '../../../electron/engine/store/slots.ts';
import { openSchedulerWorld, type SchedulerWorld } from './scheduler-world.ts';
import { listWallSlots, toWallRule, type WallRule } from './wall-oracle.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Plan {
  readonly when: When;
  readonly zone: string;
  readonly jitter?: number;
  /** What a cron expression means. */
  readonly rule?: Omit<WallRule, 'zone'>;
}

const daily = (...times: string[]): When => ({ kind: 'daily', times });
const cron = (expression: string): When => ({ kind: 'cron', expression });
const everyDay = (): boolean => true;

const yearPlans: readonly Plan[] = [
  { when: daily('02:30'), zone: 'Europe/Berlin' },
  { when: daily('02:30'), zone: 'America/New_York', jitter: 30 },
  { when: { kind: 'hourly', minute: 15 }, zone: 'Australia/Lord_Howe' },
  { when: { kind: 'every-hours', hours: 6, at: '02:30' }, zone: 'Africa/Casablanca' },
  { when: { kind: 'weekly', days: [0, 6], times: ['00:15'] }, zone: 'America/Santiago' },
  { when: { kind: 'monthly', day: 'last', times: ['23:30'] }, zone: 'Asia/Kolkata' },
  { when: { kind: 'monthly', day: 31, times: ['00:00', '02:00'] }, zone: 'Pacific/Auckland' },
  { when: daily('00:00', '12:00'), zone: 'Asia/Beirut', jitter: 90 },
  { when: { kind: 'hourly', minute: 0 }, zone: 'America/St_Johns' },
  { when: { kind: 'weekly', days: [1], times: ['03:00'] }, zone: 'Pacific/Apia' },
  { when: daily('00:30'), zone: 'America/Sao_Paulo' },
  {
    ...{ when: cron('*/30 1-2 * * *'), zone: 'Europe/London' },
    rule: { everyHour: false, minutes: new Set([60, 90, 120, 150]), isDay: everyDay },
  },
  {
    ...{ when: cron('45 * * * 1-5'), zone: 'Asia/Kathmandu' },
    rule: {
      everyHour: true,
      minutes: new Set(Array.from({ length: 24 }, (_, hours) => hours * 60 + 45)),
      isDay: (wall) => wall.getUTCDay() >= 1 && wall.getUTCDay() <= 5,
    },
  },
  {
    ...{ when: cron('0 4 29 2 *'), zone: 'UTC' },
    rule: {
      everyHour: false,
      minutes: new Set([240]),
      isDay: (wall) => wall.getUTCMonth() === 1 && wall.getUTCDate() === 29,
    },
  },
];

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32, public domain). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** More than come in one step of the story. */
const newRows = 400;

interface Life {
  readonly rows: ReadonlyMap<string, Slot>;
  readonly started: SchedulerWorld['started'];
  /** By the clock on the wall, whatever it was set to: what has passed. */
  readonly passed: readonly (readonly [number, number])[];
  /** What the clock has shown twice. */
  readonly rewound: readonly (readonly [number, number])[];
  readonly counts: Record<string, number>;
  readonly errors: readonly string[];
}

async function live(plans: readonly Plan[], start: string, days: number, seed: number): Promise<Life> {
  const world = openSchedulerWorld(start, 'Europe/Paris');
  const random = createRandom(seed);
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least));
  const chance = (share: number): boolean => random() < share;
  const rows = new Map<string, Slot>();
  const rewound: (readonly [number, number])[] = [];
  const counts: Record<string, number> = {};
  const now = (): number => world.clock.now().getTime();
  const passed: [number, number][] = [[now(), now()]];
  const note = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
    const open = passed.at(-1);
    if (open) open[1] = now();
    // Read often: the store keeps the newest of each job only.
    for (const row of listSlots(world.db, { jobId: null, limit: newRows })) rows.set(`${row.jobId} ${row.due}`, row);
  };
  const jobs = plans.map(({ when, zone, jitter = 0 }, index) =>
    world.addJob(`j${String(index)}`, when, { timeZone: zone, jitterMinutes: jitter }),
  );
  const offline = toWireError(new AppError('drive/offline', 'offline', { retry: 'later' }));
  const workOnRuns = (): void => {
    for (const run of listActiveRuns(world.db)) {
      if (run.state === 'running' && chance(0.05)) {
        updateRun(world.db, run.id, { state: 'waiting', error: offline });
        counts['runs that waited'] = (counts['runs that waited'] ?? 0) + 1;
      } else if (chance(run.state === 'waiting' ? 0.2 : 0.9)) {
        updateRun(world.db, run.id, {
          state: chance(0.9) ? 'succeeded' : 'failed',
          endedAt: world.clock.now().toISOString(),
        });
        world.scheduler().noteSuccess(run.id, run.jobId);
      }
    }
  };
  const setBack = (byMs: number): void => {
    const before = now();
    world.clock.set(-byMs);
    rewound.push([now(), before]);
    passed.push([now(), now()]);
  };

  world.boot();
  // Years back and forth, before anything else is to be told apart.
  setBack(3 * 365 * day);
  await world.clock.pass(hour);
  note('years back');
  world.clock.set(3 * 365 * day - hour);
  // What was lived there is not judged; it must not disturb what comes.
  passed.splice(0, passed.length, [now(), now()]);
  const endMs = now() + days * day;
  while (now() < endMs) {
    const dice = random();
    if (dice < 0.4) {
      await world.clock.pass(between(10 * minute, 4 * hour));
      workOnRuns();
      note('awake');
    } else if (dice < 0.8) {
      const isTold = chance(0.7);
      if (isTold) world.scheduler().noteSleep('suspend');
      world.clock.sleep(between(minute, 14 * hour));
      if (isTold && chance(0.9)) world.scheduler().noteSleep('resume');
      await world.clock.pass(2 * minute);
      note('sleeps');
    } else if (dice < 0.88) {
      const isCrash = chance(0.5);
      if (isCrash) world.crash();
      else world.quit();
      for (const run of listActiveRuns(world.db)) {
        if (run.state === 'running')
          updateRun(world.db, run.id, { state: 'interrupted', endedAt: world.clock.now().toISOString() });
      }
      world.clock.sleep(chance(0.3) ? between(day, 4 * day) : between(1000, 3 * hour));
      world.boot();
      await world.clock.pass(2 * minute);
      note(isCrash ? 'crashes' : 'quits');
    } else if (dice < 0.9) {
      await world.clock.pass(minute);
      note('awake');
      setBack(between(minute, 5 * hour));
      await world.clock.pass(2 * minute);
      note('set back');
    } else if (dice < 0.92) {
      world.clock.set(between(minute, 30 * hour));
      await world.clock.pass(2 * minute);
      note('set forward');
    } else if (dice < 0.96) {
      world.scheduler().pause((['hour', 'tomorrow', 'resumed'] as const)[between(0, 2)] ?? 'hour');
      await world.clock.pass(between(10 * minute, 8 * hour));
      world.scheduler().resume();
      note('pauses');
    } else {
      const job = jobs[between(0, jobs.length - 1)];
      await world.clock.pass(minute);
      if (job) {
        world.saveJob({ ...job, schedule: { ...job.schedule, enabled: false } });
        await world.clock.pass(between(hour, 10 * hour));
        world.saveJob(job);
      }
      note('switched off and on');
    }
  }
  await world.clock.pass(3 * hour);
  note('awake');
  const errors = world.log.filter((line) => line.startsWith('error'));
  const started = [...world.started];
  world.close();
  return { rows, started, passed, rewound, counts, errors };
}

interface Verdict {
  readonly slots: number;
  readonly lost: string[];
  readonly twice: string[];
  readonly late: string[];
  readonly outcomes: Record<string, number>;
  readonly runs: number;
}

function judge(plans: readonly Plan[], life: Life): Verdict {
  const verdict: Verdict = { slots: 0, lost: [], twice: [], late: [], outcomes: {}, runs: life.started.length };
  let slots = 0;
  const runAt = new Map(life.started.map(({ runId, at }) => [runId, Date.parse(at)]));
  const within = (ranges: readonly (readonly [number, number])[], ms: number): boolean =>
    ranges.some(([from, to]) => ms > from && ms <= to);
  const lastMs = Math.max(...life.passed.map(([, to]) => to));
  const fromMs = Math.floor(Math.min(...life.passed.map(([from]) => from)) / (30 * minute)) * 30 * minute;
  for (const [index, { when, zone, jitter = 0, rule }] of plans.entries()) {
    const id = `j${String(index)}`;
    const own = [...life.rows.values()]
      .filter(({ jobId }) => jobId === id)
      .map((row) => ({ ...row, fromMs: Date.parse(row.firstDue), toMs: Date.parse(row.due) }));
    const all = listWallSlots(rule ? { ...rule, zone } : toWallRule(when, zone), fromMs, lastMs);
    // With jitter the start, and so the entry, of the last ones may still be to come.
    const due = all.filter((ms) => within(life.passed, ms) && ms + jitter * minute < lastMs);
    slots += due.length;
    for (const ms of due) {
      const entries = own.filter((row) => row.fromMs <= ms && ms <= row.toMs);
      const name = `${id} ${new Date(ms).toISOString()}`;
      if (entries.length === 0) verdict.lost.push(name);
      if (entries.length > 1 && !within(life.rewound, ms) && !within(life.rewound, ms + jitter * minute))
        verdict.twice.push(`${name}: ${entries.map(({ outcome }) => outcome).join()}`);
    }
    for (const row of own) {
      verdict.outcomes[row.outcome] = (verdict.outcomes[row.outcome] ?? 0) + row.count;
      const at = row.outcome === 'started' ? (runAt.get(row.runId ?? '') ?? Number.NaN) : row.toMs;
      if (row.outcome === 'started' && !(at >= row.toMs && at - row.toMs <= (jitter + 2) * minute))
        verdict.late.push(`${id} ${row.due}`);
    }
  }
  return { ...verdict, slots };
}

function expectSound(plans: readonly Plan[], life: Life): Verdict {
  const verdict = judge(plans, life);
  expect(life.errors).toEqual([]);
  expect(verdict.lost.slice(0, 5)).toEqual([]);
  expect(verdict.twice.slice(0, 5)).toEqual([]);
  expect(verdict.late.slice(0, 5)).toEqual([]);
  // Every run has its time, or makes up for one that was interrupted; no time has two runs.
  const named = [...life.rows.values()].filter(({ outcome }) => outcome === 'started' || outcome === 'caught-up');
  const accounted = new Set(named.map(({ runId }) => runId));
  const orphans = life.started.filter(
    ({ runId, reason }) => !accounted.has(runId) && !(reason ?? '').includes('interrupted'),
  );
  expect(orphans.slice(0, 5)).toEqual([]);
  const times = life.started.filter(({ trigger }) => trigger === 'schedule');
  expect(times.length).toBeLessThanOrEqual(named.filter(({ outcome }) => outcome === 'started').length);
  for (const { outcome, reason } of life.rows.values()) if (outcome === 'caught-up') expect(reason).not.toBe('');
  return verdict;
}

describe('a simulated year', () => {
  it('loses no time without a reason and runs none twice, in fourteen zones', async () => {
    const life = await live(yearPlans, '2027-09-01T00:00:00Z', 366, 20_271);
    const verdict = expectSound(yearPlans, life);
    const { slots, runs, outcomes } = verdict;
    console.info(`simulated year: ${JSON.stringify({ slots, runs, outcomes, events: life.counts })}`);
    expect(slots).toBeGreaterThan(25_000);
    expect(runs).toBeGreaterThan(3000);
    for (const what of ['crashes', 'quits', 'sleeps', 'set back', 'set forward', 'pauses'])
      expect(life.counts[what], what).toBeGreaterThan(5);
  }, 300_000);

  it.each([
    ['Apia leaves a day out', '2011-12-24T00:00:00Z', 'Pacific/Apia'],
    ['São Paulo puts its clocks forward at midnight', '2018-10-30T00:00:00Z', 'America/Sao_Paulo'],
    ['Pyongyang goes back by half an hour', '2015-08-10T00:00:00Z', 'Asia/Pyongyang'],
    ['Casablanca leaves summer time for Ramadan', '2024-03-05T00:00:00Z', 'Africa/Casablanca'],
  ])(
    'is as sound in the weeks when %s',
    async (_, start, zone) => {
      const plans: Plan[] = [
        { when: daily('00:10', '08:00', '23:45'), zone },
        { when: { kind: 'hourly', minute: 20 }, zone },
        { when: { kind: 'weekly', days: [5], times: ['02:30'] }, zone },
      ];
      expectSound(plans, await live(plans, start, 12, 1));
    },
    60_000,
  );
});
