// How each database of each job stands against its schedule: what counts as its last good backup, and from when on one is due.
// Reads only.
import type { Job } from '../../shared/job.ts';
import { listDatabaseStates, type DatabaseState } from '../../shared/job-databases.ts';
import type { Run } from '../../shared/run.ts';
import type { Db } from './store/database.ts';
import { listNewestRuns, readFirstRunAt } from './store/runs.ts';
import { listNewestSnapshots } from './store/snapshots.ts';

export interface Standing extends DatabaseState {
  /** From here on the times of the schedule count: the last good backup, else when the database was first seen. */
  readonly since: string;
}

/** By job, the databases of each. A server that could not be asked stands for itself only while none is known. */
export function listStandings(db: Db, jobs: readonly Job[]): ReadonlyMap<string, readonly Standing[]> {
  const runs = listNewestRuns(db);
  const snapshots = listNewestSnapshots(db);
  return new Map(
    jobs.map((job) => {
      const states = listDatabaseStates(job, runs, snapshots);
      const known = states.filter(({ database }) => database !== null);
      const own = runs.filter(({ jobId }) => jobId === job.id);
      return [
        job.id,
        (known.length > 0 ? known : states).map((state) => ({ ...state, since: findSince(db, job, state, own) })),
      ];
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
