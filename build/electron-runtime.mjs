// Tells which Electron this checkout runs on. Finds only: build/setup.mjs is what makes one available.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fallbackVersion, getFallbackFolder, hasFallback } from './setup/fallback-electron.mjs';
import { findPackageVersion, nodeModules, root } from './setup/places.mjs';
import { getBindingPath } from './setup/sqlite-binding.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executablePath
 * @property {string} version
 * @property {'official' | 'fallback'} kind
 * @property {string | null} betterSqlite3Binding `nativeBinding` for better-sqlite3; null: its own build fits
 */

/**
 * The official runtime, else the fallback, else null. `PGKEEP_ELECTRON` narrows the choice as in the set-up.
 * @param {{ kind?: 'official' | 'fallback' }} [only]
 * @returns {ElectronRuntime | null}
 */
export function findElectron(only = {}) {
  const wish = only.kind ?? process.env.PGKEEP_ELECTRON;
  return (wish === 'fallback' ? null : findOfficial()) ?? (wish === 'official' ? null : findFallback());
}

/** @returns {ElectronRuntime} Throws with the command that helps when there is none. */
export function getElectron() {
  const runtime = findElectron();
  if (!runtime) throw new Error('no Electron is set up here: node build/setup.mjs app');
  return runtime;
}

/**
 * Tells the bundled app what it cannot know itself: `dist/runtime.json` with `{ betterSqlite3Binding: string | null }`.
 * The shell reads it below `app.getAppPath()` and hands it to the engine; without the file the package's own build is used.
 * @param {ElectronRuntime} runtime
 */
export function writeRuntimeFile(runtime) {
  const dist = path.join(root, 'dist');
  mkdirSync(dist, { recursive: true });
  const value = { betterSqlite3Binding: runtime.betterSqlite3Binding };
  writeFileSync(path.join(dist, 'runtime.json'), `${JSON.stringify(value)}\n`);
}

/** @returns {ElectronRuntime | null} */
function findOfficial() {
  const folder = path.join(nodeModules, 'electron');
  const version = findPackageVersion('electron');
  const program = readText(path.join(folder, 'path.txt'));
  const installed = readText(path.join(folder, 'dist', 'version'));
  if (version === null || program === null || installed?.replace(/^v/, '') !== version) return null;
  const executablePath = path.join(folder, 'dist', program);
  return existsSync(executablePath) ? { executablePath, version, kind: 'official', betterSqlite3Binding: null } : null;
}

/** @returns {ElectronRuntime | null} */
function findFallback() {
  if (!hasFallback()) return null;
  const executablePath = path.join(getFallbackFolder(), 'electron');
  if (!existsSync(executablePath)) return null;
  const binding = getBindingPath(fallbackVersion);
  return {
    executablePath,
    version: fallbackVersion,
    kind: 'fallback',
    betterSqlite3Binding: existsSync(binding) ? binding : null,
  };
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
