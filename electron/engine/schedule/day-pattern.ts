// A schedule as what the clock and calendar on the wall show: which days, and which minutes of such a day. Knows no zone.
import type { When } from '../../../shared/schedule.ts';
import { readCron, type CalendarDay } from './read-cron.ts';

export interface DayPattern {
  readonly isDay: (day: CalendarDay) => boolean;
  /** Minutes since midnight by the clock on the wall, ascending, each once. */
  readonly minutes: readonly number[];
  /**
   * True for what goes by the hours that pass and not by the time of the day: an hour that comes twice counts twice, one that
   * is left out does not count. Otherwise a time that comes twice counts once, one that is left out counts when it is passed.
   */
  readonly everyHour: boolean;
}

const hourMinutes = 60;
const dayMinutes = 24 * hourMinutes;
const everyDay = (): boolean => true;

/** Null for `off`. Throws `input/invalid` for a cron expression that cannot be used. */
export function toDayPattern(when: When): DayPattern | null {
  switch (when.kind) {
    case 'off':
      return null;
    case 'daily':
      return { isDay: everyDay, minutes: toMinutes(when.times), everyHour: false };
    case 'weekly':
      return {
        isDay: ({ weekday }) => when.days.includes(weekday),
        minutes: toMinutes(when.times),
        everyHour: false,
      };
    case 'hourly':
      return { isDay: everyDay, minutes: cross(range(24), [when.minute]), everyHour: true };
    case 'every-hours': {
      const [first = 0] = toMinutes([when.at]);
      const steps = range(24 / when.hours).map((step) => (first + step * when.hours * hourMinutes) % dayMinutes);
      return { isDay: everyDay, minutes: steps.sort((a, b) => a - b), everyHour: false };
    }
    case 'monthly': {
      const wanted = when.day === 'last' ? 31 : when.day;
      return {
        isDay: ({ day, lastDay }) => day === Math.min(wanted, lastDay),
        minutes: toMinutes(when.times),
        everyHour: false,
      };
    }
    case 'cron': {
      const { isMonth, isDay, hours, minutes, everyHour } = readCron(when.expression);
      return { isDay: (day) => isMonth(day.month) && isDay(day), minutes: cross(hours, minutes), everyHour };
    }
  }
}

/** The day that a wall clock's time, told as if it were UTC, is in. */
export function toCalendarDay(wallMs: number): CalendarDay {
  const date = new Date(wallMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { year, month, day: date.getUTCDate(), weekday: date.getUTCDay(), lastDay };
}

function toMinutes(times: readonly string[]): number[] {
  const minutes = times.map((time) => Number(time.slice(0, 2)) * hourMinutes + Number(time.slice(3)));
  return [...new Set(minutes)].sort((a, b) => a - b);
}

function cross(hours: readonly number[], minutes: readonly number[]): number[] {
  return hours.flatMap((hour) => minutes.map((minute) => hour * hourMinutes + minute));
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
