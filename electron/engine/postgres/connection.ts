// How to reach one database: from a saved connection or a pasted URL, and on to PostgreSQL's programs as environment and
// passfile. The password goes into that file only; who connects from here is session.ts.
import { randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ConnectionDraft } from '../../../shared/connection.ts';
import { invalidInput } from '../../../shared/errors.ts';
import { findSystemRoots } from './ssl.ts';
import type { PgTarget } from './target.ts';

type Address = Pick<ConnectionDraft, 'host' | 'port' | 'user' | 'database' | 'sslMode'>;

/** The target for a saved connection; `database` is another one of the same server. */
export function toPgTarget(connection: Address, password: string | null, database = connection.database): PgTarget {
  const { host, port, user, sslMode } = connection;
  return { host, port, user, database, sslMode, password };
}

/** Seconds; what session.ts waits as well. */
export const connectTimeoutSeconds = 10;

/**
 * Seconds of silence until the other side is asked whether it lives: after sleep or behind a router that forgot the
 * connection nobody answers, and the system's own two hours would hold a run as long.
 */
export const keepAliveSeconds = 60;

/**
 * The environment that leads pg_dump and its kin to the server (not to the database: `toDbnameArgument`). Everything
 * that they would read from their own surroundings instead is set, so that a desktop's PGHOST cannot misdirect a backup.
 */
export function toLibpqEnv(target: PgTarget, passfilePath: string | null): Record<string, string> {
  const env: Record<string, string> = {
    PGHOST: target.host,
    PGPORT: String(target.port),
    PGUSER: target.user,
    PGDATABASE: target.database,
    PGSSLMODE: target.sslMode,
    PGCONNECT_TIMEOUT: String(connectTimeoutSeconds),
    PGAPPNAME: 'pgkeep',
    // Else times are dumped in the zone that the database happens to be set to, and look changed after a restore.
    PGTZ: 'UTC',
    PGGSSENCMODE: 'disable',
  };
  if (passfilePath !== null) env['PGPASSFILE'] = passfilePath;
  const roots = target.sslMode.startsWith('verify') ? findSystemRoots() : null;
  if (roots !== null) env['PGSSLROOTCERT'] = roots;
  return env;
}

/**
 * The database as a program's argument. Written as a conninfo string with quotes, for a bare name with `=` in it would
 * be read as one.
 */
export function toDbnameArgument(database: string): string {
  const keepAlive = `keepalives_idle=${String(keepAliveSeconds)} keepalives_interval=10 keepalives_count=6`;
  return `--dbname=${toConninfo(database)} ${keepAlive}`;
}

/** `dbname='…'` with libpq's escapes: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING */
export function toConninfo(database: string): string {
  return `dbname='${database.replace(/[\\']/g, '\\$&')}'`;
}

/**
 * Gives `fn` the environment for PostgreSQL's programs, with the password in a file of mode 600 in `tempDir` that is gone
 * when `fn` has ended. Throws `input/invalid` when the password has a line break, which a passfile cannot hold.
 */
export async function withPassfile<T>(
  target: PgTarget,
  tempDir: string,
  fn: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  if (target.password === null) return fn(toLibpqEnv(target, null));
  const line = toPassfileLine(target, target.password);
  await mkdir(tempDir, { recursive: true, mode: 0o700 });
  const file = path.join(tempDir, `pgpass-${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(line);
    } finally {
      await handle.close();
    }
    return await fn(toLibpqEnv(target, file));
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * One line for every database of this server: pg_dumpall looks into several. A socket's folder is a wildcard, because
 * libpq looks for `localhost` there when it is the usual one.
 */
export function toPassfileLine(target: Pick<PgTarget, 'host' | 'port' | 'user'>, password: string): string {
  if (/[\r\n\0]/.test(password)) throw invalidInput('password', 'the password has a line break in it');
  const escape = (text: string): string => text.replace(/[\\:]/g, '\\$&');
  const host = target.host.startsWith('/') ? '*' : escape(target.host);
  return `${host}:${String(target.port)}:*:${escape(target.user)}:${escape(password)}\n`;
}
