// A dump that does not rest on the disk: it passes through a window, and what Drive holds is freed. Whatever happens to the
// network, to Drive or to the program, the run is good and proven, or it says what happened and leaves nothing.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../shared/job.ts';
import type { Run } from '../../../shared/run.ts';
import { minSpoolWindowBytes } from '../../../shared/settings.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;

beforeAll(async () => {
  server = await startTestServer();
  await server.createDatabase('noise');
  // About 46 MB that do not compress: more than the window. Large objects, for they pass as they are.
  await server.query(
    `create table marker as select 1 as id;
     select lo_from_bytea(0, (select string_agg(sha512((random()::text || n || m)::bytea), ''::bytea) from generate_series(1, 16384) m))
       from generate_series(1, 44) n`,
    'noise',
  );
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  world = await openEngineWorld();
  engine = await world.start();
  job = await world.setUp(engine, server, 'noise');
  await engine.client.settings.save({ spoolUse: 'window', spoolWindowBytes: minSpoolWindowBytes });
});

afterEach(async () => {
  await world.stop();
});

const begin = async (): Promise<string> => (await engine.client.runs.start({ jobId: job.id, trigger: 'user' })).id;

function expectNothingLeft(): void {
  expect(world.storedFiles()).toEqual([]);
  expect(world.openSessions()).toEqual([]);
  expect(world.spool()).toEqual([]);
}

async function expectProven(run: Run): Promise<void> {
  expect(run).toMatchObject({ state: 'succeeded', error: null });
  expect(world.storedFiles()).toHaveLength(3);
  expect(world.openSessions()).toEqual([]);
  expect(world.spool()).toEqual([]);
  const [snapshot] = await engine.client.snapshots.list({ jobId: job.id });
  expect(snapshot?.storedBytes).toBeGreaterThan(minSpoolWindowBytes + 10_000_000);
  const drill = await engine.client.restores.startDrill({ snapshotId: snapshot?.id ?? '' });
  expect(await engine.whenRestored(drill.id)).toMatchObject({ state: 'succeeded', report: { equal: true } });
}

async function expectNextIsGood(): Promise<void> {
  expect(await engine.backUp(job)).toMatchObject({ state: 'succeeded' });
}

function measureSpool(): number {
  const folder = path.join(world.dataDir, 'spool');
  return world.spool().reduce((sum, run) => {
    const names = readdirSync(path.join(folder, run));
    return sum + names.reduce((bytes, name) => bytes + statSync(path.join(folder, run, name)).size, 0);
  }, 0);
}

describe('a dump that passes through a window', () => {
  it('comes whole to Drive, and is never larger on the disk than the window', async () => {
    let most = 0;
    const undo = engine.client.runs.onChanged((run) => {
      if (run.stage === 'dump') most = Math.max(most, measureSpool());
    });
    const id = await begin();
    const run = await engine.whenSettled(id);
    undo();
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(minSpoolWindowBytes + 1024 * 1024);
    await expectProven(run);
    const log = await engine.client.runs.getLog({ id });
    expect(log.map(({ message }) => message).join('\n')).toMatch(/passes through a window of 34 MB/);
  });

  // Held at the second chunk nothing is freed yet: the window is full long before the dump is whole.
  it('stands still while the network is away, and goes on when it is back', async () => {
    const chunk = world.google.holdNext({ kind: 'chunk', nth: 2 }, { at: 'body' });
    const id = await begin();
    await chunk.reached;
    await world.google.goOffline();
    chunk.release();
    await waitFor('the dump waits', () => engine.log.some((line) => line.includes('the dump waits for Google Drive')));
    const [run] = await engine.client.runs.list({ jobId: job.id, limit: 1 });
    expect(run).toMatchObject({ state: 'running', stage: 'dump' });
    await world.google.goOnline();
    await expectProven(await engine.whenSettled(id));
  });

  it('is ended when the network stays away longer than the server shall be kept waiting', async () => {
    await engine.client.settings.save({ windowPatienceMinutes: 1 });
    const chunk = world.google.holdNext({ kind: 'chunk', nth: 2 }, { at: 'body' });
    const id = await begin();
    await chunk.reached;
    await world.google.goOffline();
    chunk.release();
    const run = await engine.whenSettled(id);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'spool/window-stalled', context: { minutes: 1 } } });
    expect(world.spool()).toEqual([]);
    const [activity] = await server.query(`select count(*) from pg_stat_activity where application_name = 'pg_dump'`);
    expect(activity).toEqual({ count: '0' });
    await world.google.goOnline();
    await engine.client.settings.save({ windowPatienceMinutes: 30 });
    await expectNextIsGood();
  });

  it.each([
    ['forgets the session', { do: 'respond', status: 404 }],
    ['lets the session end', { do: 'respond', status: 410 }],
    ['loses what it had confirmed', { do: 'lose-bytes', keep: 1_048_576 }],
  ] as const)('fails with its own words when Drive %s', async (_, fault) => {
    world.google.failNext({ kind: 'chunk', nth: 6 }, fault);
    const run = await engine.whenSettled(await begin());
    expect(run).toMatchObject({ state: 'failed', error: { code: 'spool/window-lost', retry: 'now' } });
    expectNothingLeft();
  });

  it('cannot be sent again when it arrived damaged: the run fails and nothing is called good', async () => {
    world.google.failNext({ kind: 'chunk', final: true }, { do: 'corrupt', when: 'before-hash' });
    const id = await begin();
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'failed', error: { code: 'drive/verify-mismatch' } });
    expectNothingLeft();
    const log = await engine.client.runs.getLog({ id });
    expect(log.map(({ message }) => message).join('\n')).toContain('no room to keep the whole dump');
  });

  it('is let go at once when a person cancels while it stands still', async () => {
    const chunk = world.google.holdNext({ kind: 'chunk', nth: 2 }, { at: 'body' });
    const id = await begin();
    await chunk.reached;
    await waitFor('the window is full', () => measureSpool() >= minSpoolWindowBytes - 1024 * 1024);
    await engine.client.runs.cancel({ id });
    chunk.release();
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'cancelled' });
    expectNothingLeft();
  });

  it('is interrupted by the end of the program, and the next run is good', async () => {
    const chunk = world.google.holdNext({ kind: 'chunk', nth: 2 }, { at: 'body' });
    const id = await begin();
    await chunk.reached;
    const stopped = engine.stop();
    chunk.release();
    await stopped;
    engine = await world.start();
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'interrupted', error: { code: 'run/interrupted' } });
    expectNothingLeft();
    await expectNextIsGood();
  });

  it('goes on after a restart when only its end is missing on Drive', async () => {
    const last = world.google.holdNext({ kind: 'chunk', final: true }, { at: 'arrived' });
    const id = await begin();
    await last.reached;
    await engine.whenRun(id, ({ stage }) => stage === 'upload');
    const stopped = engine.stop();
    last.release();
    await stopped;
    expect(measureSpool()).toBeLessThanOrEqual(minSpoolWindowBytes + 1024 * 1024);
    engine = await world.start();
    await expectProven(await engine.whenSettled(id));
  });
});
