// System packages on Debian and Ubuntu: finds what is missing with one question to dpkg, installs it as root, and
// otherwise says the one command that does. On other systems it leaves everything to the person.
import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './once.mjs';
import { getCacheRoot } from './places.mjs';
import { SetupProblem, say, toMessage } from './report.mjs';
import { ask, run } from './run.mjs';

/** What Electron links against, plus the libraries it loads for notifications and the key store. */
export const electronLibraries = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libnotify4', 'libsecret-1-0'];

/** A display, a session bus and a key store for machines that have no desktop. */
export const sessionPrograms = ['xvfb', 'xauth', 'dbus', 'dbus-x11', 'gnome-keyring'];

/** Independent programs that the tests check our files and the local Google with. */
export const testPrograms = ['age', 'zstd', 'rclone', 'openssl', 'curl'];

/** What the bench compares a backup with. */
export const benchPrograms = ['age', 'zstd', 'gzip', 'curl'];

/** Tests skip what they need these for; not every Debian-like system has them as a package. */
export const testExtras = ['chromium', 'python3-googleapi'];

/** How long apt-get waits for another one, e.g. the machine's own updates. */
const lockSeconds = '600';

let isUpdated = false;

export function isDebian() {
  return process.platform === 'linux' && existsSync('/usr/bin/dpkg-query') && existsSync('/usr/bin/apt-get');
}

/**
 * @param {readonly string[]} names
 * @param {string} purpose completes "needed for …"
 * @param {readonly string[]} [extras] installed with the others where there are such packages; never a reason to stop
 */
export async function ensureDebianPackages(names, purpose, extras = []) {
  if (!isDebian()) return;
  const missing = listMissing([...names, ...extras]);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    const command = `sudo apt-get update && sudo apt-get install --no-install-recommends ${missing.join(' ')}`;
    if (missing.some((name) => names.includes(name)))
      throw new SetupProblem(
        `system packages are missing, needed for ${purpose}. Install them, then start again:\n  ${command}`,
      );
    say(`going on without ${missing.join(', ')}; to get it: ${command}`);
    return;
  }
  await withLock(path.join(getCacheRoot(), 'locks', 'apt'), () => {
    const stillMissing = listMissing([...names, ...extras]);
    try {
      if (stillMissing.length > 0) install(stillMissing, names, purpose);
    } catch (error) {
      if (stillMissing.some((name) => names.includes(name))) throw error;
      say(`going on without ${stillMissing.join(', ')}: ${toMessage(error)}`);
    }
    return Promise.resolve();
  });
}

function install(missing, needed, purpose) {
  say(`installing system packages for ${purpose}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, quiet: true, otherwise: 'apt-get could not install the system packages' };
  // Three installs of one set-up need one list.
  if (!isUpdated) run('apt-get', ['update', '-qq'], options);
  isUpdated = true;
  const chosen = missing.map((name) => findName(name) ?? (needed.includes(name) ? name : null));
  const found = chosen.filter((name) => name !== null);
  if (found.length === 0) return;
  say(`  apt-get install ${found.join(' ')}`);
  const manners = [
    '-qq',
    '-y',
    '--no-install-recommends',
    '-o=Dpkg::Use-Pty=0',
    `-o=DPkg::Lock::Timeout=${lockSeconds}`,
  ];
  withoutCluster(found, () => {
    run('apt-get', ['install', ...manners, ...found], options);
  });
}

/**
 * Debian's PostgreSQL package makes a server that runs from then on. Whoever asked for a demo or a test did not ask for
 * that; where PostgreSQL is set up in some way already, nothing is touched.
 * @param {readonly string[]} names to be installed
 * @param {() => void} work
 */
function withoutCluster(names, work) {
  if (!names.includes('postgresql') || existsSync('/etc/postgresql-common')) {
    work();
    return;
  }
  const folder = '/etc/postgresql-common/createcluster.d';
  const file = path.join(folder, 'pgkeep-set-up.conf');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, 'create_main_cluster = false\n');
  try {
    work();
  } finally {
    rmSync(file, { force: true });
    for (const empty of [folder, path.dirname(folder)]) removeEmpty(empty);
  }
}

function removeEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // The package has put something there.
  }
}

function listMissing(names) {
  const asked = names.flatMap((name) => [name, toTime64(name)]);
  const { stdout } = ask('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\n', ...asked]);
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name) && !installed.has(toTime64(name)));
}

/**
 * The name that apt knows it by, or null. Debian 13 and Ubuntu 24.04 renamed libraries at the change to 64-bit time;
 * the old name may be ambiguous there.
 */
function findName(name) {
  const isKnown = (candidate) => /Candidate: \d/.test(ask('apt-cache', ['policy', candidate]).stdout);
  return [toTime64(name), name].find(isKnown) ?? null;
}

function toTime64(name) {
  return `${name}t64`;
}
