// A steady rate with room for a short rush: each caller reserves the next free place and waits for it.
import type { Clock } from '../base/ports.ts';

export interface Rate {
  readonly perSecond: number;
  /** How many may go at once after a quiet time. */
  readonly burst: number;
}

export interface TokenBucket {
  /** Resolves when it is the caller's turn. A place that is not waited for is lost. */
  readonly take: (signal?: AbortSignal) => Promise<void>;
}

export function createTokenBucket({ perSecond, burst }: Rate, clock: Clock): TokenBucket {
  const stepMs = 1000 / perSecond;
  /** When the bucket is full again. */
  let fullAtMs = 0;
  let seenMs = 0;
  return {
    take: async (signal) => {
      const nowMs = clock.now().getTime();
      // A clock that was set back must not make everybody wait until its old time comes again.
      if (nowMs < seenMs) fullAtMs = nowMs;
      seenMs = nowMs;
      const start = Math.max(fullAtMs, nowMs);
      fullAtMs = start + stepMs;
      const waitMs = Math.ceil(fullAtMs - burst * stepMs - nowMs);
      if (waitMs > 0) await clock.wait(waitMs, signal);
    },
  };
}
