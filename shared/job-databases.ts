// How each database of a job stands, from its runs and snapshots: one for an ordinary job, those that the last start found
// for a job of a whole server. Pure; window and tray ask it.
import type { Job } from './job.ts';
import { isRunActive, type Run } from './run.ts';
import { isGoodSnapshot, type Snapshot } from './snapshot.ts';

export interface DatabaseState {
  /** Null: the start of a whole server's job that has not found its databases, or could not. */
  readonly database: string | null;
  readonly active: Run | null;
  /** The newest one that is over. */
  readonly lastRun: Run | null;
  /** The newest good one. */
  readonly snapshot: Snapshot | null;
}

/** `runs` and `snapshots` newest first, of any jobs. By name; never empty. */
export function listDatabaseStates(
  job: Pick<Job, 'id' | 'scope' | 'database'>,
  runs: readonly Run[],
  snapshots: readonly Snapshot[],
): readonly DatabaseState[] {
  const own = runs.filter((run) => run.jobId === job.id);
  const good = snapshots.filter((snapshot) => snapshot.jobId === job.id && isGoodSnapshot(snapshot));
  // What was made of another database, before a person chose this one, is no backup of it.
  const isOf = (database: string | null): boolean => database === null || database === job.database;
  if (job.scope === 'database') {
    return [
      toState(
        job.database,
        own.filter((run) => isOf(run.database)),
        good.filter((snapshot) => isOf(snapshot.database)),
      ),
    ];
  }
  const names = listNames(own);
  const states = names.map((name) =>
    toState(
      name,
      own.filter((run) => run.database === name),
      good.filter((snapshot) => snapshot.database === name),
    ),
  );
  const [newest] = own;
  const searching = newest?.database === null ? [toState(null, [newest], [])] : [];
  if (states.length + searching.length > 0) return [...searching, ...states];
  // A job that came back from Drive has snapshots and no runs.
  const stored = [...new Set(good.map((snapshot) => snapshot.database))].sort();
  if (stored.length === 0) return [toState(null, [], [])];
  return stored.map((name) =>
    toState(
      name,
      [],
      good.filter((snapshot) => snapshot.database === name),
    ),
  );
}

/** What the last start found, and what was begun by itself since. */
function listNames(own: readonly Run[]): string[] {
  const known = own.filter((run) => run.database !== null);
  const last = known.find((run) => run.groupId !== null);
  const counts = (run: Run): boolean =>
    run.groupId === null ? !last || run.createdAt >= last.createdAt : run.groupId === last?.groupId;
  return [...new Set(known.filter((run) => counts(run) || isRunActive(run)).map((run) => run.database ?? ''))].sort();
}

function toState(database: string | null, runs: readonly Run[], good: readonly Snapshot[]): DatabaseState {
  return {
    database,
    active: runs.find(isRunActive) ?? null,
    lastRun: runs.find((run) => !isRunActive(run)) ?? null,
    snapshot: good[0] ?? null,
  };
}

/** The state that the whole job is told by: what needs a person before what is under way, before what is well. */
export function chooseWorst(states: readonly DatabaseState[]): DatabaseState {
  const weigh = ({ active, lastRun, snapshot }: DatabaseState): number => {
    if (active) return active.state === 'running' ? 5 : active.state === 'waiting' ? 4 : 3;
    if (lastRun?.state === 'failed' || lastRun?.state === 'interrupted') return 2;
    return snapshot ? 0 : 1;
  };
  const [first, ...others] = states;
  const none = { database: null, active: null, lastRun: null, snapshot: null };
  return others.reduce((worst, state) => (weigh(state) > weigh(worst) ? state : worst), first ?? none);
}

/** The oldest of the databases' newest snapshots: no database of the job is older. Null when one has none. */
export function chooseOldestSnapshot(states: readonly DatabaseState[]): Snapshot | null {
  const known = states.filter(({ database }) => database !== null);
  let oldest: Snapshot | null = null;
  for (const { snapshot } of known) {
    if (!snapshot) return null;
    if (!oldest || snapshot.createdAt < oldest.createdAt) oldest = snapshot;
  }
  return oldest;
}
