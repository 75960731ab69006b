// Reads a cron expression of five fields with node-schedule's own parser, and refuses in words what that one lets pass.
import cronParser from 'cron-parser';
import { invalidInput, type AppError } from '../../../shared/errors.ts';

/** What the five fields stand for. Days of the month: 1 to 31 and `L` for the last; days of the week: 0 (Sunday) to 6. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly isMonth: (month: number) => boolean;
  readonly isDay: (day: CalendarDay) => boolean;
  /** Every hour is meant: the minutes count in each hour there is. */
  readonly everyHour: boolean;
}

/** A day as the calendar on the wall has it; months from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** The month's last day. */
  readonly lastDay: number;
}

const names: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

const fieldLimits = [59, 23, 31, 12, 7] as const;

/** Throws `input/invalid` (field `schedule`) that says what is wrong and what is expected. */
export function readCron(expression: string): CronFields {
  const text = names[expression.trim().toLowerCase()] ?? expression.trim();
  if (text.startsWith('@')) throw refuse(expression, `the names are ${Object.keys(names).join(', ')}`);
  const parts = text.split(/\s+/);
  if (parts.length !== 5) {
    throw refuse(
      expression,
      `it has ${String(parts.length)} fields and needs five: minute, hour, day of the month, month, day of the week`,
    );
  }
  for (const [index, part] of parts.entries()) {
    const step = /\/(\d+)/.exec(part)?.[1];
    if (step !== undefined && Number(step) > (fieldLimits[index] ?? 0)) {
      throw refuse(expression, `a step of ${step} is longer than its field`);
    }
  }
  let parsed: ReturnType<typeof cronParser.parseExpression>;
  try {
    parsed = cronParser.parseExpression(text, { tz: 'UTC', currentDate: new Date(0) });
    // Finds what never comes, such as the 31st of February.
    parsed.next();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refuse(expression, /loop limit|explicit day of month/.test(reason) ? 'no such day ever comes' : reason);
  }
  const { minute, hour, dayOfMonth, month, dayOfWeek } = parsed.fields;
  const [, , dayPart = '', , weekdayPart = ''] = parts;
  const isDayOfMonth = readDaysOfMonth(dayOfMonth);
  const isWeekday = readWeekdays(dayOfWeek, weekdayPart);
  // cron: with both restricted either is enough.
  const both = !isOpen(dayPart) && !isOpen(weekdayPart);
  return {
    minutes: [...minute],
    hours: [...hour],
    isMonth: (value) => month.some((one) => one === value),
    isDay: (day) => (both ? isDayOfMonth(day) || isWeekday(day) : isDayOfMonth(day) && isWeekday(day)),
    everyHour: hour.length === 24,
  };
}

function readDaysOfMonth(days: readonly (number | 'L')[]): (day: CalendarDay) => boolean {
  const wanted = new Set(days);
  return ({ day, lastDay }) => wanted.has(day) || (day === lastDay && wanted.has('L'));
}

/** `5L` is the month's last Friday, `1#2` its second Monday; the parser hands the first on as text and the second not at all. */
function readWeekdays(days: readonly (number | string)[], part: string): (day: CalendarDay) => boolean {
  const nth = /#([1-5])$/.exec(part)?.[1];
  return ({ day, weekday, lastDay }) =>
    days.some((wanted) => {
      if (typeof wanted === 'string') return Number.parseInt(wanted, 10) % 7 === weekday && day + 7 > lastDay;
      return wanted % 7 === weekday && (nth === undefined || Math.ceil(day / 7) === Number(nth));
    });
}

function isOpen(part: string): boolean {
  return part === '*' || part === '?';
}

function refuse(expression: string, problem: string): AppError {
  return invalidInput('schedule', `the cron expression “${expression}” cannot be used: ${problem}`);
}
