// libpq's password file, read by libpq's own rules, so that a session of our own finds what pg_dump would find:
// https://www.postgresql.org/docs/current/libpq-pgpass.html
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

export interface PassfileLine {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export type PassfilePlace = Omit<PassfileLine, 'password'>;

export interface Passfile {
  readonly path: string;
  readonly lines: readonly PassfileLine[];
  /** Why libpq ignores the file, in words; null: it is read, or not there. */
  readonly problem: string | null;
}

/** PGPASSFILE, else `~/.pgpass`, on Windows `%APPDATA%\postgresql\pgpass.conf`. */
export function getPassfilePath(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['PGPASSFILE'];
  if (named !== undefined && named !== '') return named;
  if (process.platform === 'win32') return path.join(env['APPDATA'] ?? homedir(), 'postgresql', 'pgpass.conf');
  return path.join(env['HOME'] ?? homedir(), '.pgpass');
}

/** What libpq would read; a file that others may read is ignored by it, and here as well. */
export async function readPassfile(file = getPassfilePath()): Promise<Passfile> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) return { path: file, lines: [], problem: `${file} is no plain file and is not read` };
    if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0) {
      return { path: file, lines: [], problem: `${file} is not read because others may read it: chmod 600 ${file}` };
    }
    return { path: file, lines: parsePassfile(await readFile(file, 'utf8')), problem: null };
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    return { path: file, lines: [], problem: missing ? null : `${file} cannot be read (${String(code)})` };
  }
}

/** Lines of five fields; `\` takes the meaning from the sign after it. Comments and shorter lines do not count. */
export function parsePassfile(text: string): PassfileLine[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (line.startsWith('#')) return [];
    const [host, port, database, user, ...rest] = splitFields(line);
    if (host === undefined || port === undefined || database === undefined || user === undefined) return [];
    const [password] = rest;
    return password === undefined ? [] : [{ host, port, database, user, password: unescape(password) }];
  });
}

/** The fields still with their backslashes, so that `\*` is no wildcard. The password ends at the next bare colon. */
function splitFields(line: string): string[] {
  const fields = [''];
  for (const [part] of line.matchAll(/\\.|[^\\:]+|:|\\/gs)) {
    if (part === ':') fields.push('');
    else fields.push(`${fields.pop() ?? ''}${part}`);
  }
  return fields;
}

function unescape(field: string): string {
  return field.replace(/\\(.)/gs, '$1');
}

/** The first line that fits; a field that is `*` alone fits everything. libpq calls its usual socket folder `localhost`. */
export function findPassword(lines: readonly PassfileLine[], place: PassfilePlace): string | null {
  const host = isUsualSocketDir(place.host) ? 'localhost' : place.host;
  const fits = (field: string, value: string): boolean => field === '*' || unescape(field) === value;
  const line = lines.find(
    (candidate) =>
      fits(candidate.host, host) &&
      fits(candidate.port, place.port) &&
      fits(candidate.database, place.database) &&
      fits(candidate.user, place.user),
  );
  return line?.password ?? null;
}

/** DEFAULT_PGSOCKET_DIR differs: `/tmp` from source, `/var/run/postgresql` in Linux packages. */
function isUsualSocketDir(host: string): boolean {
  return ['/var/run/postgresql', '/run/postgresql', '/tmp'].includes(host.replace(/\/+$/, ''));
}
