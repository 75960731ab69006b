// Finds PostgreSQL's server programs, which the demo and the tests start a throw-away server with.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureDebianPackages } from './debian.mjs';
import { SetupProblem } from './report.mjs';

/** The Debian packages that bring them; empty where a server is there already. */
export function listPostgresPackages() {
  return hasServer() ? [] : ['postgresql'];
}

/** Throws with a word on how to get it when the machine has none and this script cannot install it. */
export async function ensurePostgres() {
  await ensureDebianPackages(listPostgresPackages(), 'a throw-away PostgreSQL server');
  if (hasServer()) return;
  throw new SetupProblem(`no PostgreSQL server programs (initdb, postgres) on this machine. ${toAdvice()}`);
}

function hasServer() {
  const roots = ['/usr/lib/postgresql', '/usr/local/pgsql', '/opt/homebrew/opt', 'C:\\Program Files\\PostgreSQL'];
  const versions = roots
    .filter((root) => existsSync(root))
    .flatMap((root) => readdirSync(root).map((name) => path.join(root, name, 'bin')));
  const program = process.platform === 'win32' ? 'initdb.exe' : 'initdb';
  return [...versions, ...(process.env.PATH ?? '').split(path.delimiter)].some((dir) =>
    existsSync(path.join(dir, program)),
  );
}

function toAdvice() {
  if (process.platform === 'darwin') return 'Get them with: brew install postgresql';
  if (process.platform === 'win32') return 'Get them from https://www.postgresql.org/download/windows/';
  return 'Install the package "postgresql-server" or "postgresql" of your distribution.';
}
