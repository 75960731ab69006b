// The audit log of the whole engine: every act leaves its entry, whoever asked for it, with no secret in it; and what is done
// to the log afterwards is found, by backups on Drive at the latest.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../shared/audit.ts';
import type { Job } from '../../../shared/job.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from './small-database.ts';

const testLimitMs = 120_000;
const everything = { group: null, search: '', before: null, limit: 500 } as const;

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;

beforeAll(async () => {
  [server, world] = await Promise.all([startTestServer(), openEngineWorld()]);
  await createSmallDatabase(server, 'shop');
  engine = await world.start();
  job = await world.setUp(engine, server, 'shop');
}, testLimitMs);

afterAll(async () => {
  await world.stop();
  await server.stop();
});

/** The entries since `seq`, oldest first. */
async function listSince(seq: number): Promise<AuditEntry[]> {
  return (await engine.client.audit.list(everything)).filter((entry) => entry.seq > seq).reverse();
}

async function newestSeq(): Promise<number> {
  return (await engine.client.audit.list({ ...everything, limit: 1 }))[0]?.seq ?? 0;
}

describe('the audit log of the engine', { timeout: testLimitMs }, () => {
  it('has what a person set up, and who that was', async () => {
    const entries = await listSince(0);
    expect(entries.map(({ act }) => act)).toEqual([
      'program.started',
      'key.made',
      'connection.added',
      'settings.changed',
      'account.signed-in',
      'job.added',
    ]);
    expect(entries[2]).toMatchObject({ subject: 'test server', way: 'window', version: '0.0.0-test' });
    expect(entries[2]?.details).toMatchObject({ host: server.host, password: 'set' });
    expect(entries[1]?.way).toBe('program');
    expect(entries.every(({ user, machine }) => user !== '' && machine !== '')).toBe(true);
  });

  it('has every backup with what identifies it, and every act on it', async () => {
    const from = await newestSeq();
    const run = await engine.backUp(job);
    const id = run.snapshotId ?? '';
    await engine.client.snapshots.setPinned({ id, pinned: true });
    const out = path.join(world.dataDir, 'shop.dump');
    await engine.client.snapshots.writeFile({ id, kind: 'dump', path: out, decrypt: true });
    await engine.whenRestored((await engine.client.restores.startDrill({ snapshotId: id })).id);
    const wish = { snapshotId: id, connectionId: null, replace: false, tables: [], withoutOwners: false };
    await engine.whenRestored((await engine.client.restores.start({ ...wish, database: 'shop_copy' })).id);
    await engine.whenRestored((await engine.client.restores.start({ ...wish, database: 'shop_copy' })).id);
    const entries = await listSince(from);
    expect(entries.map(({ act, outcome }) => `${act} ${outcome}`)).toEqual([
      'backup.asked done',
      'backup.made done',
      'snapshot.pinned done',
      'snapshot.opened done',
      'drill.started done',
      'drill.ended done',
      'restore.started done',
      'restore.ended done',
      'restore.started done',
      'restore.ended pg/target-not-empty',
    ]);
    const [snapshot] = await engine.client.snapshots.list({ jobId: job.id });
    const dump = snapshot?.files.find(({ kind }) => kind === 'dump');
    expect(entries[1]).toMatchObject({ subject: job.name, snapshotId: id, way: 'program' });
    expect(entries[1]?.details).toMatchObject({ sha256: dump?.sha256, trigger: 'user', rows: snapshot?.rows });
    expect(entries[3]?.details).toMatchObject({ file: out, part: 'dump' });
  });

  it('has what failed and what was refused, but no form that was filled in wrongly', async () => {
    const from = await newestSeq();
    const connectionId = job.connectionId ?? '';
    const missing = await engine.client.jobs.save({ name: 'gone', connectionId, database: 'gone' });
    const draft = { id: missing.id, connectionId, database: 'gone' };
    expect((await engine.backUp(missing)).state).toBe('failed');
    await expect(engine.client.jobs.save({ ...draft, name: job.name })).rejects.toMatchObject({
      code: 'input/invalid',
    });
    await engine.client.jobs.save({ ...draft, name: 'gone for good' });
    await engine.client.jobs.remove({ id: missing.id });
    const entries = await listSince(from);
    expect(entries.map(({ act, outcome }) => `${act} ${outcome}`)).toEqual([
      'job.added done',
      'backup.asked done',
      'backup.failed pg/database-missing',
      'job.changed done',
      'job.removed done',
    ]);
    expect(entries[3]?.details).toEqual({ name: 'gone → gone for good' });
  });

  it('holds no secret', async () => {
    const [connection] = await engine.client.connections.list(undefined);
    if (!connection) throw new Error('no connection');
    const { id, name, host, port, user, database, sslMode } = connection;
    const draft = { id, name, host, port, user, database, sslMode };
    await engine.client.connections.save({
      ...draft,
      password: 'another-secret-4711',
      sshSecret: 'tunnel-secret-4711',
    });
    await engine.client.connections.save({ ...draft, password: server.password, sshSecret: '' });
    const text = JSON.stringify(await engine.client.audit.list(everything));
    const secrets = Object.values(JSON.parse(readFileSync(path.join(world.dataDir, 'vault.json'), 'utf8')) as object);
    const plain = secrets.filter((value): value is string => typeof value === 'string' && value.length > 6);
    for (const secret of [server.password, 'another-secret-4711', 'tunnel-secret-4711', 'AGE-SECRET-KEY', ...plain]) {
      expect(text.includes(secret), secret.slice(0, 4)).toBe(false);
    }
  });

  it('is intact, says so after a restart, and backups on Drive say the same', async () => {
    await engine.stop();
    engine = await world.start();
    const verdict = await engine.client.audit.verify({ withDrive: true });
    expect(verdict).toMatchObject({ fault: null, witnesses: 1, count: await newestSeq() });
  });

  it('is exported whole, and the export is an act', async () => {
    const out = path.join(world.dataDir, 'activity.jsonl');
    const { entries } = await engine.client.audit.writeFile({ path: out });
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(entries);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ seq: 1, act: 'program.started' });
    expect((await listSince(entries)).map(({ act }) => act)).toEqual(['audit.exported']);
  });

  it('that was written anew is found by what a backup has noted', async () => {
    await engine.stop();
    const db = new Sqlite(path.join(world.dataDir, 'pgkeep.db'));
    db.exec(`drop trigger audit_no_update; drop trigger audit_no_delete; delete from audit;
      delete from sqlite_sequence where name = 'audit';
      create trigger audit_no_update before update on audit begin select raise(abort, 'x'); end;
      create trigger audit_no_delete before delete on audit begin select raise(abort, 'x'); end;`);
    db.close();
    engine = await world.start();
    expect(await engine.client.audit.verify({ withDrive: false })).toMatchObject({ fault: null });
    expect(await engine.client.audit.verify({ withDrive: true })).toMatchObject({ fault: 'other-history', seq: 1 });
  });
});
