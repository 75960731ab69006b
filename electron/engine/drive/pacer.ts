// How long to wait before asking Google again, and the loop that does it. Which errors are worth it is said in
// drive-errors.ts.
import { AppError } from '../../../shared/errors.ts';
import { throwIfAborted } from '../base/abort.ts';
import type { Clock, Log } from '../base/ports.ts';
import { isTransient } from './drive-errors.ts';

/** Google's advice: min(2^n s + random, 64 s), https://developers.google.com/workspace/drive/api/guides/limits */
export const maxBackoffMs = 64_000;

/** A server may ask for more patience than the formula; beyond this the run is better off waiting as a whole. */
export const maxRetryAfterMs = 600_000;

/** Tries of one step before it is given up for now. */
export const defaultMaxAttempts = 8;

export interface RetryContext {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly log?: Log | undefined;
  /** Answers 0 up to 1; `Math.random` unless given. */
  readonly random?: (() => number) | undefined;
}

/** The pause before the try after `attempt` failed ones (1 and up). What the server asked for wins. */
export function nextDelayMs(attempt: number, random: number, retryAfterMs: number | null = null): number {
  if (retryAfterMs !== null) return Math.min(retryAfterMs, maxRetryAfterMs);
  return Math.min(2 ** Math.max(0, attempt - 1) * 1000 + Math.floor(random * 1000), maxBackoffMs);
}

/** Waits as long as this failure asks for. */
export async function waitAfter(error: AppError, attempt: number, ctx: RetryContext): Promise<void> {
  const asked = error.context['retryAfterMs'];
  const delayMs = nextDelayMs(attempt, (ctx.random ?? Math.random)(), typeof asked === 'number' ? asked : null);
  ctx.log?.info(`${error.message}; try ${String(attempt + 1)} in ${(delayMs / 1000).toFixed(1)} s`);
  await ctx.clock.wait(delayMs, ctx.signal);
}

/** The error of a step whose tries are used up: `later`, and marked so that no outer loop multiplies the tries. */
export function givenUp(error: AppError, attempts: number): AppError {
  return new AppError(error.code, error.message, { retry: 'later', context: { ...error.context, attempts } });
}

/** Runs `fn` until it succeeds, fails for good, or its tries are used up. */
export async function withRetry<T>(
  ctx: RetryContext,
  fn: () => Promise<T>,
  options: { readonly maxAttempts?: number } = {},
): Promise<T> {
  const maxAttempts = options.maxAttempts ?? defaultMaxAttempts;
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(ctx.signal);
    try {
      return await fn();
    } catch (error) {
      throwIfAborted(ctx.signal);
      if (!isTransient(error)) throw error;
      if (attempt >= maxAttempts) throw givenUp(error, attempt);
      await waitAfter(error, attempt, ctx);
    }
  }
}
