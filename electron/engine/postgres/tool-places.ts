// The folders where systems and installers put PostgreSQL's programs, each version in one of its own.
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { runTool } from '../base/run-tool.ts';

/** A folder with one folder for each version in it, and the path from there to the programs. */
interface VersionRoot {
  readonly root: string;
  readonly name: RegExp;
  readonly bin: string;
}

const brew = { name: /^(postgresql(@\d+)?|libpq)$/, bin: 'bin' };

const versionRoots: readonly VersionRoot[] = [
  { root: '/usr/lib/postgresql', name: /^\d+$/, bin: 'bin' }, // Debian, Ubuntu, Gentoo
  { root: '/usr', name: /^pgsql-\d+$/, bin: 'bin' }, // PGDG's packages for Red Hat and SUSE
  { root: '/usr/lib', name: /^postgresql\d+$/, bin: 'bin' }, // SUSE's own packages
  { root: '/usr/lib64', name: /^pgsql\d*$/, bin: 'bin' },
  { root: '/opt', name: /^pgsql-\d+$/, bin: 'bin' }, // Arch: postgresql-old-upgrade
  { root: '/usr/libexec', name: /^postgresql\d*$/, bin: '' }, // Alpine
  { root: '/opt/homebrew/opt', ...brew },
  { root: '/usr/local/opt', ...brew },
  { root: '/home/linuxbrew/.linuxbrew/opt', ...brew },
  { root: '/opt/local/lib', name: /^postgresql\d+$/, bin: 'bin' }, // MacPorts
  { root: '/Library/PostgreSQL', name: /^\d+$/, bin: 'bin' }, // EDB's installer on macOS
  { root: '/opt/PostgreSQL', name: /^\d+$/, bin: 'bin' }, // EDB's installer on Linux
  { root: '/Applications/Postgres.app/Contents/Versions', name: /^(\d+|latest)$/, bin: 'bin' },
  { root: path.join(homedir(), '.asdf/installs/postgres'), name: /^\d/, bin: 'bin' },
  { root: path.join(homedir(), '.local/share/mise/installs/postgres'), name: /^\d/, bin: 'bin' },
];

const fixedDirs: readonly string[] = [
  '/usr/local/pgsql/bin',
  '/usr/local/bin',
  '/usr/bin',
  '/run/current-system/sw/bin', // NixOS
  path.join(homedir(), '.nix-profile', 'bin'),
  path.join(homedir(), '.local', 'bin'),
];

/** Folders that may hold the programs; whether they do is for the caller to see. */
export async function listUsualDirs(): Promise<string[]> {
  const isWindows = process.platform === 'win32';
  const roots = isWindows ? listWindowsRoots(process.env) : versionRoots;
  const found = await Promise.all(
    roots.map(async ({ root, name, bin }) => {
      const entries = await readdir(root).catch(() => []);
      return entries.filter((entry) => name.test(entry)).map((entry) => path.join(root, entry, bin));
    }),
  );
  return [...found.flat(), ...(isWindows ? await readRegistry() : fixedDirs)];
}

function listWindowsRoots(env: NodeJS.ProcessEnv): VersionRoot[] {
  const installers = ['ProgramFiles', 'ProgramW6432', 'ProgramFiles(x86)'].map((name) => ({
    ...{ base: env[name], folder: 'PostgreSQL', name: /^\d+$/, bin: 'bin' },
  }));
  const scoop = {
    base: env['SCOOP'] ?? path.join(homedir(), 'scoop'),
    folder: 'apps',
    name: /^postgresql\d*$/,
    bin: 'current\\bin',
  };
  const chocolatey = {
    base: env['ChocolateyToolsLocation'] ?? 'C:\\tools',
    folder: '',
    name: /^(postgresql|pgsql)\d*$/i,
    bin: 'bin',
  };
  return [...installers, scoop, chocolatey].flatMap(({ base, folder, name, bin }) =>
    base === undefined ? [] : [{ root: path.join(base, folder), name, bin }],
  );
}

/** EDB's installer writes each installation there, wherever its folder is. */
async function readRegistry(): Promise<string[]> {
  const program = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'reg.exe');
  const args = ['query', 'HKLM\\SOFTWARE\\PostgreSQL\\Installations', '/s', '/v', 'Base Directory'];
  const answer = await runTool({ path: program, args }).catch(() => null);
  return parseRegistry(answer?.stdout ?? '');
}

/** `    Base Directory    REG_SZ    C:\Program Files\PostgreSQL\17` -> its `bin`. */
export function parseRegistry(output: string): string[] {
  return [...output.matchAll(/^\s+Base Directory\s+REG_SZ\s+(.+?)\s*$/gm)].map(([, dir = '']) =>
    path.win32.join(dir, 'bin'),
  );
}
