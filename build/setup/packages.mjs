// Installs the npm packages when they are missing or not those of package-lock.json. A stamp makes the usual answer
// ("nothing to do") cost one hash; packages that somebody installed with npm by hand are recognised and kept.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './once.mjs';
import { findPackageVersion, getCacheRoot, getScriptNode, nodeModules, root } from './places.mjs';
import { SetupProblem, say } from './report.mjs';
import { ask, run } from './run.mjs';

const stampPath = path.join(nodeModules, '.pgkeep-setup.json');

export async function ensurePackages() {
  const key = toKey();
  if (isStamped(key)) return;
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  await withLock(path.join(getCacheRoot(), 'locks', `packages-${name}`), async () => {
    if (isStamped(key)) return;
    if (!agreesWithLock()) install();
    runAllowedScripts();
    writeFileSync(stampPath, `${JSON.stringify({ key })}\n`);
  });
}

function install() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 18)
    throw new SetupProblem(`Node ${process.versions.node} is too old: PgKeep is set up with Node 18 or newer`);
  say('installing npm packages (a minute or two)');
  // Windows cannot delete the node.exe of node_modules that runs this very script; `install` replaces only what differs.
  const command = process.platform === 'win32' && existsSync(getScriptNode()) ? 'install' : 'ci';
  run('npm', [command, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    otherwise: 'npm could not install the packages; its message is above',
  });
}

/**
 * .npmrc has npm run no install scripts: those that are needed are the ones `allowScripts` in package.json names, and
 * this runs them. Without that rule npm would compile better-sqlite3 (npm/cli#9859), whose package holds its builds,
 * and stop on a machine that has no compiler.
 */
function runAllowedScripts() {
  const allowed = Object.entries(readJson(path.join(root, 'package.json'))?.allowScripts ?? {});
  const names = allowed
    .filter(([name, isAllowed]) => isAllowed === true && existsSync(path.join(nodeModules, name)))
    // Windows cannot replace the program that runs this script.
    .filter(([name]) => name !== 'node' || !hasScriptNode())
    .map(([name]) => name);
  say(`finishing the packages that bring programs: ${names.join(', ')}`);
  run('npm', ['rebuild', ...names, '--ignore-scripts=false', '--loglevel=error'], {
    cwd: root,
    quiet: true,
    otherwise: 'npm could not finish the packages; its message is above',
  });
  if (!hasScriptNode()) throw new SetupProblem('the npm package "node" did not bring its program for this platform');
}

function hasScriptNode() {
  const answer = existsSync(getScriptNode()) ? ask(getScriptNode(), ['--version']) : null;
  return answer?.stdout.trim() === `v${findPackageVersion('node') ?? ''}`;
}

/**
 * Node's own version is no part of it: the first run has the system's Node, the next one the Node that it installed,
 * and native parts are Node-API builds chosen by platform.
 */
function toKey() {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  return `${process.platform}-${process.arch}-${hash.digest('hex')}`;
}

function isStamped(key) {
  return readJson(stampPath)?.key === key && existsSync(getScriptNode());
}

/** Compares npm's record of what lies in node_modules with package-lock.json. */
function agreesWithLock() {
  const installed = readJson(path.join(nodeModules, '.package-lock.json'))?.packages;
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages;
  if (!installed || !wanted) return false;
  const isSame = (name) => installed[name]?.version === wanted[name]?.version;
  const missing = Object.keys(wanted).filter((name) => name !== '' && !wanted[name].optional && !wanted[name].peer);
  return missing.every(isSame) && Object.keys(installed).every(isSame);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
