// The account from a person's side, against the local Google: signing in with each kind of client, every way in which it
// does not come about, how a sign-in ends and is told, and what is warned of.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/base/clock.ts';
import { toPaths } from '../../../electron/engine/base/config.ts';
import type { Clock } from '../../../electron/engine/base/ports.ts';
import { openDatabase } from '../../../electron/engine/store/database.ts';
import { updateRun } from '../../../electron/engine/store/runs.ts';
import { testClientId, testClientSecret } from '../../google/options.ts';
import { runCli, startCli } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { createHurriedClock } from '../../support/hurried-clock.ts';
import { addDumpedRun } from '../../support/upload-rows.ts';
import { waitFor } from '../../support/wait-for.ts';

const dayMs = 24 * 3_600_000;
const otherClient = {
  clientId: '2222222222-other.apps.googleusercontent.com',
  clientSecret: 'GOCSPX-other',
  project: '2222222222',
};
const ownClient = { clientId: testClientId, clientSecret: testClientSecret, project: '1004711235813' };

let world: EngineWorld;
let engine: RunningEngine;

beforeEach(async () => {
  world = await openEngineWorld({ google: { clients: [ownClient, otherClient] } });
  engine = await world.start();
});

afterEach(async () => {
  await world.stop();
});

const account = () => engine.client.account;
const get = () => account().get(undefined);
const signIn = () => account().signIn(undefined);

/** Writes a file as Google's console offers it for download. */
async function writeClientFile(content: unknown, name = 'client.json'): Promise<string> {
  const file = path.join(path.dirname(world.dataDir), name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const installed = (client: typeof ownClient) => ({
  installed: { client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: ['http://localhost'] },
});

/** Real time moved on by `ahead`, in which a day passes in a moment; a person's five minutes only when `hurry` says so. */
function createImpatientClock(ahead: { ms: number }, { hurry = false } = {}): Clock {
  const shorten = (ms: number): number => {
    if (ms >= dayMs) return 40;
    return ms >= 300_000 ? (hurry ? 40 : ms) : ms / 500;
  };
  return {
    now: () => new Date(Date.now() + ahead.ms),
    wait: (ms, signal) => systemClock.wait(shorten(ms), signal),
  };
}

describe('the OAuth client', () => {
  it('is taken from the file that Google’s console gives, its secret kept in the vault alone', async () => {
    expect(await get()).toMatchObject({ state: 'none', client: 'none' });
    await expect(signIn()).rejects.toMatchObject({ code: 'drive/client-missing' });
    const file = await writeClientFile(installed(ownClient));
    expect(await account().useClientFile({ path: file })).toMatchObject({ client: 'own' });
    expect(await signIn()).toMatchObject({ state: 'ready', email: 'owner@example.com', kind: 'person', problem: null });
    const store = await readFile(path.join(world.dataDir, 'pgkeep.db'));
    expect(store.includes(testClientSecret)).toBe(false);
    expect(JSON.stringify([engine.log, engine.events])).not.toContain(testClientSecret);
  });

  it.each([
    ['web', { web: { client_id: 'a', client_secret: 'TOP-SECRET' } }],
    ['service-account', null],
    ['authorized_user', { type: 'authorized_user', client_id: 'a', refresh_token: 'TOP-SECRET' }],
    ['unknown', { api_key: 'TOP-SECRET' }],
    ['no-json', 'TOP-SECRET'],
  ])('of another kind is refused by name: %s', async (found, content) => {
    const file = await writeClientFile(content ?? world.google.serviceAccountKey());
    const refused = account().useClientFile({ path: file });
    await expect(refused).rejects.toMatchObject({ code: 'drive/credentials-unusable', context: { found } });
    expect(await get()).toMatchObject({ client: 'none' });
    expect(JSON.stringify([engine.log, engine.events])).not.toContain('TOP-SECRET');
  });

  it('that is built in serves everybody who has none', async () => {
    await engine.stop();
    const file = path.join(world.dataDir, 'config.json');
    const config = JSON.parse(await readFile(file, 'utf8')) as object;
    const builtInClient = { clientId: testClientId, clientSecret: testClientSecret };
    await writeFile(file, JSON.stringify({ ...config, builtInClient }));
    engine = await world.start();
    expect(await get()).toMatchObject({ client: 'built-in' });
    expect(await signIn()).toMatchObject({ state: 'ready', client: 'built-in' });
    await engine.client.settings.save({ googleClientId: otherClient.clientId, googleClientSecret: 'GOCSPX-other' });
    expect(await get()).toMatchObject({ state: 'signed-out', signedOutBy: 'client', client: 'own' });
    await engine.client.settings.save({ googleClientId: '' });
    expect(await get()).toMatchObject({ client: 'built-in' });
    expect(await signIn()).toMatchObject({ state: 'ready' });
  });

  it('of another project ends the sign-in, and so does it for a return', async () => {
    await account().useClientFile({ path: await writeClientFile(installed(ownClient)) });
    await signIn();
    await account().useClientFile({ path: await writeClientFile(installed(ownClient)) });
    expect(await get()).toMatchObject({ state: 'ready' });
    await account().useClientFile({ path: await writeClientFile(installed(otherClient)) });
    expect(await get()).toMatchObject({ state: 'signed-out', signedOutBy: 'client' });
    expect(await readFile(path.join(world.dataDir, 'vault.json'), 'utf8')).not.toContain('google/refresh-token');
    expect(await signIn()).toMatchObject({ state: 'ready' });
    expect(engine.notices).toEqual([]);
  });

  it('that was deleted at Google is a problem of its own, and no ended sign-in', async () => {
    await account().useClientFile({ path: await writeClientFile(installed(ownClient)) });
    await signIn();
    world.google.set({ deletedClients: [testClientId] });
    world.google.expireAccessTokens();
    await engine.stop();
    engine = await world.start();
    const refused = await account().refresh(undefined);
    expect(refused).toMatchObject({ state: 'ready', problem: { code: 'drive/client-refused' } });
    world.google.set({ deletedClients: [] });
    expect(await account().refresh(undefined)).toMatchObject({ state: 'ready', problem: null });
    expect(engine.notices).toEqual([]);
  });
});

describe('a sign-in', () => {
  beforeEach(async () => {
    await account().useClientFile({ path: await writeClientFile(installed(ownClient)) });
  });

  it.each([
    ['drive/sign-in-denied', () => world.google.set({ consent: 'deny' })],
    ['drive/scope-missing', () => world.google.set({ grantedScopes: [] })],
  ])('that ends in %s leaves nothing behind', async (code, prepare) => {
    prepare();
    await expect(signIn()).rejects.toMatchObject({ code });
    expect(await get()).toMatchObject({ state: 'none', email: null });
    expect(await readFile(path.join(world.dataDir, 'vault.json'), 'utf8')).not.toContain('google/refresh-token');
  });

  it('that nobody finishes ends after five minutes, and can be begun again', async () => {
    await engine.stop();
    world.google.set({ consent: 'page' });
    engine = await world.start({ clock: createImpatientClock({ ms: 0 }, { hurry: true }) });
    await expect(signIn()).rejects.toMatchObject({ code: 'drive/sign-in-timeout' });
    expect(await get()).toMatchObject({ state: 'none' });
    await engine.stop();
    world.google.set({ consent: 'allow' });
    engine = await world.start();
    expect(await signIn()).toMatchObject({ state: 'ready' });
  });

  it('that waits shows its page again, hands out the link, and is cancelled', async () => {
    world.google.set({ consent: 'page' });
    expect(await account().getSignInLink(undefined)).toEqual({ url: null });
    const ended = expect(signIn()).rejects.toMatchObject({ code: 'run/cancelled' });
    const opened = () => world.google.journal().filter(({ path: at }) => at.startsWith('/o/oauth2/v2/auth')).length;
    await waitFor('the page is open', () => opened() === 1);
    expect(await get()).toMatchObject({ state: 'signing-in' });
    const { url } = await account().getSignInLink(undefined);
    expect(new URL(url ?? '').searchParams.get('client_id')).toBe(testClientId);
    await account().openSignInAgain(undefined);
    await waitFor('the page is open twice', () => opened() === 2);
    await account().cancelSignIn(undefined);
    await ended;
    expect(await get()).toMatchObject({ state: 'none' });
    expect(await account().getSignInLink(undefined)).toEqual({ url: null });
  });

  it('again suggests the account that holds the backups, and refuses another one in the browser, too', async () => {
    await signIn();
    world.google.set({ consent: 'page' });
    const refused = expect(signIn()).rejects.toMatchObject({
      code: 'drive/other-account',
      context: { expected: 'owner@example.com' },
    });
    const { url } = await waitFor('the link is there', async () => {
      const link = await account().getSignInLink(undefined);
      return link.url === null ? null : { url: link.url };
    });
    expect(new URL(url).searchParams.get('login_hint')).toBe('owner@example.com');
    world.google.setAccount({ permissionId: '999' });
    const answer = await fetch(`${url}&_consent=allow`);
    expect(await answer.text()).toContain('This is another account');
    await refused;
    expect(await get()).toMatchObject({ state: 'ready', email: 'owner@example.com' });
  });

  it('of another account is possible once the first is forgotten, while there are no backups', async () => {
    await signIn();
    await account().signOut(undefined);
    expect(await get()).toMatchObject({ state: 'signed-out', signedOutBy: 'person' });
    world.google.setAccount({ permissionId: '999' });
    await expect(signIn()).rejects.toMatchObject({ code: 'drive/other-account' });
    expect(await account().forget(undefined)).toMatchObject({ state: 'none', email: null, folder: null });
    expect(await signIn()).toMatchObject({ state: 'ready' });
  });

  it('is not forgotten while a backup waits to go there', async () => {
    await signIn();
    await engine.stop();
    const { db, close } = openDatabase(toPaths(world.dataDir).databasePath);
    addDumpedRun(db, 'waiting-run', [], new Date().toISOString());
    updateRun(db, 'waiting-run', { state: 'waiting', dumped: null });
    close();
    engine = await world.start({ resumeRuns: false });
    await expect(account().forget(undefined)).rejects.toMatchObject({
      code: 'input/in-use',
      context: { by: 'a backup that waits' },
    });
    expect(await get()).toMatchObject({ state: 'ready', email: 'owner@example.com' });
    await engine.client.runs.cancel({ id: 'waiting-run' });
    expect(await account().forget(undefined)).toMatchObject({ state: 'none' });
  });
});

describe('a sign-in that Google ends', () => {
  const ahead = { ms: 0 };

  beforeEach(async () => {
    ahead.ms = 0;
    await account().useClientFile({ path: await writeClientFile(installed(ownClient)) });
    await signIn();
  });

  const restart = async (): Promise<void> => {
    await engine.stop();
    engine = await world.start({ clock: createImpatientClock(ahead) });
  };

  it('is told once, also by the next starts, and forgets nothing', async () => {
    world.google.revokeAll();
    world.google.expireAccessTokens();
    await restart();
    await waitFor('it is noticed', async () => (await get()).state === 'signed-out');
    expect(await get()).toMatchObject({ signedOutBy: 'google', email: 'owner@example.com', problem: null });
    expect(engine.notices.map(({ title, open }) => [title, open.page])).toEqual([
      ['Google ended the sign-in', 'settings'],
    ]);
    await restart();
    await account().refresh(undefined);
    expect(engine.notices).toEqual([]);
    expect(await signIn()).toMatchObject({ state: 'ready', signedOutBy: null });
  });

  it('after a week, twice, is warned of as a client in testing', async () => {
    const ends: unknown[] = [];
    for (let week = 1; week <= 2; week += 1) {
      ahead.ms += 7 * dayMs + 3_600_000;
      world.google.revokeAll();
      world.google.expireAccessTokens();
      await restart();
      await waitFor('it is noticed', async () => (await get()).state === 'signed-out');
      ends.push((await get()).warnings);
      await signIn();
    }
    expect(ends).toEqual([[], [{ kind: 'ends-weekly' }]]);
    expect((await get()).warnings).toEqual([{ kind: 'ends-weekly' }]);
    ahead.ms += 9 * dayMs;
    await restart();
    await waitFor('a sign-in that lasts ends the warning', async () => (await get()).warnings.length === 0);
  });

  it('at a time that Google told is warned of from the first day', async () => {
    world.google.set({ refreshTokenLifeSeconds: 7 * 24 * 3600 });
    const { warnings } = await signIn();
    const checks = await engine.client.checks.run(undefined);
    expect(checks.find(({ id }) => id === 'drive')).toMatchObject({ state: 'warn' });
    expect(warnings).toEqual([{ kind: 'ends-at', endsAt: expect.any(String) as string }]);
    const [warning] = warnings;
    const endsAt = warning?.kind === 'ends-at' ? Date.parse(warning.endsAt) : 0;
    expect(Math.abs(endsAt - (Date.now() + 7 * dayMs))).toBeLessThan(3_600_000);
  });
});

describe('a sign-in that rests', () => {
  it('is used at the start and every day, so that Google does not forget it', async () => {
    await account().useClientFile({ path: await writeClientFile(installed(ownClient)) });
    await signIn();
    await engine.stop();
    const refreshes = () => world.google.journal().filter(({ kind }) => kind === 'token').length;
    const before = refreshes();
    const ahead = { ms: 0 };
    engine = await world.start({ clock: createImpatientClock(ahead) });
    await waitFor('it is used at the start', () => refreshes() > before);
    ahead.ms = dayMs;
    const afterStart = refreshes();
    await waitFor('it is used a day later', () => refreshes() > afterStart);
  });

  it('for half a year is warned of while it cannot be used', async () => {
    await account().useClientFile({ path: await writeClientFile(installed(ownClient)) });
    await signIn();
    await engine.stop();
    await world.google.goOffline();
    engine = await world.start({ clock: { ...createHurriedClock(), now: () => new Date(Date.now() + 170 * dayMs) } });
    expect((await get()).warnings).toEqual([{ kind: 'long-unused', lastUsedAt: expect.any(String) as string }]);
    await world.google.goOnline();
    await waitFor('its use ends the warning', async () => (await account().refresh(undefined)).warnings.length === 0);
  });
});

describe('the folder', () => {
  beforeEach(async () => {
    await account().useClientFile({ path: await writeClientFile(installed(ownClient)) });
    await signIn();
  });

  it('is chosen on Google’s page, which opens it to PgKeep, in My Drive and on a shared drive', async () => {
    const company = world.google.makeByHand({ name: 'Company' });
    const office = world.google.makeSharedDrive({ name: 'Office', members: { 'owner@example.com': 'organizer' } });
    const shared = world.google.makeByHand({ name: 'Backups', parentId: office.id });
    await expect(account().setFolder({ reference: company.id })).rejects.toMatchObject({
      context: { reason: 'unseen' },
    });
    world.google.set({ picks: [company.id] });
    expect((await account().pickFolder(undefined)).folder).toMatchObject({
      ...{ id: null, parentId: company.id, parentName: 'Company', driveName: 'My Drive', onSharedDrive: false },
    });
    world.google.set({ picks: [shared.id] });
    expect(await account().pickFolder(undefined)).toMatchObject({
      folder: { parentId: shared.id, parentName: 'Backups', onSharedDrive: true },
      usageBytes: null,
    });
    expect((await account().setFolder({ reference: company.id })).folder).toMatchObject({ parentName: 'Company' });
    expect((await account().setFolder({ reference: null })).folder).toMatchObject({ parentId: null, parentName: null });
  });

  it('stays when nothing is chosen, when the person says no, and when it is another account', async () => {
    const company = world.google.makeByHand({ name: 'Company' });
    const pick = () => account().pickFolder(undefined);
    await expect(pick()).rejects.toMatchObject({ code: 'drive/folder-unusable', context: { reason: 'none-picked' } });
    world.google.set({ picks: [company.id], consent: 'deny' });
    await expect(pick()).rejects.toMatchObject({ code: 'drive/sign-in-denied' });
    world.google.set({ consent: 'allow' });
    world.google.setAccount({ permissionId: '999' });
    await expect(pick()).rejects.toMatchObject({ code: 'drive/other-account' });
    expect(await get()).toMatchObject({ state: 'ready', folder: { parentId: null } });
  });

  it('of somebody who is not signed in cannot be set', async () => {
    await account().signOut(undefined);
    const set = account().setFolder({ reference: 'a-folder-of-some-id' });
    await expect(set).rejects.toMatchObject({ code: 'drive/no-account' });
  });
});

describe('on the command line', () => {
  it('login prints the address with the way for a machine without a browser, and Ctrl-C gives up', async () => {
    await engine.stop();
    const file = await writeClientFile(installed(ownClient));
    world.google.set({ consent: 'page' });
    const given = startCli(world.dataDir, ['login', '--client', file]);
    await given.whenLine(({ type }) => type === 'browser');
    given.child.kill('SIGINT');
    expect(await given.ended).toMatchObject({ exitCode: 130, last: { code: 'run/cancelled' } });
    const cli = startCli(world.dataDir, ['login']);
    const line = await cli.whenLine(({ type }) => type === 'browser');
    const url = String(line['url']);
    const { port } = new URL(new URL(url).searchParams.get('redirect_uri') ?? '');
    await fetch(`${url}&_consent=allow`);
    const end = await cli.ended;
    expect(end).toMatchObject({ exitCode: 0, last: { type: 'result', account: { state: 'ready' } } });
    expect(end.stderr).toContain(`ssh -L ${port}:127.0.0.1:${port} `);
  });

  it('account says how it stands, and its folder is shown and changed', async () => {
    await account().useClientFile({ path: await writeClientFile(installed(ownClient)) });
    await signIn();
    await engine.stop();
    const company = world.google.makeByHand({ name: 'Company' });
    const shown = await runCli(world.dataDir, ['account']);
    expect(shown).toMatchObject({ exitCode: 0, last: { account: { email: 'owner@example.com', warnings: [] } } });
    const unseen = await runCli(world.dataDir, ['account', 'folder', company.id]);
    expect(unseen).toMatchObject({ exitCode: 3, last: { code: 'drive/folder-unusable' } });
    world.google.set({ picks: [company.id] });
    const cli = startCli(world.dataDir, ['account', 'folder', '--choose']);
    const { url } = await cli.whenLine(({ type }) => type === 'browser');
    await fetch(String(url));
    expect(await cli.ended).toMatchObject({ exitCode: 0, last: { folder: { parentName: 'Company' } } });
    const envFile = await writeClientFile(`GDRIVE_BACKUP_FOLDER_ID=${company.id}\n`, 'shop.env');
    const top = await runCli(world.dataDir, ['account', 'folder', 'top']);
    expect(top).toMatchObject({ exitCode: 0, last: { folder: { parentName: null } } });
    // A backup takes the folder of the .env file; there is no job here yet.
    expect(await runCli(world.dataDir, ['--env-file', envFile, 'backup'])).toMatchObject({ exitCode: 3 });
    expect((await runCli(world.dataDir, ['account', 'folder'])).last).toMatchObject({
      folder: { parentId: company.id },
    });
    await runCli(world.dataDir, ['logout']);
    expect(await runCli(world.dataDir, ['account'])).toMatchObject({ exitCode: 4, last: { type: 'result' } });
  });
});
