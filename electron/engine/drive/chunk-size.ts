// How large the next chunk of an upload is: larger while a line is quick and calm, smaller when it keeps breaking.

/** Below this the requests themselves cost more than what a broken one loses. */
export const minChunkBytes = 1024 * 1024;

/** Large enough to be fast, small enough to lose little. */
export const defaultChunkBytes = 8 * 1024 * 1024;

/** For files that are whole. One that grows is followed in chunks of the default: a larger one only waits longer. */
export const maxChunkBytes = 32 * 1024 * 1024;
export const maxBigChunkBytes = 64 * 1024 * 1024;

/** From here on a file is big. */
export const bigFileBytes = 10 * 1024 ** 3;

/** A chunk that took longer than this is large enough: what breaks costs its time again at worst. */
const quickMs = 5000;

/** Whole chunks that must go well after a smaller size was chosen. */
const calmChunks = 4;

export interface ChunkSize {
  /** A multiple of 256 KiB. */
  readonly bytes: number;
  /** Broken requests since the last whole chunk. */
  readonly breaks: number;
  /** Whole chunks to come before it may grow. */
  readonly calmIn: number;
}

/** Sizes that this upload may use. */
export interface ChunkRange {
  readonly min: number;
  readonly max: number;
}

export function firstChunkSize(bytes: number): ChunkSize {
  return { bytes, breaks: 0, calmIn: 0 };
}

export function chooseChunkRange(committedBytes: number | null): ChunkRange {
  if (committedBytes === null) return { min: minChunkBytes, max: defaultChunkBytes };
  return { min: minChunkBytes, max: committedBytes > bigFileBytes ? maxBigChunkBytes : maxChunkBytes };
}

/** Drive kept a whole chunk. */
export function afterWholeChunk(size: ChunkSize, tookMs: number, { max }: ChunkRange): ChunkSize {
  const calmIn = Math.max(0, size.calmIn - 1);
  const grows = size.calmIn === 0 && tookMs < quickMs && size.bytes < max;
  return { bytes: grows ? Math.min(size.bytes * 2, max) : size.bytes, breaks: 0, calmIn };
}

/** A chunk stalled or its connection broke. Once is nothing; again and again means less at a time. */
export function afterBrokenChunk(size: ChunkSize, { min }: ChunkRange): ChunkSize {
  const breaks = size.breaks + 1;
  if (breaks < 2 || size.bytes <= min) return { ...size, breaks };
  return { bytes: Math.max(toUnits(size.bytes / 2), min), breaks, calmIn: calmChunks };
}

/** Drive wants multiples of 256 KiB. */
function toUnits(bytes: number): number {
  return Math.max(1, Math.floor(bytes / 262_144)) * 262_144;
}
