// The one way into a backup: every trigger enqueues here, in the order they came. One dump at a time beside runs that only
// upload, never two of one database; a run that waits gives its place free and is tried again, later each time.
import { AppError, toAppError, toWireError, type WireError } from '../../../shared/errors.ts';
import {
  isRunActive,
  noProgress,
  waitsForPerson,
  type Run,
  type RunProgress,
  type RunStage,
  type RunTrigger,
} from '../../../shared/run.ts';
import { measureBackup, nextPace, noPace, toEstimate, type Pace } from '../../../shared/run-estimate.ts';
import { createId } from '../base/ids.ts';
import type { Clock, Log } from '../base/ports.ts';
import type { Db } from '../store/database.ts';
import { getLiveJob } from '../store/jobs.ts';
import { getRun, insertRun, listActiveRuns, readDumped, updateRun, type RunChange } from '../store/runs.ts';
import { writeAtLast } from '../store/write-at-last.ts';
import { chooseNextRun, type QueuedRun } from './choose-next-run.ts';
import { chooseOutcome, interruptedError, nextTryMs } from './choose-outcome.ts';
import { chooseRetry, mostTries, type Retry } from './choose-retry.ts';
import { readRunPlace } from './run-place.ts';
import { chooseWayIn, supersededError } from './choose-way-in.ts';
import { listLastDatabases } from './spread-server-job.ts';

/** At most four changes a second of a run that makes progress reach the outside. */
const progressEveryMs = 250;

/** How loud the end of a run is in its own log. */
const logLevels = { failed: 'error', interrupted: 'error', waiting: 'warn', cancelled: 'info' } as const;

export interface RunWork {
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly enter: (stage: RunStage) => void;
  readonly report: (progress: Partial<RunProgress>) => void;
  /** Says which database this run of a whole server is about, and queues a run for each of the others. */
  readonly spread: (own: string, others: readonly string[]) => void;
}

export interface RunQueueOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  /** Runs or resumes a backup; resolves after the success was stored. */
  readonly execute: (work: RunWork) => Promise<unknown>;
  /** The log of one run, which a person reads in the window. */
  readonly logOf: (runId: string) => Log;
  /** Removes what a run that came to nothing left, here and on Drive. */
  readonly discard: (runId: string) => Promise<void>;
  readonly onChanged: (run: Run) => void;
  /** Called once for each run that ended, and once for each reason that it waits for. */
  readonly onSettled: (run: Run) => void;
}

export interface RunQueue {
  /**
   * Answers the run that is already active for the job, else a new one. A job of a whole server begins with one run that
   * finds the databases; `database` asks for one of them alone. Throws `run/needs-connection`.
   */
  readonly enqueue: (jobId: string, trigger: RunTrigger, database?: string | null) => Run;
  /** The same for a time of the schedule: what stands in the way is told, and what no longer counts makes way. */
  readonly begin: (jobId: string, trigger: RunTrigger, reason: string | null) => BegunRun;
  readonly cancel: (runId: string) => Promise<void>;
  /** Takes up the stored active runs after a start. */
  readonly resume: () => void;
  /** Tries the waiting runs now: the network or the account is back. */
  readonly wake: () => void;
  /** Adds the live progress to a stored run. */
  readonly withProgress: (run: Run) => Run;
  /** Ends the active run so that the next start can go on with it, and takes no more. */
  readonly stop: () => Promise<void>;
}

export interface BegunRun {
  readonly runId: string;
  readonly state: 'new' | 'active' | 'waiting';
}

interface ActiveRun extends QueuedRun {
  place: string;
  dumped: boolean;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

export function createRunQueue(options: RunQueueOptions): RunQueue {
  const { db, clock, log } = options;
  const ready: string[] = [];
  const timers = new Map<string, AbortController>();
  const tries = new Map<string, number>();
  const progress = new Map<string, RunProgress>();
  /** Kept while a run waits, so that its percent does not go back. */
  const paces = new Map<string, Pace>();
  /** What the waiting runs wait for, by error code: told once, however often it is met. */
  const reasons = new Map<string, Set<string>>();
  const stopping = new AbortController();
  const active = new Map<string, ActiveRun>();

  const withProgress = (run: Run): Run => ({
    ...run,
    progress: isRunActive(run) ? (progress.get(run.id) ?? null) : null,
  });

  const announce = (run: Run): void => {
    options.onChanged(withProgress(run));
  };

  /** Nothing else runs before this is written. */
  const store = (runId: string, change: RunChange): Promise<Run> =>
    writeAtLast(() => updateRun(db, runId, change), { clock, log, what: `run ${runId}`, signal: stopping.signal });

  const next = (): void => {
    if (stopping.signal.aborted || ready.length === 0) return;
    const queued = ready.map(toQueued);
    const runId = chooseNextRun(queued, [...active.values()]);
    const chosen = queued.find(({ id }) => id === runId);
    if (runId === null || !chosen) return;
    ready.splice(ready.indexOf(runId), 1);
    const abort = new AbortController();
    // Begins after `active` is set: whoever hears of the run may call back at once.
    const ended = Promise.resolve()
      .then(() => work(runId, abort.signal))
      .catch((error: unknown) => {
        log.error(`run ${runId}: ${toAppError(error).message}`);
      })
      .finally(() => {
        active.delete(runId);
        next();
      });
    active.set(runId, { ...chosen, abort, ended });
    next();
  };

  const toQueued = (id: string): QueuedRun => ({
    id,
    place: readRunPlace(db, getRun(db, id)),
    dumped: readDumped(db, id) !== null,
  });

  /** The next run may dump while this one only uploads; an older dump of the job that still waits is of no use any more. */
  const afterDump = (runId: string): void => {
    const run = active.get(runId);
    if (!run || run.dumped) return;
    run.dumped = true;
    for (const older of listActiveRuns(db)) {
      if (older.id === runId || older.state !== 'waiting' || readRunPlace(db, older) !== run.place) continue;
      if (older.jobId === getRun(db, runId).jobId) void end(older.id, toWireError(supersededError()));
    }
    next();
  };

  const work = async (runId: string, signal: AbortSignal): Promise<void> => {
    let reportedAt = 0;
    let stage: RunStage | null = null;
    const startedAt = getRun(db, runId).startedAt ?? clock.now().toISOString();
    announce(await store(runId, { state: 'running', startedAt, error: null }));
    const before = getRun(db, runId);
    try {
      await options.execute({
        runId,
        signal,
        enter: (entered) => {
          stage = entered;
          const known = progress.get(runId);
          if (known) keepEstimate(runId, { ...known, waits: false }, stage);
          announce(updateRun(db, runId, { stage }));
          if (stage === 'upload') afterDump(runId);
        },
        report: (change) => {
          const now = clock.now().getTime();
          const known = progress.get(runId) ?? noProgress;
          const figures = { ...known, ...change };
          keepEstimate(runId, figures, stage);
          // What it waits for is told at once: while it waits no other report follows.
          const isSame = figures.waits === known.waits && figures.waitsFor === known.waitsFor;
          if (isSame && now - reportedAt < progressEveryMs && now >= reportedAt) return;
          reportedAt = now;
          announce(getRun(db, runId));
        },
        spread: (own, others) => {
          spread(runId, own, others);
        },
      });
    } catch (error) {
      await fail(before, toAppError(error));
      return;
    }
    // Outside of the try: a listener's mistake must not turn a stored success into a failure.
    settle(getRun(db, runId));
  };

  const keepEstimate = (runId: string, figures: RunProgress, stage: RunStage | null): void => {
    const nowMs = clock.now().getTime();
    const pace = nextPace(paces.get(runId) ?? noPace, measureBackup({ ...figures, stage }), nowMs);
    paces.set(runId, pace);
    progress.set(runId, { ...figures, estimate: toEstimate(pace) });
  };

  /** `before`: the run as it was when this try began. */
  const fail = async (before: Run, error: AppError): Promise<void> => {
    const runId = before.id;
    const outcome = chooseOutcome(error, { stage: getRun(db, runId).stage, dumped: readDumped(db, runId) !== null });
    log.warn(`run ${runId}: ${outcome} after ${error.code}: ${error.message}`);
    options.logOf(runId)[logLevels[outcome]](`${outcome}: ${error.message} (${error.code})`);
    if (outcome === 'waiting') {
      const attempt = tries.get(runId) ?? 0;
      tries.set(runId, attempt + 1);
      const nextTryAt = waitForLater(runId, nextTryMs(attempt, error));
      settle(await store(runId, { state: 'waiting', error: toWireError(error), nextTryAt }));
      return;
    }
    const retry = outcome === 'failed' ? chooseRetry(before, error, clock.now().getTime()) : null;
    if (retry) {
      await tryAgain(runId, error, retry);
      return;
    }
    await discard(runId);
    const kept = outcome === 'cancelled' ? null : toWireError(outcome === 'interrupted' ? interruptedError() : error);
    const over = { endedAt: clock.now().toISOString(), dumped: null, nextTryAt: null };
    settle(await store(runId, { state: outcome, error: kept, ...over }));
  };

  /** The same run from its beginning: only when the tries are over it has failed. */
  const tryAgain = async (runId: string, error: AppError, { attempts, inMs }: Retry): Promise<void> => {
    await discard(runId);
    const minutes = Math.max(1, Math.round(inMs / 60_000));
    options
      .logOf(runId)
      .warn(`try ${String(attempts)} of ${String(mostTries)} came to nothing; again in ${String(minutes)} min`);
    const again = { state: 'waiting', stage: null, dumped: null, attempts, error: toWireError(error) } as const;
    const nextTryAt = waitForLater(runId, inMs);
    settle(await store(runId, { ...again, nextTryAt }));
  };

  const discard = async (runId: string): Promise<void> => {
    await options.discard(runId).catch((error: unknown) => {
      log.warn(`run ${runId}: left-overs stay until the next start: ${toAppError(error).message}`);
    });
  };

  const settle = (run: Run): void => {
    progress.delete(run.id);
    announce(run);
    if (run.state === 'waiting') {
      const known = reasons.get(run.id) ?? new Set();
      const code = run.error?.code ?? '';
      if (known.has(code)) return;
      reasons.set(run.id, known.add(code));
    } else {
      tries.delete(run.id);
      reasons.delete(run.id);
      paces.delete(run.id);
    }
    options.onSettled(run);
  };

  /** Answers when it is tried again. */
  const waitForLater = (runId: string, inMs: number): string => {
    const nextTryAt = new Date(clock.now().getTime() + inMs).toISOString();
    if (stopping.signal.aborted) return nextTryAt;
    const timer = new AbortController();
    timers.set(runId, timer);
    clock.wait(inMs, timer.signal).then(
      () => {
        takeUp(runId);
      },
      () => undefined,
    );
    return nextTryAt;
  };

  const takeUp = (runId: string): void => {
    timers.get(runId)?.abort();
    timers.delete(runId);
    // A run that has just begun to wait may still be `active` for a moment: then it comes next.
    if (!ready.includes(runId)) ready.push(runId);
    next();
  };

  const spread = (runId: string, own: string, others: readonly string[]): void => {
    const first = getRun(db, runId);
    const added = others.map((database) => ({
      ...newRun(first.jobId, first.trigger, first.reason),
      ...{ database, groupId: first.groupId },
    }));
    // All or none: a break in the middle would leave databases without their run.
    db.transaction(() => {
      updateRun(db, runId, { database: own });
      for (const run of added) insertRun(db, run);
    })();
    const work = active.get(runId);
    if (work) work.place = readRunPlace(db, getRun(db, runId));
    announce(getRun(db, runId));
    for (const run of added) {
      announce(run);
      ready.push(run.id);
    }
  };

  const newRun = (jobId: string, trigger: RunTrigger, reason: string | null): Run => ({
    ...{ id: createId(), jobId, database: null, groupId: null, trigger, state: 'queued', stage: null },
    ...{ createdAt: clock.now().toISOString(), startedAt: null, endedAt: null, error: null },
    ...{ reason, warnings: [], snapshotId: null, attempts: 0, nextTryAt: null, progress: null },
  });

  /** Ends a run that is not at work: cancelled, and with what else is to be said of it. */
  const end = async (runId: string, error: WireError | null): Promise<void> => {
    timers.get(runId)?.abort();
    timers.delete(runId);
    const place = ready.indexOf(runId);
    if (place >= 0) ready.splice(place, 1);
    // Stored before anything is waited for: a start meanwhile is a new run, and this one is never taken up again.
    const over = { endedAt: clock.now().toISOString(), dumped: null, nextTryAt: null };
    settle(updateRun(db, runId, { state: 'cancelled', error, ...over }));
    await discard(runId);
  };

  const begin = (
    jobId: string,
    trigger: RunTrigger,
    reason: string | null,
    database: string | null = null,
  ): BegunRun => {
    if (stopping.signal.aborted) throw new AppError('engine/stopped', 'the engine is stopping');
    const job = getLiveJob(db, jobId);
    if (job.connectionId === null) {
      throw new AppError('run/needs-connection', `job ${jobId} has no connection`, { context: { job: job.name } });
    }
    const wholeServer = job.scope === 'server' && database === null;
    const own = listActiveRuns(db).filter((run) => run.jobId === jobId);
    const goesOn = new Set(own.filter((run) => !waitsForPerson(run)).map((run) => run.database ?? ''));
    const known = wholeServer ? listLastDatabases(db, jobId) : [];
    const hasIdle = known.length === 0 || known.some((name) => !goesOn.has(name));
    for (const existing of own.filter((run) => database === null || run.database === database)) {
      const dumped = readDumped(db, existing.id) !== null;
      const way = chooseWayIn(existing, { dumped, trigger, wholeServer: wholeServer && hasIdle });
      if (existing.state === 'waiting' && way !== 'give-up') takeUp(existing.id);
      if (way === 'join') return { runId: existing.id, state: existing.state === 'waiting' ? 'waiting' : 'active' };
      if (way === 'give-up') giveUp(existing);
    }
    const made = { ...newRun(jobId, trigger, reason), database: job.database ?? database };
    const run: Run = wholeServer ? { ...made, groupId: made.id } : made;
    insertRun(db, run);
    if (reason !== null) options.logOf(run.id).info(reason);
    announce(run);
    takeUp(run.id);
    return { runId: run.id, state: 'new' };
  };

  /** The next time of the schedule has come: the tries of this run are over. */
  const giveUp = (run: Run): void => {
    timers.get(run.id)?.abort();
    timers.delete(run.id);
    tries.delete(run.id);
    options.logOf(run.id).error('the next time of the schedule has come: this run is not tried again');
    settle(updateRun(db, run.id, { state: 'failed', endedAt: clock.now().toISOString(), nextTryAt: null }));
  };

  return {
    begin,
    enqueue: (jobId, trigger, database = null) => withProgress(getRun(db, begin(jobId, trigger, null, database).runId)),
    cancel: async (runId) => {
      const run = getRun(db, runId);
      if (!isRunActive(run)) return;
      for (let work = active.get(runId); work; work = active.get(runId)) {
        work.abort.abort(new AppError('run/cancelled', 'cancelled'));
        await work.ended;
      }
      // It ended by itself, or had begun to wait just before.
      if (isRunActive(getRun(db, runId))) await end(runId, null);
    },
    resume: () => {
      for (const run of listActiveRuns(db)) takeUp(run.id);
    },
    wake: () => {
      for (const runId of [...timers.keys()]) takeUp(runId);
    },
    withProgress,
    stop: async () => {
      stopping.abort(new AppError('engine/stopped', 'the program is quitting'));
      for (const timer of timers.values()) timer.abort();
      const works = [...active.values()];
      for (const { abort } of works) abort.abort(new AppError('engine/stopped', 'the program is quitting'));
      await Promise.all(works.map(({ ended }) => ended));
    },
  };
}
