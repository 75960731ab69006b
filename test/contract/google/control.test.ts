import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testAccount } from '../../google/options.ts';
import { askSession, chunkBytes, keptBytes, openClient, openGoogle, putChunk, send, startSession } from './support.ts';

const data = randomBytes(2 * chunkBytes);

describe('holds', () => {
  it.each([
    ['arrived', undefined, 0],
    ['body', chunkBytes, chunkBytes],
    ['body', chunkBytes + 1, chunkBytes],
    ['done', undefined, 2 * chunkBytes],
  ] as const)('stop a client at "%s" (%s), where it can be killed: %i bytes are kept', async (at, afterBytes, kept) => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google));
    const hold = google.holdNext({ kind: 'chunk' }, afterBytes === undefined ? { at } : { at, afterBytes });
    const abort = new AbortController();
    const chunk = fetch(uri, {
      ...{ method: 'PUT', body: new Uint8Array(data), signal: abort.signal },
      headers: { 'Content-Range': `bytes 0-${String(data.length - 1)}/*` },
    });
    await hold.reached;
    abort.abort();
    await expect(chunk).rejects.toThrow();
    await google.waitFor((entry) => entry.kind === 'chunk' && entry.ended === 'gone');
    expect(keptBytes(await askSession(uri))).toBe(kept);
  });

  it('let a request go on as if nothing had been', async () => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google));
    const hold = google.holdNext({ kind: 'chunk' }, { at: 'body', afterBytes: 1000 });
    const chunk = putChunk(uri, data, 0, null);
    await hold.reached;
    expect(keptBytes(await askSession(uri))).toBe(0);
    hold.release();
    expect(keptBytes(await chunk)).toBe(data.length);
  });
});

describe('the network', () => {
  it('goes away and comes back on the same port; what was kept is kept', async () => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google));
    await putChunk(uri, data.subarray(0, chunkBytes), 0, null);
    await google.goOffline();
    await expect(askSession(uri)).rejects.toThrow();
    await google.goOnline();
    expect(keptBytes(await askSession(uri))).toBe(chunkBytes);
  });
});

describe('the control address', () => {
  it('offers faults, holds, state, journal and reset to other processes', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const control = (method: string, path: string, body?: unknown) =>
      send(`${google.origin}/_ctl/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    await control('POST', 'faults', { match: { kind: 'list' }, action: { do: 'respond', status: 503 } });
    expect((await client.call('GET', '/drive/v3/files')).status).toBe(503);
    const { id } = (await control('POST', 'holds', { match: { kind: 'create' }, point: { at: 'done' } })).json;
    const created = client.call('POST', '/drive/v3/files', { name: 'x' });
    await expect.poll(async () => (await control('GET', `holds/${String(id)}`)).json['reached']).toBe(true);
    await control('POST', `holds/${String(id)}/release`);
    expect((await created).status).toBe(200);
    const state = await control('GET', 'state');
    expect(state.json).toMatchObject({ files: [{ name: 'x' }], tokens: { accessTokens: 1 } });
    const journal = await control('GET', 'journal');
    expect(journal.text).toContain('"kind": "create"');
    for (const answer of [state, journal]) expect(answer.text).not.toContain(client.accessToken);
    await control('POST', 'account', { limitBytes: 5 });
    expect(google.state().accounts[0]?.limitBytes).toBe(5);
    await control('POST', 'reset');
    expect([google.files().length, google.journal().length]).toEqual([0, 0]);
    expect((await client.call('GET', '/drive/v3/files')).status).toBe(401);
    expect((await control('POST', 'nothing')).status).toBe(404);
  });

  it('makes shared drives, roles, files by hand, malware and key files', async () => {
    const google = await openGoogle();
    const control = (path: string, body: unknown) =>
      send(`${google.origin}/_ctl/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const email = testAccount.email;
    const drive = (await control('shared-drives', { name: 'Team', members: { [email]: 'writer' } })).json;
    await control('roles', { driveId: drive['id'], email, role: 'reader' });
    expect(google.state().sharedDrives[0]?.members).toEqual({ [email]: 'reader' });
    const file = (await control('by-hand', { name: 'x', content: 'text' })).json;
    await control('abusive', { fileId: file['id'] });
    expect(google.files()).toMatchObject([{ name: 'x', projects: [], abusive: true }]);
    expect((await control('service-account-key', {})).json['type']).toBe('service_account');
    expect((await control('shared-drives', { name: 'x', members: { 'nobody@example.com': 'reader' } })).status).toBe(
      400,
    );
  });

  it('shows sessions by short names only', async () => {
    const google = await openGoogle();
    const uri = await startSession(openClient(google));
    await askSession(uri);
    const secret = new URL(uri).searchParams.get('upload_id') ?? 'none';
    const shown = JSON.stringify([google.journal(), google.state()]);
    expect(shown).not.toContain(secret);
    expect(google.journal().map((entry) => entry.session)).toEqual(['s1', 's1']);
  });
});
