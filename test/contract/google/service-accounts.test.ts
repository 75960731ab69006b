import { JWT } from 'google-auth-library';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testAccount, testServiceAccount } from '../../google/options.ts';
import { driveFileScope, type LocalGoogle } from '../../google/start-google.ts';
import { makeFolder, openGoogle, reasonOf, send, type Answer, type Json } from './support.ts';

const fullScope = 'https://www.googleapis.com/auth/drive';
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

function sign(
  google: LocalGoogle,
  change: Json = {},
  key = google.serviceAccountKey().private_key,
  alg = 'RS256',
): string {
  const claims = {
    ...{ iss: google.serviceAccountKey().client_email, aud: google.endpoints.tokenUrl, scope: fullScope },
    ...{ iat: nowSeconds(), exp: nowSeconds() + 3600, ...change },
  };
  const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

function ask(google: LocalGoogle, assertion: string): Promise<Answer> {
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return send(google.endpoints.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
}

async function callAs(google: LocalGoogle, claims: Json, method: string, path: string, body?: Json): Promise<Answer> {
  const { json } = await ask(google, sign(google, claims));
  return await send(`${google.origin}${path}`, {
    method,
    headers: { Authorization: `Bearer ${String(json['access_token'])}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('a service account', () => {
  it('has a key file as Google’s console gives it, the same after a restart', async () => {
    const dir = await makeFolder();
    const google = await openGoogle({ dir });
    const key = google.serviceAccountKey();
    expect(key).toMatchObject({
      ...{ type: 'service_account', client_email: testServiceAccount.email, token_uri: google.endpoints.tokenUrl },
    });
    await google.stop();
    expect((await openGoogle({ dir })).serviceAccountKey().private_key).toBe(key.private_key);
  });

  it('gets an access token for what it signs, and no refresh token', async () => {
    const google = await openGoogle();
    const answer = await ask(google, sign(google));
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    const about = await callAs(google, {}, 'GET', '/drive/v3/about?fields=user,storageQuota');
    expect(about.json).toMatchObject({
      user: { emailAddress: testServiceAccount.email },
      storageQuota: { limit: '0', usage: '0' },
    });
  });

  it('signs in with Google’s own library', async () => {
    const google = await openGoogle();
    const { client_email: email, private_key: key } = google.serviceAccountKey();
    // The library has Google's token address built in; the local one is asked by the test's transporter.
    const jwt = new JWT({ email, key, scopes: [driveFileScope] });
    const { transporter } = jwt;
    const request = transporter.request.bind(transporter);
    transporter.request = (options) => request({ ...options, url: google.endpoints.tokenUrl });
    const { access_token: token } = await jwt.authorize();
    expect(token).toMatch(/^ya29\./);
  });

  it.each<[string, Json, number, string]>([
    ['an unknown account', { iss: 'nobody@example.com' }, 400, 'invalid_grant'],
    ['another audience', { aud: 'https://example.com/token' }, 400, 'invalid_grant'],
    ['an assertion that is over', { iat: nowSeconds() - 7200, exp: nowSeconds() - 3600 }, 400, 'invalid_grant'],
    ['one from the future', { iat: nowSeconds() + 1200, exp: nowSeconds() + 2400 }, 400, 'invalid_grant'],
    ['one of more than an hour', { exp: nowSeconds() + 3700 }, 400, 'invalid_grant'],
    ['no scope', { scope: '' }, 400, 'invalid_scope'],
    ['an unknown scope', { scope: 'https://www.googleapis.com/auth/driv' }, 400, 'invalid_scope'],
    ['an unknown person', { sub: 'nobody@example.com' }, 400, 'invalid_grant'],
  ])('is refused for %s', async (_, change, status, error) => {
    const google = await openGoogle();
    const answer = await ask(google, sign(google, change));
    expect([answer.status, answer.json['error']]).toEqual([status, error]);
  });

  it('is refused for a signature by another key, and for something that is no assertion', async () => {
    const google = await openGoogle();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const foreign = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect((await ask(google, sign(google, {}, foreign))).json).toEqual({
      ...{ error: 'invalid_grant', error_description: 'Invalid JWT Signature.' },
    });
    const unsigned = sign(google).replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString('base64url'));
    expect((await ask(google, unsigned)).json['error']).toBe('invalid_grant');
    expect((await ask(google, sign(google, {}, undefined, 'HS256'))).json['error']).toBe('invalid_grant');
    expect((await ask(google, 'x')).json['error']).toBe('invalid_grant');
  });

  it('stands for a person when an administrator allowed it', async () => {
    const google = await openGoogle();
    const claims = { sub: testAccount.email };
    const about = await callAs(google, claims, 'GET', '/drive/v3/about?fields=user');
    expect(about.json).toMatchObject({ user: { emailAddress: testAccount.email } });
    google.set({ delegation: 'refused' });
    const refused = await ask(google, sign(google, claims));
    expect([refused.status, refused.json['error']]).toEqual([401, 'unauthorized_client']);
  });

  it('makes folders in its My Drive, and no file: it has no storage', async () => {
    const google = await openGoogle();
    const folder = { name: 'f', mimeType: 'application/vnd.google-apps.folder' };
    expect((await callAs(google, {}, 'POST', '/drive/v3/files', folder)).status).toBe(200);
    for (const path of ['/drive/v3/files', '/upload/drive/v3/files?uploadType=resumable']) {
      const answer = await callAs(google, {}, 'POST', path, { name: 'x' });
      expect([answer.status, reasonOf(answer)]).toEqual([403, 'storageQuotaExceeded']);
      expect(answer.text).toContain('Service Accounts do not have storage quota. Leverage shared drives');
    }
  });

  it('stores on a shared drive that it is a member of, within its scopes', async () => {
    const google = await openGoogle();
    const drive = google.makeSharedDrive({ name: 'Team', members: { [testServiceAccount.email]: 'fileOrganizer' } });
    const path = '/upload/drive/v3/files?uploadType=media&supportsAllDrives=true';
    const create = `/drive/v3/files?supportsAllDrives=true&fields=id,driveId`;
    const made = await callAs(google, {}, 'POST', create, { name: 'x', parents: [drive.id] });
    expect(made.json['driveId']).toBe(drive.id);
    const narrow = { scope: driveFileScope };
    const unseen = await callAs(google, narrow, 'POST', create, { name: 'x', parents: [drive.id] });
    expect(unseen.status).toBe(404);
    google.set({ sharedDriveRootOpen: true });
    expect((await callAs(google, narrow, 'POST', create, { name: 'x', parents: [drive.id] })).status).toBe(200);
    expect((await callAs(google, narrow, 'GET', '/drive/v3/drives')).status).toBe(403);
    expect(reasonOf(await callAs(google, {}, 'POST', path, {}))).toBe('storageQuotaExceeded');
  });
});
