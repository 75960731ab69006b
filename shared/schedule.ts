// When a job runs by itself: the kinds of schedules a person can choose. Dates are computed in engine/schedule.
import { z } from 'zod';

/** `07:30`, 24 hours. */
const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const timesSchema = z.array(timeOfDaySchema).min(1).max(24);

/** Only those that divide a day: then the times are the same every day. */
export const hourSteps = [2, 3, 4, 6, 8, 12] as const;

export const whenSchema = z.discriminatedUnion('kind', [
  /** By hand only. */
  z.object({ kind: z.literal('off') }),
  /** Every day, once or several times. */
  z.object({ kind: z.literal('daily'), times: timesSchema }),
  /** 0 is Sunday, as in cron. */
  z.object({
    kind: z.literal('weekly'),
    days: z.array(z.number().int().min(0).max(6)).min(1).max(7),
    times: timesSchema,
  }),
  z.object({ kind: z.literal('hourly'), minute: z.number().int().min(0).max(59) }),
  /** `at` is one of the day's times; the others are so many hours apart. */
  z.object({
    kind: z.literal('every-hours'),
    hours: z.union(hourSteps.map((step) => z.literal(step))),
    at: timeOfDaySchema,
  }),
  /** In a month that is shorter, the 29th to 31st mean its last day. */
  z.object({
    kind: z.literal('monthly'),
    day: z.union([z.number().int().min(1).max(31), z.literal('last')]),
    times: timesSchema,
  }),
  /** Five fields, or `@daily` and its like. */
  z.object({ kind: z.literal('cron'), expression: z.string().trim().min(1).max(200) }),
]);
export type When = z.infer<typeof whenSchema>;

export const maxJitterMinutes = 120;

export const scheduleSchema = z.object({
  when: whenSchema,
  /** False: the times stay, but nothing starts. */
  enabled: z.boolean(),
  /** IANA name; null: this computer's own, also after a journey. */
  timeZone: z.string().min(1).max(100).nullable(),
  /** A start may come up to so many minutes after its time, always the same for the same time. */
  jitterMinutes: z.number().int().min(0).max(maxJitterMinutes),
});
export type Schedule = z.infer<typeof scheduleSchema>;

/** Of a job that nobody gave a schedule: it runs by hand only. */
export const noSchedule: Schedule = { when: { kind: 'off' }, enabled: true, timeZone: null, jitterMinutes: 0 };

/** What a form suggests for a new job. */
export const suggestedSchedule: Schedule = { ...noSchedule, when: { kind: 'daily', times: ['03:00'] } };

/** True when the job starts by itself. */
export function isScheduled({ when, enabled }: Schedule): boolean {
  return enabled && when.kind !== 'off';
}

/** From 0, Sunday. */
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** `every day at 03:00`, `Monday and Friday at 03:00`, `by hand only`. */
export function describeWhen(when: When): string {
  switch (when.kind) {
    case 'off':
      return 'by hand only';
    case 'daily':
      return `every day at ${toList([...when.times].sort())}`;
    case 'weekly':
      return `${describeDays(when.days)} at ${toList([...when.times].sort())}`;
    case 'hourly':
      return `every hour at :${String(when.minute).padStart(2, '0')}`;
    case 'every-hours':
      return `every ${String(when.hours)} hours, at ${when.at} and so on`;
    case 'monthly':
      return `${when.day === 'last' ? 'the last day' : `the ${toOrdinal(when.day)}`} of the month at ${toList([...when.times].sort())}`;
    case 'cron':
      return `cron ${when.expression}`;
  }
}

/** The same with what changes it: `every day at 03:00 (Europe/Berlin)`, `switched off: every day at 03:00`. */
export function describeSchedule({ when, enabled, timeZone }: Schedule): string {
  if (when.kind === 'off') return describeWhen(when);
  const zone = timeZone === null ? '' : ` (${timeZone})`;
  return `${enabled ? '' : 'switched off: '}${describeWhen(when)}${zone}`;
}

function describeDays(days: readonly number[]): string {
  // Monday first, as calendars have it.
  const sorted = [...new Set(days)].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  if (sorted.length === 7) return 'every day';
  if (sorted.join() === '1,2,3,4,5') return 'Monday to Friday';
  return toList(sorted.map((day) => dayNames[day] ?? ''));
}

function toOrdinal(day: number): string {
  const tens = day % 100;
  const endings: Readonly<Record<number, string>> = { 1: 'st', 2: 'nd', 3: 'rd' };
  return `${String(day)}${tens > 10 && tens < 14 ? 'th' : (endings[day % 10] ?? 'th')}`;
}

/** `a`, `a and b`, `a, b and c`. */
function toList(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
