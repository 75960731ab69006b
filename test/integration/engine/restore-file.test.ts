// A restore from files that a person downloaded, with Drive out of reach: everything that a restore promises, and own words
// for each file that is not what it should be.
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdDecompressSync } from 'node:zlib';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFileVault, ownerOnlyCipher } from '../../../electron/engine/base/vault-file.ts';
import { decryptBytes, encryptBytes } from '../../../electron/engine/crypto/age.ts';
import { readIdentities } from '../../../electron/engine/crypto/keys.ts';
import type { PickedFile, Restore } from '../../../shared/restore.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { compareDatabases } from '../../support/compare-databases.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let folder: string;
let snapshot: Snapshot;
let recipient: string;
let connectionId: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-picked-'));
  server = await startTestServer();
  world = await openEngineWorld();
  engine = await world.start();
  await createSmallDatabase(server, 'shop');
  const job = await world.setUp(engine, server, 'shop');
  connectionId = job.connectionId ?? '';
  const { snapshotId } = await engine.backUp(job);
  const found = (await engine.client.snapshots.list({ jobId: null })).find(({ id }) => id === snapshotId);
  if (!found) throw new Error('no snapshot');
  snapshot = found;
  recipient = (await engine.client.keys.get(undefined)).recipient;
  await world.google.goOffline();
});

afterAll(async () => {
  await world.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A folder of downloads of its own for each test. */
let downloads: string;
beforeEach(async () => {
  count += 1;
  downloads = path.join(folder, String(count));
  await mkdir(downloads);
  for (const file of snapshot.files) {
    await copyFile(world.google.contentPath(file.driveFileId), path.join(downloads, file.name));
  }
});

const at = (kind: string): string =>
  path.join(downloads, snapshot.files.find((file) => file.kind === kind)?.name ?? '');
const pick = (...paths: string[]): Promise<PickedFile> => engine.client.restores.readFile({ paths });

async function restore(picked: PickedFile, database: string, tables: string[] = []): Promise<Restore> {
  const request = { fileId: picked.id, connectionId, database, replace: false, tables, withoutOwners: false };
  return engine.whenRestored((await engine.client.restores.startFromFile(request)).id);
}

async function decryptDump(): Promise<Buffer> {
  const vault = createFileVault(path.join(world.dataDir, 'vault.json'), ownerOnlyCipher);
  const source = async function* () {
    yield await readFile(at('dump'));
  };
  return decryptBytes(await readIdentities(vault), source());
}

async function openDump(): Promise<Buffer> {
  return zstdDecompressSync(await decryptDump());
}

describe('a file of a backup', () => {
  it('with its manifest beside it is known for what it is, restored and compared', async () => {
    const picked = await pick(at('dump'));
    expect(picked).toMatchObject({
      ...{ name: path.basename(at('dump')), database: 'shop', createdAt: snapshot.createdAt },
      ...{ manifestName: path.basename(at('manifest')), globalsName: path.basename(at('globals')) },
      serverVersion: snapshot.serverVersion,
    });
    expect(picked.tables).toContain('shop.orders');
    const done = await restore(picked, 'whole');
    expect(done).toMatchObject({
      state: 'succeeded',
      snapshotId: null,
      fileName: picked.name,
      report: { equal: true },
    });
    expect(done.report?.warnings).toEqual([]);
    expect(await compareDatabases(server.url('shop'), server.url('whole'))).toMatchObject({ equal: true });
  });

  it('under another name, with the manifest picked by hand, is the same', async () => {
    const renamed = path.join(downloads, 'download (1).age');
    await copyFile(at('dump'), renamed);
    expect(await pick(renamed)).toMatchObject({ manifestName: null, globalsName: null });
    const picked = await pick(renamed, at('manifest'));
    expect(picked.manifestName).toBe(path.basename(at('manifest')));
    expect(await restore(picked, 'renamed', ['public.settings'])).toMatchObject({
      state: 'succeeded',
      report: { tables: 1 },
    });
  });

  it('without a manifest is restored and compared with itself, and says so', async () => {
    await rm(at('manifest'));
    const picked = await pick(at('dump'));
    expect(picked.manifestName).toBeNull();
    const done = await restore(picked, 'alone');
    expect(done).toMatchObject({ state: 'succeeded', report: { equal: true } });
    expect(done.report?.warnings[0]).toContain('There was no manifest');
    expect(await compareDatabases(server.url('shop'), server.url('alone'))).toMatchObject({ equal: true });
  });

  it('that was compressed with gzip is read, whatever its name says', async () => {
    const sealed = await encryptBytes([recipient], gzipSync(await openDump()));
    const file = path.join(downloads, 'other.dump.zst.age');
    await writeFile(file, sealed);
    expect(await restore(await pick(file), 'gzipped')).toMatchObject({ state: 'succeeded', report: { equal: true } });
  });

  it('never touches a database that is there', async () => {
    const refused = await restore(await pick(at('dump')), 'shop');
    expect(refused).toMatchObject({ state: 'failed', error: { code: 'pg/target-not-empty' } });
  });

  it('that changes after it was picked never becomes a database', async () => {
    const picked = await pick(at('dump'));
    const bytes = readFileSync(at('dump'));
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    await writeFile(at('dump'), bytes);
    expect(await restore(picked, 'damaged')).toMatchObject({ state: 'failed', error: { code: 'crypto/damaged-file' } });
    expect(await server.query(`select 1 from pg_database where datname = 'damaged' or datname like 'pgkeep%'`)).toEqual(
      [],
    );
  });
});

describe('a file of the same size as the backup’s', () => {
  it('is refused by the manifest when it is another one', async () => {
    const picked = await pick(at('dump'));
    await writeFile(at('dump'), await encryptBytes([recipient], await decryptDump()));
    expect(await restore(picked, 'another')).toMatchObject({ state: 'failed', error: { code: 'crypto/damaged-file' } });
    expect(await server.query(`select 1 from pg_database where datname = 'another'`)).toEqual([]);
  });
});

describe('a file that is something else', () => {
  const refusal = (code: string, problem?: string) => ({
    code,
    ...(problem === undefined ? {} : { context: expect.objectContaining({ problem }) as unknown }),
  });

  it('for another key says so, with its name', async () => {
    const stranger = await identityToRecipient(await generateX25519Identity());
    const file = path.join(downloads, 'foreign.dump.zst.age');
    await writeFile(file, await encryptBytes([stranger], Buffer.from('x')));
    await expect(pick(file)).rejects.toMatchObject({
      code: 'crypto/wrong-key',
      context: { file: 'foreign.dump.zst.age' },
    });
  });

  it('cut short is found before anything is kept', async () => {
    await rm(at('manifest'));
    await truncate(at('dump'), readFileSync(at('dump')).length - 10);
    const picked = await pick(at('dump')).catch((error: unknown) => error);
    if (picked instanceof Error) {
      expect(picked).toMatchObject({ code: 'crypto/damaged-file' });
    } else {
      const done = await restore(picked as PickedFile, 'cut');
      expect(done).toMatchObject({ state: 'failed', error: { code: 'crypto/damaged-file' } });
    }
    expect(await server.query(`select 1 from pg_database where datname = 'cut'`)).toEqual([]);
  });

  it('with a manifest that says another size is cut short, or the manifest is another one', async () => {
    await writeFile(at('dump'), Buffer.concat([readFileSync(at('dump')), Buffer.from('x')]));
    await expect(pick(at('dump'), at('manifest'))).rejects.toMatchObject({
      code: expect.stringMatching(/input\/invalid|crypto\/damaged-file/) as string,
    });
  });

  it.each<[string, string, string]>([
    ['a web page', '<!doctype html><html>', 'is not an age file'],
    ['empty', '', 'is empty'],
    ['armored', '-----BEGIN AGE ENCRYPTED FILE-----\nx', 'is age text (armored), which PgKeep never writes'],
  ])('%s says what it is', async (_, text, problem) => {
    const file = path.join(downloads, 'x.dump.zst.age');
    await writeFile(file, text);
    await expect(pick(file)).rejects.toMatchObject(refusal('restore/not-a-backup', problem));
  });

  it('pg_dump’s own archive is told to go to pg_restore', async () => {
    const file = path.join(downloads, 'x.dump');
    await writeFile(file, await openDump());
    await expect(pick(file)).rejects.toMatchObject(refusal('restore/plain-archive'));
  });

  it('another part of the set is no dump', async () => {
    await expect(pick(at('globals'))).rejects.toMatchObject(refusal('restore/not-a-backup'));
    await expect(pick(at('manifest'))).rejects.toMatchObject(refusal('restore/not-a-backup'));
    const disguised = path.join(downloads, 'x.dump.zst.age');
    await copyFile(at('globals'), disguised);
    await expect(pick(disguised)).rejects.toMatchObject(
      refusal('restore/not-a-backup', 'opens with the key, but holds no compressed dump'),
    );
  });

  it('that is not there says so', async () => {
    await expect(pick(path.join(downloads, 'nothing.age'))).rejects.toMatchObject({ code: 'input/not-found' });
    await expect(
      engine.client.restores.startFromFile({
        ...{ fileId: 'gone', connectionId, database: 'x', replace: false, tables: [], withoutOwners: false },
      }),
    ).rejects.toMatchObject({ code: 'input/not-found' });
  });

  it('leaves nothing behind', async () => {
    expect(await readdir(downloads)).toHaveLength(snapshot.files.length);
    expect(await server.query(`select 1 from pg_database where datname like 'pgkeep%'`)).toEqual([]);
  });
});
