// A database with every kind of object, backed up by the real engine in both formats and restored: equal by fingerprints, by
// sequences and by a second look at its structure; and its scratch copies go away although they have subscriptions.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpFormats } from '../../../shared/dump-choice.ts';
import type { Job } from '../../../shared/job.ts';
import type { Restore } from '../../../shared/restore.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createTortureDatabase, tortureName } from '../../support/torture-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;

beforeAll(async () => {
  server = await startTestServer();
  await createTortureDatabase(server);
  world = await openEngineWorld();
  engine = await world.start();
  job = await world.setUp(engine, server, tortureName);
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

/** What pg_dump says of the structure; the key of its lock on the script is another one each time. */
function readStructure(database: string): string {
  const { host, port, user, password, binDir } = server;
  const dbname = `dbname='${database.replace(/[\\']/g, '\\$&')}'`;
  const args = ['-s', '-h', host, '-p', String(port), '-U', user, '-d', dbname];
  const env = { ...process.env, PGPASSWORD: password };
  const sql = execFileSync(path.join(binDir, 'pg_dump'), args, { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return sql.replace(/^\\(un)?restrict .*$/gm, '');
}

async function listScratch(): Promise<unknown> {
  return server.query(`select datname from pg_database where datname like 'pgkeep%'`);
}

describe.each(dumpFormats)('kept in %s format', (format) => {
  it('it comes back equal: rows, sequences and the structure of everything in it', async () => {
    const { id, name, database, dump } = job;
    const connectionId = job.connectionId ?? '';
    await engine.client.jobs.save({ id, name, database, connectionId, dump: { ...dump, format } });
    const run = await engine.backUp(job);
    expect(run).toMatchObject({ state: 'succeeded', warnings: [] });
    const snapshotId = run.snapshotId ?? '';

    const wait = (started: Restore): Promise<Restore> => engine.whenRestored(started.id);
    const drill = await wait(await engine.client.restores.startDrill({ snapshotId }));
    expect(drill).toMatchObject({ state: 'succeeded', report: { equal: true, differences: [] } });
    expect(await listScratch()).toEqual([]);

    const restored = `${format} ${tortureName}`;
    const request = { snapshotId, connectionId: null, database: restored, tables: [], withoutOwners: false };
    const done = await wait(await engine.client.restores.start({ ...request, replace: false }));
    expect(done).toMatchObject({ state: 'succeeded', report: { equal: true, differences: [] } });
    expect(readStructure(restored)).toBe(readStructure(tortureName));
  });
});

it('the subscriptions of the original still have their slots, and those of the copies wait for a person', async () => {
  const rows = await server.query(
    `select subslotname as slot, subenabled as enabled, count(*)::int as n from pg_subscription group by 1, 2 order by 1`,
  );
  expect(rows).toEqual([
    { slot: 'torture_slot', enabled: false, n: 3 },
    { slot: null, enabled: false, n: 3 },
  ]);
});
