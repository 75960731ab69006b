// The log of one run, which a person reads in the window.
import { toAppError } from '../../shared/errors.ts';
import { createLog } from './base/log.ts';
import type { Clock, Log } from './base/ports.ts';
import type { Db } from './store/database.ts';
import { appendLog } from './store/run-log.ts';

export interface RunLogOptions {
  readonly db: Db;
  readonly clock: Clock;
  /** The engine's own log. */
  readonly log: Log;
}

/** A run's lines go into its own log and, at level debug, into the engine's. A line that cannot be kept ends no backup. */
export function createRunLog({ db, clock, log }: RunLogOptions, runId: string): Log {
  return createLog((level, message) => {
    log.debug(`run ${runId}: ${message}`);
    try {
      appendLog(db, runId, { at: clock.now().toISOString(), level, message });
    } catch (error) {
      log.warn(`run ${runId} lost a line of its log: ${toAppError(error).message}`);
    }
  });
}
