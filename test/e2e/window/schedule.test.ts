// Schedules in the window, on the contract's double: choosing one in the job form, the next dates, pausing, and what became
// of the times.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('the schedule of a job', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('is suggested for a new job as every day at 03:00, with its next dates', async () => {
    const page = await open('full', { hash: '/jobs?edit=new' });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Connection' }).click();
    await page.getByRole('option', { name: 'Office server' }).click();
    await dialog.getByRole('combobox', { name: 'Database' }).fill('orders');
    await dialog.getByRole('tab', { name: 'When' }).click();
    expect(await dialog.getByRole('combobox', { name: 'Runs by itself' }).inputValue()).toBe('Every day');
    expect(await dialog.getByLabel('At', { exact: true }).inputValue()).toBe('03:00');
    const next = dialog.getByRole('status', { name: 'The next times' });
    await next.getByText('Next, by the clock of Europe/Berlin').waitFor();
    expect(await next.getByRole('listitem').count()).toBe(5);
    await next.getByText('The clocks go forward on 28 March 2027').waitFor();
    expect(await dialog.getByRole('checkbox', { name: 'Make the first backup right away' }).isChecked()).toBe(true);
    await dialog.getByRole('button', { name: 'Add the job' }).click();
    await page.getByRole('row', { name: /orders.*every day at 03:00.*next/ }).waitFor();
  });

  it('needs PgKeep to run: the start at login and staying awake are switches of the settings', async () => {
    const page = await open('full', { hash: '/settings?tab=general' });
    const login = page.getByRole('switch', { name: 'Start PgKeep when I sign in to this computer' });
    const awake = page.getByRole('switch', { name: 'Keep the computer awake while a backup or a restore runs' });
    expect([await login.isChecked(), await awake.isChecked()]).toEqual([false, true]);
    await login.check({ force: true });
    await awake.uncheck({ force: true });
    await page.getByRole('tab', { name: 'About' }).click();
    await page.getByRole('tab', { name: 'General' }).click();
    await page.getByRole('switch', { name: 'Start PgKeep', checked: true }).waitFor();
    expect([await login.isChecked(), await awake.isChecked()]).toEqual([true, false]);
  });

  it('can be of every kind, and what is missing is said at its tab', async () => {
    const page = await open('full', { hash: '/jobs?edit=job-notes&section=when' });
    const dialog = page.getByRole('dialog');
    const kind = dialog.getByRole('combobox', { name: 'Runs by itself' });
    const choose = async (name: string): Promise<void> => {
      await kind.click();
      await page.getByRole('option', { name, exact: true }).click();
    };
    expect(await kind.inputValue()).toBe('By hand only');
    await choose('Several times a day');
    await dialog.getByRole('button', { name: 'Add a time' }).click();
    expect(await dialog.getByLabel('Time 3', { exact: true }).inputValue()).toBe('21:00');
    await dialog.getByLabel('Time 3', { exact: true }).fill('9:5');
    await dialog.getByLabel('Time 2', { exact: true }).fill('6 pm');
    await dialog.getByLabel('Time 1', { exact: true }).focus();
    expect(await dialog.getByLabel('Time 2', { exact: true }).inputValue()).toBe('18:00');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Enter a time, such as 03:00').waitFor();
    await dialog.getByRole('button', { name: 'Remove time 3' }).click();
    await choose('Every month');
    await dialog.getByRole('combobox', { name: 'On' }).click();
    await page.getByRole('option', { name: 'the last day' }).click();
    await choose('Cron expression');
    expect(await dialog.getByRole('textbox', { name: 'Expression' }).inputValue()).toBe('0 3 L * *');
    await dialog.getByRole('textbox', { name: 'Expression' }).fill('0 3 * *');
    await dialog.getByText(/The cron expression .* cannot be used/).waitFor();
    await choose('Every week');
    await dialog.getByRole('checkbox', { name: 'Monday' }).uncheck();
    await dialog.getByRole('tab', { name: 'What' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Choose at least one').waitFor();
    await dialog.getByRole('checkbox', { name: 'Friday' }).check();
    await dialog.getByRole('button', { name: 'Time zone and spreading' }).click();
    await dialog.getByRole('combobox', { name: 'Time zone' }).fill('Tokyo');
    await page.getByRole('option', { name: 'Asia/Tokyo' }).click();
    await dialog.getByText('Next, by the clock of Asia/Tokyo').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /Notes.*Friday at 03:00 \(Asia\/Tokyo\)/ }).waitFor();
  });

  it('stands still while all are paused, and goes on', async () => {
    const page = await open('full');
    const card = page.getByRole('article', { name: 'Shop' });
    await card.getByText(/^(today|tomorrow) 03:00$/).waitFor();
    await page.getByRole('button', { name: 'Pause schedules' }).click();
    await page.getByRole('menuitem', { name: 'Until I resume' }).click();
    await page.getByText('Schedules are paused until you resume.').waitFor();
    await card.getByText('paused until you resume').waitFor();
    expect(await page.getByRole('button', { name: 'Pause schedules' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await card.getByText(/^(today|tomorrow) 03:00$/).waitFor();
    await page.getByRole('button', { name: 'Pause schedules' }).waitFor();
  });

  it('tells what became of its times, with the reason for each that started nothing', async () => {
    const page = await open('full', { hash: '/jobs' });
    await page.getByRole('link', { name: 'Times of Shop: every day at 03:00' }).click();
    const drawer = page.getByRole('dialog', { name: 'Times of Shop' });
    await drawer.getByText('Every day at 03:00', { exact: true }).waitFor();
    for (const words of [
      'Started on time',
      'Missed 2 times and caught up: the computer slept from 24 Nov 2026 22:10 to 26 Nov 2026 08:31',
      'Left out: the schedule was paused',
      'Left out: the backup before was still running',
    ]) {
      await drawer.getByText(words).first().waitFor();
    }
    await drawer.getByRole('link', { name: 'Open the run' }).first().click();
    await page.getByRole('dialog', { name: 'Run of Shop' }).waitFor();
  });
});
