// SIGKILL at each stage of a backup and of a restore, then a new start: the run is resumed or honestly interrupted, what
// is called good is whole on Drive, and nothing else is left there, here or on the server.
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toRetention } from '../../../shared/retention.ts';
import { runSchema, type Run } from '../../../shared/run.ts';
import { snapshotSchema, type Snapshot } from '../../../shared/snapshot.ts';
import type { Match } from '../../google/faults.ts';
import { runCli, startCli, type CliProcess } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createIncompressibleDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;

beforeAll(async () => {
  server = await startTestServer();
  await createIncompressibleDatabase(server, 'noise');
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  world = await openEngineWorld();
  const engine = await world.start();
  await world.setUp(engine, server, 'noise');
  await engine.stop();
});

afterEach(async () => {
  await world.stop();
});

async function listRuns(): Promise<Run[]> {
  const { last } = await runCli(world.dataDir, ['runs']);
  return z.array(runSchema).parse(last?.['runs']);
}

async function listSnapshots(): Promise<Snapshot[]> {
  const { last } = await runCli(world.dataDir, ['snapshots']);
  return z.array(snapshotSchema).parse(last?.['snapshots']);
}

/** Starts a backup and kills it when a request of this kind has come to a point of its life. */
async function killAtRequest(match: Match, at: 'arrived' | 'body' | 'done', stage = 'plan'): Promise<void> {
  const hold = world.google.holdNext(match, { at });
  const backup = startCli(world.dataDir, ['backup']);
  await Promise.race([hold.reached, failWhenEnded(backup)]);
  // The last chunk may go out a moment before the run is stored as whole.
  await backup.whenLine((line) => line['stage'] === stage);
  await backup.kill();
  hold.release();
}

async function failWhenEnded(backup: CliProcess): Promise<never> {
  const end = await backup.ended;
  throw new Error(`the backup ended before it could be killed: ${end.stderr}`);
}

/** After the kill: nothing is called good; after the next backup exactly one whole set is there, and it restores. */
async function expectHonestAndWhole(expected: 'resumed' | 'interrupted'): Promise<void> {
  const [killed] = await listRuns();
  expect(killed?.state).toBe(expected === 'resumed' ? 'waiting' : 'interrupted');
  expect(killed?.snapshotId).toBeNull();
  if (expected === 'interrupted') expect(killed?.error?.code).toBe('run/interrupted');
  expect(await listSnapshots()).toEqual([]);

  const next = await runCli(world.dataDir, ['backup']);
  expect([next.exitCode, next.stderr]).toEqual([0, '']);
  const states = (await listRuns()).map(({ id, state }) => (id === killed?.id ? `killed ${state}` : state));
  expect(states).toEqual(expected === 'resumed' ? ['killed succeeded'] : ['succeeded', 'killed interrupted']);
  await expectOneWholeSet();
}

async function expectOneWholeSet(): Promise<void> {
  const snapshots = await listSnapshots();
  expect(snapshots).toHaveLength(1);
  const stored = world.storedFiles().map(({ id, content }) => `${id} ${String(content?.size)}`);
  expect(stored.toSorted()).toEqual(
    snapshots.flatMap(({ files }) => files.map((file) => `${file.driveFileId} ${String(file.sizeBytes)}`)).toSorted(),
  );
  expect(world.openSessions()).toEqual([]);
  expect(world.spool()).toEqual([]);
  const drill = await runCli(world.dataDir, ['verify', '--latest']);
  expect([drill.exitCode, drill.stderr]).toEqual([0, '']);
}

describe('a backup that is killed', () => {
  it('in the plan, before its folder is made, is interrupted', async () => {
    await killAtRequest({ kind: 'create' }, 'arrived');
    await expectHonestAndWhole('interrupted');
  });

  it('in the plan, when its folder was made and the answer not heard, makes no second folder', async () => {
    await killAtRequest({ kind: 'create' }, 'done');
    await expectHonestAndWhole('interrupted');
    expect(world.google.files().filter(({ content }) => content === null)).toHaveLength(2);
  });

  it('in the dump is interrupted', async () => {
    await withLockedTable(async () => {
      const backup = startCli(world.dataDir, ['backup']);
      await backup.whenLine((line) => line['stage'] === 'dump');
      await waitForPgDump();
      await backup.kill();
    });
    await expectHonestAndWhole('interrupted');
    expect(await server.query(`select from pg_stat_activity where application_name = 'pgkeep'`)).toEqual([]);
  });

  it('in the dump with an upload begun is interrupted, and the upload is taken back', async () => {
    const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'done' });
    const backup = startCli(world.dataDir, ['backup']);
    await Promise.race([chunk.reached, failWhenEnded(backup)]);
    await backup.kill();
    chunk.release();
    const [killed] = await listRuns();
    // The dump of nine megabytes may have been whole a moment before the first chunk was.
    await expectHonestAndWhole(killed?.state === 'waiting' ? 'resumed' : 'interrupted');
  });

  it('in the upload, with bytes sent that were not confirmed, is resumed', async () => {
    await killAtRequest({ kind: 'chunk', final: true }, 'body', 'upload');
    await expectHonestAndWhole('resumed');
    const created = world.google.journal().filter(({ kind }) => kind === 'session-start');
    expect(created).toHaveLength(1);
  });

  it('in the upload, when Drive had the last byte and the answer was not heard, is resumed without a second file', async () => {
    await killAtRequest({ kind: 'chunk', final: true }, 'done', 'upload');
    await expectHonestAndWhole('resumed');
    expect(world.google.journal().filter(({ kind }) => kind === 'session-start')).toHaveLength(1);
  });

  it('in the upload of the small files is resumed', async () => {
    await killAtRequest({ kind: 'upload-multipart', nth: 2 }, 'done', 'upload');
    await expectHonestAndWhole('resumed');
  });

  it('while it verifies is resumed', async () => {
    const backup = startCli(world.dataDir, ['backup']);
    await backup.whenLine((line) => line['stage'] === 'upload');
    const hold = world.google.holdNext({ kind: 'get', path: '/drive/v3/files/' }, { at: 'done' });
    await Promise.race([hold.reached, failWhenEnded(backup)]);
    const verifying = await backup.whenLine((line) => line['stage'] === 'verify');
    expect(verifying).toBeDefined();
    await backup.kill();
    hold.release();
    await expectHonestAndWhole('resumed');
  });

  it('while it records has recorded all or nothing', async () => {
    const backup = startCli(world.dataDir, ['backup']);
    await backup.whenLine((line) => line['stage'] === 'record');
    await backup.kill();
    const [killed] = await listRuns();
    if (killed?.state === 'succeeded') await expectOneWholeSet();
    else await expectHonestAndWhole('resumed');
  });

  it('while old snapshots are removed has succeeded, and the removal is gone on with', async () => {
    const engine = await world.start();
    const [job] = await engine.client.jobs.list(undefined);
    await engine.client.jobs.save({
      ...{ id: job?.id ?? '', name: job?.name ?? '', connectionId: job?.connectionId ?? '', database: 'noise' },
      retention: toRetention({ last: 1 }, 1),
    });
    await engine.stop();
    expect((await runCli(world.dataDir, ['backup'])).exitCode).toBe(0);
    await killAtRequest({ kind: 'update' }, 'done', 'retain');
    expect((await listRuns()).map(({ state, stage }) => [state, stage])).toEqual([
      ['succeeded', null],
      ['succeeded', null],
    ]);
    expect((await listSnapshots()).map(({ presence }) => presence)).toEqual(['ok', 'removing']);
    const next = await world.start();
    await waitFor('the old snapshot is gone', async () => {
      const snapshots = await next.client.snapshots.list({ jobId: null });
      return snapshots.length === 1;
    });
    await next.stop();
    await expectOneWholeSet();
  });

  it('before it was begun, in the queue, is not lost', async () => {
    const engine = await world.start();
    const [job] = await engine.client.jobs.list(undefined);
    const other = await engine.client.jobs.save({
      name: 'second',
      connectionId: job?.connectionId ?? '',
      database: 'noise',
    });
    await engine.stop();
    const hold = world.google.holdNext({ kind: 'create' }, { at: 'arrived' });
    const backup = startCli(world.dataDir, ['backup', '--all']);
    await Promise.race([hold.reached, failWhenEnded(backup)]);
    await backup.kill();
    hold.release();
    const runs = await listRuns();
    expect(runs.map(({ state }) => state).toSorted()).toEqual(['interrupted', 'queued']);
    const next = await runCli(world.dataDir, ['backup', '--all']);
    expect([next.exitCode, next.stderr.trim().split('\n').toSorted()]).toEqual([
      0,
      [expect.stringMatching(/^nightly noise: succeeded/), expect.stringMatching(/^second: succeeded/)],
    ]);
    expect((await listRuns()).map(({ state }) => state).toSorted()).toEqual(['interrupted', 'succeeded', 'succeeded']);
    expect(await listSnapshots()).toHaveLength(2);
    expect(other.name).toBe('second');
  });
});

describe('a restore that is killed', () => {
  it.each(['restore', 'verify'])('leaves no half-filled database after the next start (%s)', async (command) => {
    expect((await runCli(world.dataDir, ['backup'])).exitCode).toBe(0);
    const [snapshot] = await listSnapshots();
    const before = await server.query('select datname from pg_database order by 1');
    const hold = world.google.holdNext({ kind: 'download', nth: 2 }, { at: 'sending' });
    const args =
      command === 'restore' ? ['restore', snapshot?.id ?? '', '--new-database', 'again'] : ['verify', '--latest'];
    const restore = startCli(world.dataDir, args);
    await Promise.race([hold.reached, failWhenEnded(restore)]);
    await waitFor('the database is being filled', async () => {
      const rows = await server.query(`select from pg_database where datname like 'pgkeep%'`);
      return rows.length === 1;
    });
    await restore.kill();
    hold.release();
    await runCli(world.dataDir, ['jobs']);
    await waitFor('the half-filled database is dropped', async () => {
      const rows = await server.query(`select from pg_database where datname like 'pgkeep%'`);
      return rows.length === 0;
    });
    expect(await server.query('select datname from pg_database order by 1')).toEqual(before);
    const engine = await world.start();
    const [ended] = await engine.client.restores.list({ limit: 1 });
    expect(ended).toMatchObject({ state: 'interrupted', error: { code: 'run/interrupted' } });
    expect((await engine.client.snapshots.list({ jobId: null }))[0]?.verifiedAt).toBeNull();
  });
});

/** Holds a table so that pg_dump, which wants to lock it, is met in the middle. */
async function withLockedTable(work: () => Promise<void>): Promise<void> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: 'noise' });
  await client.connect();
  await client.query('begin; lock table noise in access exclusive mode');
  try {
    await work();
  } finally {
    await client.end();
  }
}

async function waitForPgDump(): Promise<void> {
  await waitFor('pg_dump waits for the lock', async () => {
    const rows = await server.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'lock table%'`,
    );
    return rows.length > 0;
  });
}
