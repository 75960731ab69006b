// The whole program when something goes wrong: the words a person gets, and what becomes of the run when the engine or the
// program itself ends in the middle of it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { waitFor } from '../support/wait-for.ts';
import { openAppWorld, whenHeld, type AppWorld, type Installation } from './helpers/app-world.ts';
import { addNoise } from './helpers/noise.ts';
import { addConnection, addJob, changePassword, goToPage, openWindow, signIn } from './helpers/person.ts';
import type { RunningApp } from './helpers/running-app.ts';

let world: AppWorld;
let installation: Installation;
let app: RunningApp;
let page: Page;

beforeAll(async () => {
  world = await openAppWorld({
    prepare: async (server) => {
      await server.createDatabase('shop');
      await addNoise(server, 'shop');
    },
  });
});
afterAll(async () => {
  await world.stop();
});
beforeEach(async () => {
  installation = await world.openInstallation();
  app = await installation.start();
  page = await openWindow(app);
  await addConnection(page, { name: 'Office', server: world.server });
  await signIn(app, page);
  await addJob(page, { database: 'shop' });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(installation.getOutput());
  await installation.close();
});

const readStatus = async (): Promise<string> => (await world.session.tray.readLabels())[0] ?? '';

/** Starts a backup from the tray and lets its upload stand still before the last bytes. */
async function startHeldBackup(): Promise<{ readonly release: () => void }> {
  const hold = installation.google.holdNext({ kind: ['chunk', 'finish'], final: true }, { at: 'body' });
  await world.session.tray.click('Back up now');
  await whenHeld(hold);
  // The last bytes are on their way before the manifest is written: until then an end would interrupt the run.
  await waitFor('the tray says that it uploads', async () => /^shop: uploading \d+ %/.test(await readStatus()));
  return hold;
}

async function expectOneGoodRun(window: Page): Promise<void> {
  await goToPage(window, 'Runs');
  await window.getByRole('cell', { name: 'Succeeded' }).waitFor();
  expect(await window.getByRole('row', { name: /shop/ }).count()).toBe(1);
  await waitFor('the tray says that it is good', async () => (await readStatus()).startsWith('shop: good just now'));
  expect(installation.storedFiles()).toHaveLength(3);
  expect(installation.google.journal().filter(({ kind }) => kind === 'session-start')).toHaveLength(1);
}

describe('a backup that fails', { timeout: 60_000 }, () => {
  it('says in the notification, the tray and the window what happened and what to do', async () => {
    const { tray, notifications } = world.session;
    const calm = await tray.readIcon();
    await changePassword(page, 'Office', 'wrong-password');
    await tray.click('Back up now');
    const notice = await notifications.waitFor('Backup of shop failed');
    expect(notice.body).toMatch(/PostgreSQL at 127\.0\.0\.1:\d+ refused user postgres\..*Enter the password again/);
    expect(notice.hints['urgency']).toBe(2);
    await waitFor('the tray says so', async () => (await readStatus()).startsWith('shop: last run failed'));
    expect(await tray.readTooltip()).toContain('shop: last run failed; no good backup yet');
    expect(Buffer.from((await tray.readIcon())?.pixels ?? [])).not.toEqual(Buffer.from(calm?.pixels ?? []));

    await app.closeWindow();
    world.session.notifications.click(notice);
    // The place is the run itself, opened over the list.
    await page.getByRole('row', { name: /Failed/, includeHidden: true }).waitFor();
    const alert = page.getByRole('dialog', { name: 'Run of shop' }).getByRole('alert');
    await alert.getByText('User name or password not accepted').waitFor();
    await alert.getByText('refused user postgres.').waitFor();
    await alert.getByText('Enter the password again in the connection and test it.').waitFor();
    await alert.getByRole('button', { name: 'Open connections' }).click();
    await page.getByRole('tab', { name: 'Connections', selected: true }).waitFor();
    expect(installation.storedFiles()).toEqual([]);

    // Mended as the words said, it is good again.
    await changePassword(page, 'Office', world.server.password);
    await tray.click('Back up now');
    await notifications.waitFor('shop is backed up');
    await waitFor('the tray is calm', async () => (await readStatus()).startsWith('shop: good'));
    expect(Buffer.from((await tray.readIcon())?.pixels ?? [])).toEqual(Buffer.from(calm?.pixels ?? []));
  });
});

describe('an upload', { timeout: 90_000 }, () => {
  it('says in the window and the tray that the network is gone, and goes on by itself when it is back', async () => {
    const { google } = installation;
    const { notifications } = world.session;
    await goToPage(page, 'Overview');
    const held = await startHeldBackup();
    await google.goOffline();
    held.release();
    const card = page.getByRole('article', { name: 'shop' });
    await card.getByText('No connection to Google Drive, trying again').waitFor();
    await waitFor('the tray says it', async () => (await readStatus()) === 'shop: no connection to Google Drive');
    expect(notifications.list()).toEqual([]);

    await google.goOnline();
    await notifications.waitFor('shop is backed up', 60_000);
    await card.getByText('Good', { exact: true }).waitFor();
    await expectOneGoodRun(page);
  });

  it('goes on by itself when the engine’s process is killed in its middle', async () => {
    const held = await startHeldBackup();
    const pid = await app.findEnginePid();
    process.kill(pid ?? Number.NaN, 'SIGKILL');
    await page.getByRole('alert').getByText('The backup engine is not running').waitFor();
    held.release();
    await world.session.notifications.waitFor('shop is backed up');
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await app.findEnginePid()).not.toBe(pid);
    await expectOneGoodRun(page);
  });

  it('is asked about at Quit, stopped, and finished at the next start', async () => {
    const held = await startHeldBackup();
    await app.answerQuestions('Cancel');
    await world.session.tray.click('Quit');
    await waitFor('the question came', async () => (await app.listQuestions()).length === 1);
    expect(await app.listQuestions()).toEqual([expect.stringMatching(/^A backup is running: shop\./)]);
    expect(await readStatus()).toMatch(/^shop: uploading/);
    await app.answerQuestions('Stop now, resume later');
    await world.session.tray.click('Quit');
    expect(await app.waitUntilGone()).toBe(0);
    held.release();
    expect(world.session.notifications.list()).toEqual([]);
    expect(installation.storedFiles().some(({ name }) => name.includes('.dump.'))).toBe(false);

    app = await installation.start();
    await world.session.notifications.waitFor('shop is backed up');
    await expectOneGoodRun(await openWindow(app));
  });
});
