// How fresh each job's backups are against its schedule, kept for the window and the tray: looked at with every change and each
// minute, told only when it differs.
import type { JobDue } from '../../shared/freshness.ts';
import type { Job } from '../../shared/job.ts';
import { chooseOldestSnapshot } from '../../shared/job-databases.ts';
import type { Monitor } from '../../shared/monitor.ts';
import type { Calendar, Clock } from './base/ports.ts';
import { expectedNext } from './schedule/expected-by.ts';
import { isPaused } from './schedule/pause.ts';
import { listStandings } from './standings.ts';
import type { Db } from './store/database.ts';
import { listJobs } from './store/jobs.ts';
import { readSetting } from './store/settings.ts';

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
  const findNext = (job: Job, since: string, now: Date): Pick<JobDue, 'expectedAt' | 'dueBy'> => {
    const zone = calendar.readTimeZone();
    const key = JSON.stringify([job.id, job.schedule, since, zone]);
    const before = known.get(key);
    if (before) return before;
    const next = expectedNext(job, since, now, zone);
    const value = { expectedAt: next?.startsAt.toISOString() ?? null, dueBy: next?.dueBy.toISOString() ?? null };
    // A time that lies ahead counts as now, so the answer moves.
    if (Date.parse(since) <= now.getTime()) known.set(key, value);
    return value;
  };

  const get = (): Monitor => {
    const now = clock.now();
    const paused = isPaused(readSetting(db, 'schedulePause'), now.getTime());
    if (known.size > 1000) known.clear();
    const jobs = listJobs(db);
    const standings = listStandings(db, jobs, now);
    const dues = jobs.map((job) => {
      const states = standings.get(job.id) ?? [];
      const lastGoodAt = chooseOldestSnapshot(states)?.createdAt ?? null;
      const [since = job.createdAt] = states.map((state) => state.since).sort();
      return { jobId: job.id, lastGoodAt, ...findNext(job, since, now), paused };
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
