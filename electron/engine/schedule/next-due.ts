// The dates of a schedule: pure, in the job's time zone, right across clock changes. A slot is the time a person chose; its
// start may come a little later (jitter).
import type { Schedule } from '../../../shared/schedule.ts';
import { toCalendarDay, toDayPattern, type DayPattern } from './day-pattern.ts';
import { findInstants, toInstant, toWallMs } from './zone-time.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** 29 February on a certain weekday can be 40 years away (a century's turn in between). */
const searchDays = 41 * 366;

/** A jittered start keeps so far from the next slot. */
const jitterGapMs = minuteMs;

export interface Slot {
  readonly dueMs: number;
  /** When the run starts: the slot, or up to the jitter later, and always before the next slot. */
  readonly startMs: number;
}

/** A schedule ready to be asked. */
export interface SlotSource {
  /** The first slot after an instant; null when none comes. */
  readonly next: (afterMs: number) => number | null;
  /** Slots after one instant and not after another, oldest first, `limit` at most. */
  readonly between: (afterMs: number, untilMs: number, limit: number) => number[];
  /** True when the wall clock's time, told as if it were UTC, is one of the schedule's. */
  readonly matches: (wallMs: number) => boolean;
  /** It goes by the hours that pass, not by the time of the day. */
  readonly everyHour: boolean;
}

/**
 * Null for `off`. `systemZone` is the zone of a schedule without its own. Throws `input/invalid` for a cron expression that cannot
 * be used and RangeError for an unknown zone.
 */
export function toSlotSource({ when, timeZone }: Schedule, systemZone: string): SlotSource | null {
  const pattern = toDayPattern(when);
  if (!pattern) return null;
  const zone = timeZone ?? systemZone;
  const between: SlotSource['between'] = (afterMs, untilMs, limit) => {
    const slots: number[] = [];
    for (const dueMs of walk(pattern, zone, afterMs, untilMs)) {
      if (slots.length >= limit) break;
      slots.push(dueMs);
    }
    return slots;
  };
  return {
    between,
    everyHour: pattern.everyHour,
    matches: (wallMs) =>
      pattern.isDay(toCalendarDay(wallMs)) &&
      pattern.minutes.includes(Math.floor(wallMs / minuteMs) % (dayMs / minuteMs)),
    next: (afterMs) => between(afterMs, afterMs + searchDays * dayMs, 1)[0] ?? null,
  };
}

/** The first slot after an instant; null for `off` and for what never comes. Pure. */
export function nextDue(schedule: Schedule, after: Date, systemZone: string): Date | null {
  const dueMs = toSlotSource(schedule, systemZone)?.next(after.getTime()) ?? null;
  return dueMs === null ? null : new Date(dueMs);
}

function* walk(pattern: DayPattern, zone: string, afterMs: number, untilMs: number): Generator<number> {
  let lastMs = afterMs;
  // A day before: what a jump of the calendar leaves out counts on the day after.
  const firstDayMs = Math.floor((toWallMs(zone, afterMs) - dayMs) / dayMs) * dayMs;
  const endWallMs = toWallMs(zone, untilMs) + 2 * dayMs;
  for (let dayStartMs = firstDayMs; dayStartMs < endWallMs; dayStartMs += dayMs) {
    if (!pattern.isDay(toCalendarDay(dayStartMs))) continue;
    for (const dueMs of listDay(pattern, zone, dayStartMs)) {
      if (dueMs > untilMs) return;
      if (dueMs <= lastMs) continue;
      lastMs = dueMs;
      yield dueMs;
    }
  }
}

function listDay(pattern: DayPattern, zone: string, dayStartMs: number): number[] {
  const walls = pattern.minutes.map((minutes) => dayStartMs + minutes * minuteMs);
  const instants = pattern.everyHour
    ? walls.flatMap((wallMs) => findInstants(zone, wallMs))
    : walls.map((wallMs) => toInstant(zone, wallMs));
  return instants.sort((a, b) => a - b);
}

/** When the run of a slot starts. The same job and slot have the same answer everywhere and always. */
export function toSlot(jobId: string, dueMs: number, jitterMinutes: number, source: SlotSource): Slot {
  if (jitterMinutes === 0) return { dueMs, startMs: dueMs };
  const nextMs = source.next(dueMs) ?? Number.POSITIVE_INFINITY;
  const roomMs = Math.max(0, Math.min(jitterMinutes * minuteMs, nextMs - dueMs - jitterGapMs));
  const seconds = Math.floor(roomMs / 1000);
  return { dueMs, startMs: dueMs + (seconds === 0 ? 0 : (hash(`${jobId} ${String(dueMs)}`) % (seconds + 1)) * 1000) };
}

/** Slots kept of a very long time in which nobody looked: the newest. */
const mostSlots = 2000;
const spansMs = [dayMs / 24, dayMs, 40 * dayMs, 400 * dayMs];

/** The first slot that starts after an instant; null when none comes. */
export function nextSlot(jobId: string, source: SlotSource, jitterMinutes: number, afterMs: number): Slot | null {
  let dueMs = source.next(afterMs - jitterMinutes * minuteMs - 1);
  while (dueMs !== null) {
    const slot = toSlot(jobId, dueMs, jitterMinutes, source);
    if (slot.startMs > afterMs) return slot;
    dueMs = source.next(dueMs);
  }
  return null;
}

/** Slots that start after one instant and not after another, oldest first; of more than 2,000 about the newest ones. */
export function slotsSince(
  jobId: string,
  source: SlotSource,
  jitterMinutes: number,
  afterMs: number,
  untilMs: number,
): Slot[] {
  const fromMs = afterMs - jitterMinutes * minuteMs - 1;
  let dues = source.between(fromMs, untilMs, mostSlots + 1);
  if (dues.length > mostSlots) {
    const spans = spansMs.map((spanMs) => source.between(Math.max(fromMs, untilMs - spanMs), untilMs, mostSlots + 1));
    dues = spans.filter(({ length }) => length > 0 && length <= mostSlots).at(-1) ?? dues;
  }
  return dues
    .map((dueMs) => toSlot(jobId, dueMs, jitterMinutes, source))
    .filter(({ startMs }) => startMs > afterMs && startMs <= untilMs);
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/; with a last mixing step, because near inputs must spread. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
