// The whole program and a Google that does not do what a new user hopes for: each time the browser and the window say what
// happened and what to do, and the next try works.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { driveFileScope } from '../google/start-google.ts';
import { waitFor } from '../support/wait-for.ts';
import { openAppWorld, whenHeld, type AppWorld, type Installation } from './helpers/app-world.ts';
import { addNoise } from './helpers/noise.ts';
import { addConnection, addJob, beginSignIn, enterClient, goToPage, openWindow, signIn } from './helpers/person.ts';
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
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(installation.getOutput());
  await installation.close();
});

/** What the browser shows at the end of the way. */
async function visit(url: string): Promise<string> {
  return (await fetch(url)).text();
}

describe('signing in to Google', { timeout: 60_000 }, () => {
  it('is understood when it is denied, left, allowed by half, and works at last', async () => {
    const { google } = installation;
    await app.catchBrowser();
    await enterClient(page);
    const alert = page.getByRole('tabpanel').getByRole('alert');

    google.set({ consent: 'deny' });
    expect(await visit(await beginSignIn(app, page))).toContain('Access was not given.');
    await alert.getByText('Sign-in was not allowed').waitFor();
    await alert.getByText('Sign in again and allow access.').waitFor();

    // A closed browser tells nobody: the window waits, shows the page again, and lets go.
    google.set({ consent: 'page' });
    const first = await beginSignIn(app, page);
    await page.getByText('Google’s page is open in your browser.').waitFor();
    await page.getByRole('button', { name: 'Open the page again' }).click();
    await waitFor('the page is opened again', async () => (await app.listBrowserUrls()).at(-1) === first);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Sign in to Google' }).waitFor();
    await alert.waitFor({ state: 'detached' });

    google.set({ consent: 'allow', grantedScopes: [] });
    expect(await visit(await beginSignIn(app, page))).toContain('One tick is missing');
    await alert.getByText('Access to Drive was not granted').waitFor();
    await alert.getByText('tick the box that lets PgKeep store its own files').waitFor();

    google.set({ grantedScopes: [driveFileScope] });
    expect(await visit(await beginSignIn(app, page))).toContain('You can close this window');
    await page.getByText('Signed in', { exact: true }).waitFor();
    await page.getByText('owner@example.com').waitFor();
    await alert.waitFor({ state: 'detached' });
  });
});

describe('a network that goes away in the middle of an upload', { timeout: 90_000 }, () => {
  it('is said in the window and the tray, and the upload goes on by itself when it is back', async () => {
    const { google } = installation;
    const { tray, notifications } = world.session;
    const readStatus = async (): Promise<string> => (await tray.readLabels())[0] ?? '';
    await addConnection(page, { name: 'Office', server: world.server });
    await signIn(app, page);
    await addJob(page, { database: 'shop' });
    await goToPage(page, 'Overview');
    const hold = google.holdNext({ kind: ['chunk', 'finish'], final: true }, { at: 'body' });
    await tray.click('Back up now');
    await whenHeld(hold);
    await waitFor('the tray says that it uploads', async () => /^shop: uploading \d+ %/.test(await readStatus()));

    await google.goOffline();
    hold.release();
    const card = page.getByRole('article', { name: 'shop' });
    await card.getByText('No connection to Google Drive, trying again').waitFor();
    await waitFor('the tray says it', async () => (await readStatus()) === 'shop: no connection to Google Drive');
    expect(notifications.list()).toEqual([]);

    await google.goOnline();
    await notifications.waitFor('shop is backed up', 60_000);
    await card.getByText('Good', { exact: true }).waitFor();
    expect(installation.storedFiles()).toHaveLength(3);
    expect(google.journal().filter(({ kind }) => kind === 'session-start')).toHaveLength(1);
  });
});
