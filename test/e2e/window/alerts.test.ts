// Mail, notifications, webhook and ping address in the window, on the contract's double.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('in the window a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('sets up mail with a preset, sees what is missing, tests and saves', async () => {
    const page = await open('empty', { hash: '/settings?tab=mail' });
    await page.getByRole('button', { name: 'Send test' }).click();
    await page.getByText('Fill this in').first().waitFor();
    const to = page.getByRole('combobox', { name: 'To', exact: true });
    await to.fill('anna@example.org');
    await to.press('Enter');
    await page.getByText('Needs an app password: switch on 2-Step Verification').waitFor();
    await page.getByRole('textbox', { name: 'From' }).fill('anna@example.org');
    expect(await page.getByRole('textbox', { name: 'User' }).inputValue()).toBe('anna@example.org');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Send test' }).click();
    await page.getByRole('alert').getByText('The mail server refused the sign-in').waitFor();
    await page.getByLabel('Password', { exact: true }).fill('right');
    await page.getByRole('button', { name: 'Send test' }).click();
    await page.getByText('Sent to anna@example.org').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('status').getByText('Saved').waitFor();
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    const stored = await page.evaluate(() => window.controls.world.notifications);
    expect(stored).toMatchObject({ hasMailSecret: true, mail: { provider: 'gmail', port: 465, security: 'tls' } });
  });

  it('is told on the overview that mails do not arrive, and led to the settings that mend it', async () => {
    const page = await open('failing');
    await page.getByText('Mails do not arrive').waitFor();
    await page.getByRole('button', { name: 'Open mail settings' }).click();
    await page.getByText(/^3 mails could not be delivered since/).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/^3 mails could not be delivered since/).waitFor({ state: 'detached' });
  });

  it('chooses what is told, the quiet hours, and a webhook that is tested', async () => {
    const page = await open('full', { hash: '/settings?tab=notifications' });
    await page.getByRole('checkbox', { name: 'A job is late' }).click();
    await expect.poll(() => page.evaluate(() => window.controls.world.notifications.muted)).toEqual(['late']);
    expect(await page.getByLabel('From').getAttribute('type')).not.toBe('time');
    await page.getByLabel('From').fill('9 pm');
    await page.getByText('For example 22:00').waitFor();
    await page.getByLabel('From').fill('21:30');
    await page.getByLabel('To', { exact: true }).focus();
    await expect
      .poll(() => page.evaluate(() => window.controls.world.notifications.quietHours))
      .toEqual({ from: '21:30', to: '07:00' });
    const address = page.getByRole('textbox', { name: 'Web address' });
    await address.fill('http://chat.example/hook');
    await page.getByRole('button', { name: 'Send a test message' }).click();
    await page.getByText('It must begin with https://').waitFor();
    await address.fill('https://chat.example/hook');
    await page.getByRole('button', { name: 'Send a test message' }).click();
    await page.getByText('The address has taken it').waitFor();
  });

  it('gives a job a ping address', async () => {
    const page = await open('full', { hash: '/jobs?edit=job-shop' });
    await page.getByRole('tab', { name: 'Alerts' }).click();
    await page.getByText('Failures are mailed to anna@office.example, ben@office.example.').waitFor();
    await page.getByRole('textbox', { name: 'Ping address' }).fill('hc-ping.com/1');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is no web address').waitFor();
    await page.getByRole('textbox', { name: 'Ping address' }).fill('https://hc-ping.com/1');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(() => page.evaluate(() => window.controls.world.jobs.find(({ id }) => id === 'job-shop')?.alerts.pingUrl))
      .toBe('https://hc-ping.com/1');
  });
});
