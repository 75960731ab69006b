// Real time whose waits are shorter: what waits a minute between two tries goes on in a moment, everything else is as it is.
import { systemClock } from '../../electron/engine/base/clock.ts';
import type { Clock } from '../../electron/engine/base/ports.ts';

/** From here on (milliseconds) a wait is the patience with a person, whom a busy test machine must not outrun. */
const patienceMs = 300_000;

/** Waits last a `factor`th of their length, those of five minutes and more a 10th. */
export function createHurriedClock(factor = 500): Clock {
  return {
    now: systemClock.now,
    wait: (ms, signal) => systemClock.wait(ms / (ms >= patienceMs ? 10 : factor), signal),
  };
}
