// Leaves an account alone for a while when Google keeps failing: then one request goes first, and the others follow when
// it came through.
import { AppError } from '../../../shared/errors.ts';
import type { Clock } from '../base/ports.ts';
import { isServiceFailure } from './drive-errors.ts';

/** Failures of the service in a row, over all requests of the account: two steps that used up their tries. */
export const failuresUntilRest = 16;

/** The first rest; each further one lasts twice as long. */
export const firstRestMs = 60_000;
export const longestRestMs = 15 * 60_000;

export interface CircuitBreaker {
  /** Throws `drive/busy` (retry later, reason `resting`) while the account rests. Each pass is followed by one `note`. */
  readonly pass: () => void;
  /** What became of a request that had passed; null: it came through. */
  readonly note: (error: unknown) => void;
  /** A person wants it tried now. */
  readonly forgive: () => void;
}

export function createCircuitBreaker(clock: Clock): CircuitBreaker {
  let failures = 0;
  let rests = 0;
  let restsUntilMs: number | null = null;
  let isProbing = false;

  return {
    pass: () => {
      if (restsUntilMs === null) return;
      const leftMs = restsUntilMs - clock.now().getTime();
      // More than the longest rest: the clock was set back.
      const isOver = leftMs <= 0 || leftMs > longestRestMs;
      if (isOver && !isProbing) {
        isProbing = true;
        return;
      }
      throw new AppError('drive/busy', 'Google failed too often; the account rests', {
        retry: 'later',
        // `attempts`: no loop may try it again at once.
        context: { reason: 'resting', attempts: 0, retryAfterMs: Math.min(Math.max(leftMs, 1000), longestRestMs) },
      });
    },
    note: (error) => {
      isProbing = false;
      if (error === null) {
        failures = 0;
        rests = 0;
        restsUntilMs = null;
        return;
      }
      if (!isServiceFailure(error)) return;
      failures += 1;
      if (failures < failuresUntilRest) return;
      restsUntilMs = clock.now().getTime() + Math.min(firstRestMs * 2 ** Math.min(rests, 10), longestRestMs);
      rests += 1;
    },
    forgive: () => {
      failures = 0;
      rests = 0;
      restsUntilMs = null;
      isProbing = false;
    },
  };
}
