// A service account against the local Google: only where it has somewhere to put things, with a key that stays in the vault,
// and in the command line's `.env` file.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/base/clock.ts';
import { testServiceAccount } from '../../google/options.ts';
import { runCli } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';

const owner = 'owner@example.com';

let world: EngineWorld;
let engine: RunningEngine;
let keyFile: string;
let folderId: string;

beforeEach(async () => {
  world = await openEngineWorld();
  engine = await world.start();
  keyFile = path.join(path.dirname(world.dataDir), 'key.json');
  await writeFile(keyFile, JSON.stringify(world.google.serviceAccountKey()));
  const members = { [owner]: 'organizer', [testServiceAccount.email]: 'fileOrganizer' } as const;
  const drive = world.google.makeSharedDrive({ name: 'Office', members });
  folderId = world.google.makeByHand({ name: 'Backups', parentId: drive.id }).id;
});

afterEach(async () => {
  const { private_key: key } = world.google.serviceAccountKey();
  const heard = JSON.stringify([engine.log, engine.events, engine.notices]);
  const secrets = [key.split('\n')[1] ?? key, 'PRIVATE KEY', 'eyJ'];
  await engine.stop();
  const store = await readFile(path.join(world.dataDir, 'pgkeep.db'), 'latin1');
  await world.stop();
  for (const secret of secrets) {
    expect(heard).not.toContain(secret);
    expect(store).not.toContain(secret);
  }
});

const use = (wish: { folder?: string | null; actsFor?: string | null }) =>
  engine.client.account.useServiceAccountFile({ path: keyFile, folder: null, actsFor: null, ...wish });
const get = () => engine.client.account.get(undefined);

describe('a service account', () => {
  it('signs in for a folder on a shared drive, by address, and needs no browser ever', async () => {
    const address = `https://drive.google.com/drive/u/0/folders/${folderId}?usp=sharing`;
    const account = await use({ folder: address });
    expect(account).toMatchObject({
      ...{ state: 'ready', kind: 'service-account', email: testServiceAccount.email, actsFor: null, problem: null },
      folder: { id: null, parentId: folderId, parentName: 'Backups', driveName: 'Office', onSharedDrive: true },
      ...{ usageBytes: null, limitBytes: null, warnings: [] },
    });
    expect(world.google.journal().some(({ path: at }) => at.startsWith('/o/oauth2'))).toBe(false);
    await engine.stop();
    engine = await world.start();
    expect(await engine.client.account.refresh(undefined)).toMatchObject({ state: 'ready', problem: null });
  });

  it('takes the top of a shared drive, which has no second name', async () => {
    const drive = world.google.makeSharedDrive({
      name: 'Archive',
      members: { [owner]: 'organizer', [testServiceAccount.email]: 'fileOrganizer' },
    });
    const { folder } = await use({ folder: drive.id });
    expect(folder).toMatchObject({ parentId: drive.id, parentName: null, driveName: 'Archive' });
  });

  it('is refused for My Drive, with and without a folder there', async () => {
    await expect(use({})).rejects.toMatchObject({ code: 'drive/no-storage' });
    const mine = world.google.makeByHand({ name: 'Mine' });
    await expect(use({ folder: mine.id })).rejects.toMatchObject({ context: { reason: 'unseen-by-service-account' } });
    const { id } = world.google.makeByHand({ name: 'Own', email: testServiceAccount.email });
    await expect(use({ folder: id })).rejects.toMatchObject({ context: { reason: 'my-drive', folder: 'Own' } });
    expect(await get()).toMatchObject({ state: 'none' });
    expect(await readFile(path.join(world.dataDir, 'vault.json'), 'utf8')).not.toContain('service-account');
  });

  it.each([
    ['no-address', () => 'https://example.com/folders/1234567890abc'],
    ['no-folder', () => world.google.makeByHand({ name: 'note', content: 'x', parentId: folderId }).id],
    ['unseen-by-service-account', () => 'an-id-that-is-not-there'],
  ])('says why a folder cannot be used: %s', async (reason, reference) => {
    await expect(use({ folder: reference() })).rejects.toMatchObject({
      code: 'drive/folder-unusable',
      context: { reason },
    });
  });

  it('needs the right to add files, and is warned where it may not remove them', async () => {
    const member = (role: 'reader' | 'writer') =>
      world.google.makeSharedDrive({ name: role, members: { [owner]: 'organizer', [testServiceAccount.email]: role } });
    await expect(use({ folder: member('reader').id })).rejects.toMatchObject({ context: { reason: 'read-only' } });
    await expect(use({ folder: member('writer').id })).resolves.toMatchObject({ state: 'ready' });
  });

  it('acts for a person with the small right alone, in that person’s My Drive', async () => {
    const account = await use({ actsFor: owner });
    expect(account).toMatchObject({ state: 'ready', actsFor: owner, folder: { driveName: 'My Drive' } });
    expect(account.limitBytes).toBeGreaterThan(0);
    expect(await engine.client.account.setFolder({ reference: null })).toMatchObject({ state: 'ready' });
  });

  it('that may not act for a person, or whose key is gone, is told in words of its own', async () => {
    world.google.set({ delegation: 'refused' });
    await expect(use({ actsFor: owner })).rejects.toMatchObject({
      code: 'drive/key-refused',
      context: { reason: 'unauthorized_client' },
    });
    const other = { ...world.google.serviceAccountKey(), client_email: 'gone@local-google.iam.gserviceaccount.com' };
    await writeFile(keyFile, JSON.stringify(other));
    await expect(use({ folder: folderId })).rejects.toMatchObject({ code: 'drive/key-refused' });
  });

  it('works although this computer’s clock is hours off', async () => {
    await engine.stop();
    for (const aheadMs of [3 * 3_600_000, -3 * 3_600_000]) {
      engine = await world.start({ clock: { ...systemClock, now: () => new Date(Date.now() + aheadMs) } });
      expect(await use({ folder: folderId })).toMatchObject({ state: 'ready' });
      await engine.client.account.signOut(undefined);
      await engine.stop();
    }
    engine = await world.start();
  });

  it('does not take the place of another account', async () => {
    await engine.client.settings.save({ googleClientId: '1004711235813-localgoogle.apps.googleusercontent.com' });
    await engine.client.settings.save({ googleClientSecret: 'GOCSPX-local-desktop-secret' });
    await engine.client.account.signIn(undefined);
    await expect(use({ folder: folderId })).rejects.toMatchObject({ code: 'drive/other-account' });
    expect(await get()).toMatchObject({ state: 'ready', kind: 'person', email: owner });
    expect(await use({ actsFor: owner })).toMatchObject({ kind: 'service-account', actsFor: owner });
    expect(await readFile(path.join(world.dataDir, 'vault.json'), 'utf8')).not.toContain('google/refresh-token');
    expect(await engine.client.account.signIn(undefined)).toMatchObject({ kind: 'person', actsFor: null });
    expect(await readFile(path.join(world.dataDir, 'vault.json'), 'utf8')).not.toContain('service-account-key');
  });

  it('whose key the key store has lost is shown as signed out, and told once', async () => {
    await use({ folder: folderId });
    await engine.stop();
    const file = path.join(world.dataDir, 'vault.json');
    const vault = JSON.parse(await readFile(file, 'utf8')) as { entries: Record<string, unknown> };
    delete vault.entries['google/service-account-key'];
    await writeFile(file, JSON.stringify(vault));
    engine = await world.start();
    expect(await engine.client.account.refresh(undefined)).toMatchObject({
      state: 'signed-out',
      kind: 'service-account',
    });
    expect(engine.notices).toHaveLength(1);
    expect(await use({ folder: folderId })).toMatchObject({ state: 'ready' });
  });

  it('is forgotten with its key by signing out', async () => {
    await use({ folder: folderId });
    expect(await engine.client.account.signOut(undefined)).toMatchObject({
      state: 'signed-out',
      signedOutBy: 'person',
    });
    expect(await readFile(path.join(world.dataDir, 'vault.json'), 'utf8')).not.toContain('service-account-key');
    expect(await use({ folder: folderId })).toMatchObject({ state: 'ready' });
  });

  it('that is signed out while a request asks for a token keeps none, and Google is not said to have ended it', async () => {
    await use({ folder: folderId });
    await engine.stop();
    engine = await world.start();
    await engine.client.account.refresh(undefined);
    world.google.expireAccessTokens();
    const asking = world.google.holdNext({ kind: 'token' }, { at: 'arrived' });
    const leaving = engine.client.account.signOut(undefined);
    const looking = engine.client.account.refresh(undefined);
    await asking.reached;
    await leaving;
    asking.release();
    await looking;
    expect(await get()).toMatchObject({ state: 'signed-out', signedOutBy: 'person' });
    expect(engine.notices).toEqual([]);
    const another = engine.client.account.setFolder({ reference: 'a-folder-of-some-id' });
    await expect(another).rejects.toMatchObject({ code: 'drive/no-account' });
  });
});

describe('on the command line', () => {
  beforeEach(() => engine.stop());
  afterEach(async () => {
    engine = await world.start();
  });

  it('a service account comes from the .env file, and is asked about once', async () => {
    const envFile = path.join(path.dirname(world.dataDir), 'office.env');
    await writeFile(envFile, `GDRIVE_CREDENTIALS_PATH=key.json\nGDRIVE_BACKUP_FOLDER_ID=${folderId}\n`);
    const first = await runCli(world.dataDir, ['--env-file', envFile, 'account']);
    expect(first.last).toMatchObject({ type: 'result', account: { kind: 'service-account', state: 'ready' } });
    expect(first.exitCode).toBe(0);
    world.google.clearJournal();
    const second = await runCli(world.dataDir, ['--env-file', envFile, 'jobs']);
    expect(second.exitCode).toBe(0);
    expect(world.google.journal().filter(({ kind }) => kind === 'token').length).toBeLessThanOrEqual(1);
    expect(first.stdout + first.stderr + second.stderr).not.toContain('PRIVATE KEY');
  });

  it('says what is wrong, with the documented exit codes', async () => {
    const login = ['login', '--service-account', keyFile];
    const cases = [
      [login, 3, 'drive/no-storage'],
      [[...login, '--folder', 'an-id-that-is-not-there'], 3, 'drive/folder-unusable'],
      [['login', '--client', keyFile], 3, 'drive/credentials-unusable'],
      [['login', '--subject', owner], 3, 'input/invalid'],
      [['login', '--client', '/nowhere/client.json'], 3, 'input/invalid'],
    ] as const;
    for (const [args, exitCode, code] of cases) {
      const end = await runCli(world.dataDir, args);
      expect([end.exitCode, end.last?.['code']]).toEqual([exitCode, code]);
    }
    const nobody = await runCli(world.dataDir, ['account']);
    expect(nobody.exitCode).toBe(4);
    const good = await runCli(world.dataDir, [...login, '--folder', folderId]);
    expect(good.last).toMatchObject({ type: 'result', account: { state: 'ready', folder: { driveName: 'Office' } } });
    const folder = await runCli(world.dataDir, ['account', 'folder']);
    expect(folder.last).toMatchObject({ folder: { parentId: folderId } });
  });
});
