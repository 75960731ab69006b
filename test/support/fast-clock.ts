// A clock whose waits pass at once: each one moves the time on by its length and is written down.
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../electron/engine/base/abort.ts';
import type { Clock } from '../../electron/engine/base/ports.ts';

export interface FastClock extends Clock {
  /** Every wait so far, in milliseconds. */
  readonly waits: readonly number[];
  readonly advance: (ms: number) => void;
}

export function createFastClock(start = new Date('2026-11-22T03:00:00Z')): FastClock {
  let nowMs = start.getTime();
  const waits: number[] = [];
  return {
    waits,
    now: () => new Date(nowMs),
    advance: (ms) => {
      nowMs += ms;
    },
    wait: async (ms, signal) => {
      throwIfAborted(signal);
      waits.push(ms);
      nowMs += ms;
      await setImmediate();
      throwIfAborted(signal);
    },
  };
}
