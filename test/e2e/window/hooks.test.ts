// In the window a person gives a job scripts for before and after its backups, on the contract's double.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('in the window a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('chooses a script before each backup, keeps what is said of it, and takes it away again', async () => {
    const page = await open('full', { hash: '/jobs' });
    const edit = async () => {
      await page.getByRole('button', { name: 'Edit Shop' }).click();
      await page.getByRole('tab', { name: 'Advanced' }).click();
      return page.getByRole('dialog', { name: 'Edit Shop' });
    };
    const dialog = await edit();
    await dialog.getByRole('button', { name: 'Choose the script before each backup' }).click();
    await dialog.getByText('/home/ann/backup/prepare the shop.sh').waitFor();
    await dialog.getByRole('textbox', { name: 'Longest time of the script before' }).fill('90');
    await dialog.getByRole('checkbox', { name: 'No backup when it fails' }).uncheck();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });

    const again = await edit();
    await again.getByText('/home/ann/backup/prepare the shop.sh').waitFor();
    expect(await again.getByRole('textbox', { name: 'Longest time of the script before' }).inputValue()).toBe('90');
    expect(await again.getByRole('checkbox', { name: 'No backup when it fails' }).isChecked()).toBe(false);
    const picture = process.env['PGKEEP_PICTURE'];
    if (picture !== undefined) await page.screenshot({ path: picture });
    await again.getByRole('button', { name: 'Remove the script before each backup' }).click();
    await again.getByRole('button', { name: 'Save' }).click();
    await again.waitFor({ state: 'detached' });
    const jobs = await page.evaluate(() => window.controls.world.jobs);
    expect(jobs.find(({ name }) => name === 'Shop')?.hooks).toEqual({ before: null, after: null });
  });
});
