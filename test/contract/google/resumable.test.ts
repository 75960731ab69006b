import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { askSession, chunkBytes, hashOf, keptBytes, openClient, openGoogle } from './support.ts';
import { putChunk, reasonOf, send, startSession } from './support.ts';

const weekMs = 7 * 24 * 3600_000;

describe('a resumable upload', () => {
  it('takes a file of known size in chunks and answers what was asked for at its start', async () => {
    const google = await openGoogle();
    const data = randomBytes(2 * chunkBytes + 1000);
    const uri = await startSession(openClient(google), { name: 'x.age' }, data.length);
    expect(new URL(uri).origin).toBe(google.origin);
    const first = await putChunk(uri, data.subarray(0, chunkBytes), 0, data.length);
    expect([keptBytes(first), first.text]).toEqual([chunkBytes, '']);
    const last = await putChunk(uri, data.subarray(chunkBytes), chunkBytes, data.length);
    expect(last.status).toBe(200);
    expect(last.json).toEqual({
      id: google.files()[0]?.id,
      name: 'x.age',
      size: String(data.length),
      md5Checksum: hashOf(data, 'md5'),
      sha1Checksum: hashOf(data, 'sha1'),
      sha256Checksum: hashOf(data),
      trashed: false,
    });
    expect((await askSession(uri)).json).toEqual(last.json);
    expect((await readFile(google.contentPath(String(last.json['id'])))).equals(data)).toBe(true);
  });

  it.each(['PUT', 'POST'])(
    'takes chunks of unknown total by %s; an empty request tells the total at the end',
    async (method) => {
      const google = await openGoogle();
      const data = randomBytes(2 * chunkBytes);
      const uri = await startSession(openClient(google), { name: 'x' });
      expect(keptBytes(await askSession(uri))).toBe(0);
      expect(keptBytes(await putChunk(uri, data.subarray(0, chunkBytes), 0, null, method))).toBe(chunkBytes);
      expect(keptBytes(await putChunk(uri, data.subarray(chunkBytes), chunkBytes, null, method))).toBe(2 * chunkBytes);
      expect(keptBytes(await askSession(uri))).toBe(2 * chunkBytes);
      const end = await askSession(uri, data.length);
      expect([end.status, end.json['sha256Checksum']]).toEqual([200, hashOf(data)]);
      expect(google.journal().map((entry) => entry.kind)).toEqual([
        ...['session-start', 'status', 'chunk', 'chunk', 'status', 'finish'],
      ]);
    },
  );

  it('takes everything in one request without Content-Range, and an empty file', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const data = randomBytes(chunkBytes + 7);
    const whole = await send(await startSession(client), { method: 'PUT', body: new Uint8Array(data) });
    expect([whole.status, whole.json['sha256Checksum']]).toEqual([200, hashOf(data)]);
    const empty = await send(await startSession(client, {}, 0), { method: 'PUT' });
    expect([empty.status, empty.json['size']]).toEqual([200, '0']);
    const other = await askSession(await startSession(client), 0);
    expect([other.status, other.json['md5Checksum']]).toEqual([200, hashOf(Buffer.alloc(0), 'md5')]);
  });

  it('keeps whole multiples of 256 KiB of a chunk that is none, and refuses a smaller one', async () => {
    const client = openClient(await openGoogle());
    const data = randomBytes(2 * chunkBytes);
    const uri = await startSession(client);
    expect(keptBytes(await putChunk(uri, data.subarray(0, chunkBytes + 5000), 0, null))).toBe(chunkBytes);
    const small = await putChunk(uri, data.subarray(chunkBytes, chunkBytes + 5000), chunkBytes, null);
    expect(small.status).toBe(400);
    expect(small.headers.get('content-type')).toContain('text/plain');
    expect(small.text).toContain('equal or greater than 262144');
    expect(small.text).toContain('The received request contained 5000 bytes');
  });

  it('answers 503 to bytes after a gap and passes over bytes it has', async () => {
    const google = await openGoogle();
    const data = randomBytes(3 * chunkBytes);
    const uri = await startSession(openClient(google), {}, data.length);
    expect((await putChunk(uri, data.subarray(chunkBytes), chunkBytes, data.length)).status).toBe(503);
    await putChunk(uri, data.subarray(0, 2 * chunkBytes), 0, data.length);
    const overlap = await putChunk(uri, data.subarray(chunkBytes), chunkBytes, data.length);
    expect([overlap.status, overlap.json['sha256Checksum']]).toEqual([200, hashOf(data)]);
  });

  it('answers 200 with the override header instead of 308 to who asks for that', async () => {
    const uri = await startSession(openClient(await openGoogle()));
    const headers = { 'Content-Range': `bytes 0-${String(chunkBytes - 1)}/*`, 'X-GUploader-No-308': 'yes' };
    const answer = await send(uri, { method: 'PUT', headers, body: new Uint8Array(chunkBytes) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-http-status-code-override')).toBe('308');
    expect(answer.headers.get('range')).toBe(`bytes=0-${String(chunkBytes - 1)}`);
  });

  it.each([
    ['*/*', 'Failed to parse'],
    ['*/100', 'Failed to parse'],
    ['bytes 5-3/10', 'Failed to parse'],
    ['bytes 0-10/10', 'Failed to parse'],
    ['bytes=0-9/10', 'Failed to parse'],
    ['bytes */999', 'total size'],
  ])('ends the session on Content-Range: %s', async (range, words) => {
    const uri = await startSession(openClient(await openGoogle()), {}, 100);
    const answer = await send(uri, { method: 'PUT', headers: { 'Content-Range': range } });
    expect([answer.status, answer.text.includes(words)]).toEqual([400, true]);
    const after = await askSession(uri);
    expect([after.status, after.text]).toEqual([404, 'Not Found']);
  });

  it('is cancelled with 499, and gone after a week', async () => {
    const google = await openGoogle({ now: () => new Date('2026-11-22T03:00:00Z') });
    const client = openClient(google);
    const cancelled = await startSession(client);
    expect((await send(cancelled, { method: 'DELETE' })).status).toBe(499);
    expect((await askSession(cancelled)).status).toBe(404);
    const old = await startSession(client);
    google.advanceClock(weekMs);
    expect((await askSession(old)).status).toBe(308);
    google.advanceClock(1);
    expect((await askSession(old)).status).toBe(404);
    google.set({ lostSessionStatus: 410 });
    expect((await askSession(old)).status).toBe(410);
    expect(google.state().sessions).toEqual([]);
  });

  it('needs no token on the session URI, but refuses a dead one; a switch asks for it', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const uri = await startSession(client);
    google.expireAccessTokens();
    const query = { 'Content-Range': 'bytes */*' };
    const dead = await client.call('PUT', uri, null, query);
    expect([dead.status, reasonOf(dead)]).toEqual([401, 'authError']);
    expect((await askSession(uri)).status).toBe(308);
    google.set({ sessionNeedsAuthorization: true });
    expect((await askSession(uri)).status).toBe(401);
  });

  it.each(['start', 'end'] as const)('refuses a used id at the %s and never makes a second file', async (when) => {
    const google = await openGoogle({ switches: { usedIdRefusedAt: when } });
    const client = openClient(google);
    const [id] = (await client.call('GET', '/drive/v3/files/generateIds?count=1')).json['ids'] as string[];
    const [lost, used] = [await startSession(client, { id }, 3), await startSession(client, { id }, 3)];
    expect((await putChunk(used, Buffer.from('abc'), 0, 3)).status).toBe(200);
    expect((await putChunk(lost, Buffer.from('abc'), 0, 3)).status).toBe(409);
    const again = await client.call('POST', '/upload/drive/v3/files?uploadType=resumable', { id });
    expect(again.status).toBe(when === 'start' ? 409 : 200);
    if (when === 'end') {
      const uri = again.headers.get('location') ?? '';
      expect((await putChunk(uri, Buffer.from('abc'), 0, 3)).status).toBe(409);
    }
    expect(google.files().length).toBe(1);
  });

  it('replaces the content of a file by PATCH', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const first = await send(await startSession(client, { name: 'x' }), { method: 'PUT', body: 'old' });
    const path = `/upload/drive/v3/files/${String(first.json['id'])}?uploadType=resumable&fields=id,name,md5Checksum`;
    const start = await client.call('PATCH', path, { name: 'y' });
    const second = await send(start.headers.get('location') ?? '', { method: 'PUT', body: 'new!' });
    expect(second.json).toEqual({ id: first.json['id'], name: 'y', md5Checksum: hashOf(Buffer.from('new!'), 'md5') });
    expect(await readFile(google.contentPath(String(first.json['id'])), 'utf8')).toBe('new!');
  });

  it('stops at a full account, at the start when the size is known, else on the way', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    google.setAccount({ limitBytes: 2 * chunkBytes });
    const start = await client.call(
      'POST',
      '/upload/drive/v3/files?uploadType=resumable',
      {},
      {
        'X-Upload-Content-Length': String(2 * chunkBytes + 1),
      },
    );
    expect([start.status, reasonOf(start)]).toEqual([403, 'storageQuotaExceeded']);
    const uri = await startSession(client);
    await putChunk(uri, Buffer.alloc(2 * chunkBytes), 0, null);
    const full = await putChunk(uri, Buffer.alloc(chunkBytes), 2 * chunkBytes, null);
    expect([full.status, reasonOf(full)]).toEqual([403, 'storageQuotaExceeded']);
  });

  it('stores the same bytes whatever the chunks, the overlaps and the bytes that were kept', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const data = randomBytes(6 * chunkBytes + 12_345);
    const step = fc.record({
      chunks: fc.integer({ min: 1, max: 3 }),
      back: fc.integer({ min: 0, max: 400_000 }),
      keep: fc.option(fc.integer({ min: 0, max: 600_000 }), { freq: 2 }),
      cut: fc.option(fc.integer({ min: 0, max: 600_000 }), { freq: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.boolean(), async (steps, known) => {
        const uri = await startSession(client, {}, known ? data.length : undefined);
        let kept = 0;
        for (const { chunks, back, keep, cut } of steps) {
          google.clearFaults();
          if (keep !== null) google.failNext({ kind: 'chunk' }, { do: 'accept-only', bytes: keep });
          if (cut !== null) google.failNext({ kind: 'chunk' }, { do: 'reset', at: 'body', afterBytes: cut });
          const first = Math.max(0, kept - back);
          const end = Math.min(data.length, kept + chunks * chunkBytes);
          const total = known || end === data.length ? data.length : null;
          const answer = await putChunk(uri, data.subarray(first, end), first, total).catch(() => null);
          if (answer && answer.status !== 308) break;
          const now = keptBytes(await askSession(uri));
          expect(now).toBeGreaterThanOrEqual(kept);
          kept = now;
        }
        google.clearFaults();
        const state = await askSession(uri);
        const last =
          state.status === 308 ? await putChunk(uri, data.subarray(kept), kept, data.length) : await askSession(uri);
        expect([last.status, last.json['sha256Checksum']]).toEqual([200, hashOf(data)]);
        const file = google.contentPath(String(last.json['id']));
        expect(hashOf(await readFile(file))).toBe(hashOf(data));
        await client.call('DELETE', `/drive/v3/files/${String(last.json['id'])}`);
      }),
      { numRuns: 15 },
    );
  });
});
