// What becomes of a run when Drive, the account, the person or the program's own end comes between: it waits and goes on,
// or it ends with nothing left behind. Never a false success.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toPaths } from '../../../electron/engine/base/config.ts';
import { openDatabase } from '../../../electron/engine/store/database.ts';
import { writeSetting } from '../../../electron/engine/store/settings.ts';
import type { Job } from '../../../shared/job.ts';
import type { Run } from '../../../shared/run.ts';
import { createDrivePerson } from '../../support/drive-person.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createIncompressibleDatabase, createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;

beforeAll(async () => {
  server = await startTestServer();
  await createIncompressibleDatabase(server, 'noise');
  await createSmallDatabase(server, 'shop');
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  world = await openEngineWorld();
  engine = await world.start();
  job = await world.setUp(engine, server, 'noise');
});

afterEach(async () => {
  await world.stop();
});

/** As a day's limit that was met before the program ended. */
function setStoredPause(dataDir: string, until: string): void {
  const { db, close } = openDatabase(toPaths(dataDir).databasePath);
  writeSetting(db, 'uploadPause', { refusedSince: null, refusedLast: null, until });
  close();
}

const begin = (): Promise<Run> => engine.client.runs.start({ jobId: job.id, trigger: 'user' });

async function expectWhole(run: Run): Promise<void> {
  expect(world.storedFiles()).toHaveLength(3);
  await expectProven(run);
}

async function expectProven(run: Run): Promise<void> {
  expect(run).toMatchObject({ state: 'succeeded', error: null });
  expect(world.openSessions()).toEqual([]);
  expect(world.spool()).toEqual([]);
  const [snapshot] = await engine.client.snapshots.list({ jobId: job.id });
  const drill = await engine.client.restores.startDrill({ snapshotId: snapshot?.id ?? '' });
  expect(await engine.whenRestored(drill.id)).toMatchObject({ state: 'succeeded', report: { equal: true } });
}

function expectNothingLeft(): void {
  expect(world.storedFiles()).toEqual([]);
  expect(world.openSessions()).toEqual([]);
  expect(world.spool()).toEqual([]);
}

describe('the network', () => {
  it('goes away during the upload: the run waits with the dump whole, and goes on by itself', async () => {
    const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'body' });
    const { id } = await begin();
    await chunk.reached;
    await world.google.goOffline();
    chunk.release();
    const waiting = await engine.whenSettled(id, true);
    expect(waiting).toMatchObject({ state: 'waiting', error: { code: 'drive/offline' } });
    expect(world.spool()).toEqual([id]);
    expect(engine.notices).toEqual([]);
    await world.google.goOnline();
    await expectWhole(await engine.whenSettled(id));
  });

  it('is not there at the start: the run waits, and nothing of it fails', async () => {
    await world.google.goOffline();
    const { id } = await begin();
    expect(await engine.whenSettled(id, true)).toMatchObject({ state: 'waiting', stage: 'plan' });
    await world.google.goOnline();
    await expectWhole(await engine.whenSettled(id));
  });
});

describe('the account', () => {
  it('was signed out by Google: the run waits, one notice says so, and a new sign-in lets it go on', async () => {
    const start = world.google.holdNext({ kind: 'session-start' }, { at: 'arrived' });
    const { id } = await begin();
    await start.reached;
    world.google.revokeAll();
    world.google.failNext({ kind: 'session-start' }, { do: 'expire-tokens' });
    world.google.expireAccessTokens();
    start.release();
    const waiting = await engine.whenRun(
      id,
      (run) => run.state === 'waiting' && run.error?.code === 'drive/signed-out',
    );
    expect(waiting.snapshotId).toBeNull();
    expect(await engine.client.account.get(undefined)).toMatchObject({ state: 'signed-out' });
    await engine.client.account.signIn(undefined);
    await expectWhole(await engine.whenSettled(id));
    expect(engine.notices.filter(({ open }) => open.page === 'settings')).toHaveLength(1);
  });

  it('is full before: the run fails with the figures and nothing is dumped', async () => {
    world.google.setAccount({ limitBytes: 5_000_000_000, otherUsageBytes: 4_999_900_000 });
    const { id } = await begin();
    const run = await engine.whenSettled(id);
    expect(run).toMatchObject({ state: 'failed', stage: 'plan', error: { code: 'drive/quota-full' } });
    expect(run.error?.context).toMatchObject({ freeBytes: 100_000, trashBytes: 0, email: 'owner@example.com' });
    expect(run.error?.context['neededBytes']).toBeGreaterThan(100_000);
    expect(world.google.journal().filter(({ kind }) => kind === 'session-start')).toEqual([]);
    expectNothingLeft();
  });

  it('has no limit: that is no reason to refuse', async () => {
    world.google.setAccount({ limitBytes: null });
    await expectWhole(await engine.backUp(job));
  });

  it('is full during the dump: the run fails and leaves nothing', async () => {
    // The server's table is longer than what has been uploaded when the first chunk is refused.
    await server.query('insert into noise select n.* from noise n, generate_series(1, 5)', 'noise');
    try {
      world.google.failNext(
        { kind: 'session-start', times: null },
        { do: 'respond', status: 403, reason: 'storageQuotaExceeded' },
      );
      const run = await engine.whenSettled((await begin()).id);
      expect(run).toMatchObject({ state: 'failed', error: { code: 'drive/quota-full' } });
      expectNothingLeft();
    } finally {
      await server.query('delete from noise where ctid not in (select min(ctid) from noise group by id)', 'noise');
    }
  });

  it('is full when the dump is whole: the run waits with the figures, one notice says so, and room lets it go on', async () => {
    const first = world.google.holdNext({ kind: 'session-start' }, { at: 'arrived' });
    world.google.failNext(
      { kind: 'session-start', times: null },
      { do: 'respond', status: 403, reason: 'storageQuotaExceeded' },
    );
    const { id } = await begin();
    await engine.whenRun(id, (run) => run.stage === 'upload');
    first.release();
    const waiting = await engine.whenSettled(id, true);
    expect(waiting).toMatchObject({ state: 'waiting', error: { code: 'drive/quota-full' } });
    expect(waiting.error?.context['neededBytes']).toBeGreaterThan(5_000_000);
    expect(waiting.error?.context['trashBytes']).toBe(0);
    expect(world.storedFiles()).toEqual([]);
    world.google.clearFaults();
    await begin();
    await expectWhole(await engine.whenSettled(id));
    expect(engine.notices.filter(({ title }) => title === 'Google Drive is full')).toHaveLength(1);
  });

  it.each([
    ['forbids the upload', { kind: 'session-start', times: null }, 'domainPolicy', 'drive/forbidden'],
    [
      'has the rights changed in the middle',
      { kind: 'chunk', times: null },
      'insufficientFilePermissions',
      'drive/forbidden',
    ],
  ] as const)(
    '%s when the dump is whole: the dump is kept, and goes on once it may',
    async (_, match, reason, code) => {
      const first = world.google.holdNext({ kind: 'session-start' }, { at: 'arrived' });
      world.google.failNext(match, { do: 'respond', status: 403, reason });
      const { id } = await begin();
      await engine.whenRun(id, (run) => run.stage === 'upload');
      first.release();
      const waiting = await engine.whenSettled(id, true);
      expect(waiting).toMatchObject({ state: 'waiting', error: { code } });
      expect(world.spool()).toEqual([id]);
      expect(world.storedFiles()).toEqual([]);
      world.google.clearFaults();
      await begin();
      await expectWhole(await engine.whenSettled(id));
    },
  );

  it.each(['trash', 'erase'] as const)(
    'loses the folder (%s) while the run waits: the rest and what was in it go into a new one',
    async (end) => {
      // The dump is there; the roles are not.
      world.google.failNext(
        { kind: 'upload-multipart', times: null },
        { do: 'respond', status: 403, reason: 'storageQuotaExceeded' },
      );
      const { id } = await begin();
      const waiting = await engine.whenSettled(id, true);
      expect(waiting).toMatchObject({ state: 'waiting', error: { code: 'drive/quota-full' } });
      const [dump] = world.storedFiles();
      const folderId = world.google.files().find((file) => file.id === dump?.id)?.parentId ?? '';
      await createDrivePerson(world.google)[end](folderId);
      world.google.clearFaults();
      await begin();
      // What lay in a folder that a person threw away stays in the trash with it.
      await expectProven(await engine.whenSettled(id));
      const [snapshot] = await engine.client.snapshots.list({ jobId: job.id });
      const stored = world.google.files().filter((file) => snapshot?.files.some((of) => of.driveFileId === file.id));
      expect(stored).toHaveLength(3);
      expect(stored.map(({ parentId }) => parentId)).not.toContain(folderId);
    },
  );

  it('has used up its uploads of the day: the run waits a day, also after a restart, and "Try again" goes on at once', async () => {
    const until = new Date(Date.now() + 20 * 3_600_000).toISOString();
    const first = world.google.holdNext({ kind: 'session-start' }, { at: 'arrived' });
    world.google.failNext({ kind: 'session-start', times: null }, { do: 'respond', status: 503 });
    const { id } = await begin();
    await engine.whenRun(id, (run) => run.stage === 'upload');
    await engine.stop();
    first.release();
    setStoredPause(world.dataDir, until);
    world.google.clearFaults();
    world.google.clearJournal();
    engine = await world.start();
    const waiting = await engine.whenRun(id, (run) => run.error?.code === 'drive/upload-limit');
    expect(waiting).toMatchObject({ state: 'waiting', error: { context: { until } } });
    expect(world.google.journal().filter(({ kind }) => kind === 'session-start')).toEqual([]);
    await begin();
    await expectWhole(await engine.whenSettled(id));
  });

  it('of another person is refused', async () => {
    await engine.client.account.signOut(undefined);
    world.google.setAccount({ permissionId: '999' });
    await expect(engine.client.account.signIn(undefined)).rejects.toMatchObject({ code: 'drive/other-account' });
    expect(await engine.client.account.get(undefined)).toMatchObject({ state: 'signed-out' });
  });
});

describe('a file that arrives damaged', () => {
  it('goes to the bin and is sent again', async () => {
    world.google.failNext({ kind: ['chunk', 'finish'], final: true }, { do: 'corrupt', when: 'before-hash' });
    const run = await engine.whenSettled((await begin()).id);
    await expectWhole(run);
    expect(world.google.files().filter((file) => file.trashedTime !== null)).toHaveLength(1);
    const log = await engine.client.runs.getLog({ id: run.id });
    expect(log.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      expect.stringContaining('arrived damaged'),
    ]);
  });

  it('every time makes the run fail, with nothing that looks like a backup', async () => {
    world.google.failNext({ kind: ['chunk', 'finish'], times: null }, { do: 'corrupt', when: 'before-hash' });
    const run = await engine.whenSettled((await begin()).id);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'drive/verify-mismatch' }, snapshotId: null });
    expectNothingLeft();
  });
});

describe('cancelling', () => {
  it('during the upload ends the session and leaves nothing', async () => {
    const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'body' });
    const { id } = await begin();
    await chunk.reached;
    const cancelled = engine.client.runs.cancel({ id });
    chunk.release();
    await cancelled;
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'cancelled', error: null, snapshotId: null });
    expectNothingLeft();
    expect(engine.notices).toEqual([]);
  });

  it('a run that waits ends it too', async () => {
    await world.google.goOffline();
    const { id } = await begin();
    await engine.whenSettled(id, true);
    await world.google.goOnline();
    await engine.client.runs.cancel({ id });
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'cancelled' });
    expectNothingLeft();
  });
});

describe('quitting', () => {
  it('with the dump whole leaves the run waiting, and the next start finishes it', async () => {
    const hold = world.google.holdNext({ kind: 'finish' }, { at: 'arrived' });
    const last = world.google.holdNext({ kind: 'chunk', final: true }, { at: 'arrived' });
    const { id } = await begin();
    await Promise.race([hold.reached, last.reached]);
    const stopped = engine.stop();
    hold.release();
    last.release();
    await stopped;
    engine = await world.start();
    await expectWhole(await engine.whenSettled(id));
  });

  it('in the middle of the dump interrupts the run, says so, and the next one is whole', async () => {
    const { id } = await begin();
    await engine.whenRun(id, (run) => run.stage === 'dump');
    await engine.stop();
    engine = await world.start();
    const [run] = await engine.client.runs.list({ jobId: job.id, limit: 1 });
    expect(run).toMatchObject({ id, state: 'interrupted', error: { code: 'run/interrupted' } });
    expectNothingLeft();
    await expectWhole(await engine.backUp(job));
  });
});

describe('one job', () => {
  it('has one active run: starting it again answers the same one', async () => {
    const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'body' });
    const first = await begin();
    await chunk.reached;
    expect((await begin()).id).toBe(first.id);
    chunk.release();
    await expectWhole(await engine.whenSettled(first.id));
  });

  it('waits for its turn while another one runs', async () => {
    const other = await engine.client.jobs.save({
      name: 'other',
      connectionId: job.connectionId ?? '',
      database: 'shop',
    });
    const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'body' });
    const first = await begin();
    await chunk.reached;
    const second = await engine.client.runs.start({ jobId: other.id, trigger: 'user' });
    expect(second.state).toBe('queued');
    await expect(engine.client.jobs.remove({ id: other.id })).rejects.toMatchObject({ code: 'run/already-active' });
    chunk.release();
    expect(await engine.whenSettled(first.id)).toMatchObject({ state: 'succeeded' });
    expect(await engine.whenSettled(second.id)).toMatchObject({ state: 'succeeded' });
  });
});
