// The activity page on the contract's double: found by kind and words, checked, exported, and loud when it was tampered with.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('on the activity page a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('sees who did what, and finds an act by kind and by words', async () => {
    const page = await open('full', { hash: '/activity' });
    await page.getByText('The chain is intact: 8 entries.').waitFor();
    await page.getByRole('row', { name: /Snapshot shop_.* was pinned.*anna/ }).waitFor();
    await page
      .getByRole('row', { name: /restore of shop_.* ended without success.*pg\/target-not-empty.*PgKeep/ })
      .waitFor();
    await page.getByRole('combobox', { name: 'About' }).click();
    await page.getByRole('option', { name: 'Connections' }).click();
    await page.getByRole('row', { name: /Connection Shop server was added.*password: set/ }).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    await page.getByRole('textbox', { name: 'Search' }).fill('nothing like this');
    await page.getByText('No entry matches').waitFor();
  });

  it('compares the log with Drive, and exports it', async () => {
    const page = await open('full', { hash: '/activity' });
    await page.getByRole('button', { name: 'Compare with Drive' }).click();
    await page.getByText('and as 3 backups on Drive noted it').waitFor();
    await page.getByRole('button', { name: 'Export…' }).click();
    await page.getByText('8 entries were exported.').waitFor();
  });

  it('is told when an entry is not as it was written', async () => {
    const page = await open('failing', { hash: '/activity' });
    await page
      .getByRole('alert')
      .getByText(/Entry 6 is not as it was written/)
      .waitFor();
  });
});
