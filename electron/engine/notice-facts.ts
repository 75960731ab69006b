// Gathers what the decisions about messages are made from: a run's story, and how every job stands. Reads only.
import type { Job } from '../../shared/job.ts';
import type { Run } from '../../shared/run.ts';
import { isGoodSnapshot, type Snapshot } from '../../shared/snapshot.ts';
import { redact } from './base/log.ts';
import { toScope } from './notify/failure-scope.ts';
import type { RunFacts } from './notify/notice-for-run.ts';
import type { JobStanding } from './notify/notice-for-state.ts';
import { expectedBy } from './schedule/expected-by.ts';
import { isPaused } from './schedule/pause.ts';
import { listStandings } from './standings.ts';
import type { Cause } from './store/causes.ts';
import { findConnection } from './store/connections.ts';
import type { Db } from './store/database.ts';
import { findJob, getJob, listJobs } from './store/jobs.ts';
import { listLogEnd, listRunsBefore } from './store/run-history.ts';
import { listNewestRuns } from './store/runs.ts';
import { readSetting } from './store/settings.ts';
import { findSnapshot, listSnapshots } from './store/snapshots.ts';

const logLines = 15;
const logLineLength = 300;

export interface Moment {
  readonly now: Date;
  /** Of times in messages. */
  readonly zone: string;
  readonly open: readonly Cause[];
}

export function readRunFacts(db: Db, run: Run, { now, zone, open }: Moment): RunFacts {
  const job = getJob(db, run.jobId);
  const database = run.database ?? job.database ?? '';
  const connection = job.connectionId === null ? null : findConnection(db, job.connectionId);
  const lastGood = listSnapshots(db, job.id).find(
    (snapshot) => snapshot.database === database && snapshot.id !== run.snapshotId && isGoodSnapshot(snapshot),
  );
  return {
    ...{ run, job, database, now, zone, open },
    server: connection?.name ?? null,
    lastGood: lastGood ?? null,
    snapshot: run.snapshotId === null ? null : findSnapshot(db, run.snapshotId),
    log: readLogEnd(db, run.id, zone),
    history: listRunsBefore(db, run),
    nameOf: (jobId) => findJob(db, jobId)?.name ?? jobId,
    neighbours: listNeighbours(db, run, job),
    desktopOnSuccess: readSetting(db, 'notifyOnSuccess'),
  };
}

/** `03:00:12 message`: by the reader's clock, without secrets, cut where a line is endless. */
function readLogEnd(db: Db, runId: string, zone: string): string[] {
  return listLogEnd(db, runId, logLines).map(({ at, message }) => {
    const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: zone }).format(new Date(at));
    const line = redact(message);
    return `${time} ${line.length > logLineLength ? `${line.slice(0, logLineLength)}…` : line}`;
  });
}

/** Other jobs that the same trouble will meet: those of the server, or all when it is the account's or the computer's. */
function listNeighbours(db: Db, run: Run, job: Job): string[] {
  if (!run.error) return [];
  const scope = toScope(run.error.code, job);
  if (scope.startsWith('job:')) return [];
  return listJobs(db)
    .filter((other) => other.id !== job.id && other.connectionId !== null)
    .filter((other) => !scope.startsWith('server:') || other.connectionId === job.connectionId)
    .map(({ name }) => name);
}

/** One for each database of each job. */
export function listJobStandings(db: Db, now: Date, systemZone: string): JobStanding[] {
  const jobs = listJobs(db);
  const standings = listStandings(db, jobs, now);
  const newest = listNewestRuns(db);
  const paused = isPaused(readSetting(db, 'schedulePause'), now.getTime());
  return jobs.flatMap((job) => {
    // A start that finds the databases is a try of each of them.
    const searches = newest.filter(({ jobId, database }) => jobId === job.id && database === null);
    return (standings.get(job.id) ?? []).map(({ database, snapshot, since, active, lastRun }) => {
      const tries = [...searches, ...(lastRun ? [lastRun] : []), ...(active ? [active] : [])].sort(byAge);
      const dueBy = paused ? null : expectedBy(job, since, now, systemZone);
      return { job, database, dueBy, lastGood: snapshot, lastRun: tries.at(-1) ?? null };
    });
  });
}

function byAge(a: Run, b: Run): number {
  return a.createdAt.localeCompare(b.createdAt);
}

/** The biggest of the jobs' newest backups, as it lay in the spool. */
export function findBiggest(standings: readonly { readonly lastGood: Snapshot | null }[]): number {
  return Math.max(0, ...standings.map(({ lastGood }) => lastGood?.storedBytes ?? 0));
}
