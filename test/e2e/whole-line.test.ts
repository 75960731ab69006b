// The whole line, as a new user goes it: set up in the window, back up from the tray, watch, be told, prove, restore, quit.
// Everything is real; only the system's file dialog and its browser are answered by the test.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareDatabases } from '../support/compare-databases.ts';
import { createSampleShop } from '../support/sample-shop.ts';
import { waitFor } from '../support/wait-for.ts';
import { openAppWorld, whenHeld, type AppWorld, type Installation } from './helpers/app-world.ts';
import { addNoise } from './helpers/noise.ts';
import { addConnection, addJob, goToPage, openWindow, saveKit, signIn } from './helpers/person.ts';

const marker = 'PLAINTEXT-MARKER-31415926';

let world: AppWorld;
let installation: Installation;

beforeAll(async () => {
  world = await openAppWorld({
    prepare: async (server) => {
      await createSampleShop(server, 'shop', { sizeMb: 4 });
      await server.query(`create table public.notes as select '${marker}' as text`, 'shop');
      await addNoise(server, 'shop');
    },
  });
});
afterAll(async () => {
  await world.stop();
});
beforeEach(async () => {
  installation = await world.openInstallation();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(installation.getOutput());
  await installation.close();
});

/** Opens a stored dump with the saved kit and programs that are not ours. */
async function openDump(file: string, kit: string, compression: 'zstd' | 'gzip'): Promise<Buffer> {
  const options = { encoding: 'buffer', maxBuffer: 1e9 } as const;
  const { stdout } = await promisify(execFile)('age', ['-d', '-i', kit, file], options);
  return compression === 'zstd' ? zstdDecompressSync(stdout) : gunzipSync(stdout);
}

describe('a new user', { timeout: 60_000 }, () => {
  it('sets PgKeep up, backs up from the tray, proves it, restores, and quits', async () => {
    const { session, server } = world;
    const { google, dataDir, storedFiles } = installation;
    const app = await installation.start();
    const page = await openWindow(app);
    await page.getByText('Set up your first backup').waitFor();
    await addConnection(page, { name: 'Office', server });
    await signIn(app, page);
    await addJob(page, { database: 'shop', suggested: true });
    const kit = path.join(path.dirname(dataDir), 'kit.txt');
    await saveKit(app, page, kit);
    expect(await readFile(kit, 'utf8')).toContain('AGE-SECRET-KEY-1');

    // The upload stands still before its last byte, so that everything can be looked at.
    await goToPage(page, 'Overview');
    const hold = google.holdNext({ kind: ['chunk', 'finish'], final: true }, { at: 'arrived' });
    await session.tray.click('Back up now');
    await whenHeld(hold);
    const card = page.getByRole('article', { name: 'shop' });
    await card.getByText('Uploading').waitFor();
    await card.getByText('Backing up').waitFor();
    await card.getByRole('link', { name: 'Open the run' }).click();
    const drawer = page.getByRole('dialog', { name: 'Run of shop' });
    // At 0 % the bar has no width, so it may be there without being seen.
    await drawer.getByRole('progressbar', { name: 'shop: Uploading' }).waitFor({ state: 'attached' });
    await drawer.getByText(/^\d+ of \d+$/).waitFor();
    const labels = await waitFor('the tray says that it uploads', async () => {
      const found = await session.tray.readLabels();
      return found[0]?.startsWith('shop: uploading') ? found : null;
    });
    expect(labels).toContain('Cancel');
    expect(session.notifications.list()).toEqual([]);
    hold.release();

    const notice = await session.notifications.waitFor('shop is backed up');
    expect(notice.body).toMatch(/rows, \d/);
    await drawer.getByText('Succeeded').waitFor();
    await page.keyboard.press('Escape');
    await waitFor('the tray says that it is good', async () =>
      (await session.tray.readLabels())[0]?.startsWith('shop: good just now, not verified yet'),
    );

    // What lies on Drive is a standard file that the kit opens, and nothing else does.
    const stored = storedFiles();
    expect(stored.map(({ name }) => name.replace(/^shop_\d{8}T\d{6}Z_\w+/, '')).toSorted()).toEqual([
      expect.stringMatching(/^\.dump\.(zst|gz)\.age$/),
      '.globals.sql.age',
      '.manifest.json.age',
    ]);
    for (const file of stored) {
      const bytes = await readFile(google.contentPath(file.id));
      expect(bytes.subarray(0, 22).toString('latin1')).toBe('age-encryption.org/v1\n');
      expect(bytes.includes(marker) || bytes.includes('PGDMP')).toBe(false);
    }
    const dump = stored.find(({ name }) => name.includes('.dump.'));
    const compression = dump?.name.endsWith('.zst.age') ? 'zstd' : 'gzip';
    const archive = await openDump(google.contentPath(dump?.id ?? ''), kit, compression);
    expect(archive.subarray(0, 5).toString('latin1')).toBe('PGDMP');
    expect(archive.includes(marker)).toBe(true);

    await goToPage(page, 'Snapshots');
    const row = page.getByRole('row', { name: /shop, PostgreSQL/ });
    await row.getByText('Not yet').waitFor();
    await row.getByRole('button', { name: 'Test restore' }).click();
    const drill = page.getByRole('dialog', { name: 'Restore test' });
    await drill.getByText('This snapshot can be restored').waitFor();
    expect(await server.query(`select datname from pg_database where datname like 'pgkeep%'`)).toEqual([]);
    await drill.getByRole('button', { name: 'Close' }).last().click();
    await goToPage(page, 'Snapshots');
    await row.getByText('just now').waitFor();
    await waitFor('the tray says that it is verified', async () =>
      (await session.tray.readLabels())[0]?.endsWith('verified just now'),
    );

    await row.getByRole('link', { name: 'Restore…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore a snapshot' });
    await dialog.getByRole('textbox', { name: 'Name of the new database' }).fill('shop_again');
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    const report = page.getByRole('dialog', { name: 'Restore into shop_again' });
    await report.getByText('Restored, and equal to the backup').waitFor();
    expect(await compareDatabases(server.url('shop'), server.url('shop_again'))).toMatchObject({
      equal: true,
      differences: [],
    });

    // Pausing in the tray pauses the schedule itself, and the window shows it.
    await page.keyboard.press('Escape');
    await goToPage(page, 'Overview');
    expect((await session.tray.readLabels())[1]).toMatch(/^next: (today|tomorrow) 03:00$/);
    await session.tray.click(['Pause schedule', 'Until I resume']);
    await page.getByText('paused until you resume').first().waitFor();
    await waitFor('the tray says that it is paused', async () =>
      (await session.tray.readLabels()).includes('schedule paused until you resume'),
    );
    await session.tray.click('Resume schedule');
    await waitFor('the tray says when the next one is', async () =>
      (await session.tray.readLabels())[1]?.startsWith('next: '),
    );

    await app.closeWindow();
    await waitFor('the window is hidden', async () => !(await app.isWindowVisible()));
    expect(await session.tray.listItems()).toHaveLength(1);
    await session.tray.click('Quit');
    expect(await app.waitUntilGone()).toBe(0);
    expect(await session.tray.listItems()).toEqual([]);
  });
});
