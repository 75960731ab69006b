import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testAccount, testClientId, testClientSecret } from '../../google/options.ts';
import { driveFileScope, type LocalGoogle } from '../../google/start-google.ts';
import { openClient, openGoogle, reasonOf, send, type Answer } from './support.ts';

const verifier = 'a-verifier-of-at-least-forty-three-characters-0123456789';
const redirectUri = 'http://127.0.0.1:50123/back';

function authUrl(google: LocalGoogle, change: Record<string, string | null> = {}): string {
  const query = new URLSearchParams({
    client_id: testClientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: driveFileScope,
    state: 'a state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    access_type: 'offline',
    prompt: 'consent',
  });
  for (const [name, value] of Object.entries(change)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  return `${google.endpoints.authUrl}?${query.toString()}`;
}

async function getCode(google: LocalGoogle): Promise<string> {
  const answer = await send(authUrl(google, { _consent: 'allow' }));
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

function postToken(google: LocalGoogle, form: Record<string, string>, withSecret = true): Promise<Answer> {
  const client = { client_id: testClientId, ...(withSecret ? { client_secret: testClientSecret } : {}) };
  return send(google.endpoints.tokenUrl, { method: 'POST', body: new URLSearchParams({ ...client, ...form }) });
}

function exchangeCode(google: LocalGoogle, code: string, change: Record<string, string> = {}): Promise<Answer> {
  return postToken(google, {
    ...{ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri },
    ...change,
  });
}

describe('the authorisation page', () => {
  it('shows who asks for what, and Allow sends a code and the state back', async () => {
    const google = await openGoogle();
    const page = await send(authUrl(google));
    expect(page.status).toBe(200);
    expect(page.text).toContain(testAccount.email);
    expect(page.text).toContain(driveFileScope);
    const request = /name="request" value="(\w+)"/.exec(page.text)?.[1] ?? '';
    const form = new URLSearchParams({ request, decision: 'allow', account: testAccount.email });
    const answer = await send(google.endpoints.authUrl, { method: 'POST', body: form });
    const target = new URL(answer.headers.get('location') ?? '');
    expect(answer.status).toBe(302);
    expect(target.origin + target.pathname).toBe(redirectUri);
    expect(target.searchParams.get('state')).toBe('a state');
    expect((await exchangeCode(google, target.searchParams.get('code') ?? '')).status).toBe(200);
    const again = await send(google.endpoints.authUrl, { method: 'POST', body: form });
    expect(again.status).toBe(400);
  });

  it('Deny sends access_denied and the state back', async () => {
    const google = await openGoogle();
    const page = await send(authUrl(google));
    const request = /name="request" value="(\w+)"/.exec(page.text)?.[1] ?? '';
    const form = new URLSearchParams({ request, decision: 'deny', account: testAccount.email });
    const answer = await send(google.endpoints.authUrl, { method: 'POST', body: form });
    const target = new URL(answer.headers.get('location') ?? '');
    expect(Object.fromEntries(target.searchParams)).toEqual({ state: 'a state', error: 'access_denied' });
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['no client', { client_id: null }, 400, 'client_id'],
    ['a redirect to another machine', { redirect_uri: 'http://192.168.1.5:80/' }, 400, 'redirect_uri_mismatch'],
    ['a redirect that is no address', { redirect_uri: 'urn:ietf:wg:oauth:2.0:oob' }, 400, 'redirect_uri_mismatch'],
    ['a https redirect', { redirect_uri: 'https://127.0.0.1/' }, 400, 'redirect_uri_mismatch'],
    ['the implicit flow', { response_type: 'token' }, 400, 'response_type'],
    ['no scope', { scope: '' }, 400, 'scope'],
    ['an unknown scope', { scope: 'https://www.googleapis.com/auth/driv' }, 400, 'invalid_scope'],
    ['no PKCE', { code_challenge: null }, 400, 'code_challenge'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 400, 'S256'],
    ['no PKCE method, which means plain', { code_challenge_method: null }, 400, 'S256'],
    ['an unknown parameter', { colour: 'red' }, 400, 'colour'],
  ])('refuses %s', async (_, change, status, words) => {
    const google = await openGoogle({ switches: { consent: 'allow' } });
    const answer = await send(authUrl(google, change));
    expect([answer.status, answer.headers.get('location')]).toEqual([status, null]);
    expect(answer.text).toContain(words);
  });

  it('accepts the IPv6 loopback and refuses a browser inside a program', async () => {
    const google = await openGoogle({ switches: { consent: 'allow' } });
    expect((await send(authUrl(google, { redirect_uri: 'http://[::1]:5000' }))).status).toBe(302);
    const answer = await send(authUrl(google), { headers: { 'User-Agent': 'Mozilla/5.0 Chrome/1 Electron/45.0.0' } });
    expect([answer.status, answer.text.includes('disallowed_useragent')]).toEqual([403, true]);
  });
});

describe('the token address', () => {
  it('gives access and refresh tokens for a code, once', async () => {
    const google = await openGoogle();
    const code = await getCode(google);
    const answer = await exchangeCode(google, code);
    expect(answer.json).toMatchObject({ expires_in: 3599, token_type: 'Bearer', scope: driveFileScope });
    expect(answer.json['refresh_token']).toMatch(/^1\/\//);
    const about = await send(`${google.origin}/drive/v3/about?fields=user`, {
      headers: { Authorization: `Bearer ${String(answer.json['access_token'])}` },
    });
    expect(about.json).toMatchObject({ user: { emailAddress: testAccount.email } });
    const again = await exchangeCode(google, code);
    expect([again.status, again.json['error']]).toEqual([400, 'invalid_grant']);
  });

  it.each([
    ['a wrong verifier', { code_verifier: `${verifier}x` }, 400, 'invalid_grant'],
    ['another redirect address', { redirect_uri: 'http://127.0.0.1:50124/back' }, 400, 'redirect_uri_mismatch'],
    ['a wrong secret', { client_secret: 'no' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'no' }, 401, 'invalid_client'],
    ['a wrong code', { code: '4/0Ano' }, 400, 'invalid_grant'],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %s', async (_, change, status, error) => {
    const google = await openGoogle();
    const answer = await exchangeCode(google, await getCode(google), change);
    expect([answer.status, answer.json['error']]).toEqual([status, error]);
  });

  it('refuses a code after ten minutes', async () => {
    const google = await openGoogle();
    const code = await getCode(google);
    google.advanceClock(10 * 60_000 + 1);
    expect((await exchangeCode(google, code)).json['error']).toBe('invalid_grant');
  });

  it('refreshes without a new refresh token, and says no in the words of Google', async () => {
    const google = await openGoogle();
    const { refreshToken } = google.issueTokens();
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const fresh = await postToken(google, form);
    expect(fresh.status).toBe(200);
    expect(fresh.json).not.toHaveProperty('refresh_token');
    google.revokeAll();
    const dead = await postToken(google, form);
    expect(dead.status).toBe(400);
    expect(dead.json).toEqual({ error: 'invalid_grant', error_description: 'Token has been expired or revoked.' });
  });

  it('rotates refresh tokens, goes without a secret and grants less when switched so', async () => {
    const google = await openGoogle({ switches: { rotateRefreshTokens: true, clientSecretRequired: false } });
    const { refreshToken } = google.issueTokens();
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const fresh = await postToken(google, form, false);
    expect(fresh.json['refresh_token']).not.toBe(refreshToken);
    expect((await postToken(google, form, false)).json['error']).toBe('invalid_grant');
    google.set({ clientSecretRequired: true, grantedScopes: [] });
    expect((await postToken(google, form, false)).json['error']).toBe('invalid_request');
    expect((await exchangeCode(google, await getCode(google))).json['scope']).toBe('');
  });

  it('ends access tokens after their hour, and refresh tokens of a client in testing after a week', async () => {
    const client = { clientId: 'c', clientSecret: testClientSecret, project: 'p', publishing: 'testing' } as const;
    const google = await openGoogle({ clients: [client] });
    const tokens = google.issueTokens();
    const about = (): Promise<Answer> =>
      send(`${google.origin}/drive/v3/about?fields=user`, {
        headers: { Authorization: `Bearer ${tokens.accessToken}` },
      });
    expect((await about()).status).toBe(200);
    google.advanceClock(3600_000);
    const late = await about();
    expect([late.status, reasonOf(late)]).toEqual([401, 'authError']);
    const form = { client_id: 'c', grant_type: 'refresh_token', refresh_token: tokens.refreshToken };
    expect((await postToken(google, form)).status).toBe(200);
    google.advanceClock(7 * 24 * 3600_000);
    expect((await postToken(google, form)).json['error']).toBe('invalid_grant');
  });

  it('drops the oldest of more than a hundred refresh tokens without a word', async () => {
    const google = await openGoogle();
    const first = google.issueTokens();
    const second = google.issueTokens();
    for (let count = 2; count < 101; count += 1) google.issueTokens();
    const refresh = (refreshToken: string): Promise<Answer> =>
      postToken(google, { grant_type: 'refresh_token', refresh_token: refreshToken });
    expect((await refresh(first.refreshToken)).json['error']).toBe('invalid_grant');
    expect((await refresh(second.refreshToken)).status).toBe(200);
  });

  it('revokes everything of the project by any one token', async () => {
    const google = await openGoogle();
    const [one, other] = [google.issueTokens(), google.issueTokens()];
    const revoke = (): Promise<Answer> =>
      send(`${google.endpoints.revokeUrl}?token=${encodeURIComponent(one.accessToken)}`, { method: 'POST' });
    expect((await revoke()).status).toBe(200);
    expect((await revoke()).json['error']).toBe('invalid_token');
    const form = { grant_type: 'refresh_token', refresh_token: other.refreshToken };
    expect((await postToken(google, form)).json['error']).toBe('invalid_grant');
  });

  it('hides the app’s files after revoking when switched so', async () => {
    const google = await openGoogle({ switches: { revokeHidesFiles: true } });
    const client = openClient(google);
    await client.call('POST', '/drive/v3/files', { name: 'mine' });
    await send(google.endpoints.revokeUrl, {
      method: 'POST',
      body: new URLSearchParams({ token: client.accessToken }),
    });
    const list = await openClient(google).call('GET', '/drive/v3/files');
    expect([list.json['files'], google.files().length]).toEqual([[], 1]);
  });

  it('hides the app’s files after a new consent when switched so', async () => {
    const google = await openGoogle({ switches: { consentHidesFiles: true } });
    await openClient(google).call('POST', '/drive/v3/files', { name: 'mine' });
    const { json } = await exchangeCode(google, await getCode(google));
    const headers = { Authorization: `Bearer ${String(json['access_token'])}` };
    expect((await send(`${google.origin}/drive/v3/files`, { headers })).json['files']).toEqual([]);
  });

  it('asks for a token, and for one with enough scope', async () => {
    const google = await openGoogle();
    const none = await send(`${google.origin}/drive/v3/files`);
    expect([none.status, reasonOf(none)]).toEqual([401, 'required']);
    const reader = openClient(google, { scopes: ['https://www.googleapis.com/auth/drive.readonly'] });
    expect((await reader.call('GET', '/drive/v3/files')).status).toBe(200);
    const answer = await reader.call('POST', '/drive/v3/files', { name: 'x' });
    expect([answer.status, reasonOf(answer)]).toEqual([403, 'insufficientPermissions']);
  });
});
