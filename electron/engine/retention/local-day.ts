// Which day, week, month and year an instant belongs to by the clock on the wall of a time zone.
import type { PeriodName } from '../../../shared/retention.ts';

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-22`. Throws RangeError for a zone that this runtime does not know. */
export function toLocalDay(atMs: number, timeZone: string): string {
  return readFormat(timeZone).format(atMs);
}

/** The period of a local day: `2026-11-22`, `2026-W47` (ISO 8601: weeks from Monday, of the year that has their Thursday), `2026-11`, `2026`. */
export function toPeriod(day: string, name: PeriodName): string {
  switch (name) {
    case 'daily':
      return day;
    case 'weekly':
      return toIsoWeek(day);
    case 'monthly':
      return day.slice(0, 7);
    case 'yearly':
      return day.slice(0, 4);
  }
}

function toIsoWeek(day: string): string {
  const atMs = Date.parse(`${day}T00:00:00Z`);
  const weekday = (new Date(atMs).getUTCDay() + 6) % 7;
  const thursday = new Date(atMs + (3 - weekday) * dayMs);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * dayMs));
  return `${String(year)}-W${String(week).padStart(2, '0')}`;
}

function readFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  // Canada writes a date as ISO 8601 does.
  const format = new Intl.DateTimeFormat('en-CA', {
    ...parts,
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
  });
  formats.set(timeZone, format);
  return format;
}
