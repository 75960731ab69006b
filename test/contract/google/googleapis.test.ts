import { OAuth2Client } from 'google-auth-library';
import { drive, type drive_v3 } from 'googleapis/build/src/apis/drive/index.js';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { testAccount, testClientId, testClientSecret } from '../../google/options.ts';
import { driveFileScope, type LocalGoogle } from '../../google/start-google.ts';
import { hashOf, openGoogle, send } from './support.ts';

const redirectUri = 'http://127.0.0.1:50999';

/** Google's own sign-in library, by its documented way: address, browser, code, tokens. */
async function signIn(google: LocalGoogle): Promise<OAuth2Client> {
  const auth = new OAuth2Client({
    ...{ clientId: testClientId, clientSecret: testClientSecret, redirectUri },
    endpoints: {
      oauth2AuthBaseUrl: google.endpoints.authUrl,
      oauth2TokenUrl: google.endpoints.tokenUrl,
      oauth2RevokeUrl: google.endpoints.revokeUrl,
    },
  });
  const { codeVerifier, codeChallenge } = await auth.generateCodeVerifierAsync();
  const url = auth.generateAuthUrl({
    ...{ access_type: 'offline', prompt: 'consent', scope: driveFileScope, state: 's' },
    // The library has an enum here; its value is this string.
    ...{ code_challenge_method: 'S256' as never, code_challenge: codeChallenge ?? '' },
  });
  const answer = await send(url);
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const { tokens } = await auth.getToken({ code, codeVerifier });
  auth.setCredentials(tokens);
  return auth;
}

async function open(): Promise<{
  google: LocalGoogle;
  auth: OAuth2Client;
  api: drive_v3.Drive;
  options: { rootUrl: string };
}> {
  const google = await openGoogle({ switches: { consent: 'allow' } });
  const auth = await signIn(google);
  const rootUrl = `${google.origin}/`;
  // The address of the client does not reach uploads; the one of the call does.
  return { google, auth, api: drive({ version: 'v3', auth, rootUrl, retry: false }), options: { rootUrl } };
}

describe('Google’s own Node libraries', () => {
  it('sign in, refresh and revoke', async () => {
    const { google, auth } = await open();
    const before = auth.credentials.access_token;
    const { credentials } = await auth.refreshAccessToken();
    expect(credentials.access_token).not.toBe(before);
    expect(credentials.scope).toBe(driveFileScope);
    google.revokeAll();
    await expect(auth.refreshAccessToken()).rejects.toThrow('invalid_grant');
    const again = await signIn(google);
    await again.revokeCredentials();
    expect(google.state().tokens.refreshTokens).toBe(0);
  });

  it('make a folder, upload, list, download, change and delete', async () => {
    const { api, options, google } = await open();
    const folder = await api.files.create({
      requestBody: { name: 'PgKeep', mimeType: 'application/vnd.google-apps.folder' },
      fields: 'id',
    });
    const parents = [String(folder.data.id)];
    const data = randomBytes(1_200_000);
    const ids = (await api.files.generateIds({ count: 1 })).data.ids ?? [];
    const created = await api.files.create(
      {
        requestBody: { id: ids[0] ?? null, name: 'x.age', parents, appProperties: { set: '1' } },
        media: { mimeType: 'application/octet-stream', body: Readable.from([data]) },
        fields: 'id,size,md5Checksum,sha256Checksum,appProperties',
      },
      options,
    );
    expect(created.data).toEqual({
      ...{ id: ids[0], size: String(data.length), appProperties: { set: '1' } },
      ...{ md5Checksum: hashOf(data, 'md5'), sha256Checksum: hashOf(data) },
    });
    const q = `'${String(parents[0])}' in parents and appProperties has { key='set' and value='1' } and trashed=false`;
    const list = await api.files.list({ q, fields: 'nextPageToken, files(id, name)' });
    expect(list.data).toEqual({ files: [{ id: ids[0], name: 'x.age' }] });
    const fileId = String(ids[0]);
    const whole = await api.files.get({ fileId, alt: 'media' }, { responseType: 'stream' });
    expect((await buffer(whole.data)).equals(data)).toBe(true);
    await api.files.update({ fileId, requestBody: { name: 'y', trashed: true } });
    expect((await api.files.get({ fileId, fields: 'name,trashed' })).data).toEqual({ name: 'y', trashed: true });
    await api.files.delete({ fileId });
    await expect(api.files.get({ fileId })).rejects.toMatchObject({ status: 404 });
    expect(google.files().length).toBe(1);
  });

  it('read the account and understand the errors', async () => {
    const { api, google } = await open();
    const about = await api.about.get({ fields: 'user,storageQuota' });
    expect(about.data.user?.permissionId).toBe(testAccount.permissionId);
    await expect(api.about.get()).rejects.toThrow("The 'fields' parameter is required for this method.");
    google.failNext({ kind: 'list' }, { do: 'respond', status: 403, reason: 'userRateLimitExceeded' });
    const error: unknown = await api.files.list().catch((problem: unknown) => problem);
    expect(error).toHaveProperty('status', 403);
    expect(error).toHaveProperty('message', 'User Rate Limit Exceeded');
    expect(error).toHaveProperty('response.data.error.errors.0.reason', 'userRateLimitExceeded');
  });
});
