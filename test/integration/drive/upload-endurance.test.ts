// Small editions of the long runs of `npm run bench`: random faults by the dozen, and a program that is killed in the middle
// of everything else.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endure } from '../../bench/endurance.ts';
import { soak } from '../../bench/soak.ts';
import { MiB } from '../../bench/upload-world.ts';
import { benchUpload } from '../../bench/upload-bench.ts';

let dir: string;
const silent = (): void => undefined;
/** Another one each day, told when something is wrong. */
const seed = Math.floor(Date.now() / 86_400_000);

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-endurance-'));
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

it('25 uploads with random faults end as they must', async () => {
  const figures = await soak({ count: 25, seed, say: silent });
  expect(figures.wrongs, `seed ${String(seed)}`).toEqual([]);
  expect(figures.faultsMet).toBeGreaterThan(10);
  expect(figures.verified + figures.waited).toBeGreaterThan(10);
});

it('an upload arrives whole through resets, two kills of the program and an expired token, and little is sent twice', async () => {
  const figures = await endure({
    ...{ sizeBytes: 40 * MiB, seed, dir, resets: 8, kills: 2, chunkBytes: MiB, say: silent },
  });
  expect(figures).toMatchObject({ resets: 8, kills: 2, tokensExpired: 1, wrongFiles: 0 });
  expect(figures.resentShare).toBeGreaterThanOrEqual(0);
  expect(figures.resentShare).toBeLessThan(0.1);
});

it('the bench measures both sides and little memory', async () => {
  const figures = await benchUpload({ sizeMb: 48, rounds: 3, dir, say: silent });
  expect(figures.uploadSeconds).toBeGreaterThan(0);
  expect(figures.curlSeconds).toBeGreaterThan(0);
  expect(figures.ratio).toBeCloseTo(figures.uploadSeconds / figures.curlSeconds);
  expect(figures.peakExtraRssBytes).toBeLessThan(40_000_000);
});
