import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startGoogle } from '../../google/start-google.ts';
import { askSession, chunkBytes, hashOf, keptBytes, makeFolder, openClient, openGoogle } from './support.ts';
import { putChunk, send, startSession } from './support.ts';

describe('a server that starts again on its folder', () => {
  it('still has files, tokens and open sessions, and finishes an upload that another one began', async () => {
    const dir = await makeFolder();
    const data = randomBytes(3 * chunkBytes + 5);
    const before = await startGoogle({ dir });
    const tokens = before.issueTokens();
    const client = openClient(before);
    const ids = (await client.call('GET', '/drive/v3/files/generateIds?count=2')).json['ids'] as string[];
    await client.call('POST', '/drive/v3/files', { id: ids[0], name: 'folder', appProperties: { a: '1' } });
    const uri = await startSession(client, { id: ids[1], name: 'x' });
    await putChunk(uri, data.subarray(0, 2 * chunkBytes), 0, null);
    before.failNext({ kind: 'chunk' }, { do: 'accept-only', bytes: 77 });
    await putChunk(uri, data.subarray(2 * chunkBytes), 2 * chunkBytes, null);
    await before.stop();

    const after = await openGoogle({ dir, port: before.port });
    expect(after.origin).toBe(before.origin);
    expect(keptBytes(await askSession(uri))).toBe(2 * chunkBytes + 77);
    const last = await putChunk(uri, data.subarray(2 * chunkBytes + 77), 2 * chunkBytes + 77, data.length);
    expect([last.status, last.json['id'], last.json['sha256Checksum']]).toEqual([200, ids[1], hashOf(data)]);
    const same = await client.call('GET', `/drive/v3/files/${String(ids[0])}?fields=name,appProperties`);
    expect(same.json).toEqual({ name: 'folder', appProperties: { a: '1' } });
    const form = new URLSearchParams({ token: tokens.refreshToken });
    expect((await send(after.endpoints.revokeUrl, { method: 'POST', body: form })).status).toBe(200);
    expect((await client.call('GET', '/drive/v3/files')).status).toBe(401);
  });

  it('makes the same ids in every run from one seed, and new ones after a restart', async () => {
    const idsOf = async (dir: string): Promise<unknown> => {
      const google = await startGoogle({ dir, seed: 'one' });
      const answer = await openClient(google).call('GET', '/drive/v3/files/generateIds?count=2');
      await google.stop();
      return answer.json['ids'];
    };
    const [dir, other] = [await makeFolder(), await makeFolder()];
    const first = await idsOf(dir);
    expect(await idsOf(other)).toEqual(first);
    expect(await idsOf(dir)).not.toEqual(first);
  });
});
