// Builds the package into release/: the unpacked app by default, the targets of electron-builder.yml with --installers.
// Uses whichever Electron is at hand and says so; what is released must be built with the official one.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'electron-builder';
import { bundle, dist } from './bundle.mjs';
import { getElectron } from './electron-runtime.mjs';
import { nodeModules, root } from './setup/places.mjs';

const log = (line) => process.stderr.write(`${line}\n`);
const stage = path.join(root, 'release', 'stage');
const runtime = getElectron();

const withInstallers = process.argv.includes('--installers');
if (withInstallers && runtime.kind === 'fallback') {
  log('Installers are made with the official Electron only; this machine has the old fallback.');
  process.exit(1);
}

await bundle({ log, minify: true });
fillStage();
log(`packaging with Electron ${runtime.version}${runtime.kind === 'fallback' ? ' (OLD, not for release)' : ''}`);
const results = await build({
  projectDir: root,
  publish: 'never',
  ...(withInstallers ? {} : { dir: true }),
  config: {
    extends: path.join(root, 'electron-builder.yml'),
    electronDist: path.dirname(findDistFolder()),
    electronVersion: runtime.version,
    // Whatever a runtime brings there (the fallback's loader) would be found before the app.
    afterExtract: ({ appOutDir, electronPlatformName }) => {
      if (electronPlatformName === 'linux') rmSync(path.join(appOutDir, 'resources'), { recursive: true, force: true });
      return Promise.resolve();
    },
  },
});
rmSync(stage, { recursive: true });
log(`the package is in ${path.join('release', path.sep)}${results.map((file) => `\n  ${file}`).join('')}`);

/** macOS nests the executable in a bundle (Electron.app/Contents/MacOS/Electron); elsewhere the folder is flat. */
function findDistFolder() {
  const { executablePath } = runtime;
  return process.platform === 'darwin' ? path.resolve(executablePath, '..', '..', '..') : executablePath;
}

function fillStage() {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  cpSync(dist, path.join(stage, 'dist'), {
    recursive: true,
    // The command line runs from a checkout; runtime.json describes this machine; nothing reads source maps at run time.
    filter: (source) => !source.endsWith('.map') && !['runtime.json', 'cli.cjs'].includes(path.basename(source)),
  });
  const { name, productName, version, description, license, author, main, dependencies } = readJson(
    path.join(root, 'package.json'),
  );
  writeJson(path.join(stage, 'package.json'), {
    ...{ name, productName, version, description, license, author, main },
    dependencies: { 'better-sqlite3': dependencies['better-sqlite3'] },
  });
  copySqlite(path.join(stage, 'node_modules', 'better-sqlite3'));
}

/** What better-sqlite3 needs at run time, with the one binary that this runtime loads. */
function copySqlite(target) {
  const source = path.join(nodeModules, 'better-sqlite3');
  for (const part of ['LICENSE', 'lib']) cpSync(path.join(source, part), path.join(target, part), { recursive: true });
  const { name, version, license, main } = readJson(path.join(source, 'package.json'));
  // Its one dependency is headers for building it.
  writeJson(path.join(target, 'package.json'), { name, version, license, main });
  if (runtime.betterSqlite3Binding === null) {
    cpSync(path.join(source, 'prebuilds'), path.join(target, 'prebuilds'), {
      recursive: true,
      filter: (file) => !file.endsWith('.node') || path.basename(file).startsWith(process.platform),
    });
    return;
  }
  // The place it looks at first.
  cpSync(runtime.betterSqlite3Binding, path.join(target, 'build', 'Release', 'better_sqlite3.node'));
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
