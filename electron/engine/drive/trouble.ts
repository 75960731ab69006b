// Notices when requests to Google keep failing although they are tried again, and when one comes through: what a person who
// watches an upload stand still wants to know. What to do about a failure is decided elsewhere.
import type { DriveTrouble } from '../../../shared/account.ts';
import { isTransient } from './drive-errors.ts';

/** One failure is mended by the next try before anybody has read about it. */
const failuresUntilTold = 2;

export interface TroubleWatch {
  /** What became of a request; null: it came through. */
  readonly note: (error: unknown) => void;
}

/** `onChanged` hears of the first lasting trouble, of another kind of it, and of its end (null). */
export function createTroubleWatch(onChanged: (trouble: DriveTrouble | null) => void): TroubleWatch {
  let failures = 0;
  let told: DriveTrouble | null = null;
  const tell = (trouble: DriveTrouble | null): void => {
    if (trouble === told) return;
    told = trouble;
    onChanged(trouble);
  };
  return {
    note: (error) => {
      if (error === null) {
        failures = 0;
        tell(null);
        return;
      }
      if (!isTransient(error)) return;
      failures += 1;
      if (failures >= failuresUntilTold) tell(error.code === 'drive/offline' ? 'offline' : 'busy');
    },
  };
}
