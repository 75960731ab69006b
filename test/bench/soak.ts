// Many uploads, each with random faults at random stages, some while the file still grows: each must end as a verified set
// with the right bytes, or say why it failed and leave nothing.
import { makeFaultTable, type Row } from '../integration/drive/fault-table.ts';
import { findLeaks, makeContent, MiB, openDriveWorld } from '../integration/drive/drive-world.ts';
import { findWrongs, openUploadRuns, type Contents } from '../integration/drive/upload-run.ts';
import { createRandom, type Random } from './random.ts';

export interface SoakFigures {
  readonly seed: number;
  readonly uploads: number;
  /** At once, and after the run had waited. */
  readonly verified: number;
  readonly waited: number;
  /** By error code. */
  readonly failed: Readonly<Record<string, number>>;
  readonly faultsSet: number;
  readonly faultsMet: number;
  /** What must not be: other bytes, files too many, open uploads, secrets in a log. Each begins with the upload's number. */
  readonly wrongs: readonly string[];
  readonly seconds: number;
}

export interface SoakOptions {
  readonly count: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export async function soak({ count, seed, say }: SoakOptions): Promise<SoakFigures> {
  const random = createRandom(seed);
  const table = makeFaultTable();
  const failed: Record<string, number> = {};
  const wrongs: string[] = [];
  const sums = { verified: 0, waited: 0, faultsSet: 0, faultsMet: 0 };
  const startedMs = performance.now();
  const world = await openDriveWorld();
  const runs = await openUploadRuns(world);
  try {
    for (let number = 1; number <= count; number += 1) {
      world.google.reset();
      world.google.set({ overlap: 'refuse' });
      const rows = pickRows(table, random);
      const faults = rows.map((row) => {
        const nth = row.match.nth ?? 1 + random.below(3);
        return world.google.failNext({ ...row.match, nth }, row.action);
      });
      const contents = makeContents(number, random);
      const growing = random.chance(0.4) ? { growBy: 200_000 + random.below(2 * MiB) } : {};
      const result = await runs
        .run(contents, {
          ...growing,
          onWaiting: () => {
            world.google.clearFaults();
          },
        })
        .catch((error: unknown) => {
          wrongs.push(`${String(number)}: ${error instanceof Error ? error.message : String(error)}`);
          return null;
        });
      if (result === null) continue;
      if (result.outcome === 'failed') failed[result.error.code] = (failed[result.error.code] ?? 0) + 1;
      else if (result.waits.length > 0) sums.waited += 1;
      else sums.verified += 1;
      sums.faultsSet += faults.length;
      sums.faultsMet += faults.filter((fault) => fault.hits() > 0).length;
      const kept = result.outcome === 'verified' ? result.files : [];
      const names = rows.map((row) => `${row.stage}: ${row.fault}`).join(', ');
      for (const wrong of await findWrongs(world, contents, kept))
        wrongs.push(`${String(number)}: ${wrong} (${names})`);
      if (number % 50 === 0) say(`  ${String(number)} of ${String(count)}, ${String(wrongs.length)} wrong`);
    }
    for (const leak of findLeaks(world)) wrongs.push(`a secret in the log, ${String(leak.length)} characters long`);
  } finally {
    await runs.close();
    await world.stop();
  }
  return { seed, uploads: count, ...sums, failed, wrongs, seconds: (performance.now() - startedMs) / 1000 };
}

/** Up to four faults that do not wait for a real timer. Rows with something before bring that along. */
function pickRows(table: readonly Row[], random: Random): Row[] {
  const quick = table.filter((row) => row.action.do !== 'hang' || random.chance(0.2));
  return Array.from({ length: 1 + random.below(4) }, () => random.pick(quick));
}

function makeContents(number: number, random: Random): Contents {
  const small = random.chance(0.2);
  const length = small ? random.below(MiB) : 5 * MiB + random.below(3 * MiB);
  // Some end on the border of a chunk.
  const dump = !small && random.chance(0.2) ? 6 * MiB : length;
  return {
    dump: makeContent(dump, number),
    globals: makeContent(random.below(2000), number + 1),
    manifest: makeContent(1 + random.below(4000), number + 2),
  };
}
