import { describe, expect, it } from 'vitest';
import { testAccount, type ClientRegistration } from '../../google/options.ts';
import { openClient, openGoogle, reasonOf, type Json, type TestClient } from './support.ts';

const folderType = 'application/vnd.google-apps.folder';

async function create(client: TestClient, metadata: Json): Promise<string> {
  const answer = await client.call('POST', '/drive/v3/files', metadata);
  if (answer.status !== 200) throw new Error(answer.text);
  return String(answer.json['id']);
}

describe('files', () => {
  it('come with four fields unless others are asked for', async () => {
    const client = openClient(await openGoogle());
    const answer = await client.call('POST', '/drive/v3/files', { name: 'PgKeep', mimeType: folderType });
    const { id } = answer.json;
    expect(answer.json).toEqual({ kind: 'drive#file', id, name: 'PgKeep', mimeType: folderType });
    const got = await client.call(
      'GET',
      `/drive/v3/files/${String(id)}?fields=parents,size,trashed,capabilities/canTrash`,
    );
    const root = await client.call('GET', '/drive/v3/files/root?fields=id');
    expect(got.json).toEqual({ parents: [root.json['id']], trashed: false, capabilities: { canTrash: true } });
  });

  it('have ids that the server gave out, each once', async () => {
    const client = openClient(await openGoogle());
    const ids = (await client.call('GET', '/drive/v3/files/generateIds?count=3')).json['ids'] as string[];
    expect(new Set(ids).size).toBe(3);
    expect(await create(client, { id: ids[0], name: 'one' })).toBe(ids[0]);
    const again = await client.call('POST', '/drive/v3/files', { id: ids[0], name: 'two' });
    expect([again.status, reasonOf(again)]).toEqual([409, 'fileIdInUse']);
    const own = await client.call('POST', '/drive/v3/files', { id: `1${'x'.repeat(32)}`, name: 'three' });
    expect(own.status).toBe(400);
    expect((await client.call('GET', '/drive/v3/files/generateIds?count=1001')).status).toBe(400);
  });

  it('go to the bin with what is below them, and come back', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const folder = await create(client, { name: 'folder', mimeType: folderType });
    const file = await create(client, { name: 'file', parents: [folder] });
    const trashed = async (): Promise<unknown[]> => {
      const { json } = await client.call('GET', `/drive/v3/files/${file}?fields=trashed,explicitlyTrashed`);
      return [json['trashed'], json['explicitlyTrashed']];
    };
    await client.call('PATCH', `/drive/v3/files/${folder}`, { trashed: true });
    expect(await trashed()).toEqual([true, false]);
    await client.call('PATCH', `/drive/v3/files/${folder}`, { trashed: false });
    expect(await trashed()).toEqual([false, false]);
  });

  it('are deleted for good, folders with everything below', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const folder = await create(client, { name: 'folder', mimeType: folderType });
    const inner = await create(client, { name: 'inner', mimeType: folderType, parents: [folder] });
    await create(client, { name: 'file', parents: [inner] });
    const answer = await client.call('DELETE', `/drive/v3/files/${folder}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(google.files()).toEqual([]);
    const gone = await client.call('GET', `/drive/v3/files/${inner}`);
    expect([gone.status, reasonOf(gone)]).toEqual([404, 'notFound']);
    expect((await client.call('DELETE', '/drive/v3/files/root')).status).toBe(403);
  });

  it('are older or younger, also where the clock stands', async () => {
    const google = await openGoogle({ now: () => new Date('2026-05-05T05:05:05Z') });
    const client = openClient(google);
    for (const name of ['a', 'b', 'c']) await client.call('POST', '/drive/v3/files', { name });
    const list = await client.call('GET', '/drive/v3/files?orderBy=createdTime&fields=files(name)');
    expect(list.json['files']).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    google.advanceClock(-3_600_000);
    const early = await openClient(google).call('POST', '/drive/v3/files?fields=createdTime', { name: 'd' });
    expect(early.json['createdTime']).toBe('2026-05-05T04:05:05.000Z');
  });

  it('lie in exactly one folder', async () => {
    const client = openClient(await openGoogle());
    const [a, b] = [
      await create(client, { name: 'a', mimeType: folderType }),
      await create(client, { name: 'b', mimeType: folderType }),
    ];
    const file = await create(client, { name: 'file', parents: [a] });
    const patch = (query: string, body: Json = {}) =>
      client.call('PATCH', `/drive/v3/files/${file}?fields=parents&${query}`, body);
    expect(reasonOf(await patch(`addParents=${b}`))).toBe('cannotAddParent');
    expect(reasonOf(await patch(`removeParents=${a}`))).toBe('cannotRemoveParent');
    expect((await patch(`addParents=${b}&removeParents=${a}`)).json).toEqual({ parents: [b] });
    expect(reasonOf(await patch('', { parents: [a] }))).toBe('fieldNotWritable');
    expect((await client.call('POST', '/drive/v3/files', { parents: [a, b] })).status).toBe(400);
    expect(reasonOf(await client.call('POST', '/drive/v3/files', { parents: ['nowhere'] }))).toBe('notFound');
    expect(reasonOf(await client.call('POST', '/drive/v3/files', { parents: [file] }))).toBe('parentNotAFolder');
    const inner = await create(client, { name: 'inner', mimeType: folderType, parents: [a] });
    const loop = await client.call('PATCH', `/drive/v3/files/${a}?addParents=${inner}&removeParents=root`, {});
    expect(reasonOf(loop)).toBe('cyclicalFolder');
  });

  it('keep app properties to the rules: 124 bytes, 30 of them, null takes one away, other apps see none', async () => {
    const client = openClient(await openGoogle());
    const id = await create(client, { name: 'x', appProperties: { a: '1', b: 'ü'.repeat(61) } });
    const patch = (appProperties: Json) =>
      client.call('PATCH', `/drive/v3/files/${id}?fields=appProperties`, { appProperties });
    expect(reasonOf(await patch({ bb: 'ü'.repeat(62) }))).toBe('propertyLengthLimitExceeded');
    expect((await patch({ b: null, c: '3' })).json).toEqual({ appProperties: { a: '1', c: '3' } });
    const many = Object.fromEntries(Array.from({ length: 29 }, (_, index) => [`k${String(index)}`, 'v']));
    expect(reasonOf(await patch(many))).toBe('propertyCountLimitExceeded');
    expect((await patch({ a: 1 })).status).toBe(400);
  });

  it.each([
    [{ colour: 'red' }, 400, 'badRequest'],
    [{ size: '5' }, 403, 'fieldNotWritable'],
    [{ name: 5 }, 400, 'invalid'],
    [{ modifiedTime: 'yesterday' }, 400, 'invalid'],
    [{ permissions: [] }, 501, 'notImplemented'],
    [{ mimeType: 'application/vnd.google-apps.document' }, 501, 'notImplemented'],
  ])('refuse the metadata %j', async (metadata, status, reason) => {
    const google = await openGoogle();
    const answer = await openClient(google).call('POST', '/drive/v3/files', metadata);
    expect([answer.status, reasonOf(answer), google.files().length]).toEqual([status, reason, 0]);
  });

  it.each([
    ['GET', '/drive/v3/files?colour=red', 400, 'invalidParameter'],
    ['GET', '/drive/v3/files/root?supportsAllDrives=yes', 400, 'invalidParameter'],
    ['GET', '/drive/v3/files?pageSize=many', 400, 'invalidParameter'],
    ['GET', '/drive/v3/files?includeLabels=x', 501, 'notImplemented'],
    ['GET', '/drive/v3/files?alt=proto', 501, 'notImplemented'],
    ['GET', '/drive/v3/files?corpora=domain', 501, 'notImplemented'],
    ['GET', '/drive/v3/changes', 501, 'notImplemented'],
    ['GET', '/drive/v3/files/root/permissions', 501, 'notImplemented'],
    ['DELETE', '/drive/v3/files/trash', 403, 'insufficientPermissions'],
    ['GET', '/drive/v3/drives/abc', 403, 'insufficientPermissions'],
    ['GET', '/drive/v9/files', 404, 'notFound'],
    ['POST', '/upload/drive/v3/files?uploadType=fast', 400, 'invalidParameter'],
  ])('answer %s %s with %i %s', async (method, path, status, reason) => {
    const answer = await openClient(await openGoogle()).call(method, path);
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
  });
});

describe('drive.file', () => {
  const client = (clientId: string, project: string): ClientRegistration => ({ clientId, clientSecret: 's', project });
  const clients = [client('a1', 'A'), client('a2', 'A'), client('b', 'B')];

  it('shows a file to all clients of the project that made it, and to no other', async () => {
    const google = await openGoogle({ clients });
    const id = await create(openClient(google, { clientId: 'a1' }), { name: 'x' });
    const path = `/drive/v3/files/${id}`;
    expect((await openClient(google, { clientId: 'a2' }).call('GET', path)).status).toBe(200);
    const other = openClient(google, { clientId: 'b' });
    expect(reasonOf(await other.call('GET', path))).toBe('notFound');
    expect(reasonOf(await other.call('DELETE', path))).toBe('notFound');
    expect((await other.call('GET', '/drive/v3/files')).json['files']).toEqual([]);
    const full = openClient(google, { clientId: 'b', scopes: ['https://www.googleapis.com/auth/drive'] });
    expect((await full.call('GET', path)).status).toBe(200);
  });

  it('keeps accounts apart', async () => {
    const second = { ...testAccount, email: 'second@example.com', permissionId: '2' };
    const google = await openGoogle({ accounts: [testAccount, second] });
    const id = await create(openClient(google), { name: 'x' });
    const other = openClient(google, { email: second.email });
    expect((await other.call('GET', `/drive/v3/files/${id}`)).status).toBe(404);
  });
});

describe('about', () => {
  it('needs fields, and leaves the limit out when there is none', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    const bare = await client.call('GET', '/drive/v3/about');
    expect([bare.status, reasonOf(bare)]).toEqual([400, 'required']);
    expect((await client.call('GET', '/drive/v3/about?fields=storageQuota/limit')).json).toEqual({
      storageQuota: { limit: String(testAccount.limitBytes) },
    });
    google.setAccount({ limitBytes: null, otherUsageBytes: 7 });
    expect((await client.call('GET', '/drive/v3/about?fields=storageQuota')).json).toEqual({
      storageQuota: { usage: '7', usageInDrive: '0', usageInDriveTrash: '0' },
    });
  });
});
