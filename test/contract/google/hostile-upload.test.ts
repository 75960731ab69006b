import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { askSession, chunkBytes, hashOf, keptBytes, openClient, openGoogle, putChunk } from './support.ts';
import { reasonOf, send, startSession, type Json } from './support.ts';

const data = randomBytes(2 * chunkBytes);
const [one, two] = [data.subarray(0, chunkBytes), data.subarray(chunkBytes)];

describe('a hostile upload', () => {
  it('loses bytes that it had acknowledged; the rest is taken from there', async () => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google), {}, data.length);
    await putChunk(uri, one, 0, data.length);
    google.failNext({ kind: 'status' }, { do: 'lose-bytes', keep: 1000 });
    expect(keptBytes(await askSession(uri, data.length))).toBe(1000);
    const done = await putChunk(uri, data.subarray(1000), 1000, data.length);
    expect(done.json['sha256Checksum']).toBe(hashOf(data));
  });

  it('keeps half of a chunk', async () => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google));
    google.failNext({ kind: 'chunk' }, { do: 'accept-only', bytes: 'half' });
    expect(keptBytes(await putChunk(uri, data, 0, null))).toBe(chunkBytes);
  });

  it('sends a Location without a host, with another host, or with another query', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    google.failNext({ kind: 'session-start' }, { do: 'change-location', relative: true });
    expect(await startSession(client)).toMatch(/^\/upload\/drive\/v3\/files\?/);
    google.failNext({ kind: 'session-start' }, { do: 'change-location', origin: 'https://evil.example' });
    expect(await startSession(client)).toMatch(/^https:\/\/evil\.example\/upload\//);
    google.failNext({ kind: 'session-start' }, { do: 'change-location', query: { upload_id: null } });
    expect(await startSession(client)).not.toContain('upload_id');
  });

  it.each([false, true])('moves the session, told by Location on the 308 (the old one stays: %s)', async (keepOld) => {
    const google = await openGoogle();
    const old = await startSession(openClient(google), {}, data.length);
    google.failNext({ kind: 'chunk' }, { do: 'move-session', keepOld });
    const moved = (await putChunk(old, one, 0, data.length)).headers.get('location') ?? '';
    expect(moved).not.toBe(old);
    expect((await askSession(old, data.length)).status).toBe(keepOld ? 308 : 404);
    expect((await putChunk(moved, two, chunkBytes, data.length)).json['sha256Checksum']).toBe(hashOf(data));
    expect(google.state().sessions.length).toBe(1);
  });

  it('makes a file or a folder twice', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    google.failNext({ kind: 'chunk' }, { do: 'duplicate' });
    const metadata = { name: 'x', appProperties: { set: '1' } };
    await putChunk(await startSession(client, metadata), data, 0, data.length);
    google.failNext({ kind: 'create' }, { do: 'duplicate' });
    await client.call('POST', '/drive/v3/files', { name: 'f', mimeType: 'application/vnd.google-apps.folder' });
    const list = await client.call(
      'GET',
      '/drive/v3/files?orderBy=name&fields=files(name,sha256Checksum,appProperties)',
    );
    const file = { name: 'x', sha256Checksum: hashOf(data), appProperties: { set: '1' } };
    expect(list.json['files']).toEqual([{ name: 'f' }, { name: 'f' }, file, file]);
    expect(new Set(google.files().map(({ id }) => id)).size).toBe(4);
  });

  it('tells hashes late, by its own clock', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    google.failNext({ kind: 'chunk' }, { do: 'late-hashes', ms: 60_000 });
    google.failNext({ kind: 'chunk', nth: 2 }, { do: 'late-hashes', ms: 60_000, which: 'all' });
    const upload = async (): Promise<Json> =>
      (await putChunk(await startSession(client, {}, data.length), data, 0, data.length)).json;
    const [sha, all] = [await upload(), await upload()];
    expect([sha['md5Checksum'], sha['sha256Checksum']]).toEqual([hashOf(data, 'md5'), undefined]);
    expect([all['md5Checksum'], all['size']]).toEqual([undefined, String(data.length)]);
    google.advanceClock(60_000);
    const later = await client.call('GET', `/drive/v3/files/${String(all['id'])}?fields=md5Checksum,sha1Checksum`);
    expect(later.json).toEqual({ md5Checksum: hashOf(data, 'md5'), sha1Checksum: hashOf(data, 'sha1') });
  });

  it('takes a body slowly', async () => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google));
    google.failNext({ kind: 'chunk' }, { do: 'throttle', at: 'body', bytesPerSecond: 4 * data.length });
    const startedAt = performance.now();
    await putChunk(uri, data, 0, null);
    expect(performance.now() - startedAt).toBeGreaterThan(200);
  });

  it.each([
    [503, 503, 'Service Unavailable'],
    [400, 400, 'gap'],
    [308, 308, ''],
  ] as const)('answers a gap with %i when switched so', async (gap, status, words) => {
    const google = await openGoogle({ switches: { gap } });
    const uri = await startSession(openClient(google), {}, data.length);
    const answer = await putChunk(uri, two, chunkBytes, data.length);
    expect([answer.status, answer.text.includes(words)]).toEqual([status, true]);
    expect(google.files()).toEqual([]);
    expect((await askSession(uri, data.length)).status).toBe(gap === 400 ? 404 : 308);
  });

  it('cancels with 499 or 204', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    expect((await send(await startSession(client), { method: 'DELETE' })).status).toBe(499);
    google.set({ cancelStatus: 204 });
    expect((await send(await startSession(client), { method: 'DELETE' })).status).toBe(204);
  });

  it('lets the id of a dead session be used again, or not', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const ids = (await client.call('GET', '/drive/v3/files/generateIds?count=1')).json['ids'] as string[];
    await send(await startSession(client, { id: ids[0] }), { method: 'DELETE' });
    google.set({ idOfDeadSession: 'used' });
    await expect(startSession(client, { id: ids[0] })).rejects.toThrow('409');
    google.set({ idOfDeadSession: 'free' });
    const done = await putChunk(await startSession(client, { id: ids[0] }), data, 0, data.length);
    expect(done.json['id']).toBe(ids[0]);
  });

  it.each([
    ['start', [403]],
    ['chunk', [200, 403]],
    ['end', [200, 308, 403]],
  ] as const)('notices a full Drive at the %s', async (fullSeenAt, statuses) => {
    const google = await openGoogle({ switches: { fullSeenAt } });
    google.setAccount({ limitBytes: chunkBytes - 1 });
    const announced = { 'X-Upload-Content-Length': String(data.length) };
    const start = await openClient(google).call('POST', '/upload/drive/v3/files?uploadType=resumable', {}, announced);
    const uri = start.headers.get('location') ?? '';
    const answers = [start];
    if (start.status === 200) answers.push(await putChunk(uri, one, 0, data.length));
    if (answers.at(-1)?.status === 308) answers.push(await putChunk(uri, two, chunkBytes, data.length));
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    expect(answers.slice(-1).map(reasonOf)).toEqual(['storageQuotaExceeded']);
    expect(google.files()).toEqual([]);
  });
});
