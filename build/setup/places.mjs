// Where the set-up finds and puts things: the checkout, and a cache outside of it that all checkouts of a person share.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

export const nodeModules = path.join(root, 'node_modules');

/** `XDG_CACHE_HOME`, else the system's usual cache folder, then `pgkeep`. */
export function getCacheRoot() {
  return path.join(findSystemCache(), 'pgkeep');
}

function findSystemCache() {
  const chosen = process.env.XDG_CACHE_HOME;
  // The XDG base directory specification has relative paths ignored.
  if (chosen && path.isAbsolute(chosen)) return chosen;
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? path.join(os.homedir(), 'AppData', 'Local');
  return path.join(os.homedir(), '.cache');
}

/**
 * The version of an installed npm package, or null.
 * @param {string} name
 * @returns {string | null}
 */
export function findPackageVersion(name) {
  try {
    return JSON.parse(readFileSync(path.join(nodeModules, name, 'package.json'), 'utf8')).version;
  } catch {
    return null;
  }
}

/** The Node that npm scripts use: the one of the npm package `node`, whatever Node runs the set-up itself. */
export function getScriptNode() {
  return path.join(nodeModules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}
