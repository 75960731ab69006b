// When the next good snapshot of a job must exist: what monitoring calls "late" after. Pure.
import type { Schedule } from '../../../shared/schedule.ts';
import { isScheduled } from '../../../shared/schedule.ts';
import { toSlot, toSlotSource } from './next-due.ts';

const minuteMs = 60_000;

/** A quarter of the time between two slots is allowed for the run itself and for a computer that wakes up later. */
const graceShare = 4;
const minGraceMs = 30 * minuteMs;
const maxGraceMs = 12 * 60 * minuteMs;

export interface ExpectedJob {
  readonly id: string;
  readonly createdAt: string;
  readonly schedule: Schedule;
}

export interface Expected {
  /** The slot with its jitter. */
  readonly startsAt: Date;
  /** Start and grace. */
  readonly dueBy: Date;
}

/**
 * The first slot after the last good snapshot, with its jitter and a grace: a quarter of the time to the slot after it, 30
 * minutes to 12 hours. Before the first good one the job's creation counts. Null for a job that does not run by itself, and for a
 * schedule that cannot be read. A `lastGoodAt` that lies ahead was written by a wrong clock and counts as now.
 */
export function expectedNext(
  job: ExpectedJob,
  lastGoodAt: string | null,
  now: Date,
  systemZone: string,
): Expected | null {
  if (!isScheduled(job.schedule)) return null;
  const sinceMs = Math.min(Date.parse(lastGoodAt ?? job.createdAt), now.getTime());
  try {
    const source = toSlotSource(job.schedule, systemZone);
    const dueMs = source?.next(sinceMs) ?? null;
    if (source === null || dueMs === null) return null;
    const { startMs } = toSlot(job.id, dueMs, job.schedule.jitterMinutes, source);
    const periodMs = (source.next(dueMs) ?? Number.POSITIVE_INFINITY) - dueMs;
    const graceMs = Math.min(maxGraceMs, Math.max(minGraceMs, periodMs / graceShare));
    return { startsAt: new Date(startMs), dueBy: new Date(startMs + graceMs) };
  } catch {
    return null;
  }
}

/** After when the job is late; null as `expectedNext`. */
export function expectedBy(job: ExpectedJob, lastGoodAt: string | null, now: Date, systemZone: string): Date | null {
  return expectedNext(job, lastGoodAt, now, systemZone)?.dueBy ?? null;
}
