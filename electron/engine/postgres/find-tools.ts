// Finds PostgreSQL's client programs on this machine and chooses the set that fits a server. It installs nothing.
import { readFileSync } from 'node:fs';
import { access, constants, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { runTool } from '../base/run-tool.ts';
import { chooseInstallCommand } from './install-command.ts';
import { listUsualDirs } from './tool-places.ts';

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
 * pg_restore may not read. Within a major any minor version reads any other, and the newest wins. A beta is taken where
 * nothing else is new enough. `serverVersionNum` is PostgreSQL's own, e.g. 150018.
 * Throws `pg/tool-missing` (none at all) or `pg/tool-too-old`, with the command that installs the right one.
 */
export function chooseTools(sets: readonly ToolSet[], serverVersionNum: number, install = toInstallHint): ToolSet {
  const serverMajor = Math.floor(serverVersionNum / 10_000);
  const best = [...sets]
    .filter((set) => set.major >= serverMajor)
    .sort(
      (a, b) =>
        Number(isBeta(a.version)) - Number(isBeta(b.version)) ||
        a.major - b.major ||
        compareVersions(b.version, a.version),
    )[0];
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
  let osRelease = '';
  try {
    osRelease = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // A system that does not say what it is gets the general page.
  }
  return chooseInstallCommand({ platform: process.platform, arch: process.arch, osRelease }, major);
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

function isBeta(version: string): boolean {
  return /[a-z]/.test(version);
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
