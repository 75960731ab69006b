// Small JSON files that survive a kill: written beside and renamed.
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function writeJson(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.new`;
  writeFileSync(temporary, JSON.stringify(value, null, 1), { mode: 0o600 });
  renameSync(temporary, file);
}

/** What `writeJson` wrote there; null when nothing is there. The caller knows the shape because it wrote it. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** The contents of every `.json` file in a folder; makes the folder when it is not there. */
export function readJsonFolder(folder: string): unknown[] {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readJson(path.join(folder, name)));
}
