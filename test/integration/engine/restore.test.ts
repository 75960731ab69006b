// Restores that must not touch what is there: names that are taken, a replaced database, chosen tables, a missing role,
// damaged bytes, a wrong key, a cancelled restore.
import { readFileSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateX25519Identity } from 'age-encryption';
import { createFileVault, ownerOnlyCipher } from '../../../electron/engine/base/vault-file.ts';
import { identityName } from '../../../electron/engine/crypto/keys.ts';
import { toPreviousName } from '../../../electron/engine/restore/run-restore.ts';
import type { Restore, RestoreRequest } from '../../../shared/restore.ts';
import { compareDatabases } from '../../support/compare-databases.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { findNewerServer } from '../../support/newer-server.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let snapshotId: string;

beforeAll(async () => {
  server = await startTestServer();
  world = await openEngineWorld();
  engine = await world.start();
  await createSmallDatabase(server, 'shop');
  const job = await world.setUp(engine, server, 'shop');
  snapshotId = (await engine.backUp(job)).snapshotId ?? '';
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

async function restore(request: Partial<RestoreRequest>): Promise<Restore> {
  const defaults = { snapshotId, connectionId: null, database: 'x', replace: false, tables: [], withoutOwners: false };
  return engine.whenRestored((await engine.client.restores.start({ ...defaults, ...request })).id);
}

async function listDatabases(): Promise<string[]> {
  return (await server.query('select datname from pg_database where not datistemplate order by 1')).map(({ datname }) =>
    String(datname),
  );
}

describe('a name that is taken', () => {
  it('by a database with something in it is refused before anything happens', async () => {
    const before = await listDatabases();
    const refused = await restore({ database: 'shop' });
    expect(refused).toMatchObject({
      state: 'failed',
      error: { code: 'pg/target-not-empty', context: { database: 'shop' } },
    });
    expect(await listDatabases()).toEqual(before);
  });

  it('by an empty database is filled', async () => {
    await server.createDatabase('empty');
    expect(await restore({ database: 'empty' })).toMatchObject({
      state: 'succeeded',
      report: { equal: true, previousDatabase: null },
    });
    expect(await compareDatabases(server.url('shop'), server.url('empty'))).toMatchObject({ equal: true });
    expect((await listDatabases()).filter((name) => name.includes('before'))).toEqual([]);
  });

  it('is given to the restored database when it is to replace, and the old one stays under another name', async () => {
    await server.createDatabase('live');
    await server.query('create table precious as select 42 as answer', 'live');
    const done = await restore({ database: 'live', replace: true });
    expect(done).toMatchObject({ state: 'succeeded', report: { equal: true, database: 'live' } });
    const previous = done.report?.previousDatabase ?? '';
    expect(previous).toMatch(/^live_before_\d{8}T\d{6}$/);
    expect(await server.query('select answer from precious', previous)).toEqual([{ answer: 42 }]);
    expect(await compareDatabases(server.url('shop'), server.url('live'))).toMatchObject({ equal: true });
  });

  it('is not taken from a database in use: everything stays as it was', async () => {
    await server.createDatabase('busy');
    await server.query('create table precious as select 42 as answer', 'busy');
    const { host, port, user, password } = server;
    const client = new pg.Client({ host, port, user, password, database: 'busy' });
    await client.connect();
    try {
      const before = await listDatabases();
      const refused = await restore({ database: 'busy', replace: true });
      expect(refused).toMatchObject({ state: 'failed', error: { code: 'pg/database-in-use' } });
      expect(await listDatabases()).toEqual(before);
    } finally {
      await client.end();
    }
  });
});

const newerBinDir = findNewerServer();

describe.skipIf(newerBinDir === null)('a server newer than the programs here', () => {
  it('is refused before anything is made there, with the command that brings newer ones', async () => {
    const newer = await startTestServer(newerBinDir === null ? {} : { binDir: newerBinDir });
    try {
      const { host, port, user, password } = newer;
      const address = { name: 'newer', host, port, user, database: 'postgres', sslMode: 'prefer' } as const;
      const connection = await engine.client.connections.save({ ...address, password });
      const refused = await restore({ connectionId: connection.id, database: 'shop' });
      expect(refused).toMatchObject({ state: 'failed', error: { code: 'pg/tool-too-old' } });
      expect(refused.error?.context['install']).toMatch(/./);
      expect(await newer.query(`select from pg_database where not datistemplate and datname <> 'postgres'`)).toEqual(
        [],
      );
    } finally {
      await newer.stop();
    }
  });
});

describe('a choice of tables', () => {
  it('brings those and compares only those', async () => {
    const done = await restore({ database: 'some', tables: ['shop.customers', 'public.settings'] });
    expect(done).toMatchObject({ state: 'succeeded', report: { equal: true, tables: 2, rows: 203 } });
    const tables = await server.query(
      `select schemaname || '.' || tablename as name from pg_tables where schemaname in ('shop', 'public') order by 1`,
      'some',
    );
    expect(tables).toEqual([{ name: 'public.settings' }, { name: 'shop.customers' }]);
  });

  it('that the backup does not have is refused', async () => {
    const before = await listDatabases();
    expect(await restore({ database: 'none', tables: ['shop.nothing'] })).toMatchObject({ state: 'failed' });
    expect(await listDatabases()).toEqual(before);
  });
});

describe('a server without the roles', () => {
  let bare: TestServer;
  let connectionId: string;

  beforeAll(async () => {
    bare = await startTestServer();
    await server.query('create role keeper; alter table shop.orders owner to keeper', 'shop');
    const [job] = await engine.client.jobs.list(undefined);
    if (job) snapshotId = (await engine.backUp(job)).snapshotId ?? '';
    const { host, port, user, password } = bare;
    const draft = { name: 'bare', host, port, user, password, database: 'postgres', sslMode: 'prefer' } as const;
    connectionId = (await engine.client.connections.save(draft)).id;
  });

  afterAll(async () => {
    await bare.stop();
  });

  it('fails with the name of the role and leaves no database', async () => {
    const failed = await restore({ connectionId, database: 'moved' });
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'pg/role-missing', context: { role: 'keeper' } } });
    expect(
      await bare.query(`select datname from pg_database where datname <> 'postgres' and not datistemplate`),
    ).toEqual([]);
  });

  it('takes the data without owners', async () => {
    const done = await restore({ connectionId, database: 'moved', withoutOwners: true });
    expect(done).toMatchObject({ state: 'succeeded', report: { equal: true } });
    expect(await bare.query('select count(*)::int as n from shop.orders', 'moved')).toEqual([{ n: 1000 }]);
  });
});

describe('what Drive gives back', () => {
  it('with a changed byte never becomes a database', async () => {
    const before = await listDatabases();
    const dump = world.storedFiles().find(({ name }) => name.endsWith('.dump.zst.age'));
    const file = world.google.contentPath(dump?.id ?? '');
    const bytes = readFileSync(file);
    const changed = Buffer.from(bytes);
    changed[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    const [snapshot] = (await engine.client.snapshots.list({ jobId: null })).filter(({ files }) =>
      files.some(({ driveFileId }) => driveFileId === dump?.id),
    );
    writeFileSync(file, changed);
    const broken = await restore({ database: 'broken', snapshotId: snapshot?.id ?? '' });
    writeFileSync(file, bytes);
    expect(broken.state).toBe('failed');
    expect(broken.error?.code).toMatch(/^(drive\/download-damaged|crypto\/damaged-file)$/);
    expect(await listDatabases()).toEqual(before);
  });

  it('is not opened with another key', async () => {
    const vault = createFileVault(`${world.dataDir}/vault.json`, ownerOnlyCipher);
    const own = await vault.read(identityName);
    await vault.write(identityName, await generateX25519Identity());
    try {
      expect(await restore({ database: 'locked' })).toMatchObject({
        state: 'failed',
        error: { code: 'crypto/wrong-key' },
      });
    } finally {
      await vault.write(identityName, own ?? '');
    }
  });
});

describe('a restore that is cancelled', () => {
  it('leaves the server as it was, and the next one runs', async () => {
    const before = await listDatabases();
    const hold = world.google.holdNext({ kind: 'download', nth: 2 }, { at: 'sending' });
    const request = {
      snapshotId,
      connectionId: null,
      database: 'late',
      replace: false,
      tables: [],
      withoutOwners: false,
    };
    const started = await engine.client.restores.start(request);
    await hold.reached;
    await expect(engine.client.restores.start(request)).rejects.toMatchObject({ code: 'run/already-active' });
    await engine.client.restores.cancel({ id: started.id });
    hold.release();
    expect(await engine.whenRestored(started.id)).toMatchObject({
      state: 'cancelled',
      error: { code: 'run/cancelled' },
    });
    expect(await listDatabases()).toEqual(before);
    expect(await restore({ database: 'late' })).toMatchObject({ state: 'succeeded' });
  });
});

describe('the name that a replaced database gets', () => {
  it.each([
    ['shop', 'shop_before_20261122T030000'],
    ['é'.repeat(31), `${'é'.repeat(20)}_before_20261122T030000`],
  ])('is at most 63 bytes: %s', (database, expected) => {
    const name = toPreviousName(database, new Date('2026-11-22T03:00:00.123Z'));
    expect(name).toBe(expected);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
  });
});

describe('a database whose settings change how its data looks', () => {
  it('in another time zone is equal after the restore', async () => {
    await server.createDatabase('newyork');
    await server.query(`alter database newyork set timezone = 'America/New_York'`);
    await server.query(
      `create table events as select timestamptz '2026-03-08 06:59:00+00' + n * interval '1 min' as at from generate_series(1, 90) n`,
      'newyork',
    );
    const [job] = await engine.client.jobs.list(undefined);
    const other = await engine.client.jobs.save({
      name: 'zones',
      connectionId: job?.connectionId ?? '',
      database: 'newyork',
    });
    const run = await engine.backUp(other);
    expect(await restore({ snapshotId: run.snapshotId ?? '', database: 'zones' })).toMatchObject({
      state: 'succeeded',
      report: { equal: true },
    });
  });

  it('so that it cannot be the same again takes nobody’s name: the restored data stays beside the old', async () => {
    await server.createDatabase('escaped');
    await server.query(`alter database escaped set bytea_output = 'escape'`);
    await server.query(`create table bytes as select '\\x00ff'::bytea as b`, 'escaped');
    const [job] = await engine.client.jobs.list(undefined);
    const other = await engine.client.jobs.save({
      name: 'bytes',
      connectionId: job?.connectionId ?? '',
      database: 'escaped',
    });
    const run = await engine.backUp(other);
    const drill = await engine.client.restores.startDrill({ snapshotId: run.snapshotId ?? '' });
    expect(await engine.whenRestored(drill.id)).toMatchObject({
      state: 'failed',
      error: { code: 'restore/not-equal' },
    });
    expect((await engine.client.snapshots.list({ jobId: other.id }))[0]?.verifiedAt).toBeNull();
    expect((await listDatabases()).filter((name) => name.startsWith('pgkeep_'))).toEqual([]);

    const differs = await restore({ snapshotId: run.snapshotId ?? '', database: 'escaped', replace: true });
    expect(differs).toMatchObject({
      state: 'failed',
      error: { code: 'restore/not-equal' },
      report: { equal: false, previousDatabase: null },
    });
    const left = differs.report?.database ?? '';
    expect(left).toMatch(/^pgkeep_restore_/);
    expect(await server.query('select b from bytes', left)).toEqual([{ b: Buffer.from([0, 255]) }]);
    expect(await server.query('select b from bytes', 'escaped')).toEqual([{ b: Buffer.from([0, 255]) }]);
  });
});
