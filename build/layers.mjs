// Who may import what: the table that both the lint rules and test/layers.test.ts read. Imports point down only.
import { isBuiltin as isBuiltinModule } from 'node:module';
import path from 'node:path';

/**
 * A file belongs to the first layer whose `files` pattern matches its path. `may` names layers; every layer may
 * import itself. `denies` names npm packages, or `node:` for all that Node brings; `packages` is the whole list of npm
 * packages (absent: any); `also` names single files that belong to no layer. `says` is the sentence a person reads who broke the rule.
 * @typedef {{ name: string, files: RegExp, may: readonly string[], denies?: readonly string[], packages?: readonly string[], also?: readonly string[], says: string }} Layer
 */

/** @type {readonly Layer[]} */
export const layers = [
  {
    name: 'shared',
    files: /^shared\//,
    may: [],
    denies: ['node:'],
    packages: ['zod'],
    says: 'shared/ is pure TypeScript: it may import shared/ and zod, never node, DOM or electron',
  },
  {
    name: 'renderer',
    files: /^renderer\//,
    may: ['shared'],
    denies: ['node:', 'electron'],
    says: 'the window may import renderer/ and shared/; it asks for everything else through renderer/api.ts',
  },
  {
    name: 'base',
    files: /^electron\/engine\/base\//,
    may: ['shared'],
    denies: ['electron'],
    says: 'engine/base may import shared/ only',
  },
  {
    name: 'postgres',
    files: /^electron\/engine\/postgres\//,
    may: ['base', 'shared'],
    denies: ['electron'],
    says: 'engine/postgres may import base and shared; what needs another part meets it in pipeline/ or restore/',
  },
  {
    name: 'ssh',
    files: /^electron\/engine\/ssh\//,
    may: ['base', 'shared'],
    denies: ['electron'],
    says: 'engine/ssh may import base and shared; it knows nothing of PostgreSQL',
  },
  {
    name: 'reach',
    files: /^electron\/engine\/reach\//,
    may: ['base', 'postgres', 'ssh', 'store', 'shared'],
    denies: ['electron'],
    says: 'engine/reach leads from a stored connection to its server: base, postgres, ssh, store and shared only',
  },
  {
    name: 'crypto',
    files: /^electron\/engine\/crypto\//,
    may: ['base', 'shared'],
    denies: ['electron'],
    says: 'engine/crypto may import base and shared; what needs another part meets it in pipeline/ or restore/',
  },
  {
    name: 'drive',
    files: /^electron\/engine\/drive\//,
    may: ['base', 'shared'],
    denies: ['electron'],
    says: 'engine/drive may import base and shared; what needs another part meets it in pipeline/ or restore/',
  },
  {
    name: 'store',
    files: /^electron\/engine\/store\//,
    may: ['base', 'shared'],
    denies: ['electron'],
    says: 'engine/store may import base and shared; what needs another part meets it in pipeline/ or restore/',
  },
  {
    name: 'audit',
    files: /^electron\/engine\/audit\//,
    may: ['base', 'store', 'shared'],
    denies: ['electron'],
    says: 'engine/audit may import base, store and shared',
  },
  {
    name: 'schedule',
    files: /^electron\/engine\/schedule\//,
    may: ['base', 'store', 'shared'],
    denies: ['electron'],
    says: 'engine/schedule may import base, store and shared; it starts runs through a function it is given',
  },
  {
    name: 'retention',
    files: /^electron\/engine\/retention\//,
    may: ['base', 'store', 'shared'],
    denies: ['electron'],
    says: 'engine/retention may import base, store and shared',
  },
  {
    name: 'notify',
    files: /^electron\/engine\/notify\//,
    may: ['base', 'store', 'shared'],
    denies: ['electron'],
    says: 'engine/notify may import base, store and shared',
  },
  {
    name: 'account',
    files: /^electron\/engine\/account\//,
    may: ['base', 'drive', 'store', 'notify', 'shared'],
    denies: ['electron'],
    says: 'engine/account may import base, drive, store, notify and shared; it makes no backup and no restore',
  },
  {
    name: 'pipeline',
    files: /^electron\/engine\/pipeline\//,
    may: [
      'base',
      'postgres',
      'reach',
      'crypto',
      'drive',
      'store',
      'schedule',
      'retention',
      'notify',
      'account',
      'shared',
    ],
    denies: ['electron'],
    says: 'engine/pipeline may import everything below it, but not restore/',
  },
  {
    name: 'restore',
    files: /^electron\/engine\/restore\//,
    may: ['base', 'postgres', 'reach', 'crypto', 'drive', 'store', 'schedule', 'retention', 'notify', 'shared'],
    denies: ['electron'],
    says: 'engine/restore may import everything below it, but not pipeline/',
  },
  {
    name: 'catalogue',
    files: /^electron\/engine\/catalogue\//,
    may: ['base', 'crypto', 'drive', 'store', 'notify', 'shared'],
    denies: ['electron'],
    says: 'engine/catalogue may import base, crypto, drive, store, notify and shared; it makes no backup and no restore',
  },
  {
    name: 'engine',
    files: /^electron\/engine\/[^/]+\.ts$/,
    may: [
      'base',
      'postgres',
      'ssh',
      'reach',
      'crypto',
      'drive',
      'store',
      'schedule',
      'retention',
      'audit',
      'notify',
      'account',
      'pipeline',
      'restore',
      'catalogue',
      'shared',
    ],
    denies: ['electron'],
    says: 'engine.ts and handlers.ts wire the engine; they do not import electron',
  },
  {
    name: 'host',
    files: /^electron\/engine-host\.ts$/,
    may: ['engine', 'base', 'shared'],
    denies: ['electron'],
    says: 'engine-host.ts hosts the engine: engine.ts, base and shared only',
  },
  {
    name: 'cli',
    files: /^electron\/cli(\.ts$|\/)/,
    may: ['engine', 'base', 'shared'],
    denies: ['electron'],
    also: ['package.json'],
    says: 'the command line hosts the engine: engine.ts, base and shared only',
  },
  {
    name: 'preload',
    files: /^electron\/preload\.ts$/,
    may: ['shared'],
    denies: ['node:'],
    packages: ['electron'],
    says: 'the preload script may import shared/ipc and electron only',
  },
  {
    name: 'shell',
    files: /^electron\/(main\.ts|shell\/)/,
    may: ['base', 'shared'],
    says: 'the shell may import base (ports), shared and electron; the engine is another process',
  },
];

/**
 * The layer a file belongs to; null for tests and build scripts, which may import anything.
 * @param {string} file path from the checkout's folder, with forward slashes
 */
export function findLayer(file) {
  return layers.find((layer) => layer.files.test(file)) ?? null;
}

/**
 * Why a file may not import something; null when it may.
 * @param {string} file path from the checkout's folder, with forward slashes
 * @param {string} specifier as written in the import
 * @returns {string | null}
 */
export function explainImport(file, specifier) {
  const layer = findLayer(file);
  if (!layer) return null;
  const isAllowed = specifier.startsWith('.')
    ? mayImportFile(layer, path.posix.join(path.posix.dirname(file), specifier))
    : mayImportPackage(layer, specifier);
  return isAllowed ? null : layer.says;
}

/**
 * @param {Layer} layer
 * @param {string} target
 */
function mayImportFile(layer, target) {
  if (layer.also?.includes(target)) return true;
  const other = findLayer(target);
  return other !== null && (other.name === layer.name || layer.may.includes(other.name));
}

/**
 * @param {Layer} layer
 * @param {string} specifier
 */
function mayImportPackage(layer, specifier) {
  const isBuiltin = isBuiltinModule(specifier);
  if (isBuiltin && layer.denies?.includes('node:')) return false;
  const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0];
  if (layer.denies?.includes(name ?? '')) return false;
  return isBuiltin || !layer.packages || layer.packages.includes(name ?? '');
}
