// Makes an Electron runtime available: the official one where its server can be reached, else the fallback. Which it
// was is remembered for some hours, so that a closed network costs its few seconds once and not at every start.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findElectron } from '../electron-runtime.mjs';
import { ensureFallbackElectron, fallbackVersion, getFallbackFolder, hasFallback } from './fallback-electron.mjs';
import { findPackageVersion, getCacheRoot, getScriptNode, nodeModules, root } from './places.mjs';
import { SetupProblem, say, toMessage } from './report.mjs';
import { run } from './run.mjs';
import { buildPackages, ensureSqliteBinding, getBindingPath } from './sqlite-binding.mjs';

/** How long the official server may take to answer before it counts as out of reach. */
const probeMs = 4000;

/** How long "out of reach" is believed. */
const rememberMs = 12 * 60 * 60 * 1000;

/** @type {Promise<string | null> | undefined} */
let probing;

/** `PGKEEP_ELECTRON` is `official` or `fallback` to leave no choice. */
export async function ensureElectron() {
  const wish = process.env.PGKEEP_ELECTRON;
  if (wish && wish !== 'official' && wish !== 'fallback') {
    throw new SetupProblem(`PGKEEP_ELECTRON is "official" or "fallback", not "${wish}"`);
  }
  if (wish !== 'fallback' && findElectron()?.kind === 'official') return;
  if (wish === 'official') {
    installOfficial();
    return;
  }
  if (wish !== 'fallback' && (await tryOfficial())) return;
  await useFallback(wish === 'fallback');
}

/** What building the fallback's part needs, when the fallback it will be; asked first, to be said with all the rest. */
export async function listElectronPackages() {
  const wish = process.env.PGKEEP_ELECTRON;
  if (!hasFallback() || existsSync(getBindingPath(fallbackVersion)) || wish === 'official') return [];
  if (wish === 'fallback') return buildPackages;
  if (findElectron()?.kind === 'official') return [];
  return isRememberedAsOut() || (await probe()) !== null ? buildPackages : [];
}

async function tryOfficial() {
  if (hasFallback() && isRememberedAsOut()) return false;
  const problem = await probe();
  if (problem === null) {
    try {
      installOfficial();
      rmSync(getMemoryPath(), { force: true });
      return true;
    } catch (error) {
      say(toMessage(error));
    }
  } else {
    say(`the official Electron cannot be downloaded here (${problem})`);
  }
  if (!hasFallback()) {
    throw new SetupProblem(
      'there is no other Electron for this platform: download it where GitHub can be reached, or set ELECTRON_MIRROR',
    );
  }
  mkdirSync(getCacheRoot(), { recursive: true });
  writeFileSync(getMemoryPath(), `${JSON.stringify({ address: toProbeAddress(), outAt: Date.now() })}\n`);
  return false;
}

async function useFallback(wished) {
  if (!hasFallback()) throw new SetupProblem('the fallback Electron exists for Linux x64 only');
  const isNew = !existsSync(getFallbackFolder());
  await ensureFallbackElectron();
  const runtime = findElectron({ kind: 'fallback' });
  if (!runtime) throw new SetupProblem('the fallback Electron is not where it was put');
  await ensureSqliteBinding(fallbackVersion, runtime.executablePath);
  const official = findPackageVersion('electron') ?? '?';
  say(
    `USING AN OLD ELECTRON, ${fallbackVersion} instead of ${official}: for development and tests on closed networks only`,
  );
  if (isNew && !wished) say('it is looked for again after twelve hours; PGKEEP_ELECTRON=official tries at once');
}

function installOfficial() {
  say(`downloading Electron ${findPackageVersion('electron') ?? ''}`);
  run(getScriptNode(), [path.join(nodeModules, 'electron', 'install.js')], {
    cwd: root,
    otherwise: 'the official Electron could not be downloaded',
  });
}

/** Asks for the release's small list of hashes; null when it came. Asked once. */
function probe() {
  probing ??= askServer();
  return probing;
}

/** @returns {Promise<string | null>} */
async function askServer() {
  // A proxy is the business of Electron's own downloader; a plain request would say nothing about it.
  if (process.env.ELECTRON_GET_USE_PROXY) return null;
  try {
    const answer = await fetch(toProbeAddress(), { signal: AbortSignal.timeout(probeMs) });
    await answer.arrayBuffer();
    return answer.ok ? null : `${new URL(answer.url).host} answered ${String(answer.status)}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : toMessage(error);
    return `${new URL(toProbeAddress()).host}: ${cause || 'out of reach'}`;
  }
}

/** The address that the `electron` package itself downloads from, `ELECTRON_MIRROR` included. */
function toProbeAddress() {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror;
  const version = findPackageVersion('electron') ?? '';
  return `${mirror ?? 'https://github.com/electron/electron/releases/download/'}v${version}/SHASUMS256.txt`;
}

function getMemoryPath() {
  return path.join(getCacheRoot(), 'official-electron.json');
}

function isRememberedAsOut() {
  try {
    const memory = JSON.parse(readFileSync(getMemoryPath(), 'utf8'));
    return memory.address === toProbeAddress() && Math.abs(Date.now() - memory.outAt) < rememberMs;
  } catch {
    return false;
  }
}
