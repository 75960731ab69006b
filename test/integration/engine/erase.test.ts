// Erasing everything of a job: nothing of it is left on Drive or here, nothing of anybody else is touched, and a break in the middle
// is made up for.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import type { Job } from '../../../shared/job.ts';
import type { FileRecord } from '../../google/file-record.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let shop: Job;

beforeAll(async () => {
  server = await startTestServer();
  world = await openEngineWorld();
  engine = await world.start();
  await createSmallDatabase(server, 'shop');
  shop = await world.setUp(engine, server, 'shop');
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

const addJob = (name: string): Promise<Job> =>
  engine.client.jobs.save({ name, connectionId: shop.connectionId ?? '', database: 'shop' });

const backUp = async (job: Job): Promise<void> => {
  expect(await engine.backUp(job)).toMatchObject({ state: 'succeeded' });
};

/** As the program that made the file sees it. */
const propertyOf = ({ appProperties }: FileRecord, key: string): string | undefined =>
  Object.values(appProperties)[0]?.[key];

/** Not in the trash. */
const filesOf = (job: Job): string[] =>
  world
    .storedFiles()
    .filter((file) => propertyOf(file, 'job') === job.id)
    .map(({ name }) => name);

const foldersOf = (job: Job) => world.google.files().filter((file) => propertyOf(file, 'pgkeepJob') === job.id);

const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('erasing everything of a job', () => {
  it('brings its files and its folder into the trash, and leaves those of other jobs', async () => {
    const other = await addJob('other');
    await backUp(shop);
    await backUp(other);
    const report = await engine.client.jobs.erase({ id: shop.id, way: 'trash', confirm: '' });
    expect(report).toMatchObject({ jobName: shop.name, deleted: 0, trashed: 3, kept: 0, snapshots: 1, runs: 1 });
    expect(filesOf(shop)).toEqual([]);
    expect(world.google.files().filter((file) => propertyOf(file, 'job') === shop.id)).toHaveLength(3);
    expect(foldersOf(shop).every(({ trashedTime }) => trashedTime !== null)).toBe(true);
    expect(filesOf(other)).toHaveLength(3);
    expect(await engine.client.jobs.list(undefined)).toMatchObject([{ id: other.id }]);
    expect(await engine.client.jobs.listRemoved(undefined)).toEqual([]);
    expect(await engine.client.runs.list({ jobId: shop.id, limit: 10 })).toEqual([]);
    expect(await engine.client.snapshots.list({ jobId: shop.id })).toEqual([]);
    const [entry] = await engine.client.audit.list({ group: 'job', search: 'erased', before: null, limit: 1 });
    expect(entry).toMatchObject({ act: 'job.erased', subject: shop.name, details: { way: 'trash', trashed: 3 } });
  });

  it('for good needs the job’s name, and leaves what others put into its folder', async () => {
    const job = await addJob('doomed');
    await backUp(job);
    const [folder] = foldersOf(job);
    const { accessToken } = world.google.issueTokens({ scopes: ['https://www.googleapis.com/auth/drive'] });
    const answer = await fetch(`${world.google.origin}/drive/v3/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'notes of a person', parents: [folder?.id] }),
    });
    expect(answer.ok).toBe(true);
    await expect(engine.client.jobs.erase({ id: job.id, way: 'for-good', confirm: 'doom' })).rejects.toEqual(
      refusal('input/invalid'),
    );
    expect(filesOf(job)).toHaveLength(3);
    const report = await engine.client.jobs.erase({ id: job.id, way: 'for-good', confirm: ' doomed ' });
    expect(report).toMatchObject({ deleted: 3, trashed: 0, kept: 0 });
    expect(world.google.files().filter((file) => propertyOf(file, 'job') === job.id)).toEqual([]);
    expect(world.google.files().map(({ name }) => name)).toContain('notes of a person');
    expect(foldersOf(job)).toHaveLength(1);
  });

  it('is refused while a backup of it is under way', async () => {
    const job = await addJob('busy');
    await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    await expect(engine.client.jobs.erase({ id: job.id, way: 'trash', confirm: '' })).rejects.toEqual(
      refusal('run/already-active'),
    );
    const [run] = await engine.client.runs.list({ jobId: job.id, limit: 1 });
    await engine.whenSettled(run?.id ?? '');
    expect(filesOf(job)).toHaveLength(3);
  });

  it('goes on after a break at the next start, for a job that was removed before, too', async () => {
    const job = await addJob('broken off');
    await backUp(job);
    await engine.client.jobs.remove({ id: job.id });
    expect(await engine.client.jobs.listRemoved(undefined)).toMatchObject([{ name: 'broken off', snapshots: 1 }]);
    // One file goes, then Drive refuses all.
    world.google.failNext(
      { method: 'PATCH', nth: 2, times: null },
      { do: 'respond', status: 400, reason: 'badRequest' },
    );
    await expect(engine.client.jobs.erase({ id: job.id, way: 'trash', confirm: '' })).rejects.toThrow();
    expect(filesOf(job)).toHaveLength(2);
    expect(await engine.client.jobs.listRemoved(undefined)).toMatchObject([{ name: 'broken off', erasing: true }]);
    world.google.clearFaults();
    await engine.stop();
    engine = await world.start();
    await expect.poll(() => engine.client.jobs.listRemoved(undefined), { timeout: 20_000 }).toEqual([]);
    expect(filesOf(job)).toEqual([]);
    const entries = await engine.client.audit.list({ group: 'job', search: 'broken off', before: null, limit: 1 });
    expect(entries).toMatchObject([{ act: 'job.erased', outcome: 'done' }]);
  });

  it('leaves no word of it in the data folder but in the log of who did what', async () => {
    const job = await addJob('secret name');
    await backUp(job);
    await engine.client.jobs.erase({ id: job.id, way: 'for-good', confirm: 'secret name' });
    await engine.stop();
    const file = path.join(world.dataDir, 'pgkeep.db');
    const db = new Database(file, { readonly: true });
    const tables = db.prepare<[], { name: string }>("select name from sqlite_master where type = 'table'").all();
    for (const { name } of tables.filter((table) => table.name !== 'audit')) {
      const rows = JSON.stringify(db.prepare(`select * from "${name}"`).all());
      expect(rows, name).not.toContain(job.id);
    }
    db.close();
    engine = await world.start();
  });
});
