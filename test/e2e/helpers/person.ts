// What a person does in the window to set PgKeep up, step by step, by what the person reads there.
import type { Page } from 'playwright';
import { testClientId, testClientSecret } from '../../google/options.ts';
import type { TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { RunningApp } from './running-app.ts';

/** The window's page, with a limit that fits two busy cores. */
export async function openWindow(app: RunningApp): Promise<Page> {
  const page = await app.getPage();
  page.setDefaultTimeout(20_000);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

export async function goToPage(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
}

export interface ConnectionWords {
  readonly name: string;
  readonly server: Pick<TestServer, 'host' | 'port' | 'user' | 'password'>;
}

/** Fills the form in, tests it and saves it when the server answered. */
export async function addConnection(page: Page, { name, server }: ConnectionWords): Promise<void> {
  await goToPage(page, 'Settings');
  await page.getByRole('tab', { name: 'Connections' }).click();
  await page.getByRole('button', { name: 'Add a connection' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a connection' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByRole('textbox', { name: 'Host' }).fill(server.host);
  await dialog.getByRole('textbox', { name: 'Port' }).fill(String(server.port));
  await dialog.getByRole('textbox', { name: 'User' }).fill(server.user);
  await dialog.getByLabel('Password', { exact: true }).fill(server.password);
  await dialog.getByRole('button', { name: 'Test' }).click();
  await dialog.getByRole('status').getByText('The connection works').waitFor();
  await dialog.getByText(/^PostgreSQL \d+\.\d+.*, \d+ databases?: /).waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name, exact: true }).waitFor();
}

/** Types the stored connection's password anew. */
export async function changePassword(page: Page, connection: string, password: string): Promise<void> {
  await goToPage(page, 'Settings');
  await page.getByRole('tab', { name: 'Connections' }).click();
  await page.getByRole('button', { name: `Edit ${connection}` }).click();
  const dialog = page.getByRole('dialog', { name: `Edit ${connection}` });
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Enters the OAuth client in the settings of the Google account and stays there. */
export async function enterClient(page: Page): Promise<void> {
  await goToPage(page, 'Settings');
  await page.getByRole('tab', { name: 'Google account' }).click();
  await page.getByRole('textbox', { name: 'Client ID' }).fill(testClientId);
  await page.getByLabel('Client secret', { exact: true }).fill(testClientSecret);
  await page.getByRole('button', { name: 'Save the client' }).click();
}

/** Begins to sign in; answers the address that the browser would have opened. After `catchBrowser`. */
export async function beginSignIn(app: RunningApp, page: Page): Promise<string> {
  const before = (await app.listBrowserUrls()).length;
  await page.getByRole('button', { name: 'Sign in to Google' }).click();
  return waitFor('the browser is asked for', async () => (await app.listBrowserUrls())[before]);
}

/** Enters the OAuth client, and signs in with a browser that is elsewhere. */
export async function signIn(app: RunningApp, page: Page): Promise<void> {
  await app.catchBrowser();
  await enterClient(page);
  const answer = await fetch(await beginSignIn(app, page));
  if (!answer.ok) throw new Error(`the browser was told ${answer.status}: ${await answer.text()}`);
  await page.getByText('Signed in', { exact: true }).waitFor();
}

export interface JobWords {
  readonly database: string;
  readonly name?: string;
  /** Needed when there are several. */
  readonly connection?: string;
  /** Keeps the suggested schedule; otherwise it runs by hand only, so that no test depends on the time of the day. */
  readonly suggested?: boolean;
}

export async function addJob(page: Page, words: JobWords): Promise<void> {
  const { database, name = database, connection, suggested = false } = words;
  await goToPage(page, 'Jobs');
  await page.getByRole('button', { name: 'Add a job' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a job' });
  if (connection !== undefined) {
    await dialog.getByRole('combobox', { name: 'Connection' }).click();
    await page.getByRole('option', { name: connection, exact: true }).click();
  }
  await dialog.getByText('on this server').waitFor();
  await dialog.getByRole('combobox', { name: 'Database' }).click();
  await page.getByRole('option', { name: database, exact: true }).click();
  await dialog.getByRole('textbox', { name: 'Name of the job' }).fill(name);
  await dialog.getByRole('tab', { name: 'When' }).click();
  await dialog.getByRole('checkbox', { name: 'Make the first backup right away' }).uncheck();
  if (!suggested) {
    await dialog.getByRole('combobox', { name: 'Runs by itself' }).click();
    await page.getByRole('option', { name: 'By hand only' }).click();
  }
  await dialog.getByRole('button', { name: 'Add the job' }).click();
  await page.getByRole('row', { name: new RegExp(`${name}.*No backup yet`) }).waitFor();
}

/** Saves the recovery kit as `file` in the dialog that the system shows. */
export async function saveKit(app: RunningApp, page: Page, file: string): Promise<void> {
  await app.answerSaveDialog(file);
  await goToPage(page, 'Settings');
  await page.getByRole('tab', { name: 'Encryption key' }).click();
  await page.getByRole('button', { name: 'Save the recovery kit…' }).click();
  await page.getByText('Last saved').waitFor();
}
