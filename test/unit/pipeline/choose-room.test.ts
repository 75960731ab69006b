import { describe, expect, it } from 'vitest';
import { chooseRoom, chooseSegmentBytes, judgeFreeBytes, MiB } from '../../../electron/engine/pipeline/choose-room.ts';

const GiB = 1024 * MiB;

describe('room for a dump', () => {
  it.each([
    ['the whole dump where it fits beside the reserve', 11 * GiB, 10 * GiB, 'auto', { kind: 'whole' }],
    ['exactly fits', 10 * GiB + 256 * MiB, 10 * GiB, 'auto', { kind: 'whole' }],
    [
      'a window where one byte is missing',
      10 * GiB + 256 * MiB - 1,
      10 * GiB,
      'auto',
      { kind: 'window', windowBytes: 256 * MiB },
    ],
    ['a window for a terabyte', 2 * GiB, 1024 * GiB, 'auto', { kind: 'window', windowBytes: 256 * MiB }],
    ['a smaller window where little is free', 356 * MiB, 10 * GiB, 'auto', { kind: 'window', windowBytes: 100 * MiB }],
    ['the smallest window', 288 * MiB, 10 * GiB, 'auto', { kind: 'window', windowBytes: 32 * MiB }],
    ['refused below that', 288 * MiB - 1, 10 * GiB, 'auto', { kind: 'refuse', neededBytes: 288 * MiB }],
    ['a small dump is refused with its own figure', 200 * MiB, MiB, 'auto', { kind: 'refuse', neededBytes: 257 * MiB }],
    ['a window although it fits, as set', 11 * GiB, GiB, 'window', { kind: 'window', windowBytes: 256 * MiB }],
  ] as const)('%s', (_, freeBytes, expectedBytes, use, choice) => {
    expect(chooseRoom({ freeBytes, expectedBytes, windowBytes: 256 * MiB, use })).toEqual(choice);
  });

  it('is watched: low means a window, nearly nothing means the end', () => {
    expect(judgeFreeBytes(256 * MiB, false)).toBe('enough');
    expect(judgeFreeBytes(256 * MiB - 1, false)).toBe('narrow');
    expect(judgeFreeBytes(0, false)).toBe('narrow');
    expect(judgeFreeBytes(64 * MiB, true)).toBe('enough');
    expect(judgeFreeBytes(64 * MiB - 1, true)).toBe('full');
  });

  it('is freed in pieces of which every window holds several', () => {
    for (const windowBytes of [32, 33, 64, 256, 1024, 100_000].map((size) => size * MiB)) {
      const segment = chooseSegmentBytes(windowBytes);
      // A chunk of 8 MiB, 8 MiB that are kept, and two pieces.
      expect(16 * MiB + 2 * segment).toBeLessThanOrEqual(windowBytes);
    }
  });
});
