// A new computer: nothing of the old one is left but what lies on Drive and the recovery kit. Jobs, snapshots and pins come
// back, and what was backed up is restored and compared.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encryptBytes } from '../../../electron/engine/crypto/age.ts';
import type { Job } from '../../../shared/job.ts';
import { isGoodSnapshot, type Snapshot } from '../../../shared/snapshot.ts';
import { compareDatabases } from '../../support/compare-databases.ts';
import { createDrivePerson, type DrivePerson } from '../../support/drive-person.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let folder: string;
let kit: string;
let person: DrivePerson;
/** What the lost computer had. */
let before: { jobs: Job[]; snapshots: Snapshot[] };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-kit-'));
  kit = path.join(folder, 'kit.txt');
  server = await startTestServer();
  world = await openEngineWorld();
  person = createDrivePerson(world.google);
  const engine = await world.start();
  await createSmallDatabase(server, 'shop');
  await createSmallDatabase(server, 'crm');
  const shop = await world.setUp(engine, server, 'shop');
  const connectionId = shop.connectionId ?? '';
  const crm = await engine.client.jobs.save({ name: 'customers', database: 'crm', connectionId });
  await engine.backUp(shop);
  const second = await engine.backUp(shop);
  await engine.backUp(crm);
  await engine.client.snapshots.setPinned({ id: second.snapshotId ?? '', pinned: true });
  await waitFor('Drive knows the pin', async () => (await list(engine)).every(({ pinPending }) => !pinPending));
  await engine.client.keys.writeKit({ path: kit });
  before = { jobs: await engine.client.jobs.list(undefined), snapshots: await list(engine) };
  await engine.stop();
});

afterAll(async () => {
  await world.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const list = (engine: RunningEngine): Promise<Snapshot[]> => engine.client.snapshots.list({ jobId: null });

async function startAnew(): Promise<RunningEngine> {
  await world.wipe();
  const engine = await world.start();
  await world.signIn(engine);
  return engine;
}

/** What Drive and the key cannot bring back, left out. */
function comparable(snapshots: readonly Snapshot[]): unknown {
  return snapshots.map(({ runId: _, checkedAt: __, ...rest }) => rest);
}

describe('a new computer', () => {
  let engine: RunningEngine;

  beforeAll(async () => {
    engine = await startAnew();
  });

  afterAll(async () => {
    await engine.stop();
  });

  it('looks into Drive without changing anything', async () => {
    const sets = await engine.client.catalog.listRemote(undefined);
    expect(sets.map(({ id }) => id).toSorted()).toEqual(before.snapshots.map(({ id }) => id).toSorted());
    expect(sets.every(({ known, problems }) => !known && problems.length === 0)).toBe(true);
    expect(await list(engine)).toEqual([]);
  });

  it('without the old key lists everything by its properties and says what is missing', async () => {
    const report = await engine.client.catalog.rebuild(undefined);
    expect(report).toMatchObject({ sets: 3, added: 3, wrongKey: 3 });
    expect(report.problems.filter(({ kind }) => kind === 'wrong-key')).toHaveLength(3);
    expect(await list(engine)).toHaveLength(3);
    // The folder's name on Drive stands in for what only the manifest says.
    expect((await engine.client.jobs.list(undefined)).map(({ name }) => name)).toEqual(['customers', 'nightly shop']);
  });

  it('refuses a kit that is none, and changes nothing by it', async () => {
    const { recipient } = await engine.client.keys.get(undefined);
    for (const [text, problem] of [
      ['hello', 'holds no private key'],
      [`# public key: x\n${recipient}\n`, 'holds only the public key, which opens nothing'],
      ['AGE-SECRET-KEY-1NOTAKEY', 'holds a private key that is damaged or of a kind not known here'],
      ['age-encryption.org/v1\n-> X25519 x\n', 'is itself encrypted; open it with age first'],
    ] as const) {
      const file = path.join(folder, 'wrong.txt');
      await writeFile(file, text);
      await expect(engine.client.keys.readKit({ path: file })).rejects.toMatchObject({
        code: 'crypto/kit-unreadable',
        context: { problem },
      });
    }
    await expect(engine.client.keys.readKit({ path: path.join(folder, 'none') })).rejects.toMatchObject({
      code: 'input/not-found',
    });
    expect((await engine.client.keys.get(undefined)).recipient).toBe(recipient);
  });

  it('says of a kit of something else that it opens nothing here', async () => {
    const file = path.join(folder, 'other.txt');
    await writeFile(file, `${await generateX25519Identity()}\n`);
    const other = await startElsewhere(file);
    expect(other).toMatchObject({ use: 'adopted', opens: { tried: 2, opened: 0 } });
  });

  it('takes the key of the kit as its own, and keeps the one that it made', async () => {
    const { recipient } = await engine.client.keys.get(undefined);
    const outcome = await engine.client.keys.readKit({ path: kit });
    expect(outcome).toMatchObject({ use: 'adopted', opens: { tried: 2, opened: 2 } });
    expect(outcome.key.recipient).toBe(/public key: (\S+)/.exec(await readFile(kit, 'utf8'))?.[1]);
    expect(outcome.key.former).toEqual([recipient]);
    expect(outcome.key.kitSavedAt).not.toBeNull();
    expect(await engine.client.keys.readKit({ path: kit })).toMatchObject({ use: 'known' });
  });

  it('gets jobs, snapshots and pins back as they were', async () => {
    const report = await engine.client.catalog.rebuild(undefined);
    expect(report).toMatchObject({ sets: 3, wrongKey: 0, problems: [] });
    expect(comparable(await list(engine))).toEqual(comparable(before.snapshots));
    const jobs = await engine.client.jobs.list(undefined);
    expect(jobs.map(({ id, name, database, connectionId }) => ({ id, name, database, connectionId }))).toEqual(
      before.jobs.map(({ id, name, database }) => ({ id, name, database, connectionId: null })),
    );
  });

  it('changes nothing the second time, and downloads nothing', async () => {
    const rows = await list(engine);
    world.google.clearJournal();
    expect(await engine.client.catalog.rebuild(undefined)).toMatchObject({
      ...{ added: 0, updated: 0, unchanged: 3, jobs: [], manifestsRead: 0 },
    });
    expect(await list(engine)).toEqual(rows);
    expect(world.google.journal().filter(({ kind }) => kind === 'download')).toEqual([]);
  });

  it('refuses what needs the server of a job, with words, until a person says it', async () => {
    const [job] = await engine.client.jobs.list(undefined);
    const [snapshot] = await list(engine);
    const refusal = { code: 'run/needs-connection', context: { job: job?.name ?? '' } };
    await expect(engine.client.runs.start({ jobId: job?.id ?? '', trigger: 'user' })).rejects.toMatchObject(refusal);
    const id = snapshot?.id ?? '';
    await expect(engine.client.restores.startDrill({ snapshotId: id })).rejects.toMatchObject({ code: refusal.code });
    const request = { database: 'x', replace: false, tables: [], withoutOwners: false };
    await expect(
      engine.client.restores.start({ ...request, snapshotId: id, connectionId: null }),
    ).rejects.toMatchObject({ code: refusal.code });
    const tray = await engine.client.tray.get(undefined);
    expect(tray.tooltip).toContain('customers: needs a connection');
    expect(tray.items.some((item) => item.kind === 'action' && item.label === 'Back up now' && item.enabled)).toBe(
      false,
    );
  });

  it('restores equal, onto the server that the person says, and backs up again into the same folder', async () => {
    const { host, port, user, password } = server;
    const connection = await engine.client.connections.save({
      ...{ name: 'new', host, port, user, password, database: 'postgres', sslMode: 'prefer' },
    });
    for (const { id, database } of await list(engine)) {
      const started = await engine.client.restores.start({
        ...{ snapshotId: id, connectionId: connection.id, database: `back_${database}_${id}` },
        ...{ replace: false, tables: [], withoutOwners: false },
      });
      expect(await engine.whenRestored(started.id)).toMatchObject({ state: 'succeeded', report: { equal: true } });
      expect(await compareDatabases(server.url(database), server.url(`back_${database}_${id}`))).toMatchObject({
        equal: true,
      });
    }
    const jobs = await engine.client.jobs.list(undefined);
    const folders = world.google.files().length;
    for (const job of jobs) {
      const { id, name, database } = job;
      const saved = await engine.client.jobs.save({ id, name, database, connectionId: connection.id });
      expect(await engine.backUp(saved)).toMatchObject({ state: 'succeeded' });
    }
    // Three files a set, and no second folder.
    expect(world.google.files().length).toBe(folders + 3 * jobs.length);
    const drill = await engine.client.restores.startDrill({ snapshotId: before.snapshots[0]?.id ?? '' });
    expect(await engine.whenRestored(drill.id)).toMatchObject({ state: 'succeeded' });
  });

  it('keeps what only it knows when it looks again', async () => {
    const id = before.snapshots[0]?.id;
    const verifiedAt = (await list(engine)).find((row) => row.id === id)?.verifiedAt;
    expect(verifiedAt).not.toBeNull();
    await engine.client.catalog.rebuild(undefined);
    expect((await list(engine)).find((row) => row.id === id)?.verifiedAt).toBe(verifiedAt);
  });

  it('that has backed up keeps its own key when another kit is opened', async () => {
    const { recipient } = await engine.client.keys.get(undefined);
    const identity = await generateX25519Identity();
    const file = path.join(folder, 'third.txt');
    await writeFile(file, `# created: today\n${identity}\n`);
    const outcome = await engine.client.keys.readKit({ path: file });
    expect(outcome).toMatchObject({ use: 'added', key: { recipient } });
    expect(outcome.key.former).toContain(await identityToRecipient(identity));
    const saved = path.join(folder, 'whole-kit.txt');
    await engine.client.keys.writeKit({ path: saved });
    expect(await readFile(saved, 'utf8')).toContain(identity);
  });
});

describe('a rebuild that breaks off', () => {
  it('keeps what was done and goes on from there', async () => {
    const engine = await startAnew();
    try {
      await engine.client.keys.readKit({ path: kit });
      const refuse = { do: 'respond', status: 403, reason: 'insufficientFilePermissions' } as const;
      world.google.failNext({ kind: 'download', nth: 4, times: null }, refuse);
      await expect(engine.client.catalog.rebuild(undefined)).rejects.toMatchObject({
        code: expect.stringMatching(/^drive\//) as string,
      });
      world.google.clearFaults();
      const report = await engine.client.catalog.rebuild(undefined);
      expect(report.added + report.unchanged).toBe(report.sets);
      expect(
        comparable((await list(engine)).filter(({ id }) => before.snapshots.some((row) => row.id === id))),
      ).toEqual(comparable(before.snapshots));
    } finally {
      await engine.stop();
    }
  });

  it('by a list that says that it is incomplete changes nothing', async () => {
    const engine = await startAnew();
    try {
      const body = { files: [], incompleteSearch: true };
      world.google.failNext({ kind: 'list', times: null }, { do: 'respond', status: 200, body });
      await expect(engine.client.catalog.rebuild(undefined)).rejects.toMatchObject({ code: 'drive/busy' });
      world.google.clearFaults();
      expect(await list(engine)).toEqual([]);
      expect(await engine.client.jobs.list(undefined)).toEqual([]);
    } finally {
      await engine.stop();
    }
  });
});

/** The outcome of a kit on another empty computer. */
async function startElsewhere(file: string) {
  const elsewhere = await world.start({ computer: 'elsewhere' });
  try {
    await world.signIn(elsewhere);
    return await elsewhere.client.keys.readKit({ path: file });
  } finally {
    await elsewhere.stop();
  }
}

describe('a file that is not as it was stored', () => {
  it('is named, and its set is no good backup', async () => {
    const engine = await startAnew();
    try {
      await engine.client.keys.readKit({ path: kit });
      // Made after the lost computer's, so that no other test needs it.
      const sets = await engine.client.catalog.listRemote(undefined);
      const { id, baseName } = sets.find((set) => !before.snapshots.some((row) => row.id === set.id)) ?? {};
      const dump = world.storedFiles().find(({ name }) => name === `${baseName ?? ''}.dump.zst.age`);
      await person.overwrite(dump?.id ?? '', 'something else');
      const problem = { kind: 'file-changed', baseName, file: dump?.name };
      expect((await engine.client.catalog.rebuild(undefined)).problems).toEqual([problem]);
      const found = (await list(engine)).find((row) => row.id === id);
      expect(found).toMatchObject({ presence: 'changed' });
      expect(found && isGoodSnapshot(found)).toBe(false);
      // Said each time, also when nothing is new.
      expect((await engine.client.catalog.rebuild(undefined)).problems).toEqual([problem]);
    } finally {
      await engine.stop();
    }
  });
});

describe('sets that are less than whole', () => {
  let engine: RunningEngine;

  const fileOf = (setId: string, kind: string): string =>
    world.storedFiles().find(({ appProperties }) => {
      const own = Object.values(appProperties)[0] ?? {};
      return own['set'] === setId && own['kind'] === kind;
    })?.id ?? '';

  beforeAll(async () => {
    const [first, second, third] = before.snapshots.map(({ id }) => id);
    await person.erase(fileOf(first ?? '', 'manifest'));
    await person.trash(fileOf(second ?? '', 'globals'));
    await person.trash(fileOf(third ?? '', 'dump'));
    const stranger = await identityToRecipient(await generateX25519Identity());
    const common = { product: 'pgkeep', db: 'old', job: 'oldjob', created: '2026-01-01T00:00:00.000Z', pinned: '0' };
    const sealed = await encryptBytes([stranger], Buffer.from('{}'));
    await person.create('old_1.dump.zst.age', { ...common, format: '1', set: 'foreign00001', kind: 'dump' }, sealed);
    await person.create(
      'old_1.manifest.json.age',
      { ...common, format: '1', set: 'foreign00001', kind: 'manifest', raw: '77' },
      sealed,
    );
    await person.create('new_1.dump.zst.age', { ...common, format: '2', set: 'newer0000001', kind: 'dump' }, sealed);
    await person.create('stray.bin', { product: 'pgkeep' }, sealed);
    engine = await startAnew();
    await engine.client.keys.readKit({ path: kit });
  });

  afterAll(async () => {
    await engine.stop();
  });

  it('are reported by name and kept as far as they are of use', async () => {
    const report = await engine.client.catalog.rebuild(undefined);
    const [first, second, third] = before.snapshots;
    const kindsOf = (baseName: string | undefined): string[] =>
      report.problems.filter((problem) => problem.baseName === baseName).map(({ kind }) => kind);
    expect(kindsOf(first?.baseName)).toEqual(['manifest-missing']);
    expect(kindsOf(second?.baseName)).toEqual(['globals-missing']);
    expect(kindsOf(third?.baseName)).toEqual(['dump-missing']);
    expect(kindsOf('old_1').toSorted()).toEqual(['globals-missing', 'wrong-key']);
    expect(kindsOf('new_1')).toContain('newer-format');
    expect(kindsOf('stray.bin')).toEqual(['no-set']);
    const ids = (await list(engine)).map(({ id }) => id);
    expect(ids).toContain(first?.id);
    expect(ids).toContain(second?.id);
    expect(ids).toContain('foreign00001');
    expect(ids).not.toContain(third?.id);
    expect(ids).not.toContain('newer0000001');
    expect((await list(engine)).find(({ id }) => id === 'foreign00001')).toMatchObject({ dumpBytes: 77, runId: null });
  });

  it('without a manifest is restored, and says what could not be compared; it is no proof and no good backup', async () => {
    const { host, port, user, password } = server;
    const connection = await engine.client.connections.save({
      ...{ name: 'new', host, port, user, password, database: 'postgres', sslMode: 'prefer' },
    });
    const { id = '', database = '', jobId = '' } = before.snapshots[0] ?? {};
    const started = await engine.client.restores.start({
      ...{ snapshotId: id, connectionId: connection.id, database: 'no_manifest' },
      ...{ replace: false, tables: [], withoutOwners: false },
    });
    const done = await engine.whenRestored(started.id);
    expect(done).toMatchObject({ state: 'succeeded', report: { equal: true } });
    expect(done.report?.warnings.join(' ')).toContain('There was no manifest');
    expect(await compareDatabases(server.url(database), server.url('no_manifest'))).toMatchObject({ equal: true });
    const job = (await engine.client.jobs.list(undefined)).find((row) => row.id === jobId);
    if (job) await engine.client.jobs.save({ ...job, connectionId: connection.id });
    const drill = await engine.client.restores.startDrill({ snapshotId: id });
    expect(await engine.whenRestored(drill.id)).toMatchObject({
      state: 'failed',
      error: { code: 'restore/no-manifest' },
    });
  });
});
