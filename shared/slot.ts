// What became of the times of a schedule: each one started a run, or there is a reason why not.
import { z } from 'zod';
import { formatPlural } from './format.ts';

/**
 * `started`: on time. `caught-up`: missed, a later run made up for it. `run-active`, `run-waiting`: the job's run before was not
 * over. `paused`, `disabled`: a person wanted it so. `needs-connection`: the job does not know its server.
 */
export const slotOutcomes = [
  'started',
  'caught-up',
  'run-active',
  'run-waiting',
  'paused',
  'disabled',
  'needs-connection',
] as const;
export type SlotOutcome = (typeof slotOutcomes)[number];

export const slotSchema = z.object({
  jobId: z.string(),
  /** The time, ISO. For several missed ones the last, `firstDue` the first and `count` how many (of many: at least). */
  due: z.string(),
  firstDue: z.string(),
  count: z.number().int().min(1),
  outcome: z.enum(slotOutcomes),
  /** Why, e.g. `the computer slept from 02:10 to 08:31`; empty when the outcome says it all. */
  reason: z.string(),
  /** The run that it started, that made up for it, or that was in the way. */
  runId: z.string().nullable(),
  recordedAt: z.string(),
});
export type Slot = z.infer<typeof slotSchema>;

/** `Missed 3 times and caught up: the computer slept from 02:10 to 08:31`. */
export function describeSlot({ outcome, count, reason }: Pick<Slot, 'outcome' | 'count' | 'reason'>): string {
  const because = reason === '' ? '' : `: ${reason}`;
  const times = count === 1 ? '' : ` ${formatPlural(count, 'time')}`;
  switch (outcome) {
    case 'started':
      return 'Started on time';
    case 'caught-up':
      return `Missed${times} and caught up${because}`;
    case 'run-active':
      return `Left out${times}: the backup before was still running`;
    case 'run-waiting':
      return `Left out${times}: the backup before still waited`;
    case 'paused':
      return `Left out${times}: the schedule was paused`;
    case 'disabled':
      return `Left out${times}: the job’s schedule was switched off`;
    case 'needs-connection':
      return `Left out${times}: the job needs a connection`;
  }
}

/** For how long a person stops all schedules. */
export const pauseKinds = ['hour', 'tomorrow', 'resumed'] as const;
export type PauseKind = (typeof pauseKinds)[number];

export const pauseWords: Readonly<Record<PauseKind, string>> = {
  hour: 'For 1 hour',
  tomorrow: 'Until tomorrow',
  resumed: 'Until I resume',
};

export const pauseSchema = z.object({
  since: z.string(),
  /** Null: until a person resumes. */
  until: z.string().nullable(),
});
export type Pause = z.infer<typeof pauseSchema>;

export const nextStartSchema = z.object({
  jobId: z.string(),
  /** When the next run starts by itself; null: never (by hand only, switched off, or `problem`). */
  at: z.string().nullable(),
  /** Why the schedule cannot be read; null when it can. */
  problem: z.string().nullable(),
});
export type NextStart = z.infer<typeof nextStartSchema>;

/** All schedules at a glance. A pause that is over is not shown. */
export const scheduleStateSchema = z.object({
  pause: pauseSchema.nullable(),
  /** This computer's time zone, which counts for jobs without their own. */
  timeZone: z.string(),
  next: z.array(nextStartSchema),
});
export type ScheduleState = z.infer<typeof scheduleStateSchema>;

/** The next dates of a schedule that is being chosen. */
export const schedulePreviewSchema = z.object({
  timeZone: z.string(),
  dates: z.array(
    z.object({
      at: z.string(),
      /** `Sun, 29 Mar 2026, 03:00` by the clock of the schedule's zone. */
      local: z.string(),
      /** `UTC+2`. */
      offset: z.string(),
    }),
  ),
  /** What the next change of the clocks does to it; null when none comes within a year. */
  clockChange: z.string().nullable(),
});
export type SchedulePreview = z.infer<typeof schedulePreviewSchema>;
