// A clock and calendar that stand still until the test moves them: time that passes, sleep (the clock goes on, nothing fires)
// and a clock that is set. Timers count the time awake, as those of the system do.
import { abortReason, whenAborted } from '../../electron/engine/base/abort.ts';
import type { Calendar, Clock } from '../../electron/engine/base/ports.ts';

export interface ManualClock extends Clock, Calendar {
  /** Time passes awake: everything that is due fires at its moment. Resolves when all of it, and what follows from it at once, is done. */
  readonly pass: (ms: number) => Promise<void>;
  /** The clock goes on and nothing fires; what was due meanwhile fires with the next time awake. */
  readonly sleep: (ms: number) => void;
  /** Somebody sets the clock, forward or (negative) back. */
  readonly set: (byMs: number) => void;
  readonly setTimeZone: (timeZone: string) => void;
  /** Lets go of everything that waits, as a crash does. */
  readonly crash: () => void;
}

interface Timer {
  /** By the time awake. */
  readonly atMs: number;
  readonly fire: () => void;
}

export function createManualClock(start: Date, timeZone: string): ManualClock {
  let wallMs = start.getTime();
  let awakeMs = 0;
  let zone = timeZone;
  const timers = new Set<Timer>();

  const add = (inMs: number, fire: () => void): (() => void) => {
    const timer: Timer = { atMs: awakeMs + Math.max(0, inMs), fire };
    timers.add(timer);
    return () => timers.delete(timer);
  };

  const findFirst = (untilMs: number): Timer | null => {
    let first: Timer | null = null;
    for (const timer of timers) {
      if (timer.atMs <= untilMs && (first === null || timer.atMs < first.atMs)) first = timer;
    }
    return first;
  };

  return {
    now: () => new Date(wallMs),
    readTimeZone: () => zone,
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        const undoTimer = add(ms, () => {
          undoAbort();
          resolve();
        });
        const undoAbort = whenAborted(signal, () => {
          undoTimer();
          if (signal) reject(abortReason(signal));
        });
      }),
    at: (when, act) => add(when.getTime() - wallMs, act),
    pass: async (ms) => {
      const untilMs = awakeMs + ms;
      await settle();
      for (let timer = findFirst(untilMs); timer; timer = findFirst(untilMs)) {
        timers.delete(timer);
        wallMs += timer.atMs - awakeMs;
        awakeMs = timer.atMs;
        timer.fire();
        await settle();
      }
      wallMs += untilMs - awakeMs;
      awakeMs = untilMs;
    },
    sleep: (ms) => {
      wallMs += ms;
    },
    set: (byMs) => {
      wallMs += byMs;
    },
    setTimeZone: (name) => {
      zone = name;
    },
    crash: () => {
      timers.clear();
    },
  };
}

/** What waited goes on, and may wait anew: a few turns of the promises' queue. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}
