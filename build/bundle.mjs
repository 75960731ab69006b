// Bundles the app into dist/: the shell, the preload script, the engine's process, the command line and the window.
// An entry that is not there is skipped with a line; a Google API besides Drive in the bundle is an error.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './setup/places.mjs';

export const dist = path.join(root, 'dist');

/** Source to name in dist/, without the extension. */
const programs = {
  'electron/main.ts': 'main',
  'electron/preload.ts': 'preload',
  'electron/engine-host.ts': 'engine-host',
  'electron/cli.ts': 'cli',
};

/** The oldest runtime that the app runs on: Electron 33 (Node 20.18, Chromium 130). */
const target = { node: 'node20.18', chrome: 'chrome130' };

/** Loaded at run time: the runtime itself, native code, and pg's optional parts that nobody installs. */
const external = ['electron', 'cpu-features', '*.node', 'better-sqlite3', 'pg-native', 'pg-cloudflare'];

/** A bundled module asks for its own address by `import.meta.url`, which CommonJS has not. */
export const importMetaUrl = {
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/**
 * The OAuth client that everybody signs in with who has none of their own (electron/engine/base/built-in-client.ts). Without
 * these variables a build has none, and a person is told to bring one.
 */
const builtInClient = {
  PGKEEP_GOOGLE_CLIENT_ID: JSON.stringify(process.env.PGKEEP_GOOGLE_CLIENT_ID ?? ''),
  PGKEEP_GOOGLE_CLIENT_SECRET: JSON.stringify(process.env.PGKEEP_GOOGLE_CLIENT_SECRET ?? ''),
};

/**
 * How a program of our own becomes one file: for dist/, and for the bench, which measures what is shipped.
 * @type {import('esbuild').BuildOptions}
 */
export const programOptions = {
  bundle: true,
  sourcemap: true,
  logLevel: 'warning',
  legalComments: 'none',
  absWorkingDir: root,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  platform: 'node',
  target: target.node,
  external,
  // Some packages' ES modules are for browsers; `main` is what Node itself would load.
  mainFields: ['main', 'module'],
  define: { ...builtInClient, 'process.env.NODE_ENV': '"production"' },
};

/**
 * @param {{ minify?: boolean, log?: (line: string) => void }} [options] `minify` is for the packaged app
 */
export async function bundle(options = {}) {
  const log = options.log ?? (() => undefined);
  const common = {
    bundle: true,
    sourcemap: true,
    minify: options.minify ?? false,
    logLevel: 'warning',
    metafile: true,
    legalComments: 'none',
    absWorkingDir: root,
  };
  mkdirSync(dist, { recursive: true });
  await Promise.all([bundlePrograms(common, log), bundleWindow(common, log)]);
  copyIcons();
}

async function bundlePrograms(common, log) {
  const entries = Object.entries(programs).filter(([source]) => isThere(source, log));
  // The preload script is apart: a sandboxed one has no node:url for the banner.
  for (const [isPreload, extra] of [
    [false, importMetaUrl],
    [true, {}],
  ]) {
    const chosen = entries.filter(([source]) => source.endsWith('preload.ts') === isPreload);
    if (chosen.length === 0) continue;
    const result = await build({
      ...programOptions,
      ...common,
      ...extra,
      entryPoints: chosen.map(([source, name]) => ({ in: source, out: name })),
      outdir: dist,
      define: { ...extra.define, ...programOptions.define },
    });
    refuseOtherApis(result.metafile);
  }
}

async function bundleWindow(common, log) {
  if (!isThere('renderer/main.tsx', log) || !isThere('renderer/index.html', log)) return;
  const folder = path.join(dist, 'renderer');
  await build({
    ...common,
    entryPoints: [{ in: 'renderer/main.tsx', out: 'main' }],
    outdir: folder,
    // The page loads it as a classic script.
    format: 'iife',
    platform: 'browser',
    target: target.chrome,
    jsx: 'automatic',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'file', '.png': 'file', '.woff2': 'file' },
  });
  writeFileSync(path.join(folder, 'index.html'), toPage(existsSync(path.join(folder, 'main.css'))));
}

/** The shell looks for its images beside its script. */
function copyIcons() {
  const source = path.join(root, 'build', 'icons');
  for (const name of readdirSync(source).filter((file) => file === 'icon.png' || file.startsWith('tray-'))) {
    mkdirSync(path.join(dist, 'icons'), { recursive: true });
    copyFileSync(path.join(source, name), path.join(dist, 'icons', name));
  }
}

/** The page names its source; the bundle is a script and a style sheet of their own, as a strict CSP wants it. */
function toPage(hasStyles) {
  const page = readFileSync(path.join(root, 'renderer', 'index.html'), 'utf8').replace(
    /(["'/])main\.tsx/g,
    '$1main.js',
  );
  if (!hasStyles || page.includes('main.css')) return page;
  return page.replace('</head>', '  <link rel="stylesheet" href="./main.css" />\n  </head>');
}

function refuseOtherApis(metafile) {
  const other = Object.keys(metafile.inputs).find((name) => /googleapis\/build\/src\/apis\/(?!drive\/)/.test(name));
  if (other) {
    throw new Error(`${other} is in the bundle: import 'googleapis/build/src/apis/drive', not 'googleapis' (200 MB)`);
  }
}

function isThere(source, log) {
  const there = existsSync(path.join(root, source));
  if (!there) log(`bundle: no ${source}, skipped`);
  return there;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await bundle({ log: (line) => process.stderr.write(`${line}\n`), minify: process.argv.includes('--minify') });
  } catch (error) {
    // esbuild has printed its own errors with their places; its exception repeats them.
    if (!(error instanceof Error) || !('errors' in error)) throw error;
    process.exitCode = 1;
  }
}
