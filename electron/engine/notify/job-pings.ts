// When a job's ping address hears of its runs: at the first start, and when all that one start began has ended.
import { describeError } from '../../../shared/describe-error.ts';
import { toAppError } from '../../../shared/errors.ts';
import { isRunActive, type Run } from '../../../shared/run.ts';
import type { Clock, Log } from '../base/ports.ts';
import type { Db } from '../store/database.ts';
import { findJob } from '../store/jobs.ts';
import { listRuns } from '../store/runs.ts';
import { createPings, type PingKind } from './pings.ts';

export interface JobPings {
  readonly changed: (run: Run) => void;
  readonly settled: (run: Run) => void;
  /** Whether one is on its way. */
  readonly isBusy: () => boolean;
  /** Resolves when all have arrived or failed, at the latest after `patienceMs`. */
  readonly settle: (patienceMs: number) => Promise<void>;
  /** The same for a program that is about to end. */
  readonly finish: () => Promise<void>;
  /** Resolves when nothing is on its way; soon after the signal. */
  readonly over: () => Promise<unknown>;
}

const lastPatienceMs = 2000;

export function createJobPings(parts: {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  readonly signal: AbortSignal;
}): JobPings {
  const { db, log } = parts;
  const pings = createPings(parts);
  const begun = new Set<string>();

  const safely = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.warn(`a ping: ${toAppError(error).message}`);
    }
  };

  const send = ({ jobId }: Run, kind: PingKind, text: string): void => {
    const job = findJob(db, jobId);
    if (job) pings.send(jobId, job.alerts, kind, text);
  };

  /** Real time: also under a clock that stands still the program must end. */
  const within = async (patienceMs: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([pings.settled(), patience]);
    clearTimeout(timer);
  };

  return {
    changed: (run) => {
      const name = run.groupId ?? run.id;
      if (run.state !== 'running' || begun.has(name)) return;
      begun.add(name);
      safely(() => {
        send(run, 'start', 'The backup begins.');
      });
    },
    settled: (run) => {
      if (isRunActive(run)) return;
      safely(() => {
        const name = run.groupId ?? run.id;
        const all = run.groupId === null ? [run] : listGroup(db, run);
        if (all.some(isRunActive)) return;
        begun.delete(name);
        const failed = all.find(({ state }) => state === 'failed' || state === 'interrupted');
        if (failed) send(run, 'fail', failed.error ? toText(failed) : 'The backup failed.');
        else if (all.some(({ state }) => state === 'succeeded')) send(run, 'success', 'The backup is good.');
      });
    },
    isBusy: pings.isBusy,
    settle: within,
    finish: () => within(lastPatienceMs),
    over: pings.settled,
  };
}

function toText({ error }: Run): string {
  if (!error) return '';
  const { title, happened } = describeError(error);
  return `${title}. ${happened} (${error.code})`;
}

function listGroup(db: Db, { jobId, groupId }: Run): Run[] {
  return listRuns(db, { jobId, limit: 1000 }).filter((run) => run.groupId === groupId);
}
