// The notify desk on a real store with a manual clock: rows of runs are written as the queue writes them, messages leave by real
// SMTP and HTTP.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { toPaths } from '../../../electron/engine/base/config.ts';
import { createLog } from '../../../electron/engine/base/log.ts';
import { createNotifyDesk, type NotifyDesk } from '../../../electron/engine/notify-desk.ts';
import { writeConnection } from '../../../electron/engine/store/connections.ts';
import { openDatabase, type Db } from '../../../electron/engine/store/database.ts';
import { writeJob } from '../../../electron/engine/store/jobs.ts';
import { appendLog } from '../../../electron/engine/store/run-log.ts';
import { insertRun, updateRun } from '../../../electron/engine/store/runs.ts';
import { writeSnapshot } from '../../../electron/engine/store/snapshots.ts';
import { connectionOptionsSchema, type Connection } from '../../../shared/connection.ts';
import { AppError, toWireError, type ErrorCode, type ErrorContext } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import type { Run } from '../../../shared/run.ts';
import type { Notice } from '../../../shared/settings.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { createMemoryVault, type MemoryVault } from '../../support/memory-vault.ts';
import { toJob, toRun, toSnapshot } from '../../unit/rows.ts';

export interface DeskWorld {
  readonly clock: ManualClock;
  readonly vault: MemoryVault;
  readonly notices: readonly Notice[];
  readonly log: readonly string[];
  readonly db: () => Db;
  readonly desk: () => NotifyDesk;
  readonly addJob: (change?: Partial<Job>) => Job;
  /** A run that begins and ends now; `tell` false: the program ends before anybody is told. */
  readonly fail: (change?: FailedRun) => Run;
  readonly succeed: (change?: Partial<Run>) => Run;
  /** The program ends in an orderly way, or by a crash, and starts again. */
  readonly restart: (options?: { readonly crash?: boolean }) => Promise<void>;
  /** A run whose upload waits. */
  readonly wait: (change?: FailedRun) => Run;
  /** Time passes; what leaves has left (or failed to) after each step, a minute unless given. */
  readonly pass: (ms: number, stepMs?: number) => Promise<void>;
  /** Resolves when nothing is on its way. */
  readonly calm: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface FailedRun extends Partial<Run> {
  readonly code?: ErrorCode;
  readonly context?: ErrorContext;
  readonly tell?: boolean;
}

export async function openDeskWorld(start = new Date('2026-11-22T02:00:00Z'), zone = 'UTC'): Promise<DeskWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-desk-'));
  const paths = toPaths(folder);
  const clock = createManualClock(start, zone);
  const vault = createMemoryVault();
  const notices: Notice[] = [];
  const log: string[] = [];
  let number = 0;
  let store = openDatabase(paths.databasePath);
  let desk = open();

  function open(): NotifyDesk {
    const made = createNotifyDesk({
      ...{ db: store.db, clock, calendar: clock, vault, paths, productVersion: '0.1.0', hasDesktop: true },
      log: createLog((level, message) => log.push(`${level} ${message}`)),
      emit: (name, payload) => {
        if (name === 'notices.raised') notices.push(payload as Notice);
      },
      readSpace: () => ({ points: [], forecast: { kind: 'no-limit' }, nextBytes: 0, short: null }),
    });
    made.start();
    return made;
  }

  const connection: Connection = {
    ...{ id: 'c1', name: 'Office server', host: 'db.office.example', port: 5432, user: 'backup' },
    ...{ database: 'postgres', sslMode: 'prefer', hasPassword: true, createdAt: start.toISOString(), seen: null },
    ...connectionOptionsSchema.parse({}),
  };
  writeConnection(store.db, connection);

  const addRun = (change: Partial<Run>, end: Parameters<typeof updateRun>[2]): Run => {
    number += 1;
    const now = clock.now().toISOString();
    const { jobId = 'j1', trigger = 'schedule', database = 'shop' } = change;
    const run = toRun({
      id: `r${String(number)}`,
      jobId,
      trigger,
      database,
      createdAt: now,
      state: 'queued',
      snapshotId: null,
    });
    insertRun(store.db, run);
    appendLog(store.db, run.id, { at: now, level: 'info', message: `backup of ${database ?? ''} begins` });
    return updateRun(store.db, run.id, { startedAt: now, endedAt: now, ...end });
  };

  return {
    ...{ clock, vault, notices, log },
    db: () => store.db,
    desk: () => desk,
    addJob: (change) => {
      const job = toJob({ createdAt: clock.now().toISOString(), ...change });
      writeJob(store.db, job);
      return job;
    },
    fail: ({ code = 'pg/connection-refused', context, tell = true, ...change } = {}) => {
      const error = toWireError(
        new AppError(code, 'refused', { context: context ?? { host: 'db.office.example', port: 5432 } }),
      );
      const run = addRun(change, { state: change.state ?? 'failed', error });
      if (tell) desk.runSettled(run);
      return run;
    },
    wait: ({ code = 'drive/offline', ...change } = {}) => {
      const error = toWireError(new AppError(code, 'waits', { retry: 'later' }));
      const run = addRun(change, { state: 'waiting', stage: 'upload', error });
      store.db.prepare('update runs set ended_at = null where id = ?').run(run.id);
      desk.runSettled({ ...run, endedAt: null });
      return run;
    },
    succeed: (change = {}) => {
      const snapshotId = `s${String(number + 1)}`;
      const database = change.database ?? 'shop';
      const made = addRun(change, { state: 'succeeded' });
      const { jobId, id: runId } = made;
      const createdAt = clock.now().toISOString();
      writeSnapshot(store.db, toSnapshot({ id: snapshotId, jobId, runId, database, createdAt }));
      const run = updateRun(store.db, runId, { snapshotId });
      desk.runSettled(run);
      return run;
    },
    restart: async ({ crash = false } = {}) => {
      if (!crash) await desk.stop();
      // A crash: nothing of the old desk goes on, and its store is closed under it.
      clock.crash();
      store.close();
      store = openDatabase(paths.databasePath);
      desk = open();
    },
    pass: async (ms, stepMs = 60_000) => {
      for (let left = ms; left > 0; left -= stepMs) {
        await clock.pass(Math.min(stepMs, left));
        await calm();
      }
    },
    calm,
    stop: async () => {
      await desk.stop();
      store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };

  /** Sockets need real time; the clock stands still meanwhile. */
  async function calm(): Promise<void> {
    const endsAt = performance.now() + 15_000;
    let quietTurns = 0;
    while (quietTurns < 3) {
      await nextTurn();
      quietTurns = desk.isBusy() ? 0 : quietTurns + 1;
      if (performance.now() > endsAt) throw new Error('messages have been on their way for 15 seconds');
    }
  }
}
