// The privacy page on the contract's double: a job is erased into the trash, and for good only with its name.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('on the privacy page a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('erases everything of a job, and of one that was removed', async () => {
    const page = await open('full', { hash: '/settings?tab=privacy' });
    await page.getByText('removed, 12 snapshots left').waitFor();
    await page.getByRole('button', { name: 'Erase everything of Shop' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'For good' }).check();
    const button = dialog.getByRole('button', { name: 'Erase everything' });
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('Shop');
    await button.click();
    await page
      .getByText(/Everything of Shop was erased: 4 snapshots and 4 runs here; on Drive 12 files were deleted/)
      .waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Erase everything of Shop' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Erase everything of Old shop' }).click();
    await dialog.getByRole('button', { name: 'Erase everything' }).click();
    await page.getByText(/Everything of Old shop was erased/).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(3);
  });
});
