// Metadata requests against the local Google: folders, lists, trash, properties, retries, and the check of an upload.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quote, type DriveApi } from '../../../electron/engine/drive/api.ts';
import { ensureFolder as ensure, type FolderWish } from '../../../electron/engine/drive/folders.ts';
import { verifyUpload } from '../../../electron/engine/drive/verify-upload.ts';
import { findLeaks, makeContent, openDriveWorld, type DriveWorld } from './drive-world.ts';

let world: DriveWorld;
let api: DriveApi;

beforeEach(async () => {
  world = await openDriveWorld();
  api = world.connect().api;
});

afterEach(async () => {
  const leaks = findLeaks(world);
  await world.stop();
  expect(leaks).toEqual([]);
});

async function newId(): Promise<string> {
  const [id = ''] = await api.generateIds(1);
  return id;
}

async function create(name: string, data: Buffer, parentId: string | null = null, appProperties = {}) {
  const id = await newId();
  return api.createSmallFile({ id, name, parentId, mimeType: 'application/octet-stream', appProperties }, data);
}

describe('the account', () => {
  it('has an owner, room used and a limit or none', async () => {
    expect(await api.about()).toMatchObject({ email: 'owner@example.com', limitBytes: 15 * 1024 ** 3, usageBytes: 0 });
    world.google.setAccount({ limitBytes: null });
    expect((await api.about()).limitBytes).toBeNull();
  });
});

describe('files', () => {
  it('are found, changed, put into the trash and deleted', async () => {
    const file = await create('a', makeContent(10), null, { one: '1', two: '2' });
    expect(await api.getFile(file.id)).toEqual(file);
    const changed = await api.updateAppProperties(file.id, { one: null, three: '3' });
    expect(changed.appProperties).toEqual({ two: '2', three: '3' });
    expect(await api.trashFile(file.id)).toBe(true);
    expect((await api.getFile(file.id))?.trashed).toBe(true);
    expect(await api.deleteFile(file.id)).toBe(true);
    expect(await api.getFile(file.id)).toBeNull();
    expect(await api.deleteFile(file.id)).toBe(false);
    expect(await api.trashFile(file.id)).toBe(false);
  });

  it('are listed to the last page', async () => {
    const folder = await api.createFolder({ id: await newId(), name: 'many', parentId: null, appProperties: {} });
    for (const name of ['a', 'b', "c's \\ d"]) await create(name, makeContent(1), folder.id);
    const listed = await api.listFiles({ q: `${quote(folder.id)} in parents and trashed = false`, orderBy: 'name' });
    expect(listed.map((file) => file.name)).toEqual(['a', 'b', "c's \\ d"]);
    expect(await api.listFiles({ q: `name = ${quote("c's \\ d")}` })).toHaveLength(1);
    expect(await api.generateIds(1000)).toHaveLength(1000);
  });

  it('are created once when the answer is lost, and an id in use for other bytes is refused', async () => {
    const id = await newId();
    const file = { id, name: 'a', parentId: null, mimeType: 'application/octet-stream', appProperties: {} };
    world.google.failNext({ kind: 'upload-multipart' }, { do: 'reset', at: 'done' });
    expect((await api.createSmallFile(file, makeContent(9))).id).toBe(id);
    expect(world.google.files()).toHaveLength(1);
    const other = api.createSmallFile(file, makeContent(9, 2));
    await expect(other).rejects.toMatchObject({ code: 'drive/rejected', context: { status: 409 } });
  });
});

describe('a request in trouble', () => {
  it('is repeated with the pauses of the table', async () => {
    world.google.failNext({ kind: 'about', times: 2 }, { do: 'respond', status: 503 });
    world.google.failNext({ kind: 'about', nth: 3 }, { do: 'respond', status: 429, headers: { 'Retry-After': '9' } });
    await api.about();
    expect(world.clock.waits.length).toBe(3);
    expect(world.clock.waits[2]).toBe(9000);
  });

  it('renews a refused token once, and says signed out when that does not help', async () => {
    await api.about();
    world.google.expireAccessTokens();
    await api.about();
    world.google.clearJournal();
    world.google.failNext({ kind: 'about', times: null }, { do: 'respond', status: 401 });
    await expect(api.about()).rejects.toMatchObject({ code: 'drive/signed-out', retry: 'never' });
    expect(world.kinds()).toEqual(['about', 'token', 'about']);
  });

  it('is given up for now when the network stays away, and at once when cancelled', async () => {
    await api.about();
    const abort = new AbortController();
    const hold = world.google.holdNext({ kind: 'about' }, { at: 'arrived' });
    const cancelled = expect(api.about(abort.signal)).rejects.toMatchObject({ code: 'run/cancelled' });
    await hold.reached;
    abort.abort();
    await cancelled;
    await world.google.goOffline();
    const offline = api.getFile('any').catch((error: unknown) => {
      world.note(error);
      throw error;
    });
    await expect(offline).rejects.toMatchObject({ code: 'drive/offline', retry: 'later', context: { attempts: 8 } });
  });

  it('does not take a captive portal for Drive', async () => {
    world.google.failNext({ kind: 'about' }, { do: 'respond', status: 200, body: '<html>Welcome to the hotel</html>' });
    await expect(api.getFile('any')).resolves.toBeNull();
    world.google.failNext({ kind: 'get' }, { do: 'respond', status: 200, body: '<html>Welcome to the hotel</html>' });
    await expect(api.getFile('any')).rejects.toMatchObject({ code: 'drive/busy', retry: 'later' });
  });
});

describe('a folder of ours', () => {
  const ensureFolder = async (of: DriveApi, wanted: FolderWish): Promise<string> =>
    (await ensure(of, wanted)).folder.id;
  const saved: string[] = [];
  const wish = (storedId: string | null): FolderWish => ({
    ...{ storedId, name: 'PgKeep', parentId: null, property: { key: 'pgkeep', value: 'root' } },
    saveId: (id) => {
      saved.push(id);
    },
  });

  beforeEach(() => {
    saved.length = 0;
  });

  it('is made once, its id saved before it is used, and found by id or property', async () => {
    const id = await ensureFolder(api, wish(null));
    expect(saved).toEqual([id]);
    expect(await ensureFolder(api, wish(id))).toBe(id);
    expect(await ensureFolder(api, wish(null))).toBe(id);
    expect(await ensureFolder(api, wish('an-id-that-is-gone'))).toBe(id);
    expect(world.google.files()).toHaveLength(1);
  });

  it('is made once although the answer is lost', async () => {
    world.google.failNext({ kind: 'create' }, { do: 'reset', at: 'done' });
    const id = await ensureFolder(api, wish(null));
    expect(saved).toEqual([id]);
    expect(world.google.files()).toHaveLength(1);
  });

  it('is found after the start by the id saved before a create that never answered', async () => {
    const hold = world.google.holdNext({ kind: 'create' }, { at: 'done' });
    const offline = expect(ensureFolder(api, wish(null))).rejects.toMatchObject({ code: 'drive/offline' });
    await hold.reached;
    await world.google.goOffline();
    await offline;
    hold.release();
    await world.google.goOnline();
    expect(await ensureFolder(api, wish(saved[0] ?? null))).toBe(saved[0]);
    expect(world.google.files()).toHaveLength(1);
  });

  it('in the trash is replaced', async () => {
    const id = await ensureFolder(api, wish(null));
    await api.trashFile(id);
    const next = await ensureFolder(api, wish(id));
    expect(next).not.toBe(id);
    expect((await api.getFile(next))?.trashed).toBe(false);
  });
});

describe('the check of an upload', () => {
  const data = makeContent(1000);
  const hash = (name: string): string => createHash(name).update(data).digest('hex');
  const expected = { sizeBytes: data.length, sha256: hash('sha256'), md5: hash('md5') };

  it('waits for hashes that come late, and takes MD5 where there is no SHA-256', async () => {
    const file = await create('a', data);
    world.google.failNext(
      { kind: 'get', times: 2 },
      { do: 'change-body', set: { sha256Checksum: null, md5Checksum: null } },
    );
    expect(await verifyUpload(api, file.id, expected, world.clock)).toMatchObject({ id: file.id });
    expect(world.clock.waits).toEqual([1000, 2000]);
    world.google.failNext({ kind: 'get' }, { do: 'change-body', set: { sha256Checksum: null } });
    await verifyUpload(api, file.id, { ...expected, sha256: 'unknown' }, world.clock);
  });

  it('finds a damaged, a missing and a thrown-away file', async () => {
    world.google.failNext({ kind: 'upload-multipart' }, { do: 'corrupt', when: 'before-hash' });
    const file = await create('a', data);
    const failure = (problem: string) => ({ code: 'drive/verify-mismatch', context: { problem } });
    await expect(verifyUpload(api, file.id, expected, world.clock)).rejects.toMatchObject(failure('sha256'));
    await expect(verifyUpload(api, 'gone', expected, world.clock)).rejects.toMatchObject(failure('missing'));
    const good = await create('b', data);
    await api.trashFile(good.id);
    await expect(verifyUpload(api, good.id, expected, world.clock)).rejects.toMatchObject(failure('trashed'));
  });
});
