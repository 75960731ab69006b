// Writes what has happened already and must be in the store: a full disk refuses it for a while, not for ever.
import { toAppError } from '../../../shared/errors.ts';
import type { Clock, Log } from '../base/ports.ts';

/** Rare enough to be no load, often enough that nobody waits long after making room. */
const tryEveryMs = 10_000;

export interface WriteAtLastOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** What is written, for the log. */
  readonly what: string;
  /** Ends the waiting: the next start finds what was written before. */
  readonly signal: AbortSignal;
}

/** Answers what `write` answers, as soon as it does not throw. Rejects with the signal's reason. */
export async function writeAtLast<T>(write: () => T, { clock, log, what, signal }: WriteAtLastOptions): Promise<T> {
  for (;;) {
    try {
      return write();
    } catch (error) {
      log.error(`${what} cannot be stored now: ${toAppError(error).message}`);
      await clock.wait(tryEveryMs, signal);
    }
  }
}
