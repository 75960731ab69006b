// How full Drive is, how it grows, and when it will be full: pure functions of the points that were recorded.
import { z } from 'zod';
import { formatBytes, formatPlural } from './format.ts';

/** What Drive and this program said at one time; one point a day is kept. */
export const spacePointSchema = z.object({
  at: z.string(),
  /** Of the whole account or, where storage is pooled, of the organisation; the trash is part of it. */
  usageBytes: z.number(),
  /** Null: none is set. */
  limitBytes: z.number().nullable(),
  trashBytes: z.number(),
  /** Sets of this program's catalogue. */
  ownBytes: z.number(),
});
export type SpacePoint = z.infer<typeof spacePointSchema>;

export const forecastSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('full-in'), days: z.number(), bytesPerDay: z.number() }),
  z.object({ kind: z.literal('full') }),
  /** It does not grow, or not to the limit within the years that a trend can say something about. */
  z.object({ kind: z.literal('not-soon') }),
  z.object({ kind: z.literal('no-limit') }),
  z.object({ kind: z.literal('too-few-points') }),
]);
export type Forecast = z.infer<typeof forecastSchema>;

export const spaceSchema = z.object({
  /** Oldest first, at most one a day. */
  points: z.array(spacePointSchema),
  forecast: forecastSchema,
  /** What one more backup of every job takes, by its newest one. */
  nextBytes: z.number(),
  /** `backups`: less than two more rounds fit. `days`: full within 30 days. */
  short: z.enum(['backups', 'days']).nullable(),
});
export type Space = z.infer<typeof spaceSchema>;

const dayMs = 86_400_000;
/** The trend of the last three months: older habits say little about the next. */
const windowDays = 90;
/** A trend needs a week, so that weekly backups are in it, and enough points that one odd value does not make it. */
const minDays = 7;
const minPoints = 5;
/** A trend of three months says nothing about later than this. */
const horizonDays = 5 * 365;
/** A change this many times as big as any other one, and a share of all, is an event (a clean-up, a move), no trend. */
const shiftFactor = 3;
const shiftShare = 0.05;
export const shortDays = 30;
const shortRounds = 2;

/**
 * When the account is full, by the median of all slopes between two points (Theil and Sen): single wrong values do not move
 * it. Points from before the last big lasting change are left out.
 */
export function forecastFull(points: readonly SpacePoint[]): Forecast {
  const sorted = [...points].sort((a, b) => a.at.localeCompare(b.at));
  const newest = sorted.at(-1);
  if (!newest) return { kind: 'too-few-points' };
  if (newest.limitBytes === null) return { kind: 'no-limit' };
  const freeBytes = newest.limitBytes - newest.usageBytes;
  if (freeBytes <= 0) return { kind: 'full' };
  const from = Date.parse(newest.at) - windowDays * dayMs;
  const recent = afterLastShift(sorted.filter(({ at }) => Date.parse(at) >= from));
  const spanDays = (Date.parse(newest.at) - Date.parse(recent[0]?.at ?? newest.at)) / dayMs;
  if (recent.length < minPoints || spanDays < minDays) return { kind: 'too-few-points' };
  const bytesPerDay = medianSlope(recent);
  if (bytesPerDay <= 0) return { kind: 'not-soon' };
  const days = freeBytes / bytesPerDay;
  return days > horizonDays ? { kind: 'not-soon' } : { kind: 'full-in', days, bytesPerDay };
}

/** Bytes per day. */
function medianSlope(points: readonly SpacePoint[]): number {
  const slopes: number[] = [];
  for (const [index, first] of points.entries()) {
    for (const second of points.slice(index + 1)) {
      const days = (Date.parse(second.at) - Date.parse(first.at)) / dayMs;
      if (days > 0) slopes.push((second.usageBytes - first.usageBytes) / days);
    }
  }
  return median(slopes);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** One step that is far bigger than all others and stays: what was before it belongs to another time. */
function afterLastShift(points: readonly SpacePoint[]): readonly SpacePoint[] {
  const steps = points.slice(1).map((point, index) => Math.abs(point.usageBytes - (points[index]?.usageBytes ?? 0)));
  const biggest = Math.max(0, ...steps);
  const place = steps.indexOf(biggest);
  const others = steps.filter((_, index) => index !== place);
  const isEvent =
    biggest > shiftFactor * Math.max(0, ...others) && biggest > shiftShare * (points.at(-1)?.usageBytes ?? 0);
  return isEvent ? points.slice(place + 1) : points;
}

/** Whether it is time to make room. Without a limit it never is. */
export function chooseShort(
  { usageBytes, limitBytes }: Pick<SpacePoint, 'usageBytes' | 'limitBytes'>,
  nextBytes: number,
  forecast: Forecast,
): Space['short'] {
  if (limitBytes === null) return null;
  const freeBytes = limitBytes - usageBytes;
  if (freeBytes <= 0 || freeBytes < shortRounds * nextBytes) return 'backups';
  return forecast.kind === 'full-in' && forecast.days < shortDays ? 'days' : null;
}

/** `full in about 5 months`; null when nothing can be said. */
export function describeForecast(forecast: Forecast): string | null {
  switch (forecast.kind) {
    case 'full-in':
      return `full in about ${describeDays(forecast.days)}`;
    case 'full':
      return 'full';
    case 'not-soon':
      return 'not filling up';
    case 'no-limit':
      return 'no limit is set';
    case 'too-few-points':
      return null;
  }
}

/** `3 days`, `5 weeks`, `5 months`, `2 years`. */
function describeDays(days: number): string {
  if (days < 1) return 'a day';
  if (days < 21) return formatPlural(Math.round(days), 'day');
  if (days < 60) return formatPlural(Math.round(days / 7), 'week');
  if (days < 700) return formatPlural(Math.round(days / 30.4), 'month');
  return formatPlural(Math.round(days / 365), 'year');
}

/** The lines that a person reads about the space, each a sentence. */
export function describeSpace(space: Space): string[] {
  const point = space.points.at(-1);
  if (!point) return ['How full Drive is, is not known yet.'];
  const { usageBytes, limitBytes, trashBytes, ownBytes } = point;
  const free = limitBytes === null ? null : Math.max(0, limitBytes - usageBytes);
  const forecast = describeForecast(space.forecast);
  const lines = [
    limitBytes === null
      ? `${formatBytes(usageBytes)} used; this account has no limit.`
      : `${formatBytes(usageBytes)} of ${formatBytes(limitBytes)} used, ${formatBytes(free ?? 0)} free${forecast === null || forecast === 'full' ? '' : `, ${forecast}`}.`,
    `The backups listed here take ${formatBytes(ownBytes)}${space.nextBytes > 0 ? `; one more of every job takes about ${formatBytes(space.nextBytes)}` : ''}.`,
  ];
  if (trashBytes > 0) lines.push(`${formatBytes(trashBytes)} lie in the trash and count until it is emptied.`);
  if (space.forecast.kind === 'too-few-points' && limitBytes !== null)
    lines.push('A forecast needs a week of figures.');
  return lines;
}

/** What to say when it is short; null when it is not. */
export function describeShort(space: Space): string | null {
  const point = space.points.at(-1);
  if (space.short === null || point?.limitBytes === null || point?.limitBytes === undefined) return null;
  const free = formatBytes(Math.max(0, point.limitBytes - point.usageBytes));
  const why =
    space.short === 'backups'
      ? `Only ${free} are free: less than two more backups of every job fit.`
      : `Drive will be ${describeForecast(space.forecast) ?? 'full soon'}; ${free} are free.`;
  return `${why}${point.trashBytes > 0 ? ` ${formatBytes(point.trashBytes)} of the used space lie in the trash.` : ''}`;
}
