// A whole backup against a real PostgreSQL and the local Google, and what it leaves: on Drive, here, and for programs that
// are not ours.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestCompression } from '../../../electron/engine/base/compression.ts';
import type { Job } from '../../../shared/job.ts';
import type { Run } from '../../../shared/run.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { compareDatabases } from '../../support/compare-databases.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase, smallRows } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;
let run: Run;
let snapshot: Snapshot;

beforeAll(async () => {
  server = await startTestServer();
  world = await openEngineWorld();
  engine = await world.start();
  await createSmallDatabase(server, 'shop');
  job = await world.setUp(engine, server, 'shop');
  run = await engine.backUp(job);
  const [newest] = await engine.client.snapshots.list({ jobId: job.id });
  if (!newest) throw new Error(`no snapshot: ${JSON.stringify(run)}`);
  snapshot = newest;
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

describe('a backup that succeeded', () => {
  it('says so only with a snapshot, and tells the person who started it', () => {
    expect(run).toMatchObject({ state: 'succeeded', stage: null, error: null, snapshotId: snapshot.id, warnings: [] });
    expect(engine.notices).toEqual([
      expect.objectContaining({
        title: 'nightly shop is backed up',
        urgency: 'normal',
        open: { page: 'snapshots', params: {} },
      }),
    ]);
  });

  it('counted every table and row while it dumped', () => {
    expect(snapshot).toMatchObject({ database: 'shop', tables: 4, rows: smallRows, compression: bestCompression });
  });

  it('went through its stages in order, and its last progress is the whole file', () => {
    const changes = engine.events.filter(({ name }) => name === 'runs.changed').map(({ payload }) => payload as Run);
    const stages = changes.map(({ stage }) => stage).filter((stage, index, all) => stage !== all[index - 1]);
    expect(stages).toEqual([null, 'plan', 'dump', 'upload', 'verify', 'record', 'retain', null]);
  });

  it('lies on Drive as three encrypted files with the properties that a new machine needs', () => {
    const files = world.storedFiles();
    expect(files.map(({ name }) => name.replace(snapshot.baseName, 'X')).toSorted()).toEqual([
      'X.dump.zst.age',
      'X.globals.sql.age',
      'X.manifest.json.age',
    ]);
    for (const file of files) {
      const bytes = readFileSync(world.google.contentPath(file.id));
      expect(bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
      expect(bytes.includes('PLAINTEXT-MARKER')).toBe(false);
      expect(Object.values(file.appProperties)[0]).toMatchObject({
        product: 'pgkeep',
        set: snapshot.id,
        job: job.id,
        db: 'shop',
      });
    }
    const manifest = files.find(({ name }) => name.endsWith('.manifest.json.age'));
    expect(Object.values(manifest?.appProperties ?? {})[0]).toMatchObject({
      kind: 'manifest',
      rows: String(smallRows),
      raw: String(snapshot.dumpBytes),
      server: snapshot.serverVersion,
    });
  });

  it('lies in PgKeep/<job name>', () => {
    const folders = world.google.files().filter((file) => file.content === null);
    const jobFolder = folders.find(({ name }) => name === job.name);
    expect(folders.map(({ name }) => name).toSorted()).toEqual(['PgKeep', job.name]);
    expect(world.storedFiles().every(({ parentId }) => parentId === jobFolder?.id)).toBe(true);
    expect(folders.find(({ id }) => id === jobFolder?.parentId)?.name).toBe('PgKeep');
  });

  it('leaves nothing in the spool and no passfile', async () => {
    expect(world.spool()).toEqual([]);
    expect(await readdir(path.join(world.dataDir, 'temp'))).toEqual([]);
  });

  it('has a manifest that names the contents', async () => {
    const manifest = await engine.client.snapshots.getManifest({ id: snapshot.id });
    expect(manifest).toMatchObject({
      format: 1,
      product: 'PgKeep',
      database: 'shop',
      encoding: 'UTF8',
      jobName: job.name,
    });
    const labels = manifest.contents?.data.map(
      (entry) => `${entry.kind} ${entry.schema}.${entry.name} ${String(entry.rows)}`,
    );
    expect(labels?.toSorted()).toEqual([
      'large-objects . 1',
      'table public.settings 3',
      'table shop.customers 200',
      'table shop.empty 0',
      'table shop.orders 1000',
    ]);
    expect(manifest.extensions.map(({ name }) => name)).toContain('plpgsql');
  });

  it('makes no second folder the next time', async () => {
    expect((await engine.backUp(job)).state).toBe('succeeded');
    expect(world.google.files().filter((file) => file.content === null)).toHaveLength(2);
    expect(world.storedFiles()).toHaveLength(6);
  });
});

describe('a set without PgKeep', () => {
  it('is opened by age, zstd and pg_restore with the recovery kit, and equals the source', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-by-hand-'));
    try {
      const kit = path.join(folder, 'kit.txt');
      await engine.client.keys.writeKit({ path: kit });
      expect((await stat(kit)).mode & 0o777).toBe(0o600);
      const dump = world.storedFiles().find(({ name }) => name === `${snapshot.baseName}.dump.zst.age`);
      const globals = world.storedFiles().find(({ name }) => name === `${snapshot.baseName}.globals.sql.age`);
      const passfile = path.join(folder, 'pgpass');
      await writeFile(passfile, `*:*:*:*:${server.password}\n`, { mode: 0o600 });
      const env = {
        ...process.env,
        ...{ PGHOST: server.host, PGPORT: String(server.port), PGUSER: server.user, PGPASSFILE: passfile },
        ...{
          KIT: kit,
          DUMP: world.google.contentPath(dump?.id ?? ''),
          GLOBALS: world.google.contentPath(globals?.id ?? ''),
        },
      };
      const shell = (command: string): string =>
        execFileSync('bash', ['-o', 'pipefail', '-ec', command], {
          env,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        });
      await server.createDatabase('by_hand');
      shell('age -d -i "$KIT" "$DUMP" | zstd -d | pg_restore --exit-on-error -d by_hand');
      expect(await compareDatabases(server.url('shop'), server.url('by_hand'))).toMatchObject({
        equal: true,
        differences: [],
      });
      expect(shell('age -d -i "$KIT" "$GLOBALS"')).toContain('CREATE ROLE postgres;');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a set with PgKeep', () => {
  it('is restored into a new database that equals the source', async () => {
    const started = await engine.client.restores.start({
      snapshotId: snapshot.id,
      connectionId: null,
      database: 'shop again',
      replace: false,
      tables: [],
      withoutOwners: false,
    });
    const restore = await engine.whenRestored(started.id);
    expect(restore).toMatchObject({
      state: 'succeeded',
      report: { equal: true, tables: 4, rows: smallRows, database: 'shop again' },
    });
    expect(await compareDatabases(server.url('shop'), server.url('shop again'))).toMatchObject({ equal: true });
  });

  it('is verified by a drill that leaves no database behind', async () => {
    const before = await server.query('select datname from pg_database order by 1');
    const drill = await engine.whenRestored((await engine.client.restores.startDrill({ snapshotId: snapshot.id })).id);
    expect(drill).toMatchObject({
      kind: 'drill',
      state: 'succeeded',
      report: { equal: true, rows: smallRows, differences: [] },
    });
    const [, older] = await engine.client.snapshots.list({ jobId: job.id });
    expect(older).toMatchObject({ id: snapshot.id, verifiedAt: expect.any(String) as string });
    expect(await server.query('select datname from pg_database order by 1')).toEqual(before);
  });

  it('is downloaded as it lies there, and opened', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-fetch-'));
    try {
      const out = path.join(folder, 'x.dump');
      const { bytes } = await engine.client.snapshots.writeFile({
        id: snapshot.id,
        kind: 'dump',
        path: out,
        decrypt: true,
      });
      expect(bytes).toBe(snapshot.dumpBytes);
      expect(execFileSync('pg_restore', ['-l', out], { encoding: 'utf8' })).toContain('TABLE DATA shop orders');
      await engine.client.snapshots.writeFile({ id: snapshot.id, kind: 'dump', path: out, decrypt: false });
      expect(readFileSync(out).subarray(0, 3).toString()).toBe('age');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
