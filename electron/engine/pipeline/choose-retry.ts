// Whether a run that failed is tried again by itself, and when: a pure decision. What waits for Drive is choose-outcome.ts.
import type { AppError } from '../../../shared/errors.ts';
import type { Run } from '../../../shared/run.ts';

const minuteMs = 60_000;

/** After these pauses a run by schedule is tried again; the next time of its schedule ends the tries, too. */
const pausesMs = [1, 5, 15, 30, 60, 60].map((minutes) => minutes * minuteMs);

/** Tries in all, the first one counted. */
export const mostTries = pausesMs.length + 1;

export interface Retry {
  /** Tries that came to nothing so far, this one counted unless it was an extra one. */
  readonly attempts: number;
  readonly inMs: number;
}

/**
 * Null: not again. Only what nobody waits for in front of the screen is tried again, and only what can be better later: a server
 * that is not there. A try before its time (the network came back) is an extra one and shortens nothing.
 */
export function chooseRetry(
  run: Pick<Run, 'trigger' | 'attempts' | 'nextTryAt'>,
  error: Pick<AppError, 'retry'>,
  nowMs: number,
): Retry | null {
  if (run.trigger !== 'schedule' && run.trigger !== 'catch-up') return null;
  if (error.retry !== 'later') return null;
  const aheadMs = run.nextTryAt === null ? 0 : Date.parse(run.nextTryAt) - nowMs;
  const pauseMs = pausesMs[run.attempts - 1] ?? 0;
  // Further ahead than its own pause: the clock was set back.
  if (run.attempts > 0 && aheadMs > 1000 && aheadMs <= pauseMs) return { attempts: run.attempts, inMs: aheadMs };
  const inMs = pausesMs[run.attempts];
  return inMs === undefined ? null : { attempts: run.attempts + 1, inMs };
}
