// Looks at a running pg_dump from beside it, over a connection of its own: which lock it waits for and who holds it, and
// whether one statement takes longer than it may. pg_dump switches the server's own time limit off, so the limit is kept
// here. Never the reason that a dump fails: what cannot be seen is only not told.
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { Clock, Log } from '../base/ports.ts';
import { withSession, type Query } from './session.ts';
import type { PgTarget } from './target.ts';

export interface WatchRequest {
  readonly target: PgTarget;
  readonly clock: Clock;
  readonly log: Log;
  /** What pg_dump calls itself at the server; no other session may have the name. */
  readonly applicationName: string;
  readonly lockTimeoutSeconds: number;
  /** 0 for no limit. */
  readonly statementTimeoutSeconds: number;
  /** `a lock on shop.orders held by psql of alice`; null when it waits no longer. */
  readonly onWait: (waitsFor: string | null) => void;
}

export interface DumpWatch {
  /** The error that pg_dump ended with, with what was seen of it. */
  readonly explain: (error: unknown) => unknown;
  readonly stop: () => Promise<void>;
}

/** Seldom enough to cost the server nothing, often enough for a person who watches. */
const lookEveryMs = 3000;

/** pg_dump's own limit comes first where it has one; reading a sequence or a definition has none. */
const mostGraceSeconds = 10;

interface LockWait {
  /** `shop.orders`; null for a lock on something else. */
  readonly table: string | null;
  /** `psql of alice (process 4711)`. */
  readonly holder: string | null;
}

interface Cancelled {
  readonly kind: 'lock' | 'statement';
  readonly table: string | null;
  readonly seconds: number;
}

export function watchDump(request: WatchRequest): DumpWatch {
  const { target, clock, log, lockTimeoutSeconds } = request;
  const stopping = new AbortController();
  const everyMs = Math.min(lookEveryMs, lockTimeoutSeconds * 500);
  let lastWait: LockWait | null = null;
  let cancelled: Cancelled | null = null;
  let troubled = false;

  const isStopped = (): boolean => stopping.signal.aborted;

  const run = async (): Promise<void> => {
    await clock.wait(everyMs, stopping.signal);
    while (!isStopped()) {
      try {
        // Nothing is asked that takes long; what does is given up and asked again.
        await withSession(target, look, { signal: stopping.signal, statementTimeoutMs: 15_000 });
      } catch (error) {
        if (isStopped()) return;
        if (!troubled) log.info(`locks that the dump waits for cannot be seen now: ${toAppError(error).message}`);
        troubled = true;
      }
      await clock.wait(everyMs, stopping.signal);
    }
  };

  const look = async (query: Query): Promise<void> => {
    let sinceKey: string | null = null;
    let sinceAt = 0;
    let told: string | null = null;
    for (;;) {
      const state = await readState(query, request.applicationName);
      const wait = state?.waiting === true ? await readWait(query, state) : null;
      const key = wait && JSON.stringify([wait.table, state?.pid]);
      if (key !== sinceKey) sinceAt = state?.at ?? 0;
      sinceKey = key;
      const sinceSeconds = wait && state ? state.at - sinceAt : 0;
      if (wait) lastWait = wait;
      const words = wait && describeWait(wait);
      if (words !== told) {
        if (words !== null) log.warn(`pg_dump waits for ${words}`);
        else log.info('pg_dump has the lock and goes on');
        request.onWait(words);
        told = words;
      }
      if (state) await keepLimits(query, state, sinceSeconds);
      await clock.wait(everyMs, stopping.signal);
    }
  };

  const keepLimits = async (query: Query, state: DumpState, waitedSeconds: number): Promise<void> => {
    if (cancelled) return;
    const { statementTimeoutSeconds: limit } = request;
    const kind =
      state.waiting && waitedSeconds > lockTimeoutSeconds + Math.min(lockTimeoutSeconds, mostGraceSeconds)
        ? 'lock'
        : !state.waiting && limit > 0 && state.seconds > limit
          ? 'statement'
          : null;
    if (kind === null) return;
    const seconds = kind === 'lock' ? lockTimeoutSeconds : limit;
    cancelled = { kind, table: kind === 'lock' ? (lastWait?.table ?? null) : readCopiedTable(state.query), seconds };
    log.warn(`pg_dump is stopped: its ${kind === 'lock' ? 'wait for a lock' : 'statement'} took longer than it may`);
    await query('select pg_cancel_backend($1)', [state.pid]);
  };

  const running = run().catch(() => undefined);
  return {
    explain: (error) => explainFailure(error, { cancelled, lastWait, lockTimeoutSeconds }),
    stop: async () => {
      stopping.abort(new AppError('run/cancelled', 'the dump has ended'));
      await running;
      request.onWait(null);
    },
  };
}

interface DumpState {
  readonly pid: number;
  readonly query: string;
  readonly waiting: boolean;
  /** Of the statement so far. */
  readonly seconds: number;
  /** The server's clock, in seconds. */
  readonly at: number;
}

/** Null while pg_dump is between two statements, has ended, or is not to be seen, as behind some connection poolers. */
async function readState(query: Query, applicationName: string): Promise<DumpState | null> {
  const [row] = await query<DumpState>(
    `select pid, query, coalesce(wait_event_type, '') = 'Lock' as waiting,
            extract(epoch from clock_timestamp() - query_start)::float8 as seconds,
            extract(epoch from clock_timestamp())::float8 as at
       from pg_stat_activity
      where application_name = $1 and datname = current_database() and state = 'active' limit 1`,
    [applicationName],
  );
  return row ?? null;
}

/** The table, and the first of those that stand in the way: one that waits itself is not the cause. */
async function readWait(query: Query, { pid }: DumpState): Promise<LockWait> {
  const [lock] = await query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
      where l.pid = $1 and not l.granted limit 1`,
    [pid],
  );
  const [holder] = await query<Holder>(
    `select pid, coalesce(nullif(application_name, ''), backend_type, 'a program') as name, usename as user
       from pg_stat_activity where pid = any (pg_blocking_pids($1))
      order by coalesce(wait_event_type, '') = 'Lock', xact_start limit 1`,
    [pid],
  );
  return { table: lock?.name ?? null, holder: holder ? nameHolder(holder) : null };
}

interface Holder {
  readonly pid: number;
  readonly name: string;
  readonly user: string | null;
}

function nameHolder(holder: Holder): string {
  const of = holder.user === null ? '' : ` of ${holder.user}`;
  return `${holder.name}${of} (process ${String(holder.pid)})`;
}

function describeWait({ table, holder }: LockWait): string {
  const what = table === null ? 'a lock' : `a lock on ${table}`;
  return holder === null ? what : `${what} held by ${holder}`;
}

/** pg_dump reads a table with `COPY schema.table (…) TO stdout;`, or a query in parentheses. */
function readCopiedTable(query: string): string | null {
  const name = String.raw`(?:"(?:[^"]|"")+"|[^\s".(]+)`;
  return (
    new RegExp(String.raw`^COPY (?:\(SELECT .*? FROM (?:ONLY )?)?(${name}\.${name})`, 'is').exec(query)?.[1] ?? null
  );
}

function explainFailure(
  error: unknown,
  seen: {
    readonly cancelled: Cancelled | null;
    readonly lastWait: LockWait | null;
    readonly lockTimeoutSeconds: number;
  },
): unknown {
  const { cancelled, lastWait, lockTimeoutSeconds } = seen;
  if (!(error instanceof AppError) || error.code === 'run/cancelled') return error;
  const lock = {
    seconds: lockTimeoutSeconds,
    ...(lastWait?.table ? { table: lastWait.table } : {}),
    ...(lastWait?.holder ? { holder: lastWait.holder } : {}),
  };
  const withContext = (code: 'pg/lock-timeout' | 'pg/statement-timeout', facts: typeof lock): AppError =>
    new AppError(code, error.message, { retry: 'later', context: { ...error.context, ...facts } });
  if (error.code === 'pg/lock-timeout') return withContext('pg/lock-timeout', lock);
  // To pg_dump it looks as if somebody else had asked for it.
  if (!cancelled || error.code !== 'pg/cancelled-at-server') return error;
  if (cancelled.kind === 'lock') return withContext('pg/lock-timeout', lock);
  const { seconds, table } = cancelled;
  return withContext('pg/statement-timeout', { seconds, ...(table === null ? {} : { table }) });
}
