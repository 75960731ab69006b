import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testAccount, testClientId } from '../../google/options.ts';
import { driveFileScope, type LocalGoogle } from '../../google/start-google.ts';
import { openClient, openGoogle, send, type Answer } from './support.ts';

const all = 'supportsAllDrives=true';

function askToPick(google: LocalGoogle, change: Record<string, string> = {}): Promise<Answer> {
  const query = new URLSearchParams({
    ...{ client_id: testClientId, redirect_uri: 'http://127.0.0.1:50123', response_type: 'code' },
    ...{ scope: driveFileScope, state: 's', code_challenge_method: 'S256', prompt: 'consent' },
    code_challenge: createHash('sha256').update('v').digest('base64url'),
    ...{ trigger_onepick: 'true', allow_folder_selection: 'true', ...change },
  });
  return send(`${google.endpoints.authUrl}?${query.toString()}`);
}

const toTarget = (answer: Answer): URLSearchParams => new URL(answer.headers.get('location') ?? '').searchParams;

describe('the Picker on the authorisation page', () => {
  it('gives the app a folder that it did not make, and what it creates below', async () => {
    const google = await openGoogle();
    const folder = google.makeByHand({ name: 'Backups' });
    google.makeByHand({ name: 'theirs.txt', content: 'text', parentId: folder.id });
    const client = openClient(google);
    const path = `/drive/v3/files/${folder.id}`;
    expect((await client.call('GET', path)).status).toBe(404);
    google.set({ consent: 'allow', picks: [folder.id] });
    const target = toTarget(await askToPick(google));
    expect([target.get('picked_file_ids'), target.get('state')]).toEqual([folder.id, 's']);
    expect(target.get('code')).toMatch(/^4\//);
    expect((await client.call('GET', `${path}?fields=name,isAppAuthorized`)).json).toEqual({
      ...{ name: 'Backups', isAppAuthorized: true },
    });
    expect((await client.call('POST', '/drive/v3/files', { name: 'own', parents: [folder.id] })).status).toBe(200);
    google.makeByHand({ name: 'later.txt', content: 'text', parentId: folder.id });
    const list = await client.call('GET', `/drive/v3/files?q='${folder.id}' in parents&fields=files(name)`);
    expect(list.json).toEqual({ files: [{ name: 'own' }] });
  });

  it('reaches shared drives and their top folders', async () => {
    const google = await openGoogle({ switches: { consent: 'allow' } });
    const drive = google.makeSharedDrive({ name: 'Team', members: { [testAccount.email]: 'writer' } });
    const folder = google.makeByHand({ name: 'Backups', parentId: drive.id });
    google.set({ picks: [folder.id, drive.id] });
    const target = toTarget(await askToPick(google, { allow_multiple: 'true' }));
    expect(target.get('picked_file_ids')).toBe(`${folder.id},${drive.id}`);
    const client = openClient(google);
    for (const id of [folder.id, drive.id]) {
      expect((await client.call('POST', `/drive/v3/files?${all}`, { name: 'x', parents: [id] })).status).toBe(200);
    }
  });

  it('shows what may be chosen, filtered as asked, and takes the click', async () => {
    const google = await openGoogle();
    const folder = google.makeByHand({ name: 'A folder' });
    const file = google.makeByHand({ name: 'A <file>', content: 'x', mimeType: 'text/plain' });
    const pickable = async (change: Record<string, string>): Promise<string[]> =>
      [...(await askToPick(google, change)).text.matchAll(/name="picked" value="([^"]+)"/g)].map(([, id]) => id ?? '');
    expect((await pickable({})).sort()).toEqual([folder.id, file.id].sort());
    expect(await pickable({ allow_folder_selection: 'false' })).toEqual([file.id]);
    expect(await pickable({ mimetypes: folder.mimeType })).toEqual([folder.id]);
    expect(await pickable({ file_ids: file.id })).toEqual([file.id]);
    await openClient(google, { scopes: ['https://www.googleapis.com/auth/drive'] }).call(
      ...(['PATCH', `/drive/v3/files/${file.id}`, { trashed: true }] as const),
    );
    expect(await pickable({})).toEqual([folder.id]);
    const page = await askToPick(google);
    const request = /name="request" value="(\w+)"/.exec(page.text)?.[1] ?? '';
    const form = new URLSearchParams({ request, decision: 'allow', account: testAccount.email, picked: folder.id });
    const answer = await send(google.endpoints.authUrl, { method: 'POST', body: form });
    expect(toTarget(answer).get('picked_file_ids')).toBe(folder.id);
    expect((await openClient(google).call('GET', `/drive/v3/files/${folder.id}`)).status).toBe(200);
  });

  it.each<[string, Record<string, string>, string]>([
    ['another scope beside drive.file', { scope: `${driveFileScope} ${driveFileScope}.x` }, 'invalid_scope'],
    ['the full scope', { scope: 'https://www.googleapis.com/auth/drive' }, 'drive.file alone'],
    ['no new consent', { prompt: 'select_account' }, 'prompt=consent'],
    ['its parameters alone', { trigger_onepick: 'false' }, 'trigger_onepick=true'],
    ['more than one where one is allowed', {}, 'only one item'],
  ])('refuses %s', async (_, change, words) => {
    const google = await openGoogle({ switches: { consent: 'allow' } });
    google.set({ picks: [google.makeByHand({ name: 'a' }).id, google.makeByHand({ name: 'b' }).id] });
    const answer = await askToPick(google, change);
    expect([answer.status, answer.text.includes(words)]).toEqual([400, true]);
  });

  it('refuses what is not there, and a loopback address when switched so', async () => {
    const google = await openGoogle({ switches: { consent: 'allow', picks: ['nothing'] } });
    expect((await askToPick(google)).status).toBe(400);
    google.set({ picks: [], pickerLoopback: 'refused' });
    expect((await askToPick(google)).text).toContain('redirect_uri_mismatch');
    google.set({ pickerLoopback: 'allowed' });
    expect(toTarget(await askToPick(google)).get('picked_file_ids')).toBe('');
  });
});
