// Rows of causes: what was told of and is not over yet, and what was over lately.
import { alertKinds, type AlertKind } from '../../../shared/alert.ts';
import { z } from 'zod';
import type { Db } from './database.ts';
import { readJson } from './json.ts';

export interface Cause {
  /** The same cause has the same name, e.g. `failing/server:c1`. */
  readonly cause: string;
  readonly kind: AlertKind;
  /** `<job id>/<database>` for runs, a job's id for a job that is late; empty where there is only one of it. */
  readonly members: readonly string[];
  readonly firstSeenAt: string;
  /** Null: seen, and nobody needed to be told so far. */
  readonly lastToldAt: string | null;
  readonly tellings: number;
  /** What was told last, where one cause has several states. */
  readonly detail: string;
  readonly resolvedAt: string | null;
}

const schema = z.object({
  cause: z.string(),
  kind: z.enum(alertKinds),
  members: z.array(z.string()),
  firstSeenAt: z.string(),
  lastToldAt: z.string().nullable(),
  tellings: z.number(),
  detail: z.string(),
  resolvedAt: z.string().nullable(),
});

const columns = `cause, kind, members, first_seen_at as firstSeenAt, last_told_at as lastToldAt, tellings, detail,
  resolved_at as resolvedAt`;

export function listOpenCauses(db: Db): Cause[] {
  return db
    .prepare(`select ${columns} from causes where resolved_at is null order by first_seen_at, cause`)
    .all()
    .map((row) => {
      const values = row as Record<string, unknown>;
      return schema.parse({ ...values, members: readJson(values['members']) });
    });
}

/** One that begins anew after it was over begins a new thread. */
export function writeCause(db: Db, cause: Cause): void {
  db.prepare(
    `insert into causes (cause, kind, members, first_seen_at, last_told_at, tellings, detail, resolved_at)
     values (@cause, @kind, @members, @firstSeenAt, @lastToldAt, @tellings, @detail, @resolvedAt)
     on conflict (cause) do update set
       thread = case when causes.resolved_at is null then causes.thread end, kind = excluded.kind,
       members = excluded.members, first_seen_at = excluded.first_seen_at, last_told_at = excluded.last_told_at,
       tellings = excluded.tellings, detail = excluded.detail, resolved_at = excluded.resolved_at`,
  ).run({ ...cause, members: JSON.stringify(cause.members) });
}

/** The id of the first message about a cause; null before there was one. */
export function readThread(db: Db, cause: string): string | null {
  const sql = 'select thread from causes where cause = ?';
  return db.prepare<[string], { thread: string | null }>(sql).get(cause)?.thread ?? null;
}

export function writeThread(db: Db, cause: string, thread: string): void {
  db.prepare('update causes set thread = ? where cause = ?').run(thread, cause);
}

/** Removes what was over before a time. */
export function pruneCauses(db: Db, before: string): void {
  db.prepare('delete from causes where resolved_at < ?').run(before);
}
