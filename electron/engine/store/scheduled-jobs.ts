// What the scheduler reads of the rows of jobs: each minute, so only what has changed is parsed again.
import { noSchedule, scheduleSchema, type Schedule } from '../../../shared/schedule.ts';
import type { Db } from './database.ts';

export interface ScheduledJob {
  readonly id: string;
  readonly schedule: Schedule;
  /** The schedule as it is stored: equal text, equal schedule. */
  readonly text: string;
  /** Up to when its times were dealt with, ISO; null before the first look. */
  readonly seenAt: string | null;
}

interface Row {
  readonly id: string;
  readonly text: string | null;
  readonly seenAt: string | null;
}

const parsed = new Map<string, Schedule>();
const keptTexts = 500;

/** Jobs with a schedule that is not `off`, in the order of their names. */
export function listScheduledJobs(db: Db): ScheduledJob[] {
  const rows = db
    .prepare<[], Row>(
      'select id, schedule as text, schedule_seen_at as seenAt from jobs where removed_at is null order by name, id',
    )
    .all();
  return rows
    .map(({ id, text, seenAt }) => ({ id, schedule: parse(text), text: text ?? '', seenAt }))
    .filter(({ schedule }) => schedule.when.kind !== 'off');
}

export function writeSeenAt(db: Db, jobId: string, at: string): void {
  db.prepare('update jobs set schedule_seen_at = ? where id = ?').run(at, jobId);
}

function parse(text: string | null): Schedule {
  if (text === null) return noSchedule;
  const known = parsed.get(text);
  if (known) return known;
  const schedule = scheduleSchema.parse(JSON.parse(text));
  if (parsed.size >= keptTexts) parsed.clear();
  parsed.set(text, schedule);
  return schedule;
}
