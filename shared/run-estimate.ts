// How far a run is and how long it still takes, from figures that may be wrong: the expected size is a guess. The percent never
// goes back and is 100 only when everything is done; the time left is said only once there is a pace to tell it from.
import { z } from 'zod';

export const estimateSchema = z.object({
  /** 0 to 99 while the work goes on. */
  percent: z.number(),
  /** Milliseconds; null while unknown. */
  leftMs: z.number().nullable(),
});
export type Estimate = z.infer<typeof estimateSchema>;

export const noEstimate: Estimate = { percent: 0, leftMs: null };

/** One of the two things that go on side by side, as part of its own whole: 0 to 1. */
interface Track {
  /** Never falling. */
  readonly part: number;
  /** What was done and in which time, the longer ago the less of it: their quotient is the pace. */
  readonly done: number;
  readonly seconds: number;
}

/** Kept between two estimates of the same work. */
export interface Pace {
  /** Percent, never falling. */
  readonly percent: number;
  readonly dump: Track;
  readonly upload: Track;
  /** For how long the work was watched; standing still does not count. */
  readonly activeMs: number;
  /** The last sample, milliseconds of a clock; null before the first. */
  readonly sampleMs: number | null;
}

const noTrack: Track = { part: 0, done: 0, seconds: 0 };
export const noPace: Pace = { percent: 0, dump: noTrack, upload: noTrack, activeMs: 0, sampleMs: null };

/** Shorter gaps tell more of buffers than of the pace. */
const sampleEveryMs = 1000;
/** A longer gap is a stand: for a lock, for the network, for the computer's sleep. It says nothing of the pace before and after. */
const stillMs = 120_000;

/**
 * How much of the pace is younger than this: long enough to be calm, short enough to follow a line that changes. In a long run
 * more: there a chunk of the upload may take a while, and one minute says little.
 */
const smoothMs = { least: 15_000, most: 300_000 } as const;
const smoothShare = 1 / 4;

/** Before this nothing is said of the time left. */
const quietMs = 4000;
const quietPercent = 1;

/** Work whose bytes are all there is checked and recorded: the last percent. */
const bytesPercent = 98;

/** The upload follows the dump and ends last, so it tells more; the dump moves while the first chunk still fills. */
const dumpShare = 0.25;

/** From here on an expected size is not trusted to be exact. */
const trusted = 0.9;

export interface BackupFigures {
  readonly stage: 'plan' | 'dump' | 'upload' | 'verify' | 'record' | 'retain' | null;
  readonly dumpBytes: number;
  readonly expectedDumpBytes: number | null;
  readonly storedBytes: number;
  /** Null until the dump is whole. */
  readonly storedBytesTotal: number | null;
  readonly uploadedBytes: number;
}

/** What is done of a backup at a moment, without memory: it may go back, which `nextPace` does not let through. */
export interface Measured {
  /** 0 to 99. */
  readonly percent: number;
  /** Of the whole dump and of the whole upload, 0 to 1. */
  readonly dumped: number;
  readonly uploaded: number;
}

export function measureBackup(figures: BackupFigures): Measured {
  const { stage, storedBytes, storedBytesTotal, uploadedBytes } = figures;
  if (stage === 'record' || stage === 'retain') return { percent: 99, dumped: 1, uploaded: 1 };
  if (stage === 'verify') return { percent: bytesPercent, dumped: 1, uploaded: 1 };
  const isDumped = storedBytesTotal !== null;
  const dumped = isDumped ? 1 : tame(figures.dumpBytes, figures.expectedDumpBytes);
  const wholeBytes = isDumped ? storedBytesTotal : storedBytes;
  const uploaded = wholeBytes > 0 ? toPart(uploadedBytes / wholeBytes) * dumped : 0;
  return { percent: bytesPercent * (dumpShare * dumped + (1 - dumpShare) * uploaded), dumped, uploaded };
}

/** Part of an expected whole, below 1 however wrong the expectation is: near and past it every step is smaller. */
function tame(done: number, expected: number | null): number {
  if (expected === null || expected <= 0 || done <= 0) return 0;
  const part = done / expected;
  if (part <= trusted) return part;
  const room = 1 - trusted;
  return trusted + room * (1 - 1 / (1 + (part - trusted) / room));
}

function toPart(value: number): number {
  return value > 0 ? Math.min(1, value) : 0;
}

/** The pace after a measurement. */
export function nextPace(pace: Pace, measured: Measured, nowMs: number): Pace {
  const percent = Math.max(pace.percent, Math.min(99, 100 * toPart(measured.percent / 100)));
  if (pace.sampleMs === null) {
    return {
      ...{ percent, activeMs: 0, sampleMs: nowMs },
      dump: { ...noTrack, part: toPart(measured.dumped) },
      upload: { ...noTrack, part: toPart(measured.uploaded) },
    };
  }
  const gapMs = nowMs - pace.sampleMs;
  if (gapMs >= 0 && gapMs < sampleEveryMs) return { ...pace, percent };
  const isStill = gapMs < 0 || gapMs > stillMs;
  const activeMs = pace.activeMs + (isStill ? 0 : gapMs);
  const next = (track: Track, part: number): Track => {
    const reached = Math.max(track.part, toPart(part));
    if (isStill) return { ...track, part: reached };
    const kept = Math.exp(-gapMs / Math.min(smoothMs.most, Math.max(smoothMs.least, activeMs * smoothShare)));
    return {
      part: reached,
      done: track.done * kept + (reached - track.part),
      seconds: track.seconds * kept + gapMs / 1000,
    };
  };
  return {
    ...{ percent, activeMs, sampleMs: nowMs },
    dump: next(pace.dump, measured.dumped),
    upload: next(pace.upload, measured.uploaded),
  };
}

export function toEstimate({ percent, activeMs, dump, upload }: Pace): Estimate {
  if (activeMs < quietMs || percent < quietPercent) return { percent, leftMs: null };
  // Side by side: the slower one says when both are done.
  const leftMs = Math.round(Math.max(readLeftMs(dump), readLeftMs(upload)));
  return { percent, leftMs: leftMs > longestMs ? null : leftMs };
}

/** Infinity while there is no pace. */
function readLeftMs({ part, done, seconds }: Track): number {
  if (part >= 1) return 0;
  return done > 0 ? ((1 - part) * seconds * 1000) / done : Number.POSITIVE_INFINITY;
}

/** A pace that is nearly nothing tells nothing. */
const longestMs = 30 * 24 * 3_600_000;

/** `62 %`: whole percents, rounded down. */
export function formatEstimatePercent({ percent }: Estimate): string {
  return `${String(Math.min(99, Math.floor(percent)))} %`;
}

/** `less than a minute left`, `about 2 min left`, `about 3 h left`; empty while unknown. */
export function formatTimeLeft({ leftMs }: Pick<Estimate, 'leftMs'>): string {
  if (leftMs === null) return '';
  const minutes = leftMs / 60_000;
  if (minutes < 1) return 'less than a minute left';
  if (minutes < 90) return `about ${String(Math.round(minutes))} min left`;
  const hours = minutes / 60;
  return hours < 36 ? `about ${String(Math.round(hours))} h left` : `about ${String(Math.round(hours / 24))} days left`;
}

/** `62 %, about 2 min left`, or why it stands still. Empty while nothing is known. */
export function describeEstimate(progress: {
  readonly estimate: Estimate;
  readonly waits: boolean;
  readonly waitsFor?: string | null;
}): string {
  const { estimate, waits, waitsFor = null } = progress;
  const percent = formatEstimatePercent(estimate);
  if (waitsFor !== null) return `${percent}, waiting for ${waitsFor}`;
  if (waits) return `${percent}, waiting for Google Drive`;
  const left = formatTimeLeft(estimate);
  return left === '' ? percent : `${percent}, ${left}`;
}
