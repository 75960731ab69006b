// A job that keeps plain SQL, from its form to a database that is back: names on Drive, manifest, drill, restore, replacing,
// from a file, fetched and opened by hand; and what plain SQL cannot do is refused before anything is made.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeError } from '../../../shared/describe-error.ts';
import type { Job } from '../../../shared/job.ts';
import type { Restore, RestoreRequest } from '../../../shared/restore.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { compareDatabases } from '../../support/compare-databases.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase, smallRows, smallTables } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;
let snapshot: Snapshot;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgkeep-plain-'));
  server = await startTestServer();
  world = await openEngineWorld();
  engine = await world.start();
  await createSmallDatabase(server, 'shop');
  const made = await world.setUp(engine, server, 'shop');
  const { id, name, database, dump } = made;
  const connectionId = made.connectionId ?? '';
  job = await engine.client.jobs.save({ id, name, database, connectionId, dump: { ...dump, format: 'plain' } });
  const run = await engine.backUp(job);
  expect(run).toMatchObject({ state: 'succeeded', warnings: [] });
  snapshot = await findSnapshot();
});

afterAll(async () => {
  await world.stop();
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function findSnapshot(): Promise<Snapshot> {
  const [found] = await engine.client.snapshots.list({ jobId: job.id });
  if (!found) throw new Error('no snapshot');
  return found;
}

async function restore(request: Partial<RestoreRequest>): Promise<Restore> {
  const usual = { connectionId: null, database: 'x', replace: false, tables: [], withoutOwners: false };
  return engine.whenRestored(
    (await engine.client.restores.start({ snapshotId: snapshot.id, ...usual, ...request })).id,
  );
}

it('its snapshot is SQL by name and manifest, counted as an archive is', async () => {
  expect(snapshot).toMatchObject({ dumpFormat: 'plain', tables: smallTables + 1, rows: smallRows });
  expect(world.storedFiles().map(({ name }) => name)).toContain(`${snapshot.baseName}.sql.zst.age`);
  const manifest = await engine.client.snapshots.getManifest({ id: snapshot.id });
  expect(manifest).toMatchObject({ dumpFormat: 'plain', contents: { toc: [] } });
  expect(manifest.contents?.sequences).toContainEqual({
    ...{ schema: 'shop', name: 'orders_id_seq', lastValue: '1000', isCalled: true },
  });
});

it('a drill restores it, compares every table and drops it again', async () => {
  const drill = await engine.whenRestored((await engine.client.restores.startDrill({ snapshotId: snapshot.id })).id);
  expect(drill).toMatchObject({ state: 'succeeded', report: { equal: true, rows: smallRows, warnings: [] } });
  expect((await findSnapshot()).verifiedAt).not.toBeNull();
  expect(await server.query(`select from pg_database where datname like 'pgkeep%'`)).toEqual([]);
});

it('it comes back into a new database, and into the place of one that is there', async () => {
  expect(await restore({ database: 'again' })).toMatchObject({ state: 'succeeded', report: { equal: true } });
  expect(await compareDatabases(server.url('shop'), server.url('again'))).toMatchObject({ equal: true });
  await server.query('drop table shop.empty', 'again');
  const replaced = await restore({ database: 'again', replace: true });
  expect(replaced).toMatchObject({ state: 'succeeded', report: { equal: true, database: 'again' } });
  expect(await compareDatabases(server.url('shop'), server.url('again'))).toMatchObject({ equal: true });
});

it.each([
  ['single tables', { tables: ['shop.orders'] }, /single tables cannot be picked/],
  ['no owners', { withoutOwners: true }, /owners and rights cannot be left out/],
] as const)('a choice of %s is refused in words before anything is made', async (_name, choice, words) => {
  const refused = await restore({
    database: 'chosen',
    ...choice,
    tables: [...('tables' in choice ? choice.tables : [])],
  });
  expect(refused).toMatchObject({ state: 'failed', error: { code: 'restore/plain-whole' } });
  if (refused.error) expect(describeError(refused.error).happened).toMatch(words);
  expect(await server.query(`select from pg_database where datname = 'chosen' or datname like 'pgkeep%'`)).toEqual([]);
});

it('from a file it is known for what it is, restored and compared, and refused to be picked from', async () => {
  for (const file of snapshot.files)
    copyFileSync(world.google.contentPath(file.driveFileId), path.join(folder, file.name));
  const picked = await engine.client.restores.readFile({
    paths: [path.join(folder, `${snapshot.baseName}.sql.zst.age`)],
  });
  expect(picked).toMatchObject({
    ...{ dumpFormat: 'plain', database: 'shop', tables: null, serverVersion: snapshot.serverVersion },
    ...{ manifestName: `${snapshot.baseName}.manifest.json.age`, globalsName: `${snapshot.baseName}.globals.sql.age` },
  });
  const request = { fileId: picked.id, connectionId: job.connectionId ?? '', database: 'filed', replace: false };
  const start = async (tables: string[]): Promise<Restore> => {
    const started = await engine.client.restores.startFromFile({ ...request, tables, withoutOwners: false });
    return engine.whenRestored(started.id);
  };
  expect(await start(['shop.orders'])).toMatchObject({ state: 'failed', error: { code: 'restore/plain-whole' } });
  expect(await start([])).toMatchObject({ state: 'succeeded', report: { equal: true } });
});

it('fetched and opened it is SQL that psql alone brings back', async () => {
  const file = path.join(folder, 'shop.sql');
  await engine.client.snapshots.writeFile({ id: snapshot.id, kind: 'dump', path: file, decrypt: true });
  expect(readFileSync(file, 'utf8')).toMatch(/^--\n-- PostgreSQL database dump\n/);
  await server.createDatabase('by_hand');
  const env = { ...process.env, PGPASSWORD: server.password };
  const { host, port, user } = server;
  execFileSync(
    'psql',
    ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', host, '-p', String(port), '-U', user, '-d', 'by_hand', '-f', file],
    { env, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  expect(await compareDatabases(server.url('shop'), server.url('by_hand'))).toMatchObject({ equal: true });
});

it('tables whose rows are left out come back empty, and rows that keys point to are refused before the dump', async () => {
  const { id, name, database, dump } = job;
  const draft = { id, name, database, connectionId: job.connectionId ?? '' };
  const leaveOut = (...tables: string[]): Promise<Job> =>
    engine.client.jobs.save({ ...draft, dump: { ...dump, excludeData: tables } });
  const settings = await engine.backUp(await leaveOut('public.settings'));
  const drill = await engine.client.restores.startDrill({ snapshotId: settings.snapshotId ?? '' });
  expect(await engine.whenRestored(drill.id)).toMatchObject({
    state: 'succeeded',
    report: { equal: true, rows: 1200 },
  });
  const refused = await engine.backUp(await leaveOut('shop.customers'));
  expect(refused).toMatchObject({ state: 'failed', error: { code: 'run/plain-keys' } });
  if (refused.error) expect(describeError(refused.error).happened).toContain('orders_customer_fkey of orders');
});
