// How fresh each job's backups are against its schedule, kept for the window and the tray: looked at with every change and each
// minute, told only when it differs.
import type { JobDue } from '../../shared/freshness.ts';
import type { Job } from '../../shared/job.ts';
import { chooseOldestSnapshot, listDatabaseStates } from '../../shared/job-databases.ts';
import type { Monitor } from '../../shared/monitor.ts';
import type { Calendar, Clock } from './base/ports.ts';
import { expectedNext } from './schedule/expected-by.ts';
import { isPaused } from './schedule/pause.ts';
import type { Db } from './store/database.ts';
import { listJobs } from './store/jobs.ts';
import { listNewestRuns } from './store/runs.ts';
import { readSetting } from './store/settings.ts';
import { listNewestSnapshots } from './store/snapshots.ts';

export interface MonitorDeskOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly calendar: Pick<Calendar, 'readTimeZone'>;
  readonly onChanged: (monitor: Monitor) => void;
}

export interface MonitorDesk {
  /** As it is now. */
  readonly get: () => Monitor;
  /** The same; tells when it is not what was told last. */
  readonly look: () => Monitor;
}

export function createMonitorDesk(options: MonitorDeskOptions): MonitorDesk {
  const { db, clock, calendar } = options;
  const known = new Map<string, Pick<JobDue, 'expectedAt' | 'dueBy'>>();
  let told = '';

  /** Dates of a schedule are costly and stay the same until the next good backup. */
  const findNext = (job: Job, lastGoodAt: string | null, now: Date): Pick<JobDue, 'expectedAt' | 'dueBy'> => {
    const zone = calendar.readTimeZone();
    const key = JSON.stringify([job.id, job.schedule, job.createdAt, lastGoodAt, zone]);
    const before = known.get(key);
    if (before) return before;
    const next = expectedNext(job, lastGoodAt, now, zone);
    const value = { expectedAt: next?.startsAt.toISOString() ?? null, dueBy: next?.dueBy.toISOString() ?? null };
    // A time that lies ahead counts as now, so the answer moves.
    if (Date.parse(lastGoodAt ?? job.createdAt) <= now.getTime()) known.set(key, value);
    return value;
  };

  const get = (): Monitor => {
    const now = clock.now();
    const runs = listNewestRuns(db);
    const snapshots = listNewestSnapshots(db);
    const paused = isPaused(readSetting(db, 'schedulePause'), now.getTime());
    if (known.size > 1000) known.clear();
    const dues = listJobs(db).map((job) => {
      const oldest = chooseOldestSnapshot(listDatabaseStates(job, runs, snapshots));
      const lastGoodAt = oldest?.createdAt ?? null;
      return { jobId: job.id, lastGoodAt, ...findNext(job, lastGoodAt, now), paused };
    });
    return { dues };
  };

  return {
    get,
    look: () => {
      const monitor = get();
      const text = JSON.stringify(monitor);
      if (text !== told) {
        told = text;
        options.onChanged(monitor);
      }
      return monitor;
    },
  };
}
