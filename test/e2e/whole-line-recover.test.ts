// The computer is lost: everything PgKeep had there is gone. A person signs in on a new one, opens the kit, looks into Drive,
// and has the data back; and once more from a downloaded file, without Drive.
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareDatabases } from '../support/compare-databases.ts';
import { createSampleShop } from '../support/sample-shop.ts';
import { openAppWorld, type AppWorld, type Installation } from './helpers/app-world.ts';
import { addConnection, addJob, beginSignIn, enterClient, goToPage, openWindow, saveKit } from './helpers/person.ts';
import type { RunningApp } from './helpers/running-app.ts';

let world: AppWorld;
let installation: Installation;

beforeAll(async () => {
  world = await openAppWorld({ prepare: (server) => createSampleShop(server, 'shop', { sizeMb: 3 }) });
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

async function signInBySettings(app: RunningApp): Promise<void> {
  const page = await openWindow(app);
  await app.catchBrowser();
  await enterClient(page);
  await fetch(await beginSignIn(app, page));
  await page.getByText('Signed in', { exact: true }).waitFor();
}

describe('a person whose computer was lost', { timeout: 90_000 }, () => {
  it('gets jobs, snapshots and data back on a new one, and from a file alone', async () => {
    const { server } = world;
    const { dataDir, google, storedFiles } = installation;
    const home = path.dirname(dataDir);
    const kit = path.join(home, 'kit.txt');
    const old = await installation.start();
    const oldPage = await openWindow(old);
    await addConnection(oldPage, { name: 'Office', server });
    await signInBySettings(old);
    await addJob(oldPage, { database: 'shop', name: 'Web shop' });
    await saveKit(old, oldPage, kit);
    await goToPage(oldPage, 'Overview');
    await oldPage.getByRole('button', { name: 'Back up now: Web shop' }).click();
    await oldPage.getByText('Good', { exact: true }).waitFor();
    await goToPage(oldPage, 'Snapshots');
    await oldPage
      .getByRole('row', { name: /shop, PostgreSQL/ })
      .getByRole('link')
      .first()
      .click();
    await oldPage.getByRole('dialog').getByRole('button', { name: 'Pin', exact: true }).click();
    await oldPage.getByRole('dialog').getByText('Pinned', { exact: true }).waitFor();
    await old.quit();
    await rm(dataDir, { recursive: true, maxRetries: 5 });

    const app = await installation.start();
    const page = await openWindow(app);
    await page.getByRole('link', { name: 'I am recovering on a new computer' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Set up Google' }).click();
    await signInBySettings(app);
    await goToPage(page, 'Overview');
    await page.getByRole('link', { name: 'I am recovering on a new computer' }).click();
    const dialog = page.getByRole('dialog', { name: 'Recover on a new computer' });
    await app.answerOpenDialog(kit);
    await dialog.getByRole('button', { name: 'Open a recovery kit…' }).click();
    await dialog.getByText('It opens the backups on Drive (tried on 1 backup).').waitFor();
    await dialog.getByRole('button', { name: 'Look into Drive' }).click();
    await dialog.getByText(/1 backup on Drive: 1 added here.*Jobs that came back: Web shop/).waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('article', { name: 'Web shop' }).getByText('Needs a connection').waitFor();

    await addConnection(page, { name: 'New server', server });
    await goToPage(page, 'Snapshots');
    const row = page.getByRole('row', { name: /shop, PostgreSQL/ });
    await row.getByText('Pinned', { exact: true }).waitFor();
    await row.getByText('Restore…').click();
    const restore = page.getByRole('dialog', { name: 'Restore a snapshot' });
    await restore.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByText('Restored, and equal to the backup').waitFor();
    await page.keyboard.press('Escape');
    expect(await compareDatabases(server.url('shop'), server.url('shop_restored'))).toMatchObject({ equal: true });

    await google.goOffline();
    const downloads = path.join(home, 'downloads');
    await mkdir(downloads);
    for (const file of storedFiles()) await copyFile(google.contentPath(file.id), path.join(downloads, file.name));
    const dump = storedFiles().find(({ name }) => name.includes('.dump.'))?.name ?? '';
    await app.answerOpenDialog(path.join(downloads, dump));
    await goToPage(page, 'Restore');
    await page.getByRole('button', { name: 'From a file…' }).click();
    const fromFile = page.getByRole('dialog', { name: 'Restore from a file' });
    await fromFile.getByText(/\.manifest\.json\.age$/).waitFor();
    await fromFile.getByRole('textbox', { name: 'Name of the new database' }).fill('shop_file');
    await fromFile.getByRole('button', { name: 'Restore', exact: true }).click();
    await page
      .getByRole('dialog', { name: 'Restore into shop_file' })
      .getByText('Restored, and equal to the backup')
      .waitFor();
    expect(await compareDatabases(server.url('shop'), server.url('shop_file'))).toMatchObject({ equal: true });
    await google.goOnline();
  });
});
