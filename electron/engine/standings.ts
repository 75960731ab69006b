// How each database of each job stands against its schedule: what counts as its last good backup, and from when on one is due.
// A change of a schedule is noted; else it reads only.
import type { Job } from '../../shared/job.ts';
import { listDatabaseStates, type DatabaseState } from '../../shared/job-databases.ts';
import type { Run } from '../../shared/run.ts';
import type { Slot } from '../../shared/slot.ts';
import type { Db } from './store/database.ts';
import { listNewestRuns, readFirstRunAt } from './store/runs.ts';
import { readSetting, writeSetting } from './store/settings.ts';
import { listSlots } from './store/slots.ts';
import { listNewestSnapshots } from './store/snapshots.ts';

export interface Standing extends DatabaseState {
  /**
   * From here on the times of the schedule count: the last good backup, else when the database was first seen; later when the
   * schedule was changed since, or a person left times out.
   */
  readonly since: string;
}

/** By job, the databases of each. A server that could not be asked stands for itself only while none is known. */
export function listStandings(db: Db, jobs: readonly Job[], now: Date): ReadonlyMap<string, readonly Standing[]> {
  const runs = listNewestRuns(db);
  const snapshots = listNewestSnapshots(db);
  const seen = noteSchedules(db, jobs, now);
  return new Map(
    jobs.map((job) => {
      const states = listDatabaseStates(job, runs, snapshots);
      const known = states.filter(({ database }) => database !== null);
      const own = runs.filter(({ jobId }) => jobId === job.id);
      const wanted = [seen[job.id]?.since ?? '', readSkipped(db, job.id, now)];
      const toStanding = (state: DatabaseState): Standing => {
        const since = findSince(db, job, state, own);
        return { ...state, since: [since, ...wanted].sort().at(-1) ?? since };
      };
      return [job.id, (known.length > 0 ? known : states).map(toStanding)];
    }),
  );
}

/** A database that came later than its job is not late for the time before. */
function findSince(db: Db, job: Job, { database, snapshot }: DatabaseState, own: readonly Run[]): string {
  if (snapshot) return snapshot.createdAt;
  if (database === null) return job.createdAt;
  const first =
    job.scope === 'server'
      ? readFirstRunAt(db, job.id, database)
      : own.find((run) => run.database !== null && run.database !== database)?.createdAt;
  return first ?? job.createdAt;
}

/**
 * A schedule counts from the time it was seen first: times from before it are not missed. A time that lies ahead was noted by a
 * wrong clock; kept, it would hide every late backup until then.
 */
function noteSchedules(db: Db, jobs: readonly Job[], now: Date): Readonly<Record<string, { readonly since: string }>> {
  const known = readSetting(db, 'watchedSchedules');
  const next = Object.fromEntries(
    jobs.map(({ id, schedule, createdAt }) => {
      const text = JSON.stringify(schedule);
      const old = known[id];
      if (old?.text === text && old.since <= now.toISOString()) return [id, old];
      return [id, { text, since: old ? now.toISOString() : createdAt }];
    }),
  );
  if (JSON.stringify(next) !== JSON.stringify(known)) writeSetting(db, 'watchedSchedules', next);
  return next;
}

/** The newest time that a person wanted left out; empty when there is none. */
function readSkipped(db: Db, jobId: string, now: Date): string {
  const slots = listSlots(db, { jobId, limit: 20 });
  const isSkipped = ({ outcome, due }: Slot): boolean =>
    (outcome === 'paused' || outcome === 'disabled') && due <= now.toISOString();
  return slots.find(isSkipped)?.due ?? '';
}
