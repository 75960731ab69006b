// A job's form: what is left out is picked from the database's own tables or typed, and is there again when the form is opened.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('in a job’s form a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('leaves out rows of tables, by picking and by typing, and finds them again', async () => {
    const page = await open('full', { hash: '/jobs?edit=job-shop' });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('tab', { name: 'Leave out' }).click();
    const rows = dialog.getByRole('combobox', { name: 'Without the rows of these tables' });
    await rows.click();
    await page.getByRole('option', { name: /shop\.audit_log.*610 MB/ }).click();
    await rows.fill('tmp.*');
    await rows.press('Enter');
    await rows.press('Escape');
    await dialog.getByRole('combobox', { name: 'Without these tables' }).click();
    await page.getByRole('option', { name: '"Old Shop"."Orders 2019"' }).click();
    await page.keyboard.press('Escape');
    await dialog.getByRole('checkbox', { name: 'Large objects' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const saved = await page.evaluate(async () => {
      const reply = await window.bridge.invoke('jobs.list', undefined);
      const jobs = reply.ok ? (reply.value as readonly { readonly id: string; readonly dump: object }[]) : [];
      return jobs.find(({ id }) => id === 'job-shop')?.dump;
    });
    expect(saved).toMatchObject({
      ...{ excludeData: ['shop.audit_log', 'tmp.*'], excludeTables: ['"Old Shop"."Orders 2019"'] },
      ...{ includeTables: [], largeObjects: false },
    });
  });

  it('picks from the tables of all databases of a server, those of a database left out not among them', async () => {
    const page = await open('full', { hash: '/jobs?edit=job-shop' });
    const dialog = page.getByRole('dialog');
    await dialog.getByText('All databases').click();
    await dialog.getByRole('tab', { name: 'Leave out' }).click();
    await dialog.getByText('What is chosen counts in every database of the server').waitFor();
    const tables = dialog.getByRole('combobox', { name: 'Without these tables' });
    await tables.click();
    await page.getByRole('option', { name: /crm\.calls.*5\.0 MB/ }).waitFor();
    await page.getByRole('option', { name: /shop\.audit_log.*1\.2 GB/ }).waitFor();
    await tables.press('Escape');
    const databases = dialog.getByRole('combobox', { name: 'Without these databases' });
    await databases.fill('crm');
    await databases.press('Enter');
    await databases.press('Escape');
    await tables.click();
    await page.getByRole('option', { name: /shop\.audit_log.*610 MB/ }).waitFor();
    expect(await page.getByRole('option', { name: /crm\.calls/ }).count()).toBe(0);
  });
});
