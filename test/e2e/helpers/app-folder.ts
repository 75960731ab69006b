// An app folder with the real shell and an engine host of the test's choice, as `electron <folder>` starts it. Nothing in
// dist/ is touched, so tests and a running app do not meet.
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../../..');

export interface AppFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** `hostSource`: the entry of the engine's process. `pageFile`: the window's only page. Both relative to the checkout. */
export async function buildAppFolder(hostSource: string, pageFile: string): Promise<AppFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-app-'));
  const dist = path.join(folder, 'dist');
  await mkdir(path.join(dist, 'renderer'), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'electron/main.ts', out: 'main' },
      { in: 'electron/preload.ts', out: 'preload' },
      { in: hostSource, out: 'engine-host' },
    ],
    outdir: dist,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.18',
    external: ['electron'],
    logLevel: 'error',
  });
  await copyFile(path.join(root, pageFile), path.join(dist, 'renderer', 'index.html'));
  const manifest = { name: 'pgkeep', productName: 'PgKeep', version: '0.0.1', main: 'dist/main.cjs' };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
