// The real clock.
import { abortReason, whenAborted } from './abort.ts';
import type { Clock } from './ports.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        undo();
        resolve();
      }, ms);
      const undo = whenAborted(signal, () => {
        clearTimeout(timer);
        if (signal) reject(abortReason(signal));
      });
    }),
};
