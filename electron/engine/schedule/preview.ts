// The dates of a schedule as a person reads them, and what the next change of the clocks does to them. Pure.
import type { SchedulePreview } from '../../../shared/slot.ts';
import type { SlotSource } from './next-due.ts';
import { findClockChange, readOffsetMs } from './zone-time.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const yearMs = 366 * 24 * hourMs;

export function toPreviewDate(dueMs: number, timeZone: string): SchedulePreview['dates'][number] {
  return {
    at: new Date(dueMs).toISOString(),
    local: toLocal(dueMs, timeZone),
    offset: toOffset(readOffsetMs(timeZone, dueMs)),
  };
}

/** Null when the clocks do not change within a year. */
export function describeClockChange(source: SlotSource, timeZone: string, afterMs: number): string | null {
  const change = findClockChange(timeZone, afterMs, afterMs + yearMs);
  if (!change) return null;
  const { atMs, fromWallMs, toWallMs } = change;
  const forward = toWallMs > fromWallMs;
  const day = toDay(atMs - 1, timeZone);
  const how = `The clocks go ${forward ? 'forward' : 'back'} on ${day}, from ${toTime(fromWallMs)} to ${toTime(toWallMs)}`;
  const concerned = listMinutes(Math.min(fromWallMs, toWallMs), Math.max(fromWallMs, toWallMs)).some(source.matches);
  if (concerned && source.everyHour) {
    return `${how}: ${forward ? 'what is left out does not count' : 'each hour that passes counts, also the one that comes twice'}.`;
  }
  if (concerned && forward) return `${how}: a time in between starts at ${toTime(toWallMs)}.`;
  if (concerned) return `${how}: a time that comes twice starts once.`;
  return `${how}. The times stay as the clock shows them.`;
}

function listMinutes(fromMs: number, untilMs: number): number[] {
  return Array.from({ length: (untilMs - fromMs) / minuteMs }, (_, index) => fromMs + index * minuteMs);
}

/** `Sun, 29 Mar 2026, 03:00`. */
function toLocal(ms: number, timeZone: string): string {
  const options = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-GB', { timeZone, ...options, ...time }).format(ms);
}

function toDay(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'long', year: 'numeric' }).format(ms);
}

/** What a wall clock shows, told as if it were UTC. */
function toTime(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(11, 16);
}

/** `UTC`, `UTC+2`, `UTC+5:45`, `UTC−3`. */
function toOffset(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC';
  const minutes = Math.round(Math.abs(offsetMs) / minuteMs);
  const rest = minutes % 60 === 0 ? '' : `:${String(minutes % 60).padStart(2, '0')}`;
  return `UTC${offsetMs < 0 ? '−' : '+'}${String(Math.floor(minutes / 60))}${rest}`;
}
