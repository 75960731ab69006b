// One upload of an account at a time, by turns: a huge one lets the others through now and then, so that nobody waits for days.
import { untilAborted } from '../base/abort.ts';
import type { Clock } from '../base/ports.ts';

/** Long enough that an upload gets far in one turn, short enough that a small one is not late by much. */
export const turnMs = 10 * 60_000;

export interface UploadTurn {
  /** Between two requests: lets others go first when the turn was long and somebody waits. */
  readonly passOn: (signal: AbortSignal) => Promise<void>;
  /** Gives the turn away while there is nothing to send. */
  readonly rest: (signal: AbortSignal, work: () => Promise<void>) => Promise<void>;
}

export interface UploadTurns {
  /** Runs the upload when its turn comes, in the order of asking. */
  readonly take: <T>(signal: AbortSignal, upload: (turn: UploadTurn) => Promise<T>) => Promise<T>;
}

export function createUploadTurns(clock: Clock): UploadTurns {
  const waiting: Place[] = [];
  let isTaken = false;

  const release = (): void => {
    const next = waiting.shift();
    if (next) next.grant();
    else isTaken = false;
  };

  const acquire = async (signal: AbortSignal): Promise<void> => {
    if (!isTaken) {
      isTaken = true;
      return;
    }
    const place = createPlace();
    waiting.push(place);
    try {
      await untilAborted(place.granted, signal);
    } catch (error) {
      const index = waiting.indexOf(place);
      // It was this one's turn in the very moment in which it left.
      if (index < 0) release();
      else waiting.splice(index, 1);
      throw error;
    }
  };

  return {
    take: async (signal, upload) => {
      await acquire(signal);
      const held = { now: true, sinceMs: clock.now().getTime() };
      const rest: UploadTurn['rest'] = async (restSignal, work) => {
        held.now = false;
        release();
        await work();
        await acquire(restSignal);
        held.now = true;
        held.sinceMs = clock.now().getTime();
      };
      try {
        return await upload({
          rest,
          passOn: async (passSignal) => {
            const heldMs = clock.now().getTime() - held.sinceMs;
            // A clock that was set back ends the turn, too.
            if (waiting.length > 0 && (heldMs >= turnMs || heldMs < 0)) await rest(passSignal, () => Promise.resolve());
          },
        });
      } finally {
        if (held.now) release();
      }
    },
  };
}

interface Place {
  readonly granted: Promise<void>;
  readonly grant: () => void;
}

function createPlace(): Place {
  let grant = (): void => undefined;
  const granted = new Promise<void>((resolve) => {
    grant = resolve;
  });
  return {
    granted,
    grant: () => {
      grant();
    },
  };
}
