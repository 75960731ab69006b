// The words after `npm run bench --`.
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { contestantNames, type ContestantName } from './contestants.ts';

export type BenchMode = 'bench' | 'soak' | 'endurance' | 'history';

/** What can be measured by itself; `upload` is the comparison with curl. */
export const benchParts = [...contestantNames, 'upload'] as const;
export type BenchPart = ContestantName | 'upload';

export interface BenchOptions {
  readonly mode: BenchMode;
  readonly sizeMb: number;
  /** How often each side of a comparison runs. */
  readonly rounds: number;
  readonly only: readonly BenchPart[];
  /** Uploads of a soak. */
  readonly count: number;
  readonly seed: number;
  /** Only the JSON object on stdout. */
  readonly json: boolean;
  /** Writes the figures into docs/. */
  readonly write: boolean;
  /** Where spool and local Google lie while it runs. */
  readonly dir: string;
  readonly help: boolean;
}

export const usage = `npm run bench [-- --size MB] [--rounds N] [--only NAME,NAME] [--json] [--write] [--dir FOLDER]
npm run bench -- --soak [--count N] [--seed N]
npm run bench -- --endurance [--size MB] [--seed N]
npm run bench -- --history [--count N]

Measures on a throw-away PostgreSQL and a local stand-in for Google Drive; nothing outside is reached.

  (nothing)      a whole backup and restore beside what else could be done with PostgreSQL's and other programs, and an
                 upload beside curl's of the same file, all in turn
  --soak         many uploads, each with random faults, checked byte by byte
  --endurance    one large upload with 20 broken connections, two kills of the program and one expired token
  --history      pages of a history of many runs

  --size MB      size of the uncompressed dump (default 300), or of the uploaded file (2000 for --endurance)
  --rounds N     how often each is measured; figures are medians (default 3)
  --only NAMES   only some of: ${benchParts.join(' ')}
  --count N      uploads of the soak (default 500); runs of the history (default 100000)
  --seed N       the same number makes the same faults (default: by the time)
  --json         one JSON object as the last line on stdout, the report on stderr
  --write        writes the figures into docs/performance.md and docs/images/bench.svg
  --dir FOLDER   a disk with room for five times the size (default: the folder for temporary files)

The comparison needs zstd, age, gzip and curl. The database for a size of 1000 takes half a minute, a round two minutes.`;

/** Throws an Error with words for the person when the arguments are wrong. */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      soak: { type: 'boolean', default: false },
      endurance: { type: 'boolean', default: false },
      history: { type: 'boolean', default: false },
      size: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: benchParts.join(',') },
      count: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      dir: { type: 'string', default: tmpdir() },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  if (Number(values.soak) + Number(values.endurance) + Number(values.history) > 1)
    throw new Error('--soak, --endurance and --history are three things');
  const mode = values.soak ? 'soak' : values.endurance ? 'endurance' : values.history ? 'history' : 'bench';
  const size = values.size ?? (mode === 'endurance' ? '2000' : '300');
  return {
    mode,
    sizeMb: toCount('--size', size, 16, 20_000),
    rounds: toCount('--rounds', values.rounds, 1, 50),
    only: toParts(values.only),
    count: toCount('--count', values.count ?? (mode === 'history' ? '100000' : '500'), 1, 1_000_000),
    seed: toCount('--seed', values.seed, 0, 4_294_967_295),
    ...{ json: values.json, write: values.write, help: values.help },
    dir: path.resolve(values.dir),
  };
}

function toCount(name: string, text: string, min: number, max: number): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < min || count > max) {
    throw new Error(`${name} takes a whole number from ${String(min)} to ${String(max)}, not "${text}"`);
  }
  return count;
}

function toParts(text: string): BenchPart[] {
  return text.split(',').map((name) => {
    const part = benchParts.find((known) => known === name.trim());
    if (!part) throw new Error(`--only takes ${benchParts.join(', ')}, not "${name}"`);
    return part;
  });
}
