// Keeps what is uploaded below a number of bytes a second, evenly: small pieces, each sent when the ones before have had
// their time.
import { minUploadLimitBytesPerSecond } from '../../../shared/settings.ts';
import type { Clock } from '../base/ports.ts';

/** Pieces of an eighth of a second: even for a network that others share, and a new limit counts at once. */
const piecesPerSecond = 8;

const smallestPieceBytes = 2048;

export interface Bandwidth {
  /** How much to hand to the connection at once, `most` at most. */
  readonly choosePieceBytes: (most: number) => number;
  /** Resolves when so many bytes may go. */
  readonly take: (bytes: number, signal?: AbortSignal) => Promise<void>;
}

/** `readLimit`: bytes a second, null for no limit; asked for every piece. */
export function createBandwidth(readLimit: () => number | null, clock: Clock): Bandwidth {
  /** When the bytes so far have had their time. */
  let freeAtMs = 0;
  const limit = (): number | null => {
    const value = readLimit();
    return value === null ? null : Math.max(value, minUploadLimitBytesPerSecond);
  };
  return {
    choosePieceBytes: (most) => {
      const perSecond = limit();
      if (perSecond === null) return most;
      return Math.max(1, Math.min(most, Math.max(smallestPieceBytes, Math.floor(perSecond / piecesPerSecond))));
    },
    take: async (bytes, signal) => {
      const perSecond = limit();
      if (perSecond === null) {
        freeAtMs = 0;
        return;
      }
      const durationMs = (bytes / perSecond) * 1000;
      const nowMs = clock.now().getTime();
      // A piece never waits longer than a second: what is more comes from a clock that was set back.
      const waitMs = Math.min(Math.max(0, freeAtMs - nowMs), 1000);
      freeAtMs = nowMs + waitMs + durationMs;
      if (waitMs > 0) await clock.wait(waitMs, signal);
    },
  };
}
