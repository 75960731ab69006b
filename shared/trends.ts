// Whether a backup breaks the trend of those before it: half the size, three times as long, a table that is suddenly empty. Pure,
// and calm: medians that single odd runs do not move, nothing about small dumps, nothing before there are five to compare with.
import { formatBytes, formatCount, formatDuration } from './format.ts';

/** One good backup of a database. */
export interface TrendPoint {
  /** pg_dump's output before compression; null when it is not known. */
  readonly dumpBytes: number | null;
  /** Null for a run that waited for the network or for a person: its length says nothing. */
  readonly durationMs: number | null;
}

/** Every sentence about a broken trend begins so: among a run's warnings it is told from the others. */
export const trendMark = 'Unusual: ';

export function isTrendWarning(warning: string): boolean {
  return warning.startsWith(trendMark);
}

export const minPoints = 5;
/** Older ones say little about the next. */
export const maxPoints = 20;

const shrinkFactor = 0.5;
const growthFactor = 3;
const smallDumpBytes = 1_000_000;
const smallGrowthBytes = 100_000_000;
const slowFactor = 3;
const smallSlownessMs = 5 * 60_000;

/** A value is odd when it is so many (scaled) median deviations away, besides the factor: where values always vary, more is usual. */
const oddDeviations = 4;
/** Makes the median of deviations comparable to a standard deviation (https://en.wikipedia.org/wiki/Median_absolute_deviation). */
const scale = 1.4826;

/** What is unusual about the newest of a database's backups; `before` newest first, of the same kind of dump. */
export function judgeTrend(newest: TrendPoint, before: readonly TrendPoint[]): readonly string[] {
  const points = before.slice(0, maxPoints);
  return [...judgeSize(newest, points), ...judgeDuration(newest, points)];
}

function judgeSize({ dumpBytes }: TrendPoint, points: readonly TrendPoint[]): readonly string[] {
  const usual = describeUsual(points.map((point) => point.dumpBytes));
  if (dumpBytes === null || !usual) return [];
  const words = `${trendMark}the dump has ${formatBytes(dumpBytes)}; the last ${String(usual.count)} had about ${formatBytes(usual.median)}.`;
  const isOdd = Math.abs(dumpBytes - usual.median) > usual.deviation * oddDeviations;
  if (isOdd && usual.median >= smallDumpBytes && dumpBytes < usual.median * shrinkFactor)
    return [`${words} Has data been deleted?`];
  if (isOdd && dumpBytes - usual.median >= smallGrowthBytes && dumpBytes > usual.median * growthFactor) return [words];
  return [];
}

function judgeDuration({ durationMs }: TrendPoint, points: readonly TrendPoint[]): readonly string[] {
  const usual = describeUsual(points.map((point) => point.durationMs));
  if (durationMs === null || !usual) return [];
  const isOdd = durationMs - usual.median > Math.max(usual.deviation * oddDeviations, smallSlownessMs);
  if (!isOdd || durationMs <= usual.median * slowFactor) return [];
  return [
    `${trendMark}it took ${formatDuration(durationMs)}; the last ${String(usual.count)} took about ${formatDuration(usual.median)}.`,
  ];
}

interface Usual {
  readonly median: number;
  /** Scaled. */
  readonly deviation: number;
  readonly count: number;
}

/** Null while there are too few. */
function describeUsual(values: readonly (number | null)[]): Usual | null {
  const known = values.filter((value) => value !== null);
  if (known.length < minPoints) return null;
  const middle = median(known);
  return {
    median: middle,
    deviation: scale * median(known.map((value) => Math.abs(value - middle))),
    count: known.length,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}

/** A table with many rows, and in how many good backups one after the other it had them. */
export interface FilledTable {
  /** `schema.name`. */
  readonly table: string;
  readonly rows: number;
  readonly times: number;
}

const manyRows = 100;
/** Named in one sentence. */
const namedTables = 5;

/** The tables that have many rows now, with their count. `known` are those of the backup before. */
export function countFilled(
  counts: readonly { readonly table: string; readonly rows: number }[],
  known: readonly FilledTable[],
): readonly FilledTable[] {
  const times = new Map(known.map((table) => [table.table, table.times]));
  return counts
    .filter(({ rows }) => rows >= manyRows)
    .map(({ table, rows }) => ({ table, rows, times: Math.min(maxPoints, (times.get(table) ?? 0) + 1) }));
}

/** Tables that had many rows in every one of the last backups and have none now. A table that is not dumped is no empty one. */
export function judgeEmptied(
  counts: readonly { readonly table: string; readonly rows: number }[],
  known: readonly FilledTable[],
): readonly string[] {
  const empty = new Set(counts.filter(({ rows }) => rows === 0).map(({ table }) => table));
  const emptied = known.filter(({ table, times }) => times >= minPoints && empty.has(table));
  if (emptied.length === 0) return [];
  const sorted = [...emptied].sort((a, b) => b.rows - a.rows);
  const names = sorted.slice(0, namedTables).map(({ table, rows }) => `${table} (${formatCount(rows)} rows)`);
  const more = sorted.length > namedTables ? ` and ${String(sorted.length - namedTables)} more` : '';
  const are = sorted.length === 1 ? 'is empty now; it was' : 'are empty now; they were';
  return [`${trendMark}${names.join(', ')}${more} ${are} not in the last ${String(minPoints)} backups.`];
}
