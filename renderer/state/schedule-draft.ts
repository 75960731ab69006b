// The schedule while a person chooses it: the kinds in the form's words, and what stays when the kind is changed. Pure.
import { hourSteps, type When } from '../../shared/schedule.ts';

/** What the form offers, in its order. `times` is `daily` with more than one time. */
export const whenChoices = [
  { value: 'daily', label: 'Every day' },
  { value: 'times', label: 'Several times a day' },
  { value: 'weekly', label: 'Every week' },
  { value: 'hourly', label: 'Every hour' },
  { value: 'every-hours', label: 'Every few hours' },
  { value: 'monthly', label: 'Every month' },
  { value: 'cron', label: 'Cron expression' },
  { value: 'off', label: 'By hand only' },
] as const;
export type WhenChoice = (typeof whenChoices)[number]['value'];

export function toChoice(when: When): WhenChoice {
  return when.kind === 'daily' && when.times.length > 1 ? 'times' : when.kind;
}

const usualTime = '03:00';
const monday = 1;

/** The schedule after another kind was chosen: the times stay where the new kind has times. */
export function changeChoice(when: When, choice: WhenChoice): When {
  const times = 'times' in when && when.times.length > 0 ? when.times : [usualTime];
  const first = times.slice(0, 1);
  switch (choice) {
    case 'off':
      return { kind: 'off' };
    case 'daily':
      return { kind: 'daily', times: first };
    case 'times':
      return { kind: 'daily', times: times.length > 1 ? times : addTime(first) };
    case 'weekly':
      return { kind: 'weekly', days: [monday], times: first };
    case 'hourly':
      return { kind: 'hourly', minute: 0 };
    case 'every-hours':
      return { kind: 'every-hours', hours: 6, at: first[0] ?? usualTime };
    case 'monthly':
      return { kind: 'monthly', day: 1, times: first };
    case 'cron':
      return { kind: 'cron', expression: toCron(when) };
  }
}

const mostTimes = 24;
export function canAddTime(times: readonly string[]): boolean {
  return times.length < mostTimes;
}

/** One more: twelve hours after the last, or the next half hour that is not taken yet. */
export function addTime(times: readonly string[]): string[] {
  const last = toMinutes(times.at(-1) ?? usualTime);
  const free = [720, 360, 180, ...Array.from({ length: 48 }, (_, index) => index * 30)]
    .map((later) => toTime((last + later) % 1440))
    .find((time) => !times.includes(time));
  return free === undefined ? [...times] : [...times, free];
}

export const hourChoices = hourSteps.map((hours) => ({ value: String(hours), label: `every ${String(hours)} hours` }));

export const dayChoices = [
  ...Array.from({ length: 31 }, (_, index) => ({ value: String(index + 1), label: `day ${String(index + 1)}` })),
  { value: 'last', label: 'the last day' },
];

export function toMonthDay(value: string): number | 'last' {
  return value === 'last' ? 'last' : Number(value);
}

/** What was chosen before, as a beginning for whoever wants to write it by hand. */
function toCron(when: When): string {
  const [hour, minute] = 'times' in when ? (when.times[0] ?? usualTime).split(':').map(Number) : [3, 0];
  const time = `${String(minute ?? 0)} ${String(hour ?? 3)}`;
  switch (when.kind) {
    case 'weekly':
      return `${time} * * ${when.days.join(',')}`;
    case 'monthly':
      return `${time} ${when.day === 'last' ? 'L' : String(when.day)} * *`;
    case 'hourly':
      return `${String(when.minute)} * * * *`;
    case 'every-hours': {
      const firstHour = Number(when.at.slice(0, 2)) % when.hours;
      return `${String(Number(when.at.slice(3)))} ${String(firstHour)}/${String(when.hours)} * * *`;
    }
    case 'cron':
      return when.expression;
    case 'daily':
    case 'off':
      return `${time} * * *`;
  }
}

function toMinutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function toTime(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
