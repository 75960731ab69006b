// A disk that fills up while the program works, as a small file system in memory: the run fails with words, the engine
// lives, what cannot be written now is written later, and the next run is good. Needs the right to mount.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSpool } from '../../../electron/engine/pipeline/spool.ts';
import type { Job } from '../../../shared/job.ts';
import type { Restore } from '../../../shared/restore.ts';
import type { Run } from '../../../shared/run.ts';
import { watchBrokenRun } from '../../support/broken-run.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createIncompressibleDatabase } from './small-database.ts';

const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && canMount();

function canMount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    execFileSync('umount', ['/mnt']);
    return true;
  } catch {
    return false;
  }
}

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;

beforeAll(async () => {
  if (!mayMount) return;
  server = await startTestServer();
  await createIncompressibleDatabase(server, 'noise');
});

afterAll(async () => {
  if (mayMount) await server.stop();
});

const why = mayMount ? '' : ' (left out: mounting a small file system needs root and the right to mount)';

describe.skipIf(!mayMount)(`a disk that fills up${why}`, () => {
  beforeEach(async () => {
    world = await openEngineWorld();
    const config = path.join(world.dataDir, 'config.json');
    const kept = path.join(path.dirname(world.dataDir), 'config.json');
    copyFileSync(config, kept);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=700', 'tmpfs', world.dataDir]);
    copyFileSync(kept, config);
    engine = await world.start();
    job = await world.setUp(engine, server, 'noise');
  });

  afterEach(async () => {
    rmSync(ballast(), { force: true });
    const { dataDir } = world;
    await engine.stop();
    execFileSync('umount', ['-l', dataDir]);
    await world.stop();
  });

  const full = { code: 'spool/disk-full', retry: 'never', toDo: /Free .* on this computer/ } as const;

  it('during the dump fails the run with words, leaves nothing, and the next run is good', async () => {
    const watch = await watchBrokenRun(world, engine);
    on('runs', 'dump', shrink);
    const run = await engine.backUp(job);
    expect(run.stage).toBe('dump');
    await watch.expectFailed(run, full);
    grow();
    expect(await engine.backUp(job)).toMatchObject({ state: 'succeeded' });
  });

  it('by another program while the dump passes through a window fails the run before the disk is at zero', async () => {
    await engine.client.settings.save({ spoolUse: 'window' });
    const watch = await watchBrokenRun(world, engine);
    let leastBytes = Infinity;
    on('runs', 'dump', () => {
      fill(32 * 1024 * 1024);
    });
    const undo = engine.client.runs.onChanged(() => {
      leastBytes = Math.min(leastBytes, readFreeBytes());
    });
    const run = await engine.backUp(job);
    undo();
    await watch.expectFailed(run, full);
    expect(leastBytes).toBeGreaterThan(16 * 1024 * 1024);
    rmSync(ballast());
    expect(await engine.backUp(job)).toMatchObject({ state: 'succeeded' });
  });

  it('where the password for pg_dump lies for a moment fails the run, and the next one is good', async () => {
    const watch = await watchBrokenRun(world, engine);
    const temp = path.join(world.dataDir, 'temp');
    mkdirSync(temp, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=1', 'tmpfs', temp]);
    const run = await engine.backUp(job);
    execFileSync('umount', [temp]);
    await watch.expectFailed(run, full);
    expect(await engine.backUp(job)).toMatchObject({ state: 'succeeded' });
  });

  it('for the store as well is waited for: the end of the run is written when there is room', async () => {
    on('runs', 'dump', () => {
      shrink();
      fill();
    });
    const { id } = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    await waitFor('the store refuses', () => engine.log.some((line) => line.includes('cannot be stored now')));
    rmSync(ballast());
    grow();
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'failed', error: { code: 'spool/disk-full' } });
    expect(await engine.backUp(job)).toMatchObject({ state: 'succeeded' });
  });

  it('at the end of a drill ends it, and the next one can begin', async () => {
    const { snapshotId } = await engine.backUp(job);
    on('restores', 'finish', () => {
      shrink();
      fill();
    });
    const { id } = await engine.client.restores.startDrill({ snapshotId: snapshotId ?? '' });
    await waitFor('the store refuses', () => engine.log.some((line) => line.includes('cannot be stored now')));
    rmSync(ballast());
    grow();
    expect((await engine.whenRestored(id)).state).not.toBe('running');
    const next = await engine.client.restores.startDrill({ snapshotId: snapshotId ?? '' });
    expect(await engine.whenRestored(next.id)).toMatchObject({ state: 'succeeded' });
    expect(await listScratch()).toEqual([]);
  });

  it('is no reason to call a stored success a failure when its spool cannot be removed', async () => {
    let place = '';
    on('runs', 'record', () => {
      place = path.join(world.dataDir, 'spool', world.spool()[0] ?? '', 'held');
      mkdirSync(place);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]);
    });
    const run = await engine.backUp(job);
    expect(run).toMatchObject({ state: 'succeeded', error: null });
    expect(world.spool()).toEqual([run.id]);
    execFileSync('umount', [place]);
    await engine.stop();
    engine = await world.start();
    expect(world.spool()).toEqual([]);
    const [snapshot] = await engine.client.snapshots.list({ jobId: job.id });
    expect(snapshot?.id).toBe(run.snapshotId);
  });

  it('is said by the spool itself', async () => {
    const spool = await openSpool(path.join(world.dataDir, 'spool'), 'run');
    shrink();
    const fillUp = async (): Promise<void> => {
      for (let round = 0; round < 100; round += 1) await spool.files.dump.append(Buffer.alloc(1024 * 1024));
    };
    await expect(fillUp()).rejects.toMatchObject({ code: 'spool/disk-full' });
    await spool.close();
  });
});

const ballast = (): string => path.join(world.dataDir, 'ballast');

function shrink(): void {
  execFileSync('mount', ['-o', 'remount,size=3m', world.dataDir]);
}

function grow(): void {
  execFileSync('mount', ['-o', 'remount,size=400m', world.dataDir]);
}

function readFreeBytes(): number {
  const { bavail, bsize } = statfsSync(world.dataDir);
  return bavail * bsize;
}

/** No more than `leftBytes` are free then, whatever is removed of ours. */
function fill(leftBytes = 0): void {
  if (existsSync(ballast())) return;
  writeFileSync(ballast(), Buffer.alloc(readFreeBytes() - leftBytes));
}

/** Calls `act` in the very moment when a run or restore enters the stage for the first time. */
function on(name: 'runs' | 'restores', stage: string, act: () => void): void {
  const listen = (row: Run | Restore): void => {
    if (row.stage !== stage) return;
    undo();
    act();
  };
  const { runs, restores } = engine.client;
  const undo = name === 'runs' ? runs.onChanged(listen) : restores.onChanged(listen);
}

async function listScratch(): Promise<unknown[]> {
  return server.query(`select datname from pg_database where datname like 'pgkeep%'`);
}
