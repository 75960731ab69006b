// Calls that cross each other, and answers that come at the wrong moment: two sign-ins, a start while a cancelled run is
// being cleared away, a target that fills while it is restored. Nothing good goes, and nothing is said twice.
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findTools } from '../../../electron/engine/postgres/find-tools.ts';
import type { Job } from '../../../shared/job.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createIncompressibleDatabase, createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;

beforeAll(async () => {
  server = await startTestServer();
  await createIncompressibleDatabase(server, 'noise');
  await createSmallDatabase(server, 'shop');
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  world = await openEngineWorld();
  engine = await world.start();
  job = await world.setUp(engine, server, 'noise');
});

afterEach(async () => {
  await world.stop();
});

/** A run whose dump is whole in the spool while Drive cannot be reached. */
async function beginAndGoOffline(): Promise<string> {
  const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'body' });
  const { id } = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
  await chunk.reached;
  await world.google.goOffline();
  chunk.release();
  expect(await engine.whenSettled(id, true)).toMatchObject({ state: 'waiting' });
  return id;
}

describe('a run', () => {
  it('that is started while the cancelled one is cleared away is a new one, and whole', async () => {
    const id = await beginAndGoOffline();
    await world.google.goOnline();
    const deletion = world.google.holdNext({ method: 'DELETE' }, { at: 'arrived' });
    const cancelled = engine.client.runs.cancel({ id });
    await deletion.reached;
    const next = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    expect(next.id).not.toBe(id);
    deletion.release();
    await cancelled;
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'cancelled', snapshotId: null });
    expect(await engine.whenSettled(next.id)).toMatchObject({ state: 'succeeded' });
    expect(world.storedFiles()).toHaveLength(3);
    expect(world.spool()).toEqual([]);
  });

  it('that is cancelled twice is settled once', async () => {
    const id = await beginAndGoOffline();
    await world.google.goOnline();
    await Promise.all([engine.client.runs.cancel({ id }), engine.client.runs.cancel({ id })]);
    const ends = engine.events.filter(
      ({ name, payload }) => name === 'runs.changed' && (payload as { state: string }).state === 'cancelled',
    );
    expect(ends).toHaveLength(1);
  });

  it('that waits for a sign-in says so once, however often it is tried', async () => {
    world.google.revokeAll();
    world.google.expireAccessTokens();
    const { id } = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    let tries = 0;
    await engine.whenRun(id, (run) => run.state === 'waiting' && (tries += 1) > 4);
    expect(engine.notices.filter(({ open }) => open.page === 'settings')).toHaveLength(1);
  });

  it('with a whole dump outlives that the person signs out and in again', async () => {
    const id = await beginAndGoOffline();
    await engine.client.account.signOut(undefined);
    await world.google.goOnline();
    await engine.whenRun(id, (run) => run.error?.code === 'drive/no-account');
    expect(world.spool()).toEqual([id]);
    await engine.client.account.signIn(undefined);
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'succeeded' });
  });

  it('without a whole dump fails when nobody is signed in', async () => {
    await engine.client.account.signOut(undefined);
    expect(await engine.backUp(job)).toMatchObject({ state: 'failed', error: { code: 'drive/no-account' } });
  });
});

describe('a sign-in that the key store has lost', () => {
  it('is shown as signed out, and the backup says who is needed', async () => {
    const file = path.join(world.dataDir, 'vault.json');
    const vault = JSON.parse(await readFile(file, 'utf8')) as { entries: Record<string, unknown> };
    delete vault.entries['google/refresh-token'];
    await engine.stop();
    await writeFile(file, JSON.stringify(vault));
    engine = await world.start();
    expect(await engine.backUp(job)).toMatchObject({ state: 'failed', error: { code: 'drive/no-account' } });
    expect(await engine.client.account.get(undefined)).toMatchObject({ state: 'signed-out' });
  });
});

describe('signing in', () => {
  it('twice at the same moment opens one page', async () => {
    const consent = world.google.holdNext({ kind: 'token' }, { at: 'arrived' });
    const first = engine.client.account.signIn(undefined);
    const second = engine.client.account.signIn(undefined);
    await expect(second).rejects.toMatchObject({ code: 'drive/sign-in-failed' });
    await consent.reached;
    expect(await engine.client.account.get(undefined)).toMatchObject({ state: 'signing-in' });
    consent.release();
    expect(await first).toMatchObject({ state: 'ready' });
  });

  it('as somebody else leaves the account that was signed in as it was', async () => {
    world.google.setAccount({ permissionId: '999' });
    await expect(engine.client.account.signIn(undefined)).rejects.toMatchObject({ code: 'drive/other-account' });
    expect(await engine.client.account.get(undefined)).toMatchObject({ state: 'ready', email: 'owner@example.com' });
    const vault = await readFile(path.join(world.dataDir, 'vault.json'), 'utf8');
    expect(vault).toContain('google/refresh-token');
  });

  it('is undone when nobody says whose account it is', async () => {
    await engine.client.account.signOut(undefined);
    world.google.failNext({ path: '/about', times: null }, { do: 'respond', status: 500 });
    await expect(engine.client.account.signIn(undefined)).rejects.toMatchObject({ code: 'drive/busy' });
    expect(await engine.client.account.get(undefined)).toMatchObject({ state: 'signed-out' });
    const vault = await readFile(path.join(world.dataDir, 'vault.json'), 'utf8');
    expect(vault).not.toContain('google/refresh-token');
  });
});

describe('a restore into an empty database', () => {
  it('keeps what came into it meanwhile, under another name', async () => {
    const shop = await engine.client.jobs.save({
      name: 'shop',
      connectionId: job.connectionId ?? '',
      database: 'shop',
    });
    const { snapshotId } = await engine.backUp(shop);
    await server.createDatabase('target');
    const download = world.google.holdNext({ kind: 'download', nth: 2 }, { at: 'arrived' });
    const request = { snapshotId: snapshotId ?? '', connectionId: null, database: 'target', replace: false };
    const { id } = await engine.client.restores.start({ ...request, tables: [], withoutOwners: false });
    await download.reached;
    await server.query('create table precious as select 1 as one', 'target');
    download.release();
    const { state, report } = await engine.whenRestored(id);
    expect(state).toBe('succeeded');
    expect(report?.previousDatabase).toMatch(/^target_before_/);
    expect(await server.query('select one from precious', report?.previousDatabase ?? '')).toHaveLength(1);
  });
});

describe('downloading a file of a snapshot', () => {
  it('into a folder that is not there is refused, and the program goes on', async () => {
    const { snapshotId } = await engine.backUp(job);
    const out = path.join(world.dataDir, 'no', 'such', 'folder', 'x.dump');
    const what = { id: snapshotId ?? '', kind: 'dump', path: out } as const;
    await expect(engine.client.snapshots.writeFile({ ...what, decrypt: true })).rejects.toMatchObject({
      code: 'internal/unexpected',
    });
    await expect(engine.client.snapshots.writeFile({ ...what, decrypt: false })).rejects.toMatchObject({
      code: 'internal/unexpected',
    });
  });

  it('never shows its content to others, also where an open file of that name was left', async () => {
    const { snapshotId } = await engine.backUp(job);
    const out = path.join(world.dataDir, 'x.dump');
    await writeFile(`${out}.part`, 'left', { mode: 0o644 });
    await engine.client.snapshots.writeFile({ id: snapshotId ?? '', kind: 'globals', path: out, decrypt: true });
    const { mode } = await import('node:fs/promises').then(({ stat }) => stat(out));
    expect(mode & 0o777).toBe(0o600);
  });
});

describe('a pg_dump that ends well', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-tools-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** PostgreSQL's own programs, but for a pg_dump whose output goes through a shell's `filter`. */
  async function writeTools(filter: string): Promise<string> {
    const [tools] = await findTools([]);
    const bin = path.join(folder, 'bin');
    await mkdir(bin);
    for (const name of ['pg_restore', 'pg_dumpall', 'psql']) {
      await symlink(path.join(tools?.dir ?? '', name), path.join(bin, name));
    }
    const real = path.join(tools?.dir ?? '', 'pg_dump');
    const script = `#!/bin/sh\ncase "$1" in --version) exec ${real} --version;; esac\n${real} "$@" | ${filter}\nexit 0\n`;
    await writeFile(path.join(bin, 'pg_dump'), script);
    await chmod(path.join(bin, 'pg_dump'), 0o755);
    return bin;
  }

  it.each([
    ['but wrote nothing', 'head -c 0'],
    ['but stopped inside its table of contents', 'head -c 3000'],
    ['but stopped inside the data', 'head -c 400000'],
    ['but wrote something else', "sed '1i not an archive'"],
  ])('%s is no backup', async (_, filter) => {
    const config = path.join(world.dataDir, 'config.json');
    await engine.stop();
    const old = JSON.parse(await readFile(config, 'utf8')) as object;
    await writeFile(config, JSON.stringify({ ...old, toolDirs: [await writeTools(filter)] }));
    engine = await world.start();
    const run = await engine.backUp(job);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'archive/damaged' }, snapshotId: null });
    expect(world.storedFiles()).toEqual([]);
    expect(world.spool()).toEqual([]);
  });
});
