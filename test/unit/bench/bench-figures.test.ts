// What laps become figures, tables and bars: medians, ratios, and nothing where nothing was measured.
import { describe, expect, it } from 'vitest';
import { toFigures, type Laps } from '../../bench/bench-figures.ts';
import { describeFigures, listBackups, toBenchTables } from '../../bench/bench-report.ts';
import { planBenchDatabase } from '../../bench/bench-database.ts';
import { parseBenchOptions } from '../../bench/bench-options.ts';
import { drawBench, toBarGroups } from '../../bench/draw-bench.ts';
import type { EngineReport } from '../../bench/engine-task.ts';
import { median, medianOrNull } from '../../bench/median.ts';
import { requirePrograms } from '../../bench/whole-bench.ts';
import { replaceSection } from '../../bench/write-figures.ts';

const nobody: Laps = {
  ...{ limit: [], story: [], native: [], programs: [], ours: [], 'pg-restore': [], 'ours-restore': [] },
};

const engine = (change: Partial<EngineReport>): EngineReport => ({
  ...{ seconds: 5, dumpBytes: 715e6, storedBytes: 112e6, idleRssBytes: 100e6, peakRssBytes: 120e6 },
  ...{ eventLoopP99Ms: 10, cpuSeconds: 4, ...change },
});

const all: Laps = {
  limit: [{ seconds: 4 }, { seconds: 40 }, { seconds: 3.9 }],
  story: [{ seconds: 20, dumpSeconds: 19 }],
  native: [{ seconds: 11, dumpSeconds: 10 }],
  programs: [
    { seconds: 6, dumpSeconds: 5 },
    { seconds: 7, dumpSeconds: 4 },
  ],
  ours: [
    { seconds: 5, engine: engine({ peakRssBytes: 130e6 }) },
    { seconds: 4.8, engine: engine({ eventLoopP99Ms: 30 }) },
    { seconds: 5.2, engine: engine({}) },
  ],
  'pg-restore': [{ seconds: 12 }],
  'ours-restore': [{ seconds: 18, engine: engine({ peakRssBytes: 140e6 }) }],
};

describe('the median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
    [[100, 1, 2], 2],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is nothing', () => {
    expect(median([])).toBeNaN();
    expect(medianOrNull([])).toBeNull();
  });
});

describe('figures', () => {
  const figures = toFigures(all, 3, null);

  it('are medians of the rounds, memory the most of them', () => {
    expect(figures).toMatchObject({
      ...{ sizeBytes: 715e6, storedBytes: 112e6, rounds: 3, limitSeconds: 4, storySeconds: 20, nativeSeconds: 11 },
      ...{ programsSeconds: 4.5, programsUploadSeconds: 6.5, oursSeconds: 5, pgRestoreSeconds: 12 },
      ...{ oursRestoreSeconds: 18, enginePeakRssBytes: 130e6, eventLoopP99Ms: 10, restorePeakRssBytes: 140e6 },
      ratios: { oursToLimit: 1.25, storyToOurs: 4, oursToPrograms: 5 / 4.5 },
    });
  });

  it('have null for what was not measured, and no ratio to it', () => {
    const few = toFigures({ ...nobody, limit: [{ seconds: 4 }] }, 1, null);
    expect(few).toMatchObject({ limitSeconds: 4, oursSeconds: null, enginePeakRssBytes: null, uploadSeconds: null });
    expect(few.ratios).toEqual({ oursToLimit: null, storyToOurs: null, oursToPrograms: null });
    expect(listBackups(few)).toHaveLength(1);
    expect(describeFigures(few)).toEqual([]);
  });

  it('become tables that say what was measured', () => {
    const text = toBenchTables(figures, '2 cores');
    expect(text).toContain('| **PgKeep**: dumped, compressed, encrypted, uploaded, verified | 5.00 |');
    expect(text).toContain('| PgKeep to the limit | 1.25 |');
    expect(text).toContain('| 2 cores |'.trim());
    // A cell may hold no bare bar: it would end there.
    for (const line of text.split('\n').filter((row) => row.startsWith('|'))) {
      expect(line.replace(/\\\|/g, '').split('|')).toHaveLength(4);
    }
  });
});

describe('the picture', () => {
  const figures = toFigures(all, 3, null);

  it('has a bar for each contestant, as long as its time', () => {
    const svg = drawBench(figures, 'caption <1 GB> & "more"');
    const widths = [...svg.matchAll(/<rect class="(ours|other)"[^>]* width="([\d.]+)"/g)].map(([, kind, width]) => ({
      kind,
      width: Number(width),
    }));
    expect(widths).toHaveLength(8);
    const [limit, ours] = widths;
    expect(ours?.kind).toBe('ours');
    expect((ours?.width ?? 0) / (limit?.width ?? 1)).toBeCloseTo(5 / 4, 1);
    expect(svg).toContain('caption &#60;1 GB&#62; &#38; &#34;more&#34;');
    expect(svg).not.toMatch(/NaN|undefined|null/);
  });

  it('leaves out a group of which nothing was measured', () => {
    const few = toFigures({ ...nobody, ours: all.ours }, 3, null);
    expect(toBarGroups(few).map(({ title, bars }) => [title, bars.length])).toEqual([['Backup', 1]]);
  });
});

describe('around it', () => {
  it.each([
    [20, { shopMb: 20, years: 0 }],
    [60, { shopMb: 60, years: 0 }],
    [1000, { shopMb: 60, years: 17 }],
    [10_000, { shopMb: 60, years: 176 }],
  ])('a dump of %d MB is %j', (sizeMb, plan) => {
    expect(planBenchDatabase(sizeMb)).toEqual(plan);
  });

  it('a missing program is named with the way to get it', () => {
    expect(() => {
      requirePrograms(['no-such-zstd', 'no-such-age'], '/usr/bin:/bin');
    }).toThrow(/no-such-zstd and no-such-age must be installed.*apt-get install no-such-zstd no-such-age/);
    expect(() => {
      requirePrograms(['sh'], '/nowhere:/bin');
    }).not.toThrow();
  });

  it('the words of --only are known ones', () => {
    expect(parseBenchOptions(['--only', 'limit,ours']).only).toEqual(['limit', 'ours']);
    expect(parseBenchOptions([]).only).toContain('upload');
    expect(() => parseBenchOptions(['--only', 'limits'])).toThrow(/--only takes .*not "limits"/);
  });

  it('a section of a page is replaced between its markers, and a page without them is refused', () => {
    const page = 'a\n<!-- bench -->\nold\n<!-- /bench -->\nz\n';
    expect(replaceSection(page, 'bench', 'new $1\n')).toBe('a\n<!-- bench -->\n\nnew $1\n\n<!-- /bench -->\nz\n');
    expect(() => replaceSection(page, 'other', '')).toThrow(/no section/);
  });
});
