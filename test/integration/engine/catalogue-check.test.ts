// The comparison with Drive: what is gone, in the trash or changed is found and told once; a list that lies condemns nothing.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/base/clock.ts';
import type { Clock } from '../../../electron/engine/base/ports.ts';
import type { CatalogCheck } from '../../../shared/catalog.ts';
import type { Job } from '../../../shared/job.ts';
import type { Notice } from '../../../shared/settings.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { createDrivePerson, type DrivePerson } from '../../support/drive-person.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let person: DrivePerson;
let job: Job;

beforeAll(async () => {
  server = await startTestServer();
  await createSmallDatabase(server, 'shop');
});

afterAll(async () => {
  await server.stop();
});

/** A world of its own for each test: three good backups. */
beforeEach(async () => {
  world = await openEngineWorld();
  engine = await world.start();
  person = createDrivePerson(world.google);
  job = await world.setUp(engine, server, 'shop');
  for (let count = 0; count < 3; count += 1) await engine.backUp(job);
  return () => world.stop();
}, 60_000);

const list = (from = engine): Promise<Snapshot[]> => from.client.snapshots.list({ jobId: null });
const check = (): Promise<CatalogCheck> => engine.client.catalog.check(undefined);
/** Notices that call for a person; good news left out. */
const alarms = (): Notice[] => engine.notices.filter(({ urgency }) => urgency === 'critical');
const fileOf = (snapshot: Snapshot | undefined, kind: string): string =>
  snapshot?.files.find((file) => file.kind === kind)?.driveFileId ?? '';

describe('what happened on Drive', () => {
  it('is nothing: every snapshot is where it should be, wherever it was moved and whatever it is called', async () => {
    const [snapshot] = await list();
    const id = fileOf(snapshot, 'dump');
    const root = world.google.files().find((file) => file.name === 'PgKeep')?.id ?? '';
    const folder = world.google.files().find((file) => file.name === job.name)?.id ?? '';
    await person.move(id, folder, root);
    await person.rename(id, 'holiday.bin');
    expect(await check()).toMatchObject({ snapshots: 3, findings: [], unknown: [] });
    expect((await list()).map(({ presence }) => presence)).toEqual(['ok', 'ok', 'ok']);
    expect((await list()).every(({ checkedAt }) => checkedAt !== null)).toBe(true);
    expect(alarms()).toEqual([]);
  });

  it('is found for what it is, told once, and no longer counts as a good backup', async () => {
    const [newest, middle, oldest] = await list();
    await person.erase(fileOf(newest, 'dump'));
    await person.trash(fileOf(middle, 'manifest'));
    await person.overwrite(fileOf(oldest, 'dump'), 'something else');
    const found = await check();
    const presences = new Map(found.findings.map((finding) => [finding.snapshotId, finding.presence]));
    expect(presences.get(newest?.id ?? '')).toBe('missing');
    expect(presences.get(middle?.id ?? '')).toBe('trashed');
    expect(presences.get(oldest?.id ?? '')).toBe('changed');
    expect((await list()).map(({ presence }) => presence)).toEqual(['missing', 'trashed', 'changed']);
    await check();
    expect(alarms()).toHaveLength(1);
    expect(alarms()[0]?.body).toContain('1 backup is not to be seen on Drive any more');
    const tray = await engine.client.tray.get(undefined);
    expect(tray.tooltip).toContain('no good backup yet');
    expect(tray.icon).toBe('attention');
    expect(await engine.client.catalog.getCheck(undefined)).toEqual({ ...found, at: expect.any(String) as string });
    await person.trash(fileOf(newest, 'manifest'));
    await person.erase(fileOf(middle, 'manifest'));
    await check();
    expect(alarms()).toHaveLength(2);
  });

  it('in the trash is undone by one call, with the folder that lies there', async () => {
    const [newest] = await list();
    const folder = world.google.files().find((file) => file.name === job.name)?.id ?? '';
    await person.trash(fileOf(newest, 'dump'));
    await person.trash(folder);
    expect((await check()).findings.map(({ presence }) => presence)).toEqual(['trashed', 'trashed', 'trashed']);
    expect(await engine.client.catalog.untrash({ id: newest?.id ?? '' })).toMatchObject({ presence: 'ok' });
    expect(await check()).toMatchObject({ findings: [] });
    const drill = await engine.client.restores.startDrill({ snapshotId: newest?.id ?? '' });
    expect(await engine.whenRestored(drill.id)).toMatchObject({ state: 'succeeded' });
  });

  it('from another computer is listed as unknown, and is no reason to be told', async () => {
    const properties = { product: 'pgkeep', format: '1', set: 'elsewhere001', job: 'jobelsewhere', db: 'other' };
    await person.create('other.dump.zst.age', { ...properties, kind: 'dump' }, Buffer.from('x'));
    const found = await check();
    expect(found.unknown).toMatchObject([{ id: 'elsewhere001', database: 'other', known: false }]);
    expect(found.findings).toEqual([]);
    expect(alarms()).toEqual([]);
  });
});

describe('a list that lies', () => {
  it('by being empty marks nothing: each file is asked for by its id', async () => {
    const fault = world.google.failNext({ kind: 'list', times: null }, { do: 'change-body', set: { files: [] } });
    expect(await check()).toMatchObject({ findings: [] });
    expect(fault.hits()).toBeGreaterThan(0);
    expect((await list()).every(({ presence }) => presence === 'ok')).toBe(true);
  });

  it('by saying that it is incomplete ends the comparison, and everything stays as it was', async () => {
    const [newest] = await list();
    await person.erase(fileOf(newest, 'dump'));
    // Two lists are asked for at the same time; whichever it is, the comparison must end.
    const respond = { do: 'respond', status: 200, body: { files: [], incompleteSearch: true } } as const;
    world.google.failNext({ kind: 'list', times: null }, respond);
    await expect(check()).rejects.toMatchObject({ code: 'drive/busy' });
    expect((await list()).every(({ presence, checkedAt }) => presence === 'ok' && checkedAt === null)).toBe(true);
    expect(await engine.client.catalog.getCheck(undefined)).toBeNull();
  });

  it('by failing ends it too, also when only the second look fails', async () => {
    const [newest] = await list();
    await person.erase(fileOf(newest, 'dump'));
    world.google.failNext(
      { kind: 'get', times: null },
      { do: 'respond', status: 403, reason: 'insufficientFilePermissions' },
    );
    await expect(check()).rejects.toMatchObject({ code: expect.stringMatching(/^drive\//) as string });
    world.google.clearFaults();
    expect((await list()).every(({ presence }) => presence === 'ok')).toBe(true);
    expect((await check()).findings).toMatchObject([{ presence: 'missing' }]);
  });

  it('by coming in many short pages, with a page token refused in the middle, is read whole all the same', async () => {
    const pages = world.google.failNext({ kind: 'list', times: null }, { do: 'short-pages', size: 2 });
    const refused = world.google.failNext({ kind: 'list', nth: 4 }, { do: 'respond', like: 'page-token' });
    expect(await check()).toMatchObject({ snapshots: 3, findings: [], unknown: [] });
    expect(await engine.client.catalog.listRemote(undefined)).toHaveLength(3);
    expect(pages.hits()).toBeGreaterThan(8);
    expect(refused.hits()).toBe(1);
  });

  it('because it is of another account is refused', async () => {
    world.google.failNext(
      { kind: 'about', times: null },
      { do: 'change-body', set: { permissionId: '999', emailAddress: 'other@example.com' } },
    );
    await expect(check()).rejects.toMatchObject({ code: 'drive/other-account' });
    expect((await list()).every(({ checkedAt }) => checkedAt === null)).toBe(true);
  });
});

describe('pins', () => {
  const pinsOnDrive = (snapshot: Snapshot | undefined): (string | undefined)[] =>
    world
      .storedFiles()
      .filter(({ id }) => snapshot?.files.some((file) => file.driveFileId === id))
      .map(({ appProperties }) => Object.values(appProperties)[0]?.['pinned']);

  it('are true here at once, and on Drive on every file', async () => {
    const [newest] = await list();
    expect(await engine.client.snapshots.setPinned({ id: newest?.id ?? '', pinned: true })).toMatchObject({
      pinned: true,
    });
    await waitFor('Drive knows the pin', async () => !(await list())[0]?.pinPending);
    expect(pinsOnDrive(newest)).toEqual(['1', '1', '1']);
    await engine.client.snapshots.setPinned({ id: newest?.id ?? '', pinned: false });
    await waitFor('Drive knows that it is gone', () =>
      Promise.resolve(pinsOnDrive(newest).every((pin) => pin === '0')),
    );
  });

  it('that Drive could not be told survive the end of the program and are told later', async () => {
    const [newest] = await list();
    await world.google.goOffline();
    const pinned = await engine.client.snapshots.setPinned({ id: newest?.id ?? '', pinned: true });
    expect(pinned).toMatchObject({ pinned: true, pinPending: true });
    await engine.stop();
    await world.google.goOnline();
    engine = await world.start();
    expect((await list())[0]).toMatchObject({ pinned: true });
    await waitFor('Drive knows the pin', async () => !(await list())[0]?.pinPending);
    expect(pinsOnDrive(newest)).toEqual(['1', '1', '1']);
  });
});

describe('a pin that Drive refuses', () => {
  it('keeps no other pin waiting, and is told when Drive takes it', async () => {
    const [newest, , oldest] = await list();
    const isPending = async (id: string | undefined) => (await list()).find((row) => row.id === id)?.pinPending;
    const refusal = { do: 'respond', status: 403, reason: 'insufficientFilePermissions' } as const;
    world.google.failNext({ kind: 'update', times: null, path: fileOf(oldest, 'dump') }, refusal);
    await engine.client.snapshots.setPinned({ id: oldest?.id ?? '', pinned: true });
    await engine.client.snapshots.setPinned({ id: newest?.id ?? '', pinned: true });
    await waitFor('Drive knows the other pin', async () => (await isPending(newest?.id)) === false);
    expect(await isPending(oldest?.id)).toBe(true);
    world.google.clearFaults();
    await engine.client.snapshots.setPinned({ id: newest?.id ?? '', pinned: false });
    await waitFor('Drive knows every pin', async () => (await list()).every(({ pinPending }) => !pinPending));
  });
});

describe('the weekly comparison', () => {
  it('comes by itself after a week, also one that the computer slept through, and not again', async () => {
    await engine.stop();
    let aheadMs = 6 * 86_400_000;
    const clock: Clock = {
      now: () => new Date(Date.now() + aheadMs),
      wait: (ms, signal) => systemClock.wait(Math.min(ms, 50), signal),
    };
    world.google.clearJournal();
    engine = await world.start({ clock });
    await waitFor('the daily look at the space', () =>
      Promise.resolve(world.google.journal().some(({ kind }) => kind === 'about')),
    );
    expect(await engine.client.catalog.getCheck(undefined)).toBeNull();
    aheadMs = 8 * 86_400_000;
    await waitFor('the comparison', () => engine.client.catalog.getCheck(undefined));
    const first = await engine.client.catalog.getCheck(undefined);
    world.google.clearJournal();
    aheadMs += 86_400_000;
    await waitFor('another round', () => Promise.resolve(world.google.journal().some(({ kind }) => kind === 'about')));
    expect(await engine.client.catalog.getCheck(undefined)).toEqual(first);
  });
});

describe('the space on Drive', () => {
  it('is recorded once a day, and told once when less than two more backups fit', async () => {
    expect((await engine.client.space.get(undefined)).short).toBeNull();
    world.google.setAccount({ limitBytes: 300_000, otherUsageBytes: 150_000 });
    await engine.backUp(job);
    await waitFor('the shortage', async () => (await engine.client.space.get(undefined)).short);
    await engine.backUp(job).catch(() => undefined);
    const space = await engine.client.space.get(undefined);
    expect(space.points).toHaveLength(1);
    expect(space.nextBytes).toBeGreaterThan(10_000);
    await waitFor('the notice', () => Promise.resolve(engine.notices.length > 0));
    expect(engine.notices.filter(({ title }) => title === 'Google Drive is getting full')).toHaveLength(1);
    const checks = await engine.client.checks.run(undefined);
    expect(checks.find(({ id }) => id === 'space')).toMatchObject({ state: 'warn' });
  });
});
