// What people do in the window, from end to end, on the contract's double: connect, add a job, back up, read a failure,
// restore, save the kit. By the keyboard alone: keyboard.test.ts.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('in the window a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('adds a connection after testing it, and then a job of its database', async () => {
    const page = await open('empty');
    await page.getByRole('button', { name: 'Add a connection' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a connection' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Fill this in').first().waitFor();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Office');
    await dialog.getByRole('textbox', { name: 'Host' }).fill('nowhere.example');
    await dialog.getByRole('textbox', { name: 'User' }).fill('anna');
    await dialog.getByRole('button', { name: 'Test' }).click();
    await dialog.getByRole('alert').getByText('No address was found for nowhere.example.').waitFor();
    await dialog.getByRole('textbox', { name: 'Host' }).fill('db.example');
    await dialog.getByRole('button', { name: 'Test' }).click();
    await dialog.getByText('PostgreSQL 15.18, 2 databases: crm (210 MB), shop (1.0 GB).').waitFor();
    expect(await dialog.getByRole('alert').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'db.example:5432' }).waitFor();

    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByRole('button', { name: 'Add a job' }).click();
    await page.getByText('PostgreSQL 15.18: 2 on this server.').waitFor();
    await page.getByRole('combobox', { name: 'Database' }).click();
    await page.getByRole('option', { name: 'shop' }).click();
    expect(await page.getByRole('textbox', { name: 'Name of the job' }).inputValue()).toBe('shop');
    await page.getByRole('button', { name: 'Add the job' }).click();
    await page.getByRole('row', { name: /shop.*Office.*No backup yet/ }).waitFor();
  });

  it('fills the connection’s fields by pasting a URL and never sees a stored password', async () => {
    const page = await open('full', { hash: '/settings?tab=connections&edit=con-local' });
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    await page.getByRole('textbox', { name: 'Host' }).evaluate((input) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', 'postgresql://ben:secret@db.example:5433/crm');
      input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    await expect.poll(() => page.getByRole('textbox', { name: 'Host' }).inputValue()).toBe('db.example');
    expect(await page.getByRole('textbox', { name: 'Port' }).inputValue()).toBe('5433');
    expect(await page.getByRole('textbox', { name: 'User' }).inputValue()).toBe('ben');
  });

  it('starts a backup and watches it live until it is good, while nothing jumps', async () => {
    const page = await open('full');
    const card = page.getByRole('article', { name: 'Shop' });
    // Each drawn picture counts, with label and place of one moment: asked for one by one they could be of two.
    const watching = card.evaluate(
      (element, label) =>
        new Promise<{ places: string[]; percents: string[] }>((resolve) => {
          const places = new Set<string>();
          const percents = new Set<string>();
          const look = (): void => {
            const { innerText } = element as HTMLElement;
            const percent = /(\d+) %/.exec(innerText)?.[1];
            if (percent !== undefined) percents.add(percent);
            const box = element.querySelector(`[aria-label="${label}"]`)?.getBoundingClientRect();
            if (box) places.add(`${String(box.x)},${String(box.y)},${String(box.width)}`);
            if (/Good[\s\S]*just now/.test(innerText)) resolve({ places: [...places], percents: [...percents] });
            else requestAnimationFrame(look);
          };
          look();
        }),
      'Cancel the backup of Shop',
    );
    await card.getByRole('button', { name: 'Back up now: Shop' }).click();
    await card.getByRole('progressbar').waitFor();
    const seen = await watching;
    expect(seen.percents.length).toBeGreaterThan(2);
    expect(seen.places).toHaveLength(1);
  });

  it('opens the running run, sees its figures, and cancels it', async () => {
    const page = await open('running');
    await page.getByRole('link', { name: 'Open the run' }).click();
    const drawer = page.getByRole('dialog', { name: 'Run of Shop' });
    for (const words of ['17 of 42', '1 284 310', '214 MB', '31 MB', '37 %, about 2 min left', 'Going on']) {
      await drawer.getByText(words).first().waitFor();
    }
    await drawer.getByRole('button', { name: 'Cancel' }).click();
    await drawer.getByText('Cancelled').first().waitFor();
    expect(await drawer.getByRole('progressbar').count()).toBe(0);
  });

  it('reads why a run failed, what to do, and gets there by the button', async () => {
    const page = await open('failing');
    await page.getByText('Shop: User name or password not accepted').waitFor();
    await page.getByRole('link', { name: 'Failed' }).click();
    const alert = page.getByRole('dialog').getByRole('alert');
    await alert.getByText('PostgreSQL at db.office.example:5432 refused user backup.').waitFor();
    await page.getByRole('log').getByText('password authentication failed').waitFor();
    await alert.getByRole('button', { name: 'Open connections' }).click();
    await page.getByRole('tab', { name: 'Connections', selected: true }).waitFor();
  });

  it('restores chosen tables of a snapshot into a new database and reads the report', async () => {
    const page = await open('full', { hash: '/snapshots' });
    await page.getByRole('row', { name: /shop/ }).first().getByText('Restore…').click();
    const dialog = page.getByRole('dialog', { name: 'Restore a snapshot' });
    const name = dialog.getByRole('textbox', { name: 'Name of the new database' });
    expect(await name.inputValue()).toBe('shop_restored');
    await dialog.getByText('Only chosen tables').click();
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await dialog.getByText('Choose at least one table').waitFor();
    await dialog.getByRole('combobox', { name: 'Tables' }).click();
    await page.getByRole('option', { name: 'sales.orders' }).click();
    await page.keyboard.press('Tab');
    await name.fill('shop');
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await dialog.getByText('already has a database shop').waitFor();
    await name.fill('shop_back');
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    const result = page.getByRole('dialog', { name: 'Restore into shop_back' });
    await result.getByRole('progressbar').waitFor();
    await result.getByText('Restored, and equal to the backup').waitFor();
    await result.getByText('42 tables, 3 120 455 rows, 512 MB').waitFor();
  });

  it('keeps a job in plain SQL, of which nothing can be picked', async () => {
    const page = await open('full', { hash: '/jobs?edit=job-crm' });
    const job = page.getByRole('dialog');
    await job.getByRole('tab', { name: 'Advanced' }).click();
    await job.getByText('Single tables can be restored from it').waitFor();
    await job.getByRole('combobox', { name: 'Format' }).click();
    await page.getByRole('option', { name: 'Plain SQL' }).click();
    await job.getByText('It is restored whole or not at all').waitFor();
    await page.goto(page.url().replace(/#.*/, '#/restore?new=snap-crm'));
    const dialog = page.getByRole('dialog', { name: 'Restore a snapshot' });
    await dialog.getByText('This backup is plain SQL').waitFor();
    expect(await dialog.getByText('Only chosen tables').count()).toBe(0);
    expect(await dialog.getByText('Leave out owners and rights').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByRole('dialog', { name: 'Restore into crm_restored' }).waitFor();
  });

  it('tests a snapshot, which then counts as verified', async () => {
    const page = await open('full', { hash: '/snapshots?job=job-crm' });
    await page.getByText('Not yet').waitFor();
    await page.getByRole('button', { name: 'Test restore' }).click();
    await page.getByText('This snapshot can be restored').waitFor();
    await page.getByRole('dialog').getByText('Close', { exact: true }).click();
    await page.getByRole('link', { name: 'Snapshots' }).click();
    await page.getByText('just now').first().waitFor();
  });

  it('saves the recovery kit, and the warning goes', async () => {
    const page = await open('failing');
    await page.getByText('Save the recovery kit').waitFor();
    await page.getByRole('button', { name: 'Save the kit' }).click();
    await page.getByText('Save the recovery kit').waitFor({ state: 'detached' });
    await page.getByText('Needs your attention').waitFor();
  });

  it('signs in after Google ended the sign-in, and reads it when that fails', async () => {
    const page = await open('signed-out');
    await page.evaluate(() => {
      window.failNext('account.signIn', 'drive/scope-missing');
    });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Access to Drive was not granted').waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Sign in to Google' }).click();
    await page.getByText('Google ended the sign-in').waitFor({ state: 'detached' });
  });

  it('waits for the browser in sight, may leave, and finds everything as it was', async () => {
    const page = await open('signed-out', { hash: '/settings?tab=google' });
    await page.getByText('Google ends the sign-in every seven days', { exact: true }).waitFor();
    await page.evaluate(() => {
      window.controls.world.slowBrowser = true;
    });
    await page.getByRole('button', { name: 'Sign in to Google' }).click();
    await page.getByRole('status').getByText('Finish there within five minutes').waitFor();
    await page.getByRole('button', { name: 'Copy the link' }).waitFor();
    await page.getByRole('button', { name: 'Open the page again' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Signed out by Google').waitFor();
    expect(await page.getByRole('alert').filter({ hasText: 'ancel' }).count()).toBe(0);
    expect(await page.evaluate(() => window.controls.calls)).toContain('account.openSignInAgain');
  });

  it.each([
    ['drive/sign-in-denied', 'Sign-in was not allowed'],
    ['drive/sign-in-timeout', 'Sign-in was not finished'],
    ['drive/other-account', 'This is another Google account'],
    ['drive/client-refused', 'Google does not accept the OAuth client'],
  ] as const)('reads in Google’s own place why a sign-in did not come about: %s', async (code, title) => {
    const page = await open('signed-out', { hash: '/settings?tab=google' });
    await page.evaluate((failing) => {
      window.failNext('account.signIn', failing);
    }, code);
    await page.getByRole('button', { name: 'Sign in to Google' }).click();
    await page.getByRole('alert').getByText(title).waitFor();
  });

  it('is warned before another client hides the older backups', async () => {
    const page = await open('full', { hash: '/settings?tab=google' });
    await page.getByRole('button', { name: 'Choose the JSON file…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in with another client?' });
    await dialog.getByText('PgKeep no longer sees the backups made so far').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.evaluate(() => window.controls.calls)).not.toContain('account.chooseClientFile');
    await page.getByRole('textbox', { name: 'Client ID' }).fill('99-other.apps.googleusercontent.com');
    await page.getByRole('button', { name: 'Save the client' }).click();
    await page.getByRole('button', { name: 'Use this client' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Choose the JSON file…' }).click();
    await page.getByRole('button', { name: 'Choose the file…' }).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Client ID' }).inputValue())
      .toBe('99-file.apps.googleusercontent.com');
  });

  it('chooses another folder on Google’s page or by its address, and reads why one does not fit', async () => {
    const page = await open('full', { hash: '/settings?tab=google' });
    await page.getByText('My Drive › PgKeep').waitFor();
    await page.getByRole('button', { name: 'Change the folder…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change the folder for the backups' });
    await dialog.getByText('Backups made so far stay where they are').waitFor();
    await dialog.getByRole('textbox', { name: 'Address or id of the folder' }).fill('Backups');
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    await dialog.getByRole('alert').getByText('This is neither the address of a Drive folder nor its id.').waitFor();
    await dialog.getByRole('textbox').fill('https://drive.google.com/drive/folders/1AbC-d_EfGhIjK');
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    await page.getByText('Office › Backups › PgKeep').waitFor();
    await page.getByText('Google does not tell how much room a shared drive has left').waitFor();
    await page.getByRole('button', { name: 'Change the folder…' }).click();
    await dialog.getByRole('button', { name: 'Choose in Google’s page…' }).click();
    await page.getByText('My Drive › Company › PgKeep').waitFor();
    await page.getByRole('button', { name: 'Change the folder…' }).click();
    await dialog.getByRole('button', { name: 'Back to the top of My Drive' }).click();
    await page.getByText('My Drive › PgKeep', { exact: true }).waitFor();
  });

  it('uses a service account, which needs a place to put things', async () => {
    const page = await open('empty', { hash: '/settings?tab=google' });
    await page.getByRole('button', { name: 'Use a service account…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Use a service account' });
    await dialog.getByRole('button', { name: 'Choose the key file…' }).click();
    await dialog.getByRole('alert').getByText('A service account has no storage').waitFor();
    await dialog.getByRole('textbox', { name: 'Folder on a shared drive' }).fill('1AbC-d_EfGhIjK');
    await dialog.getByRole('button', { name: 'Choose the key file…' }).click();
    await page.getByText('backup@pgkeep-office.iam.gserviceaccount.com').waitFor();
    await page.getByText('Office › Backups › PgKeep').waitFor();
    await page.getByText('Not needed while a service account signs in.').waitFor();
    expect(await page.getByRole('button', { name: 'Sign in again' }).count()).toBe(0);
  });

  it('leaves room on the line for others, and changes how much', async () => {
    const page = await open('full');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: 'Google account' }).click();
    const most = page.getByRole('textbox', { name: 'At most, in MB a second' });
    const limit = page.getByRole('switch', { name: 'Leave room on the line for others' });
    await page.getByText('Uploads take what the line gives.').waitFor();
    await most.fill('0.001');
    await page.getByText('0.02 MB at least').waitFor();
    expect(await limit.isDisabled()).toBe(true);
    await most.fill('2.5');
    await limit.check({ force: true });
    await page.getByText('The limit counts at once').waitFor();
    await most.fill('1');
    await page.getByRole('button', { name: 'Save', exact: true }).last().click();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: 'Google account' }).click();
    expect(await most.inputValue()).toBe('1');
    await limit.uncheck({ force: true });
    await page.getByText('Uploads take what the line gives.').waitFor();
  });

  it('is told why a connection in use cannot be removed', async () => {
    const page = await open('full', { hash: '/settings?tab=connections' });
    await page.getByRole('button', { name: 'Remove Office server' }).click();
    await page.getByRole('button', { name: 'Remove the connection' }).click();
    await page.getByRole('alert').getByText('It is still in use').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('cell', { name: 'Office server', exact: true }).waitFor();
  });

  it('is led to a page by the tray and told when the engine is away', async () => {
    const page = await open('full');
    await page.evaluate(() => {
      window.controls.emit('app.navigated', { page: 'restore', params: {} });
    });
    await page.getByRole('heading', { level: 1, name: 'Restore' }).waitFor();
    await page.evaluate(() => {
      window.controls.emit('engine.stateChanged', { state: 'failed', reason: 'it ended' });
    });
    await page.getByRole('alert').getByText('The backup engine is not running').waitFor();
    await page.evaluate(() => {
      window.controls.emit('engine.stateChanged', { state: 'ready', reason: null });
    });
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });
});
