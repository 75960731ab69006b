// One connection for a few questions: opened, used by a function, always closed. Data goes through pg_dump and
// pg_restore, never through here.
import pg from 'pg';
import { abortReason, throwIfAborted, whenAborted } from '../base/abort.ts';
import { keepAliveSeconds } from './connection.ts';
import { createSocket } from './socket.ts';
import { toAddress, type PgTarget } from './target.ts';
import { isTlsRefusal, toPgError } from './pg-errors.ts';
import { listTlsTries } from './ssl.ts';

/** Runs one statement and answers its rows. The caller names their shape; the statement must give it. */
export type Query = <Row extends object = Record<string, unknown>>(
  sql: string,
  values?: readonly unknown[],
) => Promise<Row[]>;

export interface SessionOptions {
  readonly signal?: AbortSignal | undefined;
  /** Longest time for one statement; 0 for no limit. Default one minute. */
  readonly statementTimeoutMs?: number;
}

/** Longer than any question about a catalogue takes, shorter than a person's patience. */
const defaultStatementTimeoutMs = 60_000;

/**
 * Connects, runs `fn`, disconnects. Throws AppErrors with `pg/*` codes; the signal ends a running statement by closing
 * the connection.
 */
export async function withSession<T>(
  target: PgTarget,
  fn: (query: Query) => Promise<T>,
  options: SessionOptions = {},
): Promise<T> {
  const { signal } = options;
  throwIfAborted(signal);
  const client = await connect(target, signal);
  const undo = whenAborted(signal, () => void close(client));
  const run: Query = async <Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => {
    throwIfAborted(signal);
    try {
      const result = await client.query<Row>(sql, [...values]);
      return result.rows;
    } catch (error) {
      if (signal?.aborted) throw abortReason(signal);
      throw toPgError(error, target);
    }
  };
  try {
    // By statement and not as a start-up parameter: connection poolers refuse those they do not know.
    await run(`set statement_timeout = ${String(options.statementTimeoutMs ?? defaultStatementTimeoutMs)}`);
    return await fn(run);
  } finally {
    undo();
    await close(client);
  }
}

async function connect(target: PgTarget, signal: AbortSignal | undefined): Promise<pg.Client> {
  const tries = listTlsTries(target);
  let last: unknown;
  for (const ssl of tries) {
    const client = new pg.Client({
      ...toAddress(target),
      stream: () => createSocket(target),
      user: target.user,
      database: target.database,
      // A function, for else an empty one would be looked for in PGPASSWORD and the user's own file.
      password: () => target.password ?? '',
      ssl,
      application_name: 'pgkeep',
      connectionTimeoutMillis: target.connectTimeoutSeconds * 1000,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveSeconds * 1000,
    });
    // A connection that breaks while idle reports it here; the next statement fails with the same cause.
    client.on('error', () => undefined);
    const undo = whenAborted(signal, () => void close(client));
    try {
      await client.connect();
      if (signal?.aborted) throw abortReason(signal);
      return client;
    } catch (error) {
      await close(client);
      if (signal?.aborted) throw abortReason(signal);
      last = error;
      if (!isTlsRefusal(error)) break;
    } finally {
      undo();
    }
  }
  throw toPgError(last, target);
}

/** A connection that is broken already cannot be closed politely; that is no failure of the work. */
async function close(client: pg.Client): Promise<void> {
  await client.end().catch(() => undefined);
}
