import { describe, expect, it } from 'vitest';
import { testClientId, testClientSecret } from '../../google/options.ts';
import { driveFileScope, type LocalGoogle } from '../../google/start-google.ts';
import { makeFolder, openClient, openGoogle, reasonOf, send, type Answer } from './support.ts';

function refresh(google: LocalGoogle, refreshToken: string, clientId = testClientId): Promise<Answer> {
  const form = { grant_type: 'refresh_token', client_id: clientId, client_secret: testClientSecret };
  const body = new URLSearchParams({ ...form, refresh_token: refreshToken });
  return send(google.endpoints.tokenUrl, { method: 'POST', body });
}

/** A clock that stands still but for `advanceClock`. */
const now = (): Date => new Date('2026-05-05T05:05:05Z');

const day = 24 * 3600_000;

describe('signing in to a hostile Google', () => {
  it('ends with a deleted client, on the page and at the token address', async () => {
    const google = await openGoogle();
    const { refreshToken } = google.issueTokens();
    google.set({ deletedClients: [testClientId] });
    const answer = await refresh(google, refreshToken);
    expect([answer.status, answer.json['error']]).toEqual([401, 'deleted_client']);
    const page = await send(`${google.endpoints.authUrl}?client_id=${testClientId}`);
    expect([page.status, page.text.includes('deleted_client')]).toEqual([401, true]);
  });

  it('tells a limited time, and ends there', async () => {
    const google = await openGoogle({ now, switches: { refreshTokenLifeSeconds: 3600 } });
    const { refreshToken } = google.issueTokens();
    google.advanceClock(600_000);
    expect((await refresh(google, refreshToken)).json['refresh_token_expires_in']).toBe(3000);
    google.advanceClock(3_600_000);
    expect((await refresh(google, refreshToken)).json['error']).toBe('invalid_grant');
  });

  it('tells the seven days of a client in testing when switched so', async () => {
    const client = { clientId: 'c', clientSecret: testClientSecret, project: 'p', publishing: 'testing' } as const;
    const google = await openGoogle({ clients: [client], now });
    const { refreshToken } = google.issueTokens();
    expect((await refresh(google, refreshToken, 'c')).json).not.toHaveProperty('refresh_token_expires_in');
    google.set({ testingTellsLife: true });
    expect((await refresh(google, refreshToken, 'c')).json['refresh_token_expires_in']).toBe(7 * 24 * 3600);
    google.advanceClock(7 * day + 1);
    expect((await refresh(google, refreshToken, 'c')).json['error']).toBe('invalid_grant');
  });

  it('may give tokens for seconds', async () => {
    const google = await openGoogle({ switches: { accessTokenLifeSeconds: 2 } });
    const client = openClient(google);
    expect((await client.call('GET', '/drive/v3/files')).status).toBe(200);
    google.advanceClock(2000);
    expect((await client.call('GET', '/drive/v3/files')).status).toBe(401);
  });

  it('has a clock of its own, which every answer shows', async () => {
    const google = await openGoogle();
    google.advanceClock(-2 * day);
    const { headers } = await openClient(google).call('GET', '/drive/v3/files');
    const skew = Date.now() - Date.parse(headers.get('date') ?? '');
    expect(Math.round(skew / day)).toBe(2);
  });

  it('tells what a token is good for, by GET and POST', async () => {
    const google = await openGoogle();
    const { accessToken } = google.issueTokens();
    const url = `${google.origin}/tokeninfo`;
    const expected = { aud: testClientId, scope: driveFileScope, access_type: 'offline' };
    const get = await send(`${url}?access_token=${encodeURIComponent(accessToken)}`);
    expect([get.status, get.json]).toMatchObject([200, expected]);
    const post = await send(url, { method: 'POST', body: new URLSearchParams({ access_token: accessToken }) });
    expect([post.status, post.json]).toMatchObject([200, expected]);
    google.expireAccessTokens();
    const dead = await send(`${url}?access_token=${encodeURIComponent(accessToken)}`);
    expect([dead.status, dead.json['error']]).toEqual([400, 'invalid_token']);
    expect((await send(url)).status).toBe(400);
    expect(JSON.stringify(google.journal())).not.toContain(accessToken);
  });

  it('binds files to the project, or to one client of it', async () => {
    const clients = ['a', 'b'].map((clientId) => ({ clientId, clientSecret: 's', project: 'p' }));
    const google = await openGoogle({ dir: await makeFolder(), clients, switches: { accessBoundTo: 'client' } });
    const made = await openClient(google, { clientId: 'a' }).call('POST', '/drive/v3/files', { name: 'x' });
    const path = `/drive/v3/files/${String(made.json['id'])}`;
    expect((await openClient(google, { clientId: 'b' }).call('GET', path)).status).toBe(404);
    expect((await openClient(google, { clientId: 'a' }).call('GET', path)).status).toBe(200);
    google.set({ revokeHidesFiles: true });
    const { accessToken } = google.issueTokens({ clientId: 'b' });
    await send(google.endpoints.revokeUrl, { method: 'POST', body: new URLSearchParams({ token: accessToken }) });
    expect((await openClient(google, { clientId: 'a' }).call('GET', path)).status).toBe(404);
  });

  it('refuses a scope by reason or by details, and about with a dotted field in two ways', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    expect(reasonOf(await client.call('GET', '/drive/v3/drives'))).toBe('insufficientPermissions');
    google.set({ scopeRefusal: 'details', dottedFields: 'required' });
    const refused = await client.call('GET', '/drive/v3/drives');
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('ACCESS_TOKEN_SCOPE_INSUFFICIENT')]);
    expect(refused.json['error']).not.toHaveProperty('errors');
    const about = '/drive/v3/about?fields=storageQuota.limit';
    expect(reasonOf(await client.call('GET', about))).toBe('required');
    google.set({ dottedFields: 'invalid' });
    expect(reasonOf(await client.call('GET', about))).toBe('invalidParameter');
  });
});
