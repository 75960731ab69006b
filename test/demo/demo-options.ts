// The words after `npm run demo --`.
import path from 'node:path';
import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** About the size of the sample database's dump, in millions of bytes. */
  readonly sizeMb: number;
  /** One JSON object as the last line of stdout; the report goes to stderr. */
  readonly json: boolean;
  /** Absolute; null: nothing stays. */
  readonly keepDir: string | null;
  readonly help: boolean;
}

export const usage = `npm run demo [-- --size MB] [--json] [--keep DIR]

Makes a sample shop database on a throw-away PostgreSQL, backs it up to a local stand-in for Google Drive, proves the
backup by a restore drill, restores it into a new database and compares that with the source.

  --size MB    size of the sample database's dump, 3 to 10000 (default 10)
  --json       one JSON object as the last line on stdout, the report on stderr
  --keep DIR   leaves the stored files, the key and a README in DIR`;

/** Throws an Error with words for the person when the arguments are wrong. `cwd` is where a relative folder begins. */
export function parseDemoOptions(args: readonly string[], cwd: string): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      keep: { type: 'string' },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  const sizeMb = Number(values.size);
  if (!/^\d+(\.\d+)?$/.test(values.size) || sizeMb < 3 || sizeMb > 10_000) {
    throw new Error(`--size takes a number of megabytes from 3 to 10000, not "${values.size}"`);
  }
  if (values.keep === '') throw new Error('--keep takes a folder');
  const keepDir = values.keep === undefined ? null : path.resolve(cwd, values.keep);
  return { sizeMb, json: values.json, keepDir, help: values.help };
}
