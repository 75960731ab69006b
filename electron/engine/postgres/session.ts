// One connection for a few questions: opened, used by a function, always closed. Data goes through pg_dump and
// pg_restore, never through here.
import type { Socket } from 'node:net';
import pg from 'pg';
import { AppError } from '../../../shared/errors.ts';
import { abortReason, throwIfAborted, untilAborted, whenAborted } from '../base/abort.ts';
import { keepAliveSeconds } from './connection.ts';
import { createSocket } from './socket.ts';
import { toAddress, type PgTarget } from './target.ts';
import { isTlsRefusal, toPgError } from './pg-errors.ts';
import { listTlsTries } from './ssl.ts';
import { quoteIdentifier } from './tool-errors.ts';

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
  const { client, breakOff } = await connect(target, signal);
  const undo = whenAborted(signal, breakOff);
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

interface Connected {
  readonly client: pg.Client;
  /** Closes the connection without a word to the server, which may not answer any more. */
  readonly breakOff: () => void;
}

async function connect(target: PgTarget, signal: AbortSignal | undefined): Promise<Connected> {
  const tries = listTlsTries(target);
  let last: unknown;
  for (const ssl of tries) {
    let socket: Socket | null = null;
    const breakOff = (): void => {
      socket?.destroy();
    };
    const client = new pg.Client({
      ...toAddress(target),
      stream: () => (socket = createSocket(target)),
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
    // Not by `client.end()`: with that, node-postgres never settles a connect that is under way.
    const undo = whenAborted(signal, breakOff);
    try {
      await untilAborted(client.connect(), signal);
      return { client, breakOff };
    } catch (error) {
      breakOff();
      await close(client);
      if (signal?.aborted) throw abortReason(signal);
      last = error;
      if (!isTlsRefusal(error)) break;
    } finally {
      undo();
    }
  }
  throw toConnectError(last, target);
}

/** A right that is missing before there is a connection is the one to connect. */
function toConnectError(error: unknown, target: PgTarget): AppError {
  const { code, message, retry, context } = toPgError(error, target);
  if (code !== 'pg/permission-denied') return new AppError(code, message, { retry, context });
  const grant = `GRANT CONNECT ON DATABASE ${quoteIdentifier(target.database)} TO ${quoteIdentifier(target.user)};`;
  return new AppError(code, message, { retry, context: { ...context, object: 'anything', grant } });
}

/** A connection that is broken already cannot be closed politely; that is no failure of the work. */
async function close(client: pg.Client): Promise<void> {
  await client.end().catch(() => undefined);
}
