// better-sqlite3's own builds need Node-API 10; the fallback Electron has 9. This compiles the package's sources for it,
// straight with the C++ compiler, and proves that the runtime loads the result before anybody relies on it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDebianPackages } from './debian.mjs';
import { provideFolder } from './once.mjs';
import { findPackageVersion, getCacheRoot, nodeModules, root } from './places.mjs';
import { SetupProblem, say } from './report.mjs';
import { ask } from './run.mjs';

/** The compiler, as Debian packages. */
export const buildPackages = ['g++'];

/** Raised when the compiler arguments below change. */
const recipe = 1;

/**
 * Where the file for a runtime lies (whether or not it is there yet).
 * @param {string} electronVersion
 */
export function getBindingPath(electronVersion) {
  const version = findPackageVersion('better-sqlite3') ?? 'none';
  const name = `${version}-electron-${electronVersion}-${process.platform}-${process.arch}-${String(recipe)}`;
  return path.join(getCacheRoot(), 'better-sqlite3', name, 'better_sqlite3.node');
}

/**
 * @param {string} electronVersion
 * @param {string} executable
 */
export async function ensureSqliteBinding(electronVersion, executable) {
  const file = getBindingPath(electronVersion);
  if (existsSync(file)) return;
  await ensureDebianPackages(buildPackages, `building better-sqlite3 for Electron ${electronVersion}`);
  await provideFolder(path.dirname(file), async (temporary) => {
    say(`building better-sqlite3 for Electron ${electronVersion} (about a minute, once for all checkouts)`);
    await compile(temporary);
    prove(executable, path.join(temporary, path.basename(file)));
  });
}

/** The same switches as the package's own build files, for the one platform of the fallback (Linux x64, GCC). */
async function compile(folder) {
  const source = path.join(nodeModules, 'better-sqlite3');
  const defines = readDefines(path.join(source, 'deps', 'defines.gypi')).map((name) => `-D${name}`);
  const sqlite = path.join(source, 'deps', 'sqlite3');
  const common = ['-c', '-O3', '-fPIC', '-DNDEBUG', '-fvisibility=hidden', `-I${sqlite}`];
  const headers = [
    `-I${createRequire(path.join(root, 'package.json'))('node-api-headers').include_dir}`,
    `-I${path.join(nodeModules, 'node-addon-api')}`,
  ];
  // Experimental mode (the header) instead of NAPI_VERSION=10: references to strings are a Node-API 10 feature that
  // Node 20 has as an experiment. Plain version 9 builds and then aborts.
  const dialect = [
    ...['-std=c++20', '-fno-exceptions', '-fvisibility-inlines-hidden'],
    ...['-include', fileURLToPath(new URL('./node-api-experimental.h', import.meta.url))],
    ...['-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', '-DBUILDING_NODE_EXTENSION'],
    '-DNODE_GYP_MODULE_NAME=better_sqlite3',
  ];
  await Promise.all([
    invoke('gcc', [...common, '-std=c99', '-w', ...defines, path.join(sqlite, 'sqlite3.c'), '-o', 'sqlite3.o'], folder),
    invoke(
      'g++',
      [...common, ...dialect, ...headers, ...defines, path.join(source, 'src', 'better_sqlite3.cpp'), '-o', 'addon.o'],
      folder,
    ),
  ]);
  const link = [
    '-shared',
    '-Wl,-Bsymbolic',
    '-Wl,--exclude-libs,ALL',
    '-s',
    'addon.o',
    'sqlite3.o',
    '-ldl',
    '-lpthread',
    '-lm',
  ];
  await invoke('g++', [...link, '-o', 'better_sqlite3.node'], folder);
}

/** The file is a Python literal with one quoted define a line. */
function readDefines(file) {
  return [...readFileSync(file, 'utf8').matchAll(/^\s+'([A-Z][A-Z0-9_]+(?:=[^']*)?)',$/gm)].map((match) => match[1]);
}

function invoke(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 2, 2] });
    child.once('error', (error) => {
      reject(new SetupProblem(`better-sqlite3 needs a C++ compiler (${program}: ${error.message})`));
    });
    child.once('close', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new SetupProblem(`better-sqlite3 could not be built (${program} ended with ${String(code)})`));
    });
  });
}

function prove(executable, binding) {
  const script =
    'const db = new (require("better-sqlite3"))(":memory:", { nativeBinding: process.argv[1] });' +
    'db.exec("create table t (a text)"); const put = db.prepare("insert into t values (?)");' +
    'for (let i = 0; i < 1000; i += 1) put.run("row " + i);' +
    'process.stdout.write(String(db.prepare("select count(*) n from t").get().n));';
  const answer = ask(executable, ['-e', script, binding], {
    cwd: root,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeoutMs: 60_000,
  });
  if (answer.stdout !== '1000')
    throw new SetupProblem(`the built better-sqlite3 does not run in Electron: ${answer.stderr.trim()}`);
}
