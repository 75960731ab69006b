// Where the program's own files and this installation's data lie.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { z } from 'zod';

/**
 * The product's folder below the desktop's folder for application data. The command line has a folder of its own: it
 * cannot open what the desktop's key store has locked.
 */
const dataFolderName = 'PgKeep';

/** Files beside the bundled main script. */
export interface ProgramFiles {
  readonly preloadPath: string;
  readonly engineHostPath: string;
  readonly rendererDir: string;
  /** Folders that may hold icons, best first: in the package, then in a checkout. */
  readonly iconDirs: readonly string[];
  readonly docsDirs: readonly string[];
  readonly runtimeFile: string;
}

/** `bundleDir`: the folder of the bundled main script. */
export function toProgramFiles(bundleDir: string): ProgramFiles {
  return {
    preloadPath: path.join(bundleDir, 'preload.cjs'),
    engineHostPath: path.join(bundleDir, 'engine-host.cjs'),
    rendererDir: path.join(bundleDir, 'renderer'),
    iconDirs: [path.join(bundleDir, 'icons'), path.join(bundleDir, '..', 'build', 'icons')],
    docsDirs: [path.join(process.resourcesPath, 'docs'), path.join(bundleDir, '..', 'docs')],
    runtimeFile: path.join(bundleDir, 'runtime.json'),
  };
}

/**
 * The data folder: `--data-dir=<folder>`, else the desktop's own place. It becomes Electron's userData too, so that the
 * single-instance lock is one per data folder; Chromium's files go into a folder of their own below it.
 * Must run before the lock is taken and before the app is ready.
 */
export function claimDataDir(): string {
  const wished = app.commandLine.getSwitchValue('data-dir');
  const dataDir = wished === '' ? path.join(app.getPath('appData'), dataFolderName) : path.resolve(wished);
  const sessionDir = path.join(dataDir, 'window');
  mkdirSync(sessionDir, { recursive: true, mode: 0o700 });
  app.setPath('userData', dataDir);
  app.setPath('sessionData', sessionDir);
  return dataDir;
}

const runtimeSchema = z.object({ betterSqlite3Binding: z.string().nullable() });

/** What the set-up left for the runtime at hand. No file: better-sqlite3's own binary fits. */
export function readBetterSqlite3Binding(file: string): string | null {
  return existsSync(file) ? runtimeSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).betterSqlite3Binding : null;
}

/** The first of `dirs` that has `name`; null when none has. */
export function findFile(dirs: readonly string[], name: string): string | null {
  return dirs.map((dir) => path.join(dir, name)).find((file) => existsSync(file)) ?? null;
}
