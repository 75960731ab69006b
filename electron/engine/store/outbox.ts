// Rows of the outbox: messages on their way to a person, kept until they have arrived or were given up. Holds no secret:
// addresses and passwords are read when a message is sent.
import { z } from 'zod';
import { alertSchema, type Alert, type Channel } from '../../../shared/alert.ts';
import { wireErrorSchema, type WireError } from '../../../shared/errors.ts';
import type { ChannelState } from '../../../shared/notification-settings.ts';
import type { Db } from './database.ts';
import { readJson } from './json.ts';

export interface OutboxRow {
  readonly number: number;
  readonly channel: Channel;
  readonly createdAt: string;
  readonly tries: number;
  readonly alert: Alert;
  /** The recipients who lack it yet; null: all. */
  readonly to: readonly string[] | null;
}

/** `merged`: another message says it. `dropped`: the way was switched off. `lost`: given up after many tries. */
export type SettledState = 'sent' | 'merged' | 'dropped' | 'lost';

const payloadSchema = z.object({ alert: alertSchema, to: z.array(z.string()).nullable() });

export function insertMessage(db: Db, channel: Channel, alert: Alert): void {
  db.prepare(
    `insert into outbox (id, channel, state, created_at, next_try_at, tries, payload)
     values (@id, @channel, 'waiting', @at, @at, 0, @payload)`,
  ).run({ id: alert.id, channel, at: alert.at, payload: JSON.stringify({ alert, to: null }) });
}

/** Oldest first. What is planned for later than `ahead` was planned by a wrong clock and is due, too. */
export function listDueMessages(db: Db, channel: Channel, now: string, ahead: string): OutboxRow[] {
  return db
    .prepare(
      `select number, channel, created_at as createdAt, tries, payload from outbox
       where state = 'waiting' and channel = @channel and (next_try_at <= @now or next_try_at > @ahead) order by number`,
    )
    .all({ channel, now, ahead })
    .map(toRow);
}

function toRow(row: unknown): OutboxRow {
  const { payload, ...values } = row as Omit<OutboxRow, 'alert' | 'to'> & { payload: string };
  return { ...values, ...payloadSchema.parse(readJson(payload)) };
}

/** `error`: what was not quite as it should be all the same, e.g. one of several recipients was refused. */
export function settleMessage(
  db: Db,
  number: number,
  settled: { readonly state: SettledState; readonly at: string; readonly error: WireError | null },
): void {
  db.prepare('update outbox set state = @state, settled_at = @at, error = @error where number = @number').run({
    ...{ number, state: settled.state, at: settled.at },
    error: settled.error === null ? null : JSON.stringify(settled.error),
  });
}

/** A try came to nothing, for all of its recipients or for those that are named. */
export function postponeMessage(
  db: Db,
  row: Pick<OutboxRow, 'number' | 'alert' | 'to'>,
  change: { readonly error: WireError; readonly nextTryAt: string },
): void {
  db.prepare(
    `update outbox set tries = tries + 1, error = @error, next_try_at = @nextTryAt, payload = @payload
     where number = @number`,
  ).run({
    ...{ number: row.number, nextTryAt: change.nextTryAt, error: JSON.stringify(change.error) },
    payload: JSON.stringify({ alert: row.alert, to: row.to }),
  });
}

/** The whole way is closed: every message on it has had a try, and those that are too old are given up. */
export function postponeChannel(
  db: Db,
  channel: Channel,
  change: {
    readonly error: WireError;
    readonly nextTryAt: string;
    readonly now: string;
    readonly createdBefore: string;
    readonly triesFrom: number;
  },
): void {
  db.prepare(
    `update outbox set tries = tries + 1, error = @error, next_try_at = @nextTryAt,
       state = case when created_at < @createdBefore and tries + 1 >= @triesFrom then 'lost' else 'waiting' end,
       settled_at = case when created_at < @createdBefore and tries + 1 >= @triesFrom then @now end
     where channel = @channel and state = 'waiting'`,
  ).run({ ...change, channel, error: JSON.stringify(change.error) });
}

/** The settings were changed: what waits is tried now. */
export function hastenMessages(db: Db, now: string): void {
  db.prepare(`update outbox set next_try_at = ? where state = 'waiting'`).run(now);
}

/** Null when nothing waits. */
export function findNextTry(db: Db): string | null {
  const sql = `select min(next_try_at) as at from outbox where state = 'waiting'`;
  return db.prepare<[], { at: string | null }>(sql).get()?.at ?? null;
}

/** Removes what was settled before a time. */
export function pruneMessages(db: Db, before: string): void {
  db.prepare('delete from outbox where settled_at < ?').run(before);
}

/** `lostFrom`: since when given up messages count, those before the last one that arrived left out. */
export function readChannelState(db: Db, channel: Channel, lostFrom: string): ChannelState {
  const counts = db
    .prepare<[{ channel: Channel; lostFrom: string }], Omit<ChannelState, 'error'>>(
      `with last as (select coalesce(max(settled_at), '') as at from outbox where channel = @channel and state = 'sent')
       select coalesce(sum(state = 'waiting'), 0) as waiting,
         min(case when state = 'waiting' then created_at end) as waitingSince, nullif(last.at, '') as lastSentAt,
         coalesce(sum(state = 'lost' and settled_at >= @lostFrom and settled_at > last.at), 0) as lost,
         min(case when state = 'lost' and settled_at >= @lostFrom and settled_at > last.at then created_at end) as lostSince
       from last left join outbox on channel = @channel`,
    )
    .get({ channel, lostFrom });
  const newest = db
    .prepare<[Channel], { error: string | null }>(
      `select error from outbox where channel = ? and (state in ('sent', 'lost') or tries > 0)
       order by coalesce(settled_at, next_try_at) desc, number desc limit 1`,
    )
    .get(channel);
  const none = { waiting: 0, waitingSince: null, lastSentAt: null, lost: 0, lostSince: null };
  return { ...(counts ?? none), error: newest?.error ? wireErrorSchema.parse(readJson(newest.error)) : null };
}
