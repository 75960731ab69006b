// Whether a dump rests on this disk whole, passes over it through a window, or is refused: pure decisions.
import { minSpoolWindowBytes, type SpoolUse } from '../../../shared/settings.ts';

export const MiB = 1024 * 1024;

/** Left free on the disk whatever the spool takes, so that the rest of the machine, and the list of backups, go on. */
export const reserveBytes = 256 * MiB;

/** A dump that nothing bounds any more ends here, before the disk is at zero. */
export const lastBytes = 64 * MiB;

export type RoomChoice =
  | { readonly kind: 'whole' }
  | { readonly kind: 'window'; readonly windowBytes: number }
  | { readonly kind: 'refuse'; readonly neededBytes: number };

export interface RoomFacts {
  readonly freeBytes: number;
  /** What the encrypted dump is expected to come to. */
  readonly expectedBytes: number;
  /** Window and use as they are set. */
  readonly windowBytes: number;
  readonly use: SpoolUse;
}

/** By itself the whole dump where it fits, so that nothing depends on the network; else a window; refused only without room for that. */
export function chooseRoom({ freeBytes, expectedBytes, windowBytes, use }: RoomFacts): RoomChoice {
  const usableBytes = freeBytes - reserveBytes;
  if (use === 'auto' && usableBytes >= expectedBytes) return { kind: 'whole' };
  if (usableBytes >= minSpoolWindowBytes) {
    return { kind: 'window', windowBytes: Math.min(windowBytes, usableBytes) };
  }
  return { kind: 'refuse', neededBytes: Math.min(expectedBytes, minSpoolWindowBytes) + reserveBytes };
}

/**
 * While the dump goes on: `narrow` when the rest of the machine needs the room, so that what Drive holds is freed; `full`
 * when even that leaves too little.
 */
export function judgeFreeBytes(freeBytes: number, isNarrow: boolean): 'enough' | 'narrow' | 'full' {
  if (freeBytes >= reserveBytes) return 'enough';
  if (!isNarrow) return 'narrow';
  return freeBytes >= lastBytes ? 'enough' : 'full';
}

/**
 * Pieces of the spool are freed one at a time: small against the window, large against what a file costs. The
 * smallest window holds a chunk of an upload, what is kept of the confirmed and a piece that is about to be freed.
 */
export function chooseSegmentBytes(windowBytes: number): number {
  return Math.max(4 * MiB, Math.min(32 * MiB, Math.floor(windowBytes / 8)));
}
