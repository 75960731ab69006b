import { describe, expect, it } from 'vitest';
import { testAccount } from '../../google/options.ts';
import { driveRoles, type DriveRole } from '../../google/rights.ts';
import type { LocalGoogle } from '../../google/start-google.ts';
import { openClient, openGoogle, reasonOf, startSession, type Json, type TestClient } from './support.ts';

const all = 'supportsAllDrives=true';
const folderType = 'application/vnd.google-apps.folder';
const fullScope = { scopes: ['https://www.googleapis.com/auth/drive'] };

interface Team {
  readonly google: LocalGoogle;
  /** Of a program with the full scope. */
  readonly client: TestClient;
  readonly driveId: string;
  readonly setRole: (role: DriveRole | null) => void;
  /** Makes a file there and answers its id. */
  readonly create: (metadata?: Json) => Promise<string>;
}

async function openTeam(role: DriveRole = 'organizer'): Promise<Team> {
  const google = await openGoogle();
  const { id: driveId } = google.makeSharedDrive({ name: 'Team', members: { [testAccount.email]: role } });
  const client = openClient(google, fullScope);
  return {
    ...{ google, client, driveId },
    setRole: (changed) => {
      google.setRole(driveId, testAccount.email, changed);
    },
    create: async (metadata = {}) => {
      const made = await client.call('POST', `/drive/v3/files?${all}`, { name: 'x', parents: [driveId], ...metadata });
      return String(made.json['id']);
    },
  };
}

describe('shared drives', () => {
  it('are listed and read by their members, with the full scope', async () => {
    const { google, client, driveId, setRole } = await openTeam();
    const list = await client.call('GET', '/drive/v3/drives');
    expect(list.json).toEqual({
      kind: 'drive#driveList',
      drives: [{ kind: 'drive#drive', id: driveId, name: 'Team' }],
    });
    expect((await client.call('GET', `/drive/v3/drives/${driveId}`)).json['name']).toBe('Team');
    const narrow = await openClient(google).call('GET', '/drive/v3/drives');
    expect([narrow.status, reasonOf(narrow)]).toEqual([403, 'insufficientPermissions']);
    setRole(null);
    expect((await client.call('GET', '/drive/v3/drives')).json['drives']).toEqual([]);
    expect((await client.call('GET', `/drive/v3/drives/${driveId}`)).status).toBe(404);
  });

  it('come in pages', async () => {
    const { google, client } = await openTeam();
    for (let count = 1; count < 12; count += 1) {
      google.makeSharedDrive({ name: String(count), members: { [testAccount.email]: 'reader' } });
    }
    const first = await client.call('GET', '/drive/v3/drives');
    const token = encodeURIComponent(String(first.json['nextPageToken']));
    const second = await client.call('GET', `/drive/v3/drives?pageToken=${token}`);
    expect([first.json['drives'], second.json['drives']].map((page) => (page as Json[]).length)).toEqual([10, 2]);
    expect((await client.call('GET', '/drive/v3/drives?pageToken=no')).status).toBe(400);
  });

  it('hold files without an owner, which are not counted against anybody’s space', async () => {
    const { google, client, driveId, create } = await openTeam();
    google.setAccount({ limitBytes: 1 });
    const made = await client.call('POST', `/upload/drive/v3/files?uploadType=media&${all}`, Buffer.from('too big'));
    expect(reasonOf(made)).toBe('storageQuotaExceeded');
    const id = await create();
    const sent = await client.call(
      'PATCH',
      `/upload/drive/v3/files/${id}?uploadType=media&${all}`,
      Buffer.from('bytes'),
    );
    expect(sent.status).toBe(200);
    const file = await client.call('GET', `/drive/v3/files/${id}?${all}&fields=*`);
    expect(file.json).toMatchObject({ driveId, parents: [driveId], size: '5', modifiedByMe: true });
    for (const name of ['owners', 'ownedByMe', 'shared']) expect(file.json).not.toHaveProperty(name);
    const about = await client.call('GET', '/drive/v3/about?fields=storageQuota');
    expect(about.json).toMatchObject({ storageQuota: { usage: '0' } });
  });

  it('are not there for a program that does not say that it knows them', async () => {
    const { google, client, driveId, create } = await openTeam();
    const id = await create();
    const without: [string, string, Json | null][] = [
      ['GET', `/drive/v3/files/${id}`, null],
      ['GET', `/drive/v3/files/${id}?alt=media`, null],
      ['PATCH', `/drive/v3/files/${id}`, { name: 'y' }],
      ['DELETE', `/drive/v3/files/${id}`, null],
      ['POST', '/drive/v3/files', { name: 'y', parents: [driveId] }],
      ['POST', '/upload/drive/v3/files?uploadType=resumable', { parents: [driveId] }],
    ];
    for (const [method, path, body] of without) {
      const answer = await client.call(method, path, body);
      expect([method, path, answer.status]).toEqual([method, path, 404]);
    }
    await expect(startSession(client, { parents: [driveId] })).rejects.toThrow('404');
    expect(google.files().length).toBe(1);
  });

  it('are searched only when the parameters say so', async () => {
    const { client, driveId, create } = await openTeam();
    const id = await create();
    await client.call('POST', '/drive/v3/files', { name: 'mine' });
    const list = async (query: string): Promise<unknown> => {
      const answer = await client.call('GET', `/drive/v3/files?orderBy=name&${query}`);
      return answer.status === 200 ? (answer.json['files'] as Json[]).map((file) => file['name']) : reasonOf(answer);
    };
    expect(await list('')).toEqual(['mine']);
    expect(await list(all)).toEqual(['mine']);
    const both = `${all}&includeItemsFromAllDrives=true`;
    expect(await list(both)).toEqual(['mine', 'x']);
    expect(await list(`${both}&corpora=allDrives`)).toEqual(['mine', 'x']);
    expect(await list(`${both}&corpora=drive&driveId=${driveId}`)).toEqual(['x']);
    expect(await list(`${both}&q='${driveId}' in parents`)).toEqual(['x']);
    expect(await list(`${both}&q=not 'me' in owners`)).toEqual(['x']);
    expect(await list('includeItemsFromAllDrives=true')).toBe('teamDrivesNotSupported');
    expect(await list(`${both}&corpora=drive`)).toBe('teamDriveIdRequired');
    expect(await list(`${both}&driveId=${driveId}`)).toBe('teamDriveIdRequired');
    expect(await list(`${all}&corpora=drive&driveId=${driveId}`)).toBe('teamDrivesIncludeRequired');
    expect(await list(`${both}&corpora=drive&driveId=${id}`)).toBe('notFound');
  });

  it.each<[DriveRole, Record<string, number>]>([
    ['organizer', { create: 200, rename: 200, write: 200, trash: 200, delete: 204 }],
    ['fileOrganizer', { create: 200, rename: 200, write: 200, trash: 200, delete: 403 }],
    ['writer', { create: 200, rename: 200, write: 200, trash: 403, delete: 403 }],
    ['commenter', { create: 403, rename: 403, write: 403, trash: 403, delete: 403 }],
    ['reader', { create: 403, rename: 403, write: 403, trash: 403, delete: 403 }],
  ])('let a member who is %s do %j, and say so in the capabilities', async (role, allowed) => {
    const { client, driveId, setRole, create } = await openTeam();
    const id = await create();
    setRole(role);
    const path = `/drive/v3/files/${id}?${all}`;
    const can = (await client.call('GET', `${path}&fields=capabilities`)).json['capabilities'] as Json;
    const folder = await client.call('GET', `/drive/v3/files/${driveId}?${all}&fields=capabilities(canAddChildren)`);
    const acts = {
      create: await client.call('POST', `/drive/v3/files?${all}`, { name: 'y', parents: [driveId] }),
      rename: await client.call('PATCH', path, { name: 'z' }),
      write: await client.call('PATCH', `/upload${path}&uploadType=media`, Buffer.from('new bytes')),
      trash: await client.call('PATCH', path, { trashed: true }),
      delete: await client.call('DELETE', path),
    };
    expect(Object.fromEntries(Object.entries(acts).map(([name, { status }]) => [name, status]))).toEqual(allowed);
    const { canAddChildren } = folder.json['capabilities'] as Json;
    expect([canAddChildren, can['canRename'], can['canTrash'], can['canDelete']]).toEqual(
      ['create', 'rename', 'trash', 'delete'].map((name) => (allowed[name] ?? 0) < 300),
    );
    if (allowed['create'] === 403) expect(reasonOf(acts.create)).toBe('insufficientParentPermissions');
    if (allowed['delete'] === 403) expect(reasonOf(acts.delete)).toBe('insufficientFilePermissions');
  });

  it.each(['organizer', 'fileOrganizer', 'writer'] as const)(
    'let %s and above trash when switched so',
    async (least) => {
      const { google, client, setRole, create } = await openTeam();
      google.set({ lowestRoleThatTrashes: least });
      for (const role of driveRoles.slice(0, 3)) {
        setRole('organizer');
        const id = await create();
        setRole(role);
        const answer = await client.call('PATCH', `/drive/v3/files/${id}?${all}&fields=trashed,trashingUser`, {
          trashed: true,
        });
        expect(answer.status).toBe(driveRoles.indexOf(role) <= driveRoles.indexOf(least) ? 200 : 403);
        if (answer.status === 200) expect(answer.json).toMatchObject({ trashed: true, trashingUser: { me: true } });
      }
    },
  );

  it('do not exchange items with My Drive here: that is a 501', async () => {
    const { client, driveId } = await openTeam();
    const mine = await client.call('POST', '/drive/v3/files', { name: 'f', mimeType: folderType });
    const path = `/drive/v3/files/${String(mine.json['id'])}?${all}&addParents=${driveId}&removeParents=root`;
    expect((await client.call('PATCH', path, {})).status).toBe(501);
  });

  it('show a program with drive.file only what it made there', async () => {
    const { google, client, driveId, create } = await openTeam();
    const folder = await create({ mimeType: folderType });
    expect((await openClient(google).call('GET', `/drive/v3/files/${folder}?${all}`)).status).toBe(200);
    const hand = google.makeByHand({ name: 'by hand', parentId: driveId });
    expect((await openClient(google).call('GET', `/drive/v3/files/${hand.id}?${all}`)).status).toBe(404);
    expect((await client.call('GET', `/drive/v3/files/${hand.id}?${all}`)).status).toBe(200);
  });

  it('survive a restart and come again after a reset', async () => {
    const members = { [testAccount.email]: 'writer' } as const;
    const google = await openGoogle({ sharedDrives: [{ id: '0ATeam', name: 'Team', members }] });
    await google.stop();
    const again = await openGoogle({ dir: google.dir, sharedDrives: [{ id: '0ATeam', name: 'Team', members }] });
    expect(again.state().sharedDrives.map(({ id }) => id)).toEqual(['0ATeam']);
    again.makeSharedDrive({ name: 'Another', members });
    again.reset();
    expect(again.state().sharedDrives.map(({ id }) => id)).toEqual(['0ATeam']);
  });
});
