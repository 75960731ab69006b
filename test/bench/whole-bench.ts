// The whole way of a backup beside its yardsticks: everybody in turn, round by round, so that whatever else the machine does
// hits all alike.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { openBenchPlace } from './bench-place.ts';
import { toFigures, type BenchFigures } from './bench-figures.ts';
import { contestantNames, contestants, prepareFor, type ContestantName, type Lap } from './contestants.ts';
import { benchUpload, type UploadFigures } from './upload-bench.ts';

export interface WholeBench {
  /** Of the uncompressed dump, in millions of bytes. */
  readonly sizeMb: number;
  readonly rounds: number;
  /** `upload` is the comparison with curl. */
  readonly only: readonly (ContestantName | 'upload')[];
  readonly dir: string;
  readonly say: (line: string) => void;
}

/** An upload does not get more interesting with its size. */
const maxUploadMb = 512;

/** Throws, before anything is started, with the names of programs that are not installed. */
export async function benchWhole({ sizeMb, rounds, only, dir, say }: WholeBench): Promise<BenchFigures> {
  const names = contestantNames.filter((name) => only.includes(name));
  const needed = [...names.flatMap((name) => contestants[name].needs), ...(only.includes('upload') ? ['curl'] : [])];
  requirePrograms([...new Set(needed)], process.env['PATH'] ?? '');
  const laps: Record<ContestantName, Lap[]> = {
    ...{ limit: [], story: [], native: [], programs: [], ours: [], 'pg-restore': [], 'ours-restore': [] },
  };
  if (names.length > 0) await race({ sizeMb, rounds, only, dir, say }, names, laps);
  let upload: UploadFigures | null = null;
  if (only.includes('upload')) {
    const uploadMb = Math.max(16, Math.min(sizeMb, maxUploadMb));
    say(`upload of ${String(uploadMb)} MB`);
    upload = await benchUpload({ sizeMb: uploadMb, rounds, dir, say });
  }
  return toFigures(laps, rounds, upload);
}

async function race(
  { sizeMb, rounds, dir, say }: WholeBench,
  names: readonly ContestantName[],
  laps: Record<ContestantName, Lap[]>,
): Promise<void> {
  const startedMs = performance.now();
  const place = await openBenchPlace(dir, sizeMb);
  try {
    await prepareFor(place, names);
    // The first one to read the tables would find a colder memory.
    await place.time('pg_dump -Fc -Z0 > /dev/null');
    say(`  a database with a dump of ${String(sizeMb)} MB: ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    for (let round = 0; round < rounds; round += 1) {
      const line: string[] = [];
      for (const name of names) {
        // What the one before left for the disk is not this one's burden.
        await place.time('sync');
        const lap = await contestants[name].run(place);
        laps[name].push(lap);
        line.push(`${name} ${lap.seconds.toFixed(2)} s`);
      }
      say(`  round ${String(round + 1)}: ${line.join(', ')}`);
    }
  } finally {
    await place.stop();
  }
}

/** Throws with a word on how to get them. `searchPath` is a PATH. */
export function requirePrograms(names: readonly string[], searchPath: string): void {
  const missing = names.filter((name) => !searchPath.split(path.delimiter).some((dir) => isProgram(dir, name)));
  if (missing.length === 0) return;
  const list = missing.join(' and ');
  const command = `apt-get install ${missing.join(' ')}`;
  throw new Error(`${list} must be installed for the comparison (Debian: ${command}); --only leaves out who needs it`);
}

function isProgram(dir: string, name: string): boolean {
  try {
    accessSync(path.join(dir, name), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
