import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Action, Match } from '../../google/faults.ts';
import { askSession, chunkBytes, hashOf, keptBytes, openClient, openGoogle, putChunk } from './support.ts';
import { reasonOf, send, startSession } from './support.ts';

const data = randomBytes(2 * chunkBytes);

describe('faults', () => {
  it.each<[Omit<Extract<Action, { do: 'respond' }>, 'do'>, number, string]>([
    [{ status: 503 }, 503, 'backendError'],
    [{ status: 500 }, 500, 'internalError'],
    [{ status: 401 }, 401, 'authError'],
    [{ status: 403 }, 403, 'userRateLimitExceeded'],
    [{ status: 403, reason: 'storageQuotaExceeded' }, 403, 'storageQuotaExceeded'],
    [{ status: 429, headers: { 'Retry-After': '7' } }, 429, 'rateLimitExceeded'],
  ])('answer %j once, in the words of Google', async (answer, status, reason) => {
    const google = await openGoogle();
    const client = openClient(google);
    const fault = google.failNext({ kind: 'get' }, { do: 'respond', ...answer });
    const failed = await client.call('GET', '/drive/v3/files/root');
    expect([failed.status, reasonOf(failed), failed.headers.get('retry-after')]).toEqual([
      ...[status, reason, answer.headers?.['Retry-After'] ?? null],
    ]);
    expect((await client.call('GET', '/drive/v3/files/root')).status).toBe(200);
    expect([fault.hits(), google.journal()[0]?.fault]).toEqual([1, 'respond']);
  });

  it('can be an HTML page, an error without reasons, or a dead refresh token', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    google.failNext({}, { do: 'respond', status: 502, body: '<html>', contentType: 'text/html' });
    google.failNext({ nth: 2 }, { do: 'respond', status: 403, body: { error: { code: 403 } } });
    google.failNext({ kind: 'token' }, { do: 'respond', status: 400, reason: 'invalid_grant' });
    const page = await client.call('GET', '/drive/v3/files');
    expect([page.status, page.text, page.headers.get('content-type')]).toEqual([502, '<html>', 'text/html']);
    expect((await client.call('GET', '/drive/v3/files')).json).toEqual({ error: { code: 403 } });
    const token = await send(google.endpoints.tokenUrl, { method: 'POST' });
    expect(token.json['error']).toBe('invalid_grant');
  });

  it('meet the nth request, as often as said, where the path, offset and end are right', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const statuses = async (match: Match): Promise<number[]> => {
      google.clearFaults();
      google.failNext(match, { do: 'respond', status: 503 });
      const uri = await startSession(client, {}, data.length);
      const first = await putChunk(uri, data.subarray(0, chunkBytes), 0, data.length);
      const query = await askSession(uri);
      const last = await putChunk(uri, data.subarray(chunkBytes), chunkBytes, data.length);
      return [first.status, query.status, last.status];
    };
    expect(await statuses({ kind: 'chunk', nth: 2 })).toEqual([308, 308, 503]);
    expect(await statuses({ kind: ['chunk', 'status'], nth: 2, times: 2 })).toEqual([308, 503, 503]);
    expect(await statuses({ method: 'PUT', times: null })).toEqual([503, 503, 503]);
    expect(await statuses({ kind: 'chunk', offsetFrom: 1 })).toEqual([308, 308, 503]);
    expect(await statuses({ kind: 'chunk', final: true })).toEqual([308, 308, 503]);
    expect(await statuses({ path: '^/drive/' })).toEqual([308, 308, 200]);
  });

  it.each([
    ['arrived', 0],
    ['body', chunkBytes],
    ['done', 2 * chunkBytes],
  ] as const)('cut the connection %s: %i bytes are kept', async (at, kept) => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google));
    google.failNext({ kind: 'chunk' }, { do: 'reset', at });
    await expect(putChunk(uri, data, 0, null)).rejects.toThrow();
    expect(keptBytes(await askSession(uri))).toBe(kept);
    expect(google.journal().at(-2)).toMatchObject({ kind: 'chunk', ended: 'reset', fault: 'reset', status: null });
  });

  it('lose the last answer while the file is there', async () => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google), { name: 'x' }, data.length);
    google.failNext({ kind: 'chunk', final: true }, { do: 'reset', at: 'done' });
    await expect(putChunk(uri, data, 0, data.length)).rejects.toThrow();
    expect(google.files().length).toBe(1);
    expect((await askSession(uri, data.length)).json['sha256Checksum']).toBe(hashOf(data));
  });

  it('answer before the body is read, and the connection carries the next request', async () => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google));
    google.failNext({ kind: 'chunk' }, { do: 'respond', status: 503 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
    });
    const put = (body: Buffer, range: string): Promise<[number | undefined, number | undefined]> =>
      new Promise((resolve, reject) => {
        const sent = request(uri, { agent, method: 'PUT', headers: { 'Content-Range': range } }, (answer) => {
          answer.resume().once('end', () => {
            resolve([answer.statusCode, sent.socket?.localPort]);
          });
        });
        sent.once('error', reject).end(body);
      });
    const [first, port] = await put(Buffer.alloc(8 * 1024 * 1024), 'bytes 0-8388607/*');
    expect(first).toBe(503);
    expect(await put(Buffer.alloc(0), 'bytes */*')).toEqual([308, port]);
  });

  it('forget the session, before the bytes or with the last answer', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    google.failNext({ kind: 'chunk' }, { do: 'forget-session', status: 410 });
    const early = await startSession(client);
    expect((await putChunk(early, data, 0, null)).status).toBe(410);
    expect((await askSession(early)).status).toBe(404);
    google.failNext({ kind: 'chunk' }, { do: 'forget-session', at: 'done' });
    const late = await startSession(client, {}, data.length);
    expect((await putChunk(late, data, 0, data.length)).status).toBe(404);
    expect([(await askSession(late)).status, google.files().length]).toEqual([404, 1]);
  });

  it('keep less than was sent, or say so', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const uri = await startSession(client);
    google.failNext({ kind: 'chunk' }, { do: 'accept-only', bytes: 1000 });
    expect(keptBytes(await putChunk(uri, data, 0, null))).toBe(1000);
    google.failNext({ kind: 'chunk' }, { do: 'accept-only', bytes: 0, omitRange: true });
    expect((await putChunk(uri, data.subarray(1000), 1000, null)).headers.get('range')).toBeNull();
    google.failNext({ kind: 'status' }, { do: 'claim-range', bytes: 10 });
    expect([keptBytes(await askSession(uri)), keptBytes(await askSession(uri))]).toEqual([10, 1000]);
  });

  it('damage a stored byte, with hashes that show it or not', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const upload = async (when: 'before-hash' | 'after-hash'): Promise<[string, string]> => {
      google.failNext({ kind: 'chunk' }, { do: 'corrupt', when, atByte: 5 });
      const answer = await send(await startSession(client), { method: 'PUT', body: new Uint8Array(data) });
      const stored = await readFile(google.contentPath(String(answer.json['id'])));
      return [String(answer.json['sha256Checksum']), hashOf(stored)];
    };
    const damaged = Buffer.from(data);
    damaged.writeUInt8(damaged.readUInt8(5) ^ 1, 5);
    expect(await upload('before-hash')).toEqual([hashOf(damaged), hashOf(damaged)]);
    expect(await upload('after-hash')).toEqual([hashOf(data), hashOf(damaged)]);
  });

  it('lie about hashes, leave them out, and take a Location away', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const set = { md5Checksum: 'wrong', sha256Checksum: null };
    google.failNext({ kind: 'chunk' }, { do: 'change-body', set });
    const answer = await send(await startSession(client), { method: 'PUT', body: 'abc' });
    expect(answer.json).toMatchObject({ md5Checksum: 'wrong', size: '3' });
    expect(answer.json).not.toHaveProperty('sha256Checksum');
    google.failNext({ kind: 'session-start' }, { do: 'change-headers', set: { location: null } });
    const start = await client.call('POST', '/upload/drive/v3/files?uploadType=resumable', {});
    expect([start.status, start.headers.get('location')]).toEqual([200, null]);
  });

  it('expire the tokens at a chosen request', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    google.failNext({ kind: 'about' }, { do: 'expire-tokens' });
    expect((await client.call('GET', '/drive/v3/files')).status).toBe(200);
    expect((await client.call('GET', '/drive/v3/about?fields=user')).status).toBe(401);
    expect((await client.call('GET', '/drive/v3/files')).status).toBe(401);
  });

  it('break a download in the middle, or ignore its range', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const { json } = await client.call('POST', '/upload/drive/v3/files?uploadType=media', data);
    const path = `/drive/v3/files/${String(json['id'])}?alt=media`;
    google.failNext({ kind: 'download' }, { do: 'reset', at: 'sending', afterBytes: 1000 });
    await expect(client.call('GET', path)).rejects.toThrow();
    expect(google.journal().at(-1)).toMatchObject({ kind: 'download', ended: 'reset', responseBytes: 1000 });
    google.failNext({ kind: 'download' }, { do: 'ignore-range' });
    expect((await client.call('GET', path, null, { Range: 'bytes=5-9' })).status).toBe(200);
  });

  it('never answer, or late', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    google.failNext({ kind: 'get' }, { do: 'hang', at: 'arrived' });
    const abort = new AbortController();
    const url = `${google.origin}/drive/v3/files/root`;
    const hanging = fetch(url, { signal: abort.signal, headers: { Authorization: `Bearer ${client.accessToken}` } });
    await google.waitFor((entry) => entry.fault === 'hang');
    abort.abort();
    await expect(hanging).rejects.toThrow();
    await google.waitFor((entry) => entry.ended === 'gone');
    google.failNext({ kind: 'get' }, { do: 'delay', at: 'done', ms: 30 });
    expect((await client.call('GET', '/drive/v3/files/root')).status).toBe(200);
    expect(google.journal().at(-1)).toMatchObject({ fault: 'delay' });
  });

  it('come by chance, the same in every run with the same seed', async () => {
    const day = async (seed: string): Promise<number[]> => {
      const google = await openGoogle({ seed });
      const client = openClient(google);
      google.failNext({ chance: 0.5, times: null }, { do: 'respond', like: 'backend' });
      const statuses: number[] = [];
      for (let n = 0; n < 40; n += 1) statuses.push((await client.call('GET', '/drive/v3/files/root')).status);
      return statuses;
    };
    const [first, same, other] = [await day('a'), await day('a'), await day('b')];
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  it('let an answer drip', async () => {
    const google = await openGoogle();
    google.failNext({ kind: 'about' }, { do: 'throttle', at: 'sending', bytesPerSecond: 1000 });
    const startedAt = performance.now();
    const { text } = await openClient(google).call('GET', '/drive/v3/about?fields=user');
    expect(performance.now() - startedAt).toBeGreaterThan(text.length * 0.9);
  });

  it('refuse rules that could never be met', async () => {
    const google = await openGoogle();
    const action: Action = { do: 'respond', status: 500 };
    expect(() => google.failNext({ nth: 0 }, action)).toThrow(RangeError);
    expect(() => google.failNext({ chance: 0 }, action)).toThrow(RangeError);
    expect(() => google.failNext({ path: '(' }, action)).toThrow(SyntaxError);
  });
});
