// Rows of slots: what became of each time of a schedule. Old ones go, so that the table stays small.
import { slotSchema, type Slot } from '../../../shared/slot.ts';
import type { Db } from './database.ts';

/** Kept for each job: more than a year of a daily one, two weeks of an hourly one. */
const keptPerJob = 400;

const columns =
  'job_id as jobId, due, first_due as firstDue, count, outcome, reason, run_id as runId, recorded_at as recordedAt';

/** Each (last) time of a job has one row only: a second one is refused by SQLite. */
export function insertSlot(db: Db, slot: Slot): void {
  db.prepare(
    `insert into slots (job_id, due, first_due, count, outcome, reason, run_id, recorded_at)
     values (@jobId, @due, @firstDue, @count, @outcome, @reason, @runId, @recordedAt)`,
  ).run(slot);
  db.prepare(
    `delete from slots where job_id = @jobId and id <= (
       select id from slots where job_id = @jobId order by id desc limit 1 offset @kept)`,
  ).run({ jobId: slot.jobId, kept: keptPerJob });
}

/** Times of a job from `from` on (ISO) that have a row. */
export function listSlotDues(db: Db, jobId: string, from: string): ReadonlySet<string> {
  const rows = db
    .prepare<[string, string], { due: string }>('select due from slots where job_id = ? and due >= ?')
    .all(jobId, from);
  return new Set(rows.map(({ due }) => due));
}

/** Newest first. */
export function listSlots(db: Db, filter: { readonly jobId: string | null; readonly limit: number }): Slot[] {
  const where = filter.jobId === null ? '' : 'where job_id = @jobId';
  const rows = db.prepare(`select ${columns} from slots ${where} order by id desc limit @limit`).all(filter);
  return rows.map((row) => slotSchema.parse(row));
}

/** How many slots were left out because this run still waited. */
export function countWaitedSlots(db: Db, runId: string): number {
  const row = db
    .prepare<[string], { count: number | null }>(
      `select sum(count) as count from slots where run_id = ? and outcome = 'run-waiting'`,
    )
    .get(runId);
  return row?.count ?? 0;
}

/** Those slots are made up for by another run. */
export function markCaughtUp(
  db: Db,
  waitedFor: string,
  change: { readonly runId: string; readonly reason: string },
): void {
  db.prepare(
    `update slots set outcome = 'caught-up', run_id = @runId, reason = @reason
     where run_id = @waitedFor and outcome = 'run-waiting'`,
  ).run({ waitedFor, ...change });
}
