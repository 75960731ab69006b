// Old backups in the window: choosing what stays with a look at what would go, why each one stays, deleting one and bringing it
// back. On the contract's double, with the real rules behind it.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('in the window a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('chooses what stays, seeing what goes and why before it is saved', async () => {
    const page = await open('full', { hash: '/jobs?edit=job-shop' });
    await page.getByRole('tab', { name: 'Keep' }).click();
    const preview = page.getByRole('region', { name: 'What these rules do' });
    await preview.getByText('All 4 snapshots stay. In the long run about 30 snapshots').waitFor();
    await page.getByRole('radio', { name: 'Own rules' }).check();
    await page.getByRole('textbox', { name: 'The newest', exact: true }).fill('2');
    await page.getByRole('textbox', { name: 'Always keep the newest' }).fill('1');
    await preview.getByText(/^Of 4 snapshots 2 stay, 2 go: /).waitFor();
    const rows = preview.getByRole('row');
    await rows.nth(1).getByText('Goes').waitFor();
    expect(await rows.nth(1).innerText()).toContain('not among the newest 2');
    expect(await rows.nth(3).innerText()).toContain('the newest good backup');
    await page.getByRole('textbox', { name: 'Last months, one each' }).fill('12');
    await preview.getByText(/In the long run about 1[34] snapshots/).waitFor();
    await page.getByRole('radio', { name: 'Everything' }).check();
    await preview.getByText('All 4 snapshots stay. Every backup stays on Drive until you delete it.').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('article', { name: 'Shop' }).getByText('everything', { exact: true }).waitFor();
  });

  it('corrects a number that cannot be, at the section that has it', async () => {
    const page = await open('full', { hash: '/jobs?edit=job-shop' });
    await page.getByRole('tab', { name: 'Keep' }).click();
    await page.getByRole('textbox', { name: 'Always keep the newest' }).fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('tab', { name: /Keep/ }).getByLabel('Something to correct').waitFor();
  });

  it('sees why a snapshot stays, deletes it after reading what goes, and brings it back', async () => {
    const page = await open('full', { hash: '/snapshots?snapshot=snap-shop-1' });
    const drawer = page.getByRole('dialog', { name: 'Snapshot of shop' });
    await drawer.getByText(/With where 2 sequences stand\./).waitFor();
    await drawer.getByText('one of the newest 3, which always stay; one of the newest 30').waitFor();
    await drawer.getByRole('button', { name: 'Delete…' }).click();
    const question = page.getByRole('dialog', { name: 'Delete this backup?' });
    await question.getByText(/goes into Drive’s trash: 3 files, .*Google keeps it there for 30 days/).waitFor();
    await question.getByRole('button', { name: 'Move it to the trash' }).click();
    await drawer.waitFor({ state: 'detached' });
    const removed = page.getByRole('region', { name: 'Removed' });
    await removed.getByText('deleted by hand').waitFor();
    expect(await page.locator('a[href="#/snapshots?snapshot=snap-shop-1"]').count()).toBe(0);
    await removed.getByRole('button', { name: /^Bring back shop/ }).click();
    await page.locator('a[href="#/snapshots?snapshot=snap-shop-1"]').waitFor();
    await removed.waitFor({ state: 'detached' });
  });

  it('is told when it is the newest good one, and cannot delete a pinned one', async () => {
    const page = await open('full', { hash: '/snapshots?snapshot=snap-crm' });
    const drawer = page.getByRole('dialog', { name: 'Snapshot of crm' });
    await drawer.getByRole('button', { name: 'Delete…' }).click();
    const question = page.getByRole('dialog', { name: 'Delete the newest good backup?' });
    await question.getByText('There is no other good one.').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await drawer.getByRole('button', { name: 'Pin', exact: true }).click();
    await drawer.getByRole('button', { name: 'Remove the pin' }).waitFor();
    expect(await drawer.getByRole('button', { name: 'Delete…' }).isDisabled()).toBe(true);
  });
});
