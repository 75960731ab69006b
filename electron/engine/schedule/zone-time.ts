// The clock on the wall of a time zone, from the runtime's own zone data: which instant a local date and time is, what to
// take for one that does not exist, and when the clocks change.

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** No zone is further from UTC, and none jumped by more than a day. */
const furthestMs = 2 * dayMs;

const formats = new Map<string, Intl.DateTimeFormat>();

/** False for a name that this runtime's zone data does not have. */
export function isTimeZone(timeZone: string): boolean {
  try {
    readFormat(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** The days around now are asked for again and again: formatting a date costs a thousand times as much as a look here. */
const offsets = new Map<string, Map<number, number>>();
const keptOffsets = 4000;

/** How far the zone's clock is ahead of UTC at an instant, in milliseconds. Throws RangeError for an unknown zone. */
export function readOffsetMs(timeZone: string, atMs: number): number {
  if (timeZone === 'UTC') return 0;
  const known = offsets.get(timeZone) ?? new Map<number, number>();
  const kept = known.get(atMs);
  if (kept !== undefined) return kept;
  const offsetMs = formatOffset(timeZone, atMs);
  if (known.size >= keptOffsets) known.clear();
  offsets.set(timeZone, known.set(atMs, offsetMs));
  return offsetMs;
}

function formatOffset(timeZone: string, atMs: number): number {
  const found = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(readFormat(timeZone).format(atMs));
  if (!found?.[1]) return 0;
  const [, sign, hours, minutes, seconds = '0'] = found;
  const ms = Number(hours) * 3_600_000 + Number(minutes) * minuteMs + Number(seconds) * 1000;
  return sign === '-' ? -ms : ms;
}

/** What the zone's clock shows, as if it were UTC. */
export function toWallMs(timeZone: string, atMs: number): number {
  return atMs + readOffsetMs(timeZone, atMs);
}

/** The instants at which the zone's clock shows `wallMs`: none while it is put forward, two while it is put back. */
export function findInstants(timeZone: string, wallMs: number): number[] {
  const offsets = new Set([-dayMs, 0, dayMs].map((shift) => readOffsetMs(timeZone, wallMs + shift)));
  const instants = [...offsets].map((offset) => wallMs - offset);
  return instants.filter((atMs) => toWallMs(timeZone, atMs) === wallMs).sort((a, b) => a - b);
}

/** The first instant at which the zone's clock shows `wallMs`; where it never does, the instant it is put forward past it. */
export function toInstant(timeZone: string, wallMs: number): number {
  const first = findInstants(timeZone, wallMs)[0];
  if (first !== undefined) return first;
  let beforeMs = wallMs - furthestMs;
  let afterMs = wallMs + furthestMs;
  while (afterMs - beforeMs > 1) {
    const middleMs = Math.floor((beforeMs + afterMs) / 2);
    if (toWallMs(timeZone, middleMs) < wallMs) beforeMs = middleMs;
    else afterMs = middleMs;
  }
  return afterMs;
}

export interface ClockChange {
  readonly atMs: number;
  /** What the zone's clock shows the moment before, and then. */
  readonly fromWallMs: number;
  readonly toWallMs: number;
}

/** The first change of the zone's clock after one instant and not after another; null when there is none. */
export function findClockChange(timeZone: string, afterMs: number, untilMs: number): ClockChange | null {
  for (let startMs = afterMs; startMs < untilMs; startMs += dayMs) {
    let beforeMs = startMs;
    let changedMs = Math.min(startMs + dayMs, untilMs);
    const offset = readOffsetMs(timeZone, beforeMs);
    if (readOffsetMs(timeZone, changedMs) === offset) continue;
    while (changedMs - beforeMs > 1) {
      const middleMs = Math.floor((beforeMs + changedMs) / 2);
      if (readOffsetMs(timeZone, middleMs) === offset) beforeMs = middleMs;
      else changedMs = middleMs;
    }
    return { atMs: changedMs, fromWallMs: changedMs + offset, toWallMs: toWallMs(timeZone, changedMs) };
  }
  return null;
}

function readFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  return format;
}
