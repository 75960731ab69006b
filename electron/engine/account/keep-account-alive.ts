// Looks at the account at the start and once a day: Google forgets a sign-in that nobody uses for six months, and the space
// shown should not be old.
import { toAppError } from '../../../shared/errors.ts';
import type { Clock, Log } from '../base/ports.ts';

const everyMs = 24 * 3_600_000;

export interface KeepAliveOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the engine stops. */
  readonly signal: AbortSignal;
  readonly refresh: () => Promise<unknown>;
}

/** Goes on until the signal; never rejects. */
export async function keepAccountAlive({ clock, log, signal, refresh }: KeepAliveOptions): Promise<void> {
  try {
    while (!signal.aborted) {
      await refresh();
      await clock.wait(everyMs, signal);
    }
  } catch (error) {
    // The wait that the end aborts rejects too.
    if (!signal.aborted) log.error(`the account is not looked at any more: ${toAppError(error).message}`);
  }
}
