// `npm run bench`: measures, prints a report and, with --json, one object as the last line.
import { parseBenchOptions, usage, type BenchOptions } from './bench-options.ts';
import { describeFigures, listBackups, listRestores } from './bench-report.ts';
import { endure } from './endurance.ts';
import { benchHistory } from './history-bench.ts';
import { soak } from './soak.ts';
import { MB, MiB } from './upload-world.ts';
import { benchWhole } from './whole-bench.ts';
import { writeFigures } from './write-figures.ts';

/** Every measurement by name; the report is printed line by line while it runs. */
const modes: Readonly<Record<BenchOptions['mode'], (options: BenchOptions, say: Say) => Promise<object>>> = {
  bench: async (options, say) => {
    say(`backup and restore, ${String(options.rounds)} rounds`);
    const figures = await benchWhole({ ...options, say });
    for (const { what, seconds } of [...listBackups(figures), ...listRestores(figures)]) {
      say(`  ${(seconds ?? 0).toFixed(2).padStart(8)} s  ${what.replace(/[*`\\]/g, '')}`);
    }
    for (const line of describeFigures(figures)) say(`  ${line}`);
    if (options.write) await writeFigures(figures);
    return figures;
  },
  history: async ({ dir, count }, say) => {
    say(`pages of a history of ${String(count)} runs`);
    const figures = await benchHistory({ dir, runs: count });
    for (const [name, { medianMs, slowestMs }] of Object.entries(figures.times))
      say(`  ${name}: ${medianMs.toFixed(1)} ms, the slowest ${slowestMs.toFixed(1)} ms`);
    return figures;
  },
  soak: async (options, say) => {
    say(`${String(options.count)} uploads with random faults, seed ${String(options.seed)}`);
    const figures = await soak({ ...options, say });
    say(
      `  ${String(figures.verified)} verified at once, ${String(figures.waited)} after waiting, failed: ` +
        `${JSON.stringify(figures.failed)}; ${String(figures.faultsMet)} of ${String(figures.faultsSet)} faults were met; ` +
        `${figures.seconds.toFixed(0)} s`,
    );
    for (const wrong of figures.wrongs) say(`  WRONG ${wrong}`);
    if (figures.wrongs.length > 0) process.exitCode = 1;
    return figures;
  },
  endurance: async (options, say) => {
    say(
      `one upload of ${String(options.sizeMb)} MB with 20 resets, 2 kills and an expired token, seed ${String(options.seed)}`,
    );
    // A small file has as many chunks for its faults as a large one.
    const chunks = options.sizeMb < 1000 ? { chunkBytes: MiB } : {};
    const figures = await endure({ ...options, sizeBytes: options.sizeMb * MB, resets: 20, kills: 2, ...chunks, say });
    say(
      `  ${String(figures.resets)} resets, ${String(figures.kills)} kills, ${String(figures.tokensExpired)} expired token; ` +
        `${(figures.resentBytes / MB).toFixed(1)} MB (${(figures.resentShare * 100).toFixed(2)} %) sent twice; ` +
        `${String(figures.wrongFiles)} wrong files; ${figures.seconds.toFixed(0)} s`,
    );
    if (figures.wrongFiles > 0 || figures.resentShare > 0.05) process.exitCode = 1;
    return figures;
  },
};

type Say = (line: string) => void;

const options = readOptions();
if (options) {
  const say: Say = (line) => {
    (options.json ? console.error : console.log)(line);
  };
  try {
    console.log(JSON.stringify(await modes[options.mode](options, say)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

function readOptions(): BenchOptions | null {
  try {
    const parsed = parseBenchOptions(process.argv.slice(2));
    if (!parsed.help) return parsed;
    console.log(usage);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
  }
  return null;
}
