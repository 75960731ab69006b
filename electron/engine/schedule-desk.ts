// What the window, the tray and the command line ask about schedules, and the checks before one is stored.
import { invalidInput } from '../../shared/errors.ts';
import type { EngineHandlers } from '../../shared/ipc/contract.ts';
import { isScheduled, type Schedule } from '../../shared/schedule.ts';
import type { SchedulePreview } from '../../shared/slot.ts';
import type { Calendar, Clock } from './base/ports.ts';
import { toSlotSource } from './schedule/next-due.ts';
import { describeClockChange, toPreviewDate } from './schedule/preview.ts';
import type { Scheduler } from './schedule/scheduler.ts';
import { isTimeZone } from './schedule/zone-time.ts';
import type { Db } from './store/database.ts';
import { listSlots } from './store/slots.ts';

export interface ScheduleDeskParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly scheduler: Scheduler;
}

export function createScheduleHandlers(parts: ScheduleDeskParts): EngineHandlers['schedule'] {
  const { db, scheduler } = parts;
  return {
    get: () => scheduler.get(),
    pause: ({ kind }) => scheduler.pause(kind),
    resume: () => scheduler.resume(),
    preview: (wish) => previewSchedule(parts, wish),
    listSlots: (filter) => listSlots(db, filter),
    noteSleep: ({ phase }) => {
      scheduler.noteSleep(phase);
    },
  };
}

/** Throws `input/invalid` that says what is wrong with it. */
export function checkSchedule(schedule: Schedule): void {
  if (schedule.timeZone !== null && !isTimeZone(schedule.timeZone)) {
    throw invalidInput('schedule', `there is no time zone ${schedule.timeZone}; an example is Europe/Berlin`);
  }
  toSlotSource(schedule, 'UTC');
}

/** The next dates of a schedule by its zone's clock, jitter left out. Throws as `checkSchedule` does. */
export function previewSchedule(
  { clock, calendar }: Pick<ScheduleDeskParts, 'clock' | 'calendar'>,
  { schedule, count }: { readonly schedule: Schedule; readonly count: number },
): SchedulePreview {
  checkSchedule(schedule);
  const timeZone = schedule.timeZone ?? calendar.readTimeZone();
  const nowMs = clock.now().getTime();
  const source = isScheduled(schedule) ? toSlotSource(schedule, timeZone) : null;
  const dates: number[] = [];
  for (let dueMs = source?.next(nowMs) ?? null; dueMs !== null && dates.length < count;) {
    dates.push(dueMs);
    dueMs = source?.next(dueMs) ?? null;
  }
  return {
    timeZone,
    dates: dates.map((dueMs) => toPreviewDate(dueMs, timeZone)),
    clockChange: source && describeClockChange(source, timeZone, nowMs),
  };
}
