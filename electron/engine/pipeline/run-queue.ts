// The one way into a backup: every trigger enqueues here. One run at a time, in the order they came; a run that waits for
// Drive gives its place free and is tried again, later each time.
import { AppError, toAppError, toWireError } from '../../../shared/errors.ts';
import {
  isRunActive,
  noProgress,
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
import { chooseOutcome, interruptedError, nextTryMs } from './choose-outcome.ts';

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
  let active: { readonly runId: string; readonly abort: AbortController; readonly ended: Promise<void> } | null = null;

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
    if (stopping.signal.aborted || active) return;
    const runId = ready.shift();
    if (runId === undefined) return;
    const abort = new AbortController();
    // Begins after `active` is set: whoever hears of the run may call back at once.
    const ended = Promise.resolve()
      .then(() => work(runId, abort.signal))
      .catch((error: unknown) => {
        log.error(`run ${runId}: ${toAppError(error).message}`);
      })
      .finally(() => {
        active = null;
        next();
      });
    active = { runId, abort, ended };
  };

  const work = async (runId: string, signal: AbortSignal): Promise<void> => {
    let reportedAt = 0;
    let stage: RunStage | null = null;
    const startedAt = getRun(db, runId).startedAt ?? clock.now().toISOString();
    announce(await store(runId, { state: 'running', startedAt, error: null }));
    try {
      await options.execute({
        runId,
        signal,
        enter: (entered) => {
          stage = entered;
          const known = progress.get(runId);
          if (known) keepEstimate(runId, { ...known, waits: false }, stage);
          announce(updateRun(db, runId, { stage }));
        },
        report: (change) => {
          const now = clock.now().getTime();
          keepEstimate(runId, { ...(progress.get(runId) ?? noProgress), ...change }, stage);
          if (now - reportedAt < progressEveryMs && now >= reportedAt) return;
          reportedAt = now;
          announce(getRun(db, runId));
        },
        spread: (own, others) => {
          spread(runId, own, others);
        },
      });
    } catch (error) {
      await fail(runId, toAppError(error));
      return;
    }
    // Outside of the try: a listener's mistake must not turn a stored success into a failure.
    settle(getRun(db, runId));
  };

  const keepEstimate = (runId: string, figures: RunProgress, stage: RunStage | null): void => {
    const nowMs = clock.now().getTime();
    const pace = nextPace(paces.get(runId) ?? noPace, measureBackup({ ...figures, stage }), nowMs);
    paces.set(runId, pace);
    progress.set(runId, { ...figures, estimate: toEstimate(pace, nowMs) });
  };

  const fail = async (runId: string, error: AppError): Promise<void> => {
    const outcome = chooseOutcome(error, { stage: getRun(db, runId).stage, dumped: readDumped(db, runId) !== null });
    log.warn(`run ${runId}: ${outcome} after ${error.code}: ${error.message}`);
    options.logOf(runId)[logLevels[outcome]](`${outcome}: ${error.message} (${error.code})`);
    if (outcome === 'waiting') {
      waitForLater(runId, error);
      settle(await store(runId, { state: 'waiting', error: toWireError(error) }));
      return;
    }
    await discard(runId);
    const kept = outcome === 'cancelled' ? null : toWireError(outcome === 'interrupted' ? interruptedError() : error);
    settle(await store(runId, { state: outcome, endedAt: clock.now().toISOString(), error: kept, dumped: null }));
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

  const waitForLater = (runId: string, error: AppError): void => {
    if (stopping.signal.aborted) return;
    const attempt = tries.get(runId) ?? 0;
    tries.set(runId, attempt + 1);
    const timer = new AbortController();
    timers.set(runId, timer);
    clock.wait(nextTryMs(attempt, error), timer.signal).then(
      () => {
        takeUp(runId);
      },
      () => undefined,
    );
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
      ...newRun(first.jobId, first.trigger),
      ...{ database, groupId: first.groupId },
    }));
    // All or none: a break in the middle would leave databases without their run.
    db.transaction(() => {
      updateRun(db, runId, { database: own });
      for (const run of added) insertRun(db, run);
    })();
    announce(getRun(db, runId));
    for (const run of added) {
      announce(run);
      ready.push(run.id);
    }
  };

  const newRun = (jobId: string, trigger: RunTrigger): Run => ({
    ...{ id: createId(), jobId, database: null, groupId: null, trigger, state: 'queued', stage: null },
    ...{ createdAt: clock.now().toISOString(), startedAt: null, endedAt: null, error: null },
    ...{ reason: null, warnings: [], snapshotId: null, attempts: 0, nextTryAt: null, progress: null },
  });

  return {
    enqueue: (jobId, trigger, database = null) => {
      if (stopping.signal.aborted) throw new AppError('engine/stopped', 'the engine is stopping');
      const job = getLiveJob(db, jobId);
      if (job.connectionId === null) {
        throw new AppError('run/needs-connection', `job ${jobId} has no connection`, { context: { job: job.name } });
      }
      const own = listActiveRuns(db).filter((run) => run.jobId === jobId);
      const same = own.filter((run) => database === null || run.database === database);
      for (const run of same) if (run.state === 'waiting') takeUp(run.id);
      // On a server one database may wait long; the others are not held up by it.
      const wholeServer = job.scope === 'server' && database === null;
      const existing = wholeServer ? same.find((run) => run.state !== 'waiting') : same[0];
      if (existing) return withProgress(existing);
      const run: Run = { ...newRun(jobId, trigger), database: job.database ?? database };
      insertRun(db, wholeServer ? { ...run, groupId: run.id } : run);
      announce(getRun(db, run.id));
      takeUp(run.id);
      return withProgress(getRun(db, run.id));
    },
    cancel: async (runId) => {
      const run = getRun(db, runId);
      if (!isRunActive(run)) return;
      while (active?.runId === runId) {
        active.abort.abort(new AppError('run/cancelled', 'cancelled'));
        await active.ended;
      }
      // It ended by itself, or had begun to wait just before.
      if (!isRunActive(getRun(db, runId))) return;
      timers.get(runId)?.abort();
      timers.delete(runId);
      const place = ready.indexOf(runId);
      if (place >= 0) ready.splice(place, 1);
      // Stored before anything is waited for: a start meanwhile is a new run, and this one is never taken up again.
      settle(
        updateRun(db, runId, { state: 'cancelled', endedAt: clock.now().toISOString(), error: null, dumped: null }),
      );
      await discard(runId);
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
      active?.abort.abort(new AppError('engine/stopped', 'the program is quitting'));
      await active?.ended;
    },
  };
}
