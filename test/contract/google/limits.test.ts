import { describe, expect, it } from 'vitest';
import { testAccount } from '../../google/options.ts';
import { openClient, openGoogle, putChunk, reasonOf, startSession, type Answer, type TestClient } from './support.ts';

const folderType = 'application/vnd.google-apps.folder';
const media = '/upload/drive/v3/files?uploadType=media';
const other = { ...testAccount, email: 'other@example.com', permissionId: '2', otherUsageBytes: 40 };

const upload = (client: TestClient, bytes: number): Promise<Answer> => client.call('POST', media, Buffer.alloc(bytes));

describe('limits', () => {
  it('of an organisation are shared by its accounts', async () => {
    const accounts = [testAccount, other].map((account) => ({ ...account, pool: 'example.com', limitBytes: 100 }));
    const google = await openGoogle({ accounts });
    await upload(openClient(google, { email: other.email }), 30);
    const client = openClient(google);
    const about = await client.call('GET', '/drive/v3/about?fields=storageQuota');
    expect(about.json['storageQuota']).toEqual({
      ...{ limit: '100', usage: '70', usageInDrive: '0', usageInDriveTrash: '0' },
    });
    expect(reasonOf(await upload(client, 31))).toBe('storageQuotaExceeded');
    expect((await upload(client, 30)).status).toBe(200);
  });

  it.each([
    ['usual', 'User Rate Limit Exceeded', 'userRateLimitExceeded'],
    ['trailing-dot', 'User rate limit exceeded.', 'userRateLimitExceeded'],
    ['no-reason', 'User Rate Limit Exceeded', null],
  ] as const)('of a day stop uploads, not the one that crosses the line: words %s', async (words, message, reason) => {
    const google = await openGoogle({ switches: { uploadBytesPerDay: 100, dailyCapWords: words } });
    const client = openClient(google);
    expect((await upload(client, 500)).status).toBe(200);
    const refused = await upload(client, 1);
    expect([refused.status, refused.json['error']]).toMatchObject([403, { message }]);
    if (reason !== null) expect(reasonOf(refused)).toBe(reason);
    await expect(startSession(client)).rejects.toThrow('403');
    expect((await client.call('POST', '/drive/v3/files', { name: 'f', mimeType: folderType })).status).toBe(200);
    google.advanceClock(24 * 3600_000);
    expect((await upload(openClient(google), 1)).status).toBe(200);
  });

  it('of a minute are counted in Google’s units, chunks when switched so', async () => {
    const google = await openGoogle({ switches: { unitsPerMinute: 160 } });
    const client = openClient(google);
    const uri = await startSession(client);
    expect((await client.call('GET', '/drive/v3/files')).status).toBe(200);
    expect((await client.call('GET', '/drive/v3/about?fields=user')).status).toBe(200);
    const refused = await client.call('GET', '/drive/v3/files');
    expect([refused.status, reasonOf(refused)]).toEqual([403, 'rateLimitExceeded']);
    expect(refused.text).toContain("Quota exceeded for quota metric 'Queries'");
    expect(refused.text).toContain('google.rpc.ErrorInfo');
    const chunk = Buffer.alloc(262_144);
    expect((await putChunk(uri, chunk, 0, null)).status).toBe(308);
    google.set({ chunkUnits: 50 });
    expect((await putChunk(uri, chunk, chunk.length, null)).status).toBe(403);
    google.advanceClock(60_000);
    expect((await putChunk(uri, chunk, chunk.length, null)).status).toBe(308);
  });

  it('of items: on a shared drive, in a folder, of one creator, and levels of folders', async () => {
    const google = await openGoogle();
    const scopes = ['https://www.googleapis.com/auth/drive'];
    const client = openClient(google, { scopes });
    const drive = google.makeSharedDrive({ name: 'Team', members: { [testAccount.email]: 'writer' } });
    const create = async (parent: string, mimeType = folderType): Promise<Answer> =>
      client.call('POST', '/drive/v3/files?supportsAllDrives=true', { name: 'x', parents: [parent], mimeType });
    const folder = String((await create(drive.id)).json['id']);
    google.set({ maxItemsPerDrive: 1 });
    expect(reasonOf(await create(folder))).toBe('teamDriveFileLimitExceeded');
    const start = client.call('POST', '/upload/drive/v3/files?uploadType=resumable&supportsAllDrives=true', {
      parents: [folder],
    });
    expect(reasonOf(await start)).toBe('teamDriveFileLimitExceeded');
    const mine = String((await create('root')).json['id']);
    expect((await create(mine, 'text/plain')).status).toBe(200);
    google.set({ maxItemsPerFolder: 1 });
    expect(reasonOf(await create(mine))).toBe('numChildrenInNonRootLimitExceeded');
    expect((await create('root', 'text/plain')).status).toBe(200);
    google.set({ maxItemsPerFolder: 10, maxFolderDepth: 1 });
    expect(reasonOf(await create(mine))).toBe('myDriveHierarchyDepthLimitExceeded');
    google.set({ maxItemsPerCreator: 4 });
    expect(reasonOf(await create('root', 'text/plain'))).toBe('activeItemCreationLimitExceeded');
  });
});

describe('a download', () => {
  it('of malware is refused, but not to its owner who knows it', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const id = String((await upload(client, 10)).json['id']);
    google.flagAbusive(id);
    const path = `/drive/v3/files/${id}?alt=media`;
    expect(reasonOf(await client.call('GET', path))).toBe('cannotDownloadAbusiveFile');
    expect((await client.call('GET', `${path}&acknowledgeAbuse=true`)).status).toBe(200);
  });

  it('of a shared drive’s malware needs an organizer', async () => {
    const google = await openGoogle();
    const drive = google.makeSharedDrive({ name: 'Team', members: { [testAccount.email]: 'organizer' } });
    const { id } = google.makeByHand({ name: 'x', content: 'x', parentId: drive.id });
    google.flagAbusive(id);
    const client = openClient(google, { scopes: ['https://www.googleapis.com/auth/drive.readonly'] });
    const path = `/drive/v3/files/${id}?alt=media&supportsAllDrives=true&acknowledgeAbuse=true`;
    expect((await client.call('GET', path)).status).toBe(200);
    google.setRole(drive.id, testAccount.email, 'writer');
    expect(reasonOf(await client.call('GET', path))).toBe('cannotDownloadAbusiveFile');
  });

  it('is not for a program that may read metadata alone', async () => {
    const google = await openGoogle();
    const id = String((await upload(openClient(google), 1)).json['id']);
    const reader = openClient(google, { scopes: ['https://www.googleapis.com/auth/drive.metadata.readonly'] });
    expect((await reader.call('GET', `/drive/v3/files/${id}`)).status).toBe(200);
    expect((await reader.call('GET', `/drive/v3/files/${id}?alt=media`)).status).toBe(403);
  });

  it('may hold fewer bytes than were asked for', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const path = `/drive/v3/files/${String((await upload(client, 100)).json['id'])}?alt=media`;
    google.failNext({ kind: 'download' }, { do: 'short-range', bytes: 10 });
    const answer = await client.call('GET', path, null, { Range: 'bytes=50-' });
    expect([answer.status, answer.text.length, answer.headers.get('content-range')]).toEqual([
      ...[206, 10, 'bytes 50-59/100'],
    ]);
  });
});
