// libpq's service files: named sets of connection parameters, the user's own and the system's.
// https://www.postgresql.org/docs/current/libpq-pgservice.html
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

export interface Service {
  readonly name: string;
  readonly file: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The user's file first: its entries count before the system's of the same name. */
export function listServiceFiles(env: NodeJS.ProcessEnv = process.env): string[] {
  const named = env['PGSERVICEFILE'];
  const own =
    process.platform === 'win32'
      ? path.join(env['APPDATA'] ?? homedir(), 'postgresql', '.pg_service.conf')
      : path.join(env['HOME'] ?? homedir(), '.pg_service.conf');
  const system = [
    ...(env['PGSYSCONFDIR'] === undefined ? [] : [env['PGSYSCONFDIR']]),
    '/etc/postgresql-common', // Debian, Ubuntu
    '/etc/sysconfig/pgsql', // PGDG's packages for Red Hat
    '/etc',
    '/opt/homebrew/etc/postgresql',
    '/usr/local/etc/postgresql',
    '/usr/local/pgsql/etc',
  ];
  const dirs = process.platform === 'win32' ? system.slice(0, env['PGSYSCONFDIR'] === undefined ? 0 : 1) : system;
  return [named === undefined || named === '' ? own : named, ...dirs.map((dir) => path.join(dir, 'pg_service.conf'))];
}

/** Every entry once; a file that is not there, or may not be read, has none. */
export async function readServices(files: readonly string[] = listServiceFiles()): Promise<Service[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const all = texts.flatMap((text, index) => parseServices(text, files[index] ?? ''));
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

/** `[name]`, then `parameter=value` lines; `#` begins a comment line. */
export function parseServices(text: string, file: string): Service[] {
  const services: { name: string; file: string; parameters: Map<string, string> }[] = [];
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const name = /^\[(.*)\]$/.exec(line)?.[1];
    const equals = line.indexOf('=');
    if (name !== undefined) services.push({ name, file, parameters: new Map() });
    else if (equals > 0) services.at(-1)?.parameters.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return services;
}
