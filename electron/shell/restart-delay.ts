// How long to wait before the engine's process is started again: pure, so that it can be proven without a process.

const firstDelayMs = 1000;
const longestDelayMs = 60_000;

/** A process that lived this long after it was ready was stable: its end counts as the first failure again. */
const stableAfterMs = 60_000;

export interface RestartPlan {
  /** Failures in a row, this one included. */
  readonly failures: number;
  readonly delayMs: number;
}

/**
 * 1 s, 2 s, 4 s … 60 s. `failuresBefore`: failures in a row so far; `readyForMs`: how long the process that just ended
 * had been ready, null when it never was.
 */
export function planRestart(failuresBefore: number, readyForMs: number | null): RestartPlan {
  const failures = readyForMs !== null && readyForMs >= stableAfterMs ? 1 : failuresBefore + 1;
  return { failures, delayMs: Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1)) };
}
