// What people do in the window about what lies on Drive, on the contract's double: recover on a new computer, pin, take a
// backup out of the trash, compare, restore from a file, bring an older key.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('about Drive, a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('recovers on a new computer: sign in, the kit, the list, and the connection of a job', async () => {
    const page = await open('empty');
    await page.getByRole('link', { name: 'I am recovering on a new computer' }).click();
    const dialog = page.getByRole('dialog', { name: 'Recover on a new computer' });
    expect(await dialog.getByRole('button', { name: 'Look into Drive' }).isDisabled()).toBe(true);
    await dialog.getByRole('link', { name: 'Set up Google' }).waitFor();
    await page.evaluate(() => {
      const { world, emit } = window.controls;
      emit('account.changed', { ...world.account, state: 'ready', email: 'anna@office.example', client: 'own' });
    });
    await dialog.getByText('Signed in as anna@office.example.').waitFor();
    await dialog.getByRole('button', { name: 'Open a recovery kit…' }).click();
    await dialog.getByText('It opens the backups on Drive (tried on 2 backups).').waitFor();
    await dialog.getByRole('button', { name: 'Look into Drive' }).click();
    await dialog.getByText(/5 backups on Drive: 4 added here/).waitFor();
    await dialog.getByText(/crm_20261120T030000Z_k7d2mq: the manifest is not on Drive/).waitFor();
    await dialog.getByText(/no key on this computer opens it/).waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('article', { name: 'Shop' }).getByText('Needs a connection').waitFor();
    await page.getByRole('button', { name: 'Add a connection' }).waitFor();
  });

  it('that brings a file which is no kit reads what it is instead', async () => {
    const page = await open('full', { hash: '/settings?tab=key' });
    await page.evaluate(() => {
      window.failNext('keys.openKit', 'crypto/kit-unreadable');
    });
    await page.getByRole('button', { name: 'Open a recovery kit…' }).click();
    await page.getByRole('alert').getByText('This is no recovery kit').waitFor();
  });

  it('pins a snapshot, and takes the pin off again', async () => {
    const page = await open('full', { hash: '/snapshots?snapshot=snap-shop-1' });
    const drawer = page.getByRole('dialog', { name: 'Snapshot of shop' });
    await drawer.getByRole('button', { name: 'Pin', exact: true }).click();
    await drawer.getByText('Pinned', { exact: true }).waitFor();
    await drawer.getByRole('button', { name: 'Remove the pin' }).click();
    await drawer.getByRole('button', { name: 'Pin', exact: true }).waitFor();
  });

  it('is led from the overview to what Drive lost, and takes a backup out of the trash', async () => {
    const page = await open('failing');
    await page.getByText('1 backup is not to be seen on Drive any more, 1 backup is in Drive’s trash.').waitFor();
    await page.getByRole('button', { name: 'Show them' }).click();
    await page.getByText('Not seen on Drive', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Take it out of the trash' }).click();
    await page.getByText('In Drive’s trash', { exact: true }).waitFor({ state: 'detached' });
    await page
      .getByText(/^1 backup is not to be seen on Drive any more\. .*1 backup on Drive is not in this list\.$/)
      .waitFor();
  });

  it('compares with Drive, and reads why it could not be done', async () => {
    const page = await open('full', { hash: '/snapshots' });
    await page.getByText('All 5 backups are on Drive as they should be.').waitFor();
    await page.evaluate(() => {
      window.failNext('catalog.check', 'drive/other-account');
    });
    await page.getByRole('button', { name: 'Compare now' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Compare now' }).click();
    await page.getByText('Compared with Drive just now').waitFor();
  });

  it('restores from a file without any snapshot on the list', async () => {
    const page = await open('full', { hash: '/restore' });
    await page.getByRole('button', { name: 'From a file…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore from a file' });
    await dialog.getByText('shop_20261122T030000Z_a1b2c3.manifest.json.age').waitFor();
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await dialog.getByText('Fill this in').waitFor();
    await dialog.getByRole('combobox', { name: 'Onto the server of' }).click();
    await page.getByRole('option', { name: 'Office server' }).click();
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    const result = page.getByRole('dialog', { name: 'Restore into shop_restored' });
    await result.getByText('Restored, and equal to the backup').waitFor();
    await result.getByText('shop_20261122T030000Z_a1b2c3.dump.zst.age').waitFor();
  });
});
