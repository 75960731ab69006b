// The size of the next chunk: larger while a line is quick and calm, smaller when it keeps breaking.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterBrokenChunk,
  afterWholeChunk,
  bigFileBytes,
  chooseChunkRange,
  defaultChunkBytes,
  firstChunkSize,
  minChunkBytes,
  type ChunkSize,
} from '../../../electron/engine/drive/chunk-size.ts';

const MiB = 1024 * 1024;
const whole = chooseChunkRange(1e9);
const sizes = (from: ChunkSize, steps: string): number[] => {
  let size = from;
  return Array.from(steps, (step) => {
    size = step === 'x' ? afterBrokenChunk(size, whole) : afterWholeChunk(size, step === 's' ? 9000 : 500, whole);
    return size.bytes / MiB;
  });
};

describe('the size of a chunk', () => {
  it.each([
    ['grows on a quick line up to a limit', 'qqqq', [16, 32, 32, 32]],
    ['stays on a slow line', 'ssss', [8, 8, 8, 8]],
    ['is not impressed by one broken connection', 'xqxq', [8, 16, 16, 32]],
    ['halves when the line breaks again and again, never below 1 MiB', 'xxxxxx', [8, 4, 2, 1, 1, 1]],
    ['grows again only after some whole chunks', 'xxqqqqqq', [8, 4, 4, 4, 4, 4, 8, 16]],
  ])('%s', (_, steps, expected) => {
    expect(sizes(firstChunkSize(defaultChunkBytes), steps)).toEqual(expected);
  });

  it('is that of the default while the source grows, and larger for a very large file', () => {
    expect(chooseChunkRange(null).max).toBe(defaultChunkBytes);
    expect(chooseChunkRange(bigFileBytes).max).toBe(32 * MiB);
    expect(chooseChunkRange(bigFileBytes + 1).max).toBe(64 * MiB);
  });

  it('is always a multiple of 256 KiB within the limits', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('x', 'q', 's'), { maxLength: 60 }), (steps) => {
        for (const size of sizes(firstChunkSize(defaultChunkBytes), steps.join(''))) {
          expect((size * MiB) % 262_144).toBe(0);
          expect(size * MiB).toBeGreaterThanOrEqual(minChunkBytes);
          expect(size).toBeLessThanOrEqual(32);
        }
      }),
    );
  });
});
