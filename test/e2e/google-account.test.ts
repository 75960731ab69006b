// A new user and Google, in the real program: every way in which a sign-in does not come about is told in the window, and
// what comes after it works. Nobody looks into a log.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testClientId, testClientSecret, testServiceAccount } from '../google/options.ts';
import { waitFor } from '../support/wait-for.ts';
import { openAppWorld, type AppWorld, type Installation } from './helpers/app-world.ts';
import { addConnection, addJob, goToPage, openWindow } from './helpers/person.ts';
import type { RunningApp } from './helpers/running-app.ts';

let world: AppWorld;
let installation: Installation;
let app: RunningApp;
let page: Page;
let folder: string;

beforeAll(async () => {
  world = await openAppWorld({ prepare: (server) => server.createDatabase('shop') });
});
afterAll(async () => {
  await world.stop();
});
beforeEach(async () => {
  installation = await world.openInstallation();
  folder = path.dirname(installation.dataDir);
  await start();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(installation.getOutput());
  await installation.close();
});

async function start(): Promise<void> {
  app = await installation.start();
  await app.catchBrowser();
  page = await openWindow(app);
}

async function openGoogle(): Promise<void> {
  await goToPage(page, 'Settings');
  await page.getByRole('tab', { name: 'Google account' }).click();
}

async function writeJson(name: string, content: unknown): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

const client = { client_id: testClientId, client_secret: testClientSecret };

async function chooseClient(kind: 'installed' | 'web'): Promise<void> {
  await app.answerOpenDialog(await writeJson('client.json', { [kind]: client }));
  await page.getByRole('button', { name: 'Choose the JSON file…' }).click();
}

/** Presses the button and answers the address that the browser was asked to open. */
async function beginSignIn(): Promise<string> {
  const before = (await app.listBrowserUrls()).length;
  await page
    .getByRole('button', { name: /^Sign in/ })
    .first()
    .click();
  return waitFor('the browser is asked for', async () => (await app.listBrowserUrls())[before]);
}

/** What the person reads in the browser at the end. */
async function answerInBrowser(url: string, consent: 'allow' | 'deny'): Promise<string> {
  return (await fetch(`${url}&_consent=${consent}`)).text();
}

const signedIn = (): Promise<void> => page.getByText('Signed in', { exact: true }).waitFor();
const alert = (title: string): Promise<void> => page.getByRole('alert').getByText(title).waitFor();

describe('a new user', () => {
  it('is led past every trouble of signing in, and comes back after Google ended it', async () => {
    const { google } = installation;
    google.set({ consent: 'page' });
    await openGoogle();
    await page.getByText('PgKeep needs an OAuth client of yours first').waitFor();
    await chooseClient('web');
    await alert('This file is not the one that is needed');
    await page.getByRole('alert').getByText('It is an OAuth client of the type “Web application”.').waitFor();
    await chooseClient('installed');
    await page.getByText('PgKeep signs in with your own client').waitFor();

    expect(await answerInBrowser(await beginSignIn(), 'deny')).toContain('Access was not given');
    await alert('Sign-in was not allowed');

    google.set({ grantedScopes: [] });
    expect(await answerInBrowser(await beginSignIn(), 'allow')).toContain('left unticked');
    await alert('Access to Drive was not granted');
    google.set({ grantedScopes: null });

    // The browser is closed: the window waits in sight, shows the page again, and lets go.
    await beginSignIn();
    await page.getByRole('status').getByText('Finish there within five minutes').waitFor();
    const opened = (await app.listBrowserUrls()).length;
    await page.getByRole('button', { name: 'Open the page again' }).click();
    await waitFor('the page is opened again', async () => (await app.listBrowserUrls()).length > opened);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Not signed in', { exact: true }).waitFor();

    expect(await answerInBrowser(await beginSignIn(), 'allow')).toContain('You can close this window');
    await signedIn();
    await page.getByText('My Drive › PgKeep').waitFor();

    await addConnection(page, { name: 'Office', server: world.server });
    await addJob(page, { database: 'shop' });
    google.revokeAll();
    google.expireAccessTokens();
    await goToPage(page, 'Jobs');
    await page.getByRole('button', { name: /^Back up now/ }).click();
    await goToPage(page, 'Overview');
    await page.getByText('Google ended the sign-in').first().waitFor();
    const notices = (): string[] => world.session.notifications.list().map(({ title }) => title);
    await waitFor('the person is told', () => notices().includes('Google ended the sign-in'));
    await app.quit();
    await start();
    await openGoogle();
    await page.getByText('Signed out by Google').waitFor();
    expect(await answerInBrowser(await beginSignIn(), 'allow')).toContain('You can close this window');
    await signedIn();
    await goToPage(page, 'Runs');
    await page.getByRole('cell', { name: 'Succeeded' }).waitFor();
    expect(notices().filter((title) => title === 'Google ended the sign-in')).toHaveLength(1);
    expect(installation.storedFiles()).toHaveLength(3);
  });

  it('of a company backs up to a shared drive with a service account', async () => {
    const { google } = installation;
    const members = { 'owner@example.com': 'organizer', [testServiceAccount.email]: 'fileOrganizer' } as const;
    const drive = google.makeSharedDrive({ name: 'Office', members });
    const backups = google.makeByHand({ name: 'Backups', parentId: drive.id });
    await addConnection(page, { name: 'Office', server: world.server });
    await addJob(page, { database: 'shop' });
    await openGoogle();
    await app.answerOpenDialog(await writeJson('key.json', google.serviceAccountKey()));
    await page.getByRole('button', { name: 'Use a service account…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Use a service account' });
    await dialog.getByRole('button', { name: 'Choose the key file…' }).click();
    await dialog.getByRole('alert').getByText('A service account has no storage').waitFor();
    await dialog
      .getByRole('textbox', { name: 'Folder on a shared drive' })
      .fill(`https://drive.google.com/drive/folders/${backups.id}`);
    await dialog.getByRole('button', { name: 'Choose the key file…' }).click();
    await page.getByText('Office › Backups › PgKeep').waitFor();
    await goToPage(page, 'Jobs');
    await page.getByRole('button', { name: /^Back up now/ }).click();
    await goToPage(page, 'Runs');
    await page.getByRole('cell', { name: 'Succeeded' }).waitFor();
    const stored = installation.storedFiles();
    expect(stored).toHaveLength(3);
    expect(new Set(stored.map(({ driveId }) => driveId))).toEqual(new Set([drive.id]));
    expect(await app.listBrowserUrls()).toEqual([]);
    expect(installation.getOutput()).not.toContain('PRIVATE KEY');
  });
});
