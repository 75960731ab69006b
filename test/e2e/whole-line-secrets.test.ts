// After a whole session of the real program (set up, killed in an upload, resumed, failed, proven, quit) no secret lies or
// is shown where somebody else could read it.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testClientSecret } from '../google/options.ts';
import { waitFor } from '../support/wait-for.ts';
import { openAppWorld, whenHeld, type AppWorld, type Installation } from './helpers/app-world.ts';
import { addNoise } from './helpers/noise.ts';
import { addConnection, addJob, changePassword, goToPage, openWindow, saveKit, signIn } from './helpers/person.ts';
import { watchProcesses } from './helpers/process-watch.ts';

const wrongPassword = 'not-this-one-27182818';

let world: AppWorld;
let installation: Installation;
/** What may be nowhere, by name. */
const secrets = new Map<string, string>();
let processes: readonly string[] = [];

beforeAll(async () => {
  world = await openAppWorld({
    prepare: async (server) => {
      await server.createDatabase('shop');
      await addNoise(server, 'shop');
    },
  });
  installation = await world.openInstallation();
  const { tray, notifications } = world.session;
  const { google, dataDir } = installation;
  const watch = watchProcesses();
  const app = await installation.start();
  const page = await openWindow(app);
  await addConnection(page, { name: 'Office', server: world.server });
  await signIn(app, page);
  await addJob(page, { database: 'shop' });
  const kit = path.join(path.dirname(dataDir), 'kit.txt');
  await saveKit(app, page, kit);

  const hold = google.holdNext({ kind: ['chunk', 'finish'], final: true }, { at: 'body' });
  await tray.click('Back up now');
  await whenHeld(hold);
  await waitFor('the tray says that it uploads', async () =>
    (await tray.readLabels())[0]?.startsWith('shop: uploading'),
  );
  for (const id of readSessionIds(google.dir)) secrets.set(`upload session ${id.slice(0, 4)}`, id);
  process.kill((await app.findEnginePid()) ?? Number.NaN, 'SIGKILL');
  hold.release();
  await notifications.waitFor('shop is backed up');
  await goToPage(page, 'Snapshots');
  await page.getByRole('button', { name: 'Test restore' }).click();
  await page.getByText('This snapshot can be restored').waitFor();
  await page.keyboard.press('Escape');
  await changePassword(page, 'Office', wrongPassword);
  await tray.click('Back up now');
  await notifications.waitFor('Backup of shop failed');
  await tray.click('Quit');
  await app.waitUntilGone();
  processes = watch.stop();

  secrets.set('password', world.server.password).set('wrong password', wrongPassword);
  secrets.set('client secret', testClientSecret);
  secrets.set('private key', /AGE-SECRET-KEY-1\w+/.exec(await readFile(kit, 'utf8'))?.[0] ?? '');
  const tokens = JSON.parse(await readFile(path.join(google.dir, 'tokens.json'), 'utf8')) as Record<string, object>;
  for (const [kind, issued] of Object.entries(tokens)) {
    for (const [index, token] of Object.keys(issued).entries()) secrets.set(`${kind} token ${index}`, token);
  }
});
afterAll(async () => {
  await installation.close();
  await world.stop();
});

/** Whoever has the id of an upload session can write into it. */
function readSessionIds(googleDir: string): string[] {
  const dir = path.join(googleDir, 'sessions');
  const files = readdirSync(dir).filter((name) => name.endsWith('.json'));
  return files.map((name) => (JSON.parse(readFileSync(path.join(dir, name), 'utf8')) as { id: string }).id);
}

/** Names of the secrets that are in it, as UTF-8 or as Chromium's UTF-16. */
function findSecrets(content: string | Buffer): string[] {
  const bytes = Buffer.from(content);
  return [...secrets]
    .filter(([, secret]) => bytes.includes(secret) || bytes.includes(Buffer.from(secret, 'utf16le')))
    .map(([name]) => name);
}

function listFiles(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
}

describe('no secret', () => {
  it('is unknown to this test', () => {
    const names = [...secrets.keys()].map((name) => name.replace(/ (\d+|\w{4})$/, ''));
    const wanted = ['access token', 'client secret', 'password', 'private key', 'refresh token', 'upload session'];
    expect([...new Set(names)].toSorted()).toEqual([...wanted, 'wrong password']);
    for (const secret of secrets.values()) expect(secret.length).toBeGreaterThan(15);
  });

  it('is in what the program wrote on its channels', () => {
    expect(installation.getOutput()).toContain('going on with the upload');
    expect(installation.getOutput()).toContain('pg/auth-failed');
    expect(findSecrets(installation.getOutput())).toEqual([]);
  });

  it('is in a file of the data folder, the vault and the window’s own files too', () => {
    const files = listFiles(installation.dataDir);
    const names = files.map((file) => path.relative(installation.dataDir, file));
    expect(names).toEqual(expect.arrayContaining(['pgkeep.db', 'vault.json', 'config.json', 'window.json']));
    expect(names.filter((name) => name.startsWith('window/')).length).toBeGreaterThan(3);
    expect(names.filter((name) => /^(temp|spool)\//.test(name))).toEqual([]);
    const found = files.map((file) => `${file}: ${findSecrets(readFileSync(file)).join()}`);
    expect(found).toEqual(files.map((file) => `${file}: `));
    expect(statSync(path.join(installation.dataDir, 'vault.json')).mode & 0o777).toBe(0o600);
  });

  it('is in what Google keeps of it: names, properties, contents, the journal', () => {
    const { google, storedFiles } = installation;
    expect(google.journal().some(({ kind }) => kind === 'session-start')).toBe(true);
    expect(findSecrets(JSON.stringify([google.state(), google.journal()]))).toEqual([]);
    expect(storedFiles()).toHaveLength(3);
    for (const { id } of storedFiles()) expect(findSecrets(readFileSync(google.contentPath(id)))).toEqual([]);
  });

  it('is in the arguments or the environment of a process', () => {
    const all = processes.join('\n');
    for (const program of ['pg_dump', '--format=custom', 'PGPASSFILE=', '--type=renderer', '--type=utility'])
      expect(all).toContain(program);
    expect(findSecrets(all)).toEqual([]);
  });
});
