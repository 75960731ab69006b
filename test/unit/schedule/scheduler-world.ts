// A store with jobs, a manual clock and a scheduler whose backups only write their rows: what the tests of times stand on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { connectionOptionsSchema } from '../../../shared/connection.ts';
import type { Job } from '../../../shared/job.ts';
import { isRunActive, waitsForPerson, type RunTrigger } from '../../../shared/run.ts';
import { noSchedule, type When } from '../../../shared/schedule.ts';
import type { ScheduleState, Slot } from '../../../shared/slot.ts';
import { createScheduler, type Begun, type Scheduler } from '../../../electron/engine/schedule/scheduler.ts';
import { writeConnection } from '../../../electron/engine/store/connections.ts';
import { openDatabase, type Db } from '../../../electron/engine/store/database.ts';
import { getJob, writeJob } from '../../../electron/engine/store/jobs.ts';
import { insertRun, listActiveRuns, updateRun } from '../../../electron/engine/store/runs.ts';
import { listSlots } from '../../../electron/engine/store/slots.ts';
import { createLog } from '../../../electron/engine/base/log.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { toJob, toRun } from '../rows.ts';

export interface Started {
  readonly runId: string;
  readonly jobId: string;
  readonly trigger: RunTrigger;
  readonly reason: string | null;
  readonly at: string;
}

export interface SchedulerWorld {
  readonly db: Db;
  readonly clock: ManualClock;
  readonly log: string[];
  readonly states: ScheduleState[];
  readonly started: Started[];
  /** The scheduler that runs now; a new one after `boot`. */
  readonly scheduler: () => Scheduler;
  readonly boot: () => void;
  /** Kills the program: nothing is said goodbye to. */
  readonly crash: () => void;
  readonly quit: () => void;
  readonly addJob: (id: string, when: When, change?: Partial<Job['schedule']>, job?: Partial<Job>) => Job;
  readonly saveJob: (job: Job) => void;
  /** Ends the job's active runs. */
  readonly endRuns: (state: 'succeeded' | 'failed', jobId?: string) => void;
  /** Newest last, `2026-11-25T03:00 started`. */
  readonly slots: (jobId?: string) => string[];
  readonly rows: () => Slot[];
  readonly startedAt: () => string[];
  readonly close: () => void;
}

export function openSchedulerWorld(start: string, timeZone = 'UTC'): SchedulerWorld {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgkeep-times-'));
  const { db, close } = openDatabase(path.join(folder, 'pgkeep.db'));
  // A test's store need not outlive a power cut.
  db.pragma('synchronous = off');
  writeConnection(db, {
    ...{ id: 'c1', name: 'server', host: 'localhost', port: 5432, user: 'u', database: 'postgres' },
    ...{ sslMode: 'prefer', hasPassword: false, createdAt: start, seen: null },
    ...connectionOptionsSchema.parse({}),
  });
  const clock = createManualClock(new Date(start), timeZone);
  const log: string[] = [];
  const states: ScheduleState[] = [];
  const started: Started[] = [];
  let scheduler: Scheduler | null = null;

  const begin = (jobId: string, trigger: RunTrigger, reason: string | null): Begun => {
    if (getJob(db, jobId).connectionId === null) throw new AppError('run/needs-connection', 'none');
    const active = listActiveRuns(db).find((run) => run.jobId === jobId && !waitsForPerson(run));
    if (active) return { runId: active.id, state: active.state === 'waiting' ? 'waiting' : 'active' };
    const runId = `r${String(started.length + 1)}`;
    const at = clock.now().toISOString();
    insertRun(db, toRun({ id: runId, jobId, trigger, reason, state: 'running', createdAt: at, snapshotId: null }));
    started.push({ runId, jobId, trigger, reason, at });
    return { runId, state: 'new' };
  };

  const world: SchedulerWorld = {
    ...{ db, clock, log, states, started },
    scheduler: () => {
      if (!scheduler) throw new Error('no scheduler runs');
      return scheduler;
    },
    boot: () => {
      scheduler = createScheduler({
        ...{ db, clock, calendar: clock, begin },
        log: createLog((level, message) => log.push(`${level} ${message}`)),
        onChanged: (state) => states.push(state),
      });
      scheduler.start();
    },
    crash: () => {
      clock.crash();
      scheduler = null;
    },
    quit: () => {
      scheduler?.stop();
      clock.crash();
      scheduler = null;
    },
    addJob: (id, when, change = {}, job = {}) => {
      const row = toJob({ id, name: id, schedule: { ...noSchedule, when, ...change }, ...job });
      world.saveJob(row);
      return row;
    },
    saveJob: (job) => {
      writeJob(db, job);
      scheduler?.noteChange(job.id);
    },
    endRuns: (state, jobId) => {
      for (const run of listActiveRuns(db)) {
        if (jobId !== undefined && run.jobId !== jobId) continue;
        if (!isRunActive(run)) continue;
        updateRun(db, run.id, { state, endedAt: clock.now().toISOString() });
        if (state === 'succeeded') scheduler?.noteSuccess(run.id, run.jobId);
      }
    },
    rows: () => listSlots(db, { jobId: null, limit: 100_000 }).reverse(),
    slots: (jobId) =>
      world
        .rows()
        .filter((slot) => jobId === undefined || slot.jobId === jobId)
        .map(({ due, outcome, count }) => `${due.slice(0, 16)} ${outcome}${count === 1 ? '' : ` ×${String(count)}`}`),
    startedAt: () => started.map(({ at, trigger }) => `${at.slice(0, 16)} ${trigger}`),
    close: () => {
      world.quit();
      close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}
