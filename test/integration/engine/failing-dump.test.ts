// Dumps that cannot succeed: the run is `failed`, the words say what to do, nothing is on Drive and nothing in the spool.
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeError } from '../../../shared/describe-error.ts';
import type { Run } from '../../../shared/run.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { findNewerServer } from '../../support/newer-server.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;

beforeAll(async () => {
  server = await startTestServer();
  await createSmallDatabase(server, 'shop');
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  world = await openEngineWorld();
  engine = await world.start();
});

afterEach(async () => {
  await world.stop();
});

async function expectFailed(run: Run, code: string, toDo: RegExp): Promise<void> {
  expect(run).toMatchObject({ state: 'failed', snapshotId: null, error: { code } });
  if (!run.error) return;
  const words = describeError(run.error);
  expect(words.toDo).toMatch(toDo);
  expect(engine.notices).toEqual([
    expect.objectContaining({ urgency: 'critical', title: expect.stringContaining('failed') as string }),
  ]);
  expect(engine.notices[0]?.body).toContain(words.toDo);
  expect(world.google.files().filter((file) => file.content !== null)).toEqual([]);
  expect(world.openSessions()).toEqual([]);
  expect(world.spool()).toEqual([]);
  expect(await engine.client.snapshots.list({ jobId: null })).toEqual([]);
}

describe('a run fails, and says what to do, when', () => {
  it('the password is wrong', async () => {
    const job = await world.setUp(engine, server, 'shop', 'not-the-password');
    await expectFailed(await engine.backUp(job), 'pg/auth-failed', /password/i);
  });

  it('the server is not there', async () => {
    const job = await world.setUp(engine, { ...server, port: 1 }, 'shop');
    await expectFailed(await engine.backUp(job), 'pg/connection-refused', /server/i);
  });

  it('the database does not exist', async () => {
    const job = await world.setUp(engine, server, 'no such database');
    await expectFailed(await engine.backUp(job), 'pg/database-missing', /database/i);
  });

  it('a table stays locked longer than the job waits for it', async () => {
    const job = await world.setUp(engine, server, 'shop');
    const { id, name, database, dump } = job;
    const connectionId = job.connectionId ?? '';
    await engine.client.jobs.save({ id, name, database, connectionId, dump: { ...dump, lockTimeoutSeconds: 1 } });
    const { host, port, user, password } = server;
    const client = new pg.Client({ host, port, user, password, database: 'shop' });
    await client.connect();
    await client.query('begin; lock table shop.orders in access exclusive mode');
    const startedMs = performance.now();
    const run = await engine.backUp(job);
    await client.end();
    await expectFailed(run, 'pg/timeout', /./);
    // Far from the two minutes that a job waits until a person says otherwise.
    expect(performance.now() - startedMs).toBeLessThan(60_000);
  });

  it('one table may not be read: the grant that helps is named', async () => {
    await server.query(
      `
      create role clerk login password 'clerk-password';
      grant usage on schema shop to clerk; grant select on all tables in schema shop, public to clerk;
      grant select on all sequences in schema shop to clerk; revoke select on shop.orders from clerk;
      grant select on large object 4711 to clerk`,
      'shop',
    );
    const job = await world.setUp(engine, { ...server, user: 'clerk' }, 'shop', 'clerk-password');
    const run = await engine.backUp(job);
    await expectFailed(run, 'pg/permission-denied', /GRANT SELECT ON TABLE shop\.orders TO clerk/i);
    await server.query('grant select on shop.orders to clerk', 'shop');
    expect((await engine.backUp(job)).state).toBe('succeeded');
  });

  it('the server goes away in the middle of the dump', async () => {
    const job = await world.setUp(engine, server, 'shop');
    const crashed = await withLockedTable(async () => {
      const started = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
      await engine.whenRun(started.id, (run) => run.stage === 'dump');
      await waitForPgDump();
      await server.crash();
      return engine.whenSettled(started.id);
    });
    await server.start();
    await expectFailed(crashed, 'pg/server-gone', /server/i);
    expect((await engine.backUp(job)).state).toBe('succeeded');
  });
});

const newerBinDir = findNewerServer();

describe.skipIf(newerBinDir === null)('a run fails when pg_dump', () => {
  it('is older than the server: the way to a newer one is named', async () => {
    const newer = await startTestServer({ binDir: newerBinDir ?? '' });
    try {
      const job = await world.setUp(engine, newer, 'postgres');
      await expectFailed(await engine.backUp(job), 'pg/tool-too-old', /install/i);
    } finally {
      await newer.stop();
    }
  });
});

/** Holds a table so that pg_dump, which wants to lock it, is met in the middle. */
async function withLockedTable<T>(work: () => Promise<T>): Promise<T> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: 'shop' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin; lock table shop.orders in access exclusive mode');
  try {
    return await work();
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function waitForPgDump(): Promise<void> {
  await waitFor('pg_dump waits for the lock', async () => {
    const rows = await server.query(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'lock table%'`,
    );
    return rows.length > 0;
  });
}
