// Finds PostgreSQL's client programs on this machine and chooses the set that fits a server. It installs nothing.
import { existsSync } from 'node:fs';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { runTool } from '../base/run-tool.ts';

/** The client programs of one version, all from one folder. Paths are absolute. */
export interface ToolSet {
  readonly dir: string;
  readonly pgDump: string;
  readonly pgRestore: string;
  readonly psql: string;
  readonly pgDumpall: string;
  /** `15` of `15.18`. */
  readonly major: number;
  readonly version: string;
}

/** A folder with one folder for each version in it, and the path from there to the programs. */
interface VersionRoot {
  readonly root: string;
  readonly name: RegExp;
  readonly bin: string;
}

const versionRoots: readonly VersionRoot[] = [
  { root: '/usr/lib/postgresql', name: /^\d+$/, bin: 'bin' }, // Debian, Ubuntu, Gentoo
  { root: '/usr', name: /^pgsql-\d+$/, bin: 'bin' }, // PGDG's packages for Red Hat and SUSE
  { root: '/usr/libexec', name: /^postgresql\d*$/, bin: '' }, // Alpine
  { root: '/opt/homebrew/opt', name: /^(postgresql(@\d+)?|libpq)$/, bin: 'bin' },
  { root: '/usr/local/opt', name: /^(postgresql(@\d+)?|libpq)$/, bin: 'bin' },
  { root: '/home/linuxbrew/.linuxbrew/opt', name: /^(postgresql(@\d+)?|libpq)$/, bin: 'bin' },
  { root: '/opt/local/lib', name: /^postgresql\d+$/, bin: 'bin' }, // MacPorts
  { root: '/Library/PostgreSQL', name: /^\d+$/, bin: 'bin' }, // EDB's installer on macOS
  { root: '/Applications/Postgres.app/Contents/Versions', name: /^(\d+|latest)$/, bin: 'bin' },
];

const fixedDirs: readonly string[] = ['/usr/local/pgsql/bin', '/usr/local/bin', '/usr/bin'];

/**
 * Every usable set, newest first. `extraDirs` are looked into before PATH and the usual places; a folder counts when all
 * four programs are there and pg_dump tells its version. The same programs under two names count once.
 */
export async function findTools(extraDirs: readonly string[] = []): Promise<ToolSet[]> {
  const dirs = [...extraDirs, ...(process.env['PATH'] ?? '').split(path.delimiter), ...(await listUsualDirs())];
  const byRealPath = new Map<string, string>();
  for (const dir of dirs) {
    if (!path.isAbsolute(dir)) continue;
    const real = await realpath(path.join(dir, exe('pg_dump'))).catch(() => null);
    // Debian's pg_wrapper picks a version by files of the user; the real programs are found in their own folders.
    if (real !== null && path.basename(real) !== 'pg_wrapper' && !byRealPath.has(real)) byRealPath.set(real, dir);
  }
  const sets = await Promise.all([...byRealPath.values()].map(readToolSet));
  return sets.filter((set) => set !== null).sort((a, b) => compareVersions(b.version, a.version));
}

/**
 * The set with the lowest major version that is not older than the server's: a newer pg_dump writes what an older
 * pg_restore may not read. Of equals the newest minor version wins. `serverVersionNum` is PostgreSQL's own, e.g. 150018.
 * Throws `pg/tool-missing` (none at all) or `pg/tool-too-old`, with the command that installs the right one.
 */
export function chooseTools(sets: readonly ToolSet[], serverVersionNum: number, install = toInstallHint): ToolSet {
  const serverMajor = Math.floor(serverVersionNum / 10_000);
  const best = [...sets]
    .filter((set) => set.major >= serverMajor)
    .sort((a, b) => a.major - b.major || compareVersions(b.version, a.version))[0];
  if (best) return best;
  const toolMajor = Math.max(0, ...sets.map((set) => set.major));
  const context = { tool: 'pg_dump', serverMajor, install: install(serverMajor) };
  if (toolMajor === 0) {
    throw new AppError('pg/tool-missing', 'no PostgreSQL client programs on this machine', { context });
  }
  const message = `the server is version ${String(serverMajor)}, the newest pg_dump here is ${String(toolMajor)}`;
  throw new AppError('pg/tool-too-old', message, { context: { ...context, toolMajor } });
}

/** `15.18` of `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `19beta1` of a beta; null when it is no such line. */
export function parseToolVersion(line: string): { version: string; major: number } | null {
  const version = /\(PostgreSQL\) (\d+(?:\.\d+)*(?:(?:devel|beta|rc)\d*)?)/.exec(line)?.[1];
  return version === undefined ? null : { version, major: Number.parseInt(version, 10) };
}

/** The command (or the page) that brings the programs of this version onto this system. */
export function toInstallHint(major: number): string {
  const version = String(major);
  if (process.platform === 'darwin') return `brew install postgresql@${version}`;
  if (process.platform === 'win32') return 'https://www.postgresql.org/download/windows/';
  if (existsSync('/etc/debian_version')) return `sudo apt-get install postgresql-client-${version}`;
  if (existsSync('/etc/redhat-release')) return `sudo dnf install postgresql${version}`;
  if (existsSync('/etc/alpine-release')) return `sudo apk add postgresql${version}-client`;
  return 'https://www.postgresql.org/download/';
}

async function listUsualDirs(): Promise<string[]> {
  const windowsRoots = ['ProgramFiles', 'ProgramW6432', 'ProgramFiles(x86)'].flatMap((name): VersionRoot[] => {
    const folder = process.env[name];
    return folder === undefined ? [] : [{ root: path.join(folder, 'PostgreSQL'), name: /^\d+$/, bin: 'bin' }];
  });
  const roots = process.platform === 'win32' ? windowsRoots : versionRoots;
  const found = await Promise.all(
    roots.map(async ({ root, name, bin }) => {
      const entries = await readdir(root).catch(() => []);
      return entries.filter((entry) => name.test(entry)).map((entry) => path.join(root, entry, bin));
    }),
  );
  const own = process.platform === 'win32' ? [] : [...fixedDirs, path.join(homedir(), '.local', 'bin')];
  return [...found.flat(), ...own];
}

async function readToolSet(dir: string): Promise<ToolSet | null> {
  const file = (name: string): string => path.join(dir, exe(name));
  const paths = {
    pgDump: file('pg_dump'),
    pgRestore: file('pg_restore'),
    psql: file('psql'),
    pgDumpall: file('pg_dumpall'),
  };
  try {
    await Promise.all(Object.values(paths).map((program) => access(program, constants.X_OK)));
    const { stdout } = await runTool({ path: paths.pgDump, args: ['--version'] });
    const parsed = parseToolVersion(stdout);
    return parsed && { dir, ...paths, ...parsed };
  } catch {
    // Not all four are there, or it is a program of another system: this folder does not count.
    return null;
  }
}

/** `15.9` is before `15.18`; a beta has no minor version and is before every release of its major. */
function compareVersions(a: string, b: string): number {
  const parts = (version: string): number[] => version.split('.').map((part) => Number.parseInt(part, 10));
  const [majorA = 0, minorA = -1] = parts(a);
  const [majorB = 0, minorB = -1] = parts(b);
  return majorA - majorB || minorA - minorB;
}

function exe(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}
