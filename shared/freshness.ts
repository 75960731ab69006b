// Whether a job's newest good backup is as new as its schedule promises: the first thing a person wants to know. Pure; the
// engine says when the next one has to be there, everybody else asks here.
import { z } from 'zod';
import { formatRoughly } from './format.ts';

export const jobDueSchema = z.object({
  jobId: z.string(),
  /** When its newest good backup was made; of several databases the oldest of them. Null: one has none. */
  lastGoodAt: z.string().nullable(),
  /** When the next one begins by the job's schedule; null: it runs by hand only, or its schedule cannot be read. */
  expectedAt: z.string().nullable(),
  /** Up to when it is in time: the start, and a grace for the run itself. Null as `expectedAt`. */
  dueBy: z.string().nullable(),
  /** A person has paused all schedules. */
  paused: z.boolean(),
});
export type JobDue = z.infer<typeof jobDueSchema>;

/**
 * `on-time`: the next one is not due yet. `due`: its time has come, and the grace is not over. `late`: nothing good came in time,
 * whatever the reason. `paused`: it would be late, but a person wanted it so. `by-hand`: nothing is promised.
 */
export const freshnessStates = ['on-time', 'due', 'late', 'paused', 'by-hand'] as const;
export type FreshnessState = (typeof freshnessStates)[number];

export interface Freshness {
  readonly state: FreshnessState;
  /** Late since then; of `on-time` and `due`: in time until then. */
  readonly dueBy: Date | null;
}

/** How a job stands against its schedule at a moment. */
export function freshnessOf({ expectedAt, dueBy, paused }: JobDue, now: Date): Freshness {
  if (expectedAt === null || dueBy === null) return { state: 'by-hand', dueBy: null };
  const by = new Date(dueBy);
  if (now < new Date(expectedAt)) return { state: 'on-time', dueBy: by };
  if (paused) return { state: 'paused', dueBy: by };
  return { state: now <= by ? 'due' : 'late', dueBy: by };
}

/** `On time`, `Due by 03:45`, `Late for 5 h`; null where nothing is promised. `formatTime` is the local time of a moment. */
export function describeFreshness(
  { state, dueBy }: Freshness,
  now: Date,
  formatTime: (at: Date) => string,
): string | null {
  if (dueBy === null) return null;
  switch (state) {
    case 'on-time':
      return 'On time';
    case 'due':
      return `Due by ${formatTime(dueBy)}`;
    case 'late':
      return `Late for ${describeLateness(dueBy, now)}`;
    case 'paused':
      return 'Schedule paused';
    case 'by-hand':
      return null;
  }
}

/** `5 min`, `3 h`, `2 days`: how long it is late already. */
export function describeLateness(dueBy: Date, now: Date): string {
  return formatRoughly(now.getTime() - dueBy.getTime());
}
