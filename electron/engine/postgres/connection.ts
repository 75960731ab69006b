// How to reach one database: from a saved connection or a pasted URL, and on to PostgreSQL's programs as environment and
// passfile. The password goes into that file only; who connects from here is session.ts.
import { randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { defaultConnectTimeoutSeconds, type ConnectionDraft } from '../../../shared/connection.ts';
import { invalidInput } from '../../../shared/errors.ts';
import { findTlsFiles } from './ssl.ts';
import { isSocket, noTlsFiles, toAddress, type PgTarget } from './target.ts';

type Address = Pick<ConnectionDraft, 'host' | 'port' | 'user' | 'database' | 'sslMode'>;

/** The target for an address; `database` is another one of the same server. Tunnel and files are reach/'s to add. */
export function toPgTarget(address: Address, password: string | null, database = address.database): PgTarget {
  const { host, port, user, sslMode } = address;
  const connectTimeoutSeconds = defaultConnectTimeoutSeconds;
  return { host, port, user, database, sslMode, password, tls: noTlsFiles, connectTimeoutSeconds, via: null };
}

/**
 * Seconds of silence until the other side is asked whether it lives: after sleep or behind a router that forgot the
 * connection nobody answers, and the system's own two hours would hold a run as long.
 */
export const keepAliveSeconds = 60;

/** Files that a program needs for its time, with a secret in each; null: it needs none. */
interface SecretFiles {
  readonly passfilePath: string | null;
  readonly servicePath: string | null;
}

/**
 * The environment that leads pg_dump and its kin to the server (not to the database: `toDbnameArgument`). Everything
 * that they would read from their own surroundings instead is set, so that a desktop's PGHOST cannot misdirect a backup.
 */
export function toLibpqEnv(target: PgTarget, { passfilePath, servicePath }: SecretFiles): Record<string, string> {
  const env: Record<string, string> = {
    PGHOST: target.host,
    PGPORT: String(toAddress(target).port),
    PGUSER: target.user,
    PGDATABASE: target.database,
    PGSSLMODE: target.sslMode,
    PGCONNECT_TIMEOUT: String(target.connectTimeoutSeconds),
    PGAPPNAME: 'pgkeep',
    // Else times are dumped in the zone that the database happens to be set to, and look changed after a restore.
    PGTZ: 'UTC',
    PGGSSENCMODE: 'disable',
  };
  // The name stays the server's own: certificates are compared with it.
  if (target.via) env['PGHOSTADDR'] = target.via.host;
  if (passfilePath !== null) env['PGPASSFILE'] = passfilePath;
  if (servicePath !== null) Object.assign(env, { PGSERVICEFILE: servicePath, PGSERVICE: serviceName });
  if (isSocket(target.host) || target.sslMode === 'disable') return env;
  const { rootCert, cert, key, crl } = findTlsFiles(target);
  const files = { PGSSLROOTCERT: rootCert, PGSSLCERT: cert, PGSSLKEY: key, PGSSLCRL: crl };
  for (const [name, file] of Object.entries(files)) if (file !== null) env[name] = file;
  return env;
}

const serviceName = 'pgkeep';

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
 * when `fn` has ended. A passphrase has no variable of its own and goes the same way in a service file (version 13 on).
 * Throws `input/invalid` when a secret has a line break, which these files cannot hold.
 */
export async function withPassfile<T>(
  target: PgTarget,
  tempDir: string,
  fn: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const { passphrase } = target.tls;
  // An empty file, too: without a password libpq would look for one in the user's own.
  const passfile = target.password === null ? '' : toPassfileLine(target, target.password);
  const service = passphrase === null || isSocket(target.host) ? null : toServiceFile(passphrase);
  return withSecretFile(passfile, tempDir, (passfilePath) =>
    withSecretFile(service, tempDir, (servicePath) => fn(toLibpqEnv(target, { passfilePath, servicePath }))),
  );
}

async function withSecretFile<T>(
  text: string | null,
  tempDir: string,
  fn: (file: string | null) => Promise<T>,
): Promise<T> {
  if (text === null) return fn(null);
  await mkdir(tempDir, { recursive: true, mode: 0o700 });
  const file = path.join(tempDir, `pgpass-${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    return await fn(file);
  } finally {
    await rm(file, { force: true });
  }
}

/** libpq cuts blanks off the end of a line: https://www.postgresql.org/docs/current/libpq-pgservice.html */
function toServiceFile(passphrase: string): string {
  if (/[\r\n\0]|\s$/.test(passphrase)) {
    throw invalidInput('passphrase', 'the passphrase has a line break, or a blank at its end');
  }
  return `[${serviceName}]\nsslpassword=${passphrase}\n`;
}

/**
 * One line for every database of this server: pg_dumpall looks into several. A socket's folder is a wildcard, because
 * libpq looks for `localhost` there when it is the usual one.
 */
export function toPassfileLine(
  target: Pick<PgTarget, 'host' | 'port' | 'user'> & Partial<Pick<PgTarget, 'via'>>,
  password: string,
): string {
  if (/[\r\n\0]/.test(password)) throw invalidInput('password', 'the password has a line break in it');
  const escape = (text: string): string => text.replace(/[\\:]/g, '\\$&');
  const host = isSocket(target.host) ? '*' : escape(target.host);
  const { port } = target.via ?? target;
  return `${host}:${String(port)}:*:${escape(target.user)}:${escape(password)}\n`;
}
