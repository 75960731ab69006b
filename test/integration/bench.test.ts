// A small edition of `npm run bench`, started as a person starts it.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BenchFigures } from '../bench/bench-figures.ts';

const program = fileURLToPath(new URL('../bench/run-bench.ts', import.meta.url));
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-bench-test-'));
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

it('the bench measures everybody on one database and says it as one object', async () => {
  const args = [program, '--size', '16', '--rounds', '1', '--json', '--dir', dir];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const figures = JSON.parse(stdout.trim()) as BenchFigures;
  expect(figures.sizeBytes).toBeGreaterThan(10e6);
  expect(figures.sizeBytes).toBeLessThan(24e6);
  expect(figures.storedBytes).toBeGreaterThan(0.05 * figures.sizeBytes);
  expect(figures.storedBytes).toBeLessThan(0.5 * figures.sizeBytes);
  const seconds = Object.entries(figures).filter(([name]) => name.endsWith('Seconds'));
  expect(seconds.map(([name]) => name).sort()).toEqual(
    [
      ...['limitSeconds', 'storySeconds', 'nativeSeconds', 'programsSeconds', 'programsUploadSeconds', 'oursSeconds'],
      ...['pgRestoreSeconds', 'oursRestoreSeconds', 'uploadSeconds', 'curlSeconds', 'engineCpuSeconds'],
    ].sort(),
  );
  for (const [name, value] of seconds) expect(value, name).toBeGreaterThan(0);
  expect(figures.programsUploadSeconds).toBeGreaterThan(figures.programsSeconds ?? Infinity);
  // A process of Node alone has more than 30 MB; one with all of a dump in it would have more than 200.
  expect(figures.enginePeakRssBytes).toBeGreaterThan(30e6);
  expect(figures.enginePeakRssBytes).toBeLessThan(200e6);
  expect(figures.eventLoopP99Ms).toBeGreaterThan(0);
  expect(figures.ratios.oursToLimit).toBeCloseTo((figures.oursSeconds ?? 0) / (figures.limitSeconds ?? 1));
  // Server, local Google and files are gone.
  expect(await readdir(dir)).toEqual([]);
});
