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

/** Kept between two estimates of the same work. */
export interface Pace {
  /** Percent, never falling. */
  readonly percent: number;
  /** Percent a second, smoothed; null until there is one. */
  readonly rate: number | null;
  /** Since when the pace is watched, and the last sample; milliseconds of a clock. Null before the first. */
  readonly sinceMs: number | null;
  readonly sampleMs: number;
  readonly samplePercent: number;
}

export const noPace: Pace = { percent: 0, rate: null, sinceMs: null, sampleMs: 0, samplePercent: 0 };

/** Shorter gaps tell more of buffers than of the pace. */
const sampleEveryMs = 1000;

/** How much of the pace is younger than this: long enough to be calm, short enough to follow a line that changes. */
const smoothMs = 15_000;

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

/** What part of a backup is done, 0 to 100, without memory: it may go back, which `nextPace` does not let through. */
export function measureBackup(figures: BackupFigures): number {
  const { stage, storedBytes, storedBytesTotal, uploadedBytes } = figures;
  if (stage === 'record' || stage === 'retain') return 99;
  if (stage === 'verify') return bytesPercent;
  const isDumped = storedBytesTotal !== null;
  const dumped = isDumped ? 1 : tame(figures.dumpBytes, figures.expectedDumpBytes);
  const wholeBytes = isDumped ? storedBytesTotal : storedBytes;
  const uploaded = wholeBytes > 0 ? Math.min(1, uploadedBytes / wholeBytes) * dumped : 0;
  return bytesPercent * (dumpShare * dumped + (1 - dumpShare) * uploaded);
}

/** Part of an expected whole, below 1 however wrong the expectation is: near and past it every step is smaller. */
function tame(done: number, expected: number | null): number {
  if (expected === null || expected <= 0 || done <= 0) return 0;
  const part = done / expected;
  if (part <= trusted) return part;
  const room = 1 - trusted;
  return trusted + room * (1 - 1 / (1 + (part - trusted) / room));
}

/** The pace after a measurement. */
export function nextPace(pace: Pace, measured: number, nowMs: number): Pace {
  const percent = Math.max(pace.percent, Math.min(99, Math.max(0, measured)));
  if (pace.sinceMs === null || nowMs < pace.sampleMs) {
    return { ...pace, percent, sinceMs: nowMs, sampleMs: nowMs, samplePercent: percent };
  }
  const gapMs = nowMs - pace.sampleMs;
  if (gapMs < sampleEveryMs) return { ...pace, percent };
  const seen = (percent - pace.samplePercent) / (gapMs / 1000);
  const weight = 1 - Math.exp(-gapMs / smoothMs);
  const rate = pace.rate === null ? seen : pace.rate + (seen - pace.rate) * weight;
  return { ...pace, percent, rate, sampleMs: nowMs, samplePercent: percent };
}

export function toEstimate(pace: Pace, nowMs: number): Estimate {
  const { percent, rate, sinceMs } = pace;
  const isKnown =
    rate !== null && rate > 0 && sinceMs !== null && nowMs - sinceMs >= quietMs && percent >= quietPercent;
  if (!isKnown) return { percent, leftMs: null };
  const leftMs = Math.round(((100 - percent) / rate) * 1000);
  return { percent, leftMs: leftMs > longestMs ? null : leftMs };
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
