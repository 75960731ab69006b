// The whole way from a connection to its first backup by the keyboard alone, on the contract's double.
import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('in the window a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('adds a connection and a job and backs up by the keyboard alone, with the focus always visible', async () => {
    const page = await open('full');
    const press = (key: string) => page.keyboard.press(key);
    await tabTo(page, 'Settings');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await tabTo(page, 'Add a connection');
    await press('Enter');
    const connection = page.getByRole('dialog', { name: 'Add a connection' });
    await connection.waitFor();
    for (const [label, text] of [
      ['Name', 'Books server'],
      ['Host', 'books.example'],
      ['User', 'anna'],
      ['Password', 'secret'],
    ] as const) {
      await tabTo(page, label);
      await page.keyboard.type(text);
    }
    await tabTo(page, 'Test');
    await press('Enter');
    await connection.getByText('The connection works').waitFor();
    await tabTo(page, 'Save');
    await press('Enter');
    await page.getByRole('cell', { name: 'books.example:5432' }).waitFor();

    await tabTo(page, 'Jobs');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
    await tabTo(page, 'Add a job');
    await press('Enter');
    await page.getByRole('dialog', { name: 'Add a job' }).waitFor();
    await tabTo(page, 'Connection');
    // Opens the list; from its first one up comes the last, which is the new one.
    await press('ArrowUp');
    await press('ArrowUp');
    await press('Enter');
    expect(await page.getByRole('combobox', { name: 'Connection' }).inputValue()).toBe('Books server');
    await page.getByText('2 on this server').waitFor();
    await tabTo(page, 'Database');
    await page.keyboard.type('books');
    await press('Enter');
    await page.getByRole('row', { name: /books/ }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);

    await tabTo(page, 'Back up now: books');
    await press('Enter');
    await page.getByRole('row', { name: /books.*last good just now/ }).waitFor();
  });
});

/** Presses Tab until what has the focus is called so, and looks whether the focus can be seen there. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(readFocus);
    if (focus.name !== name) continue;
    // A border changes its colour in a moment.
    await expect
      .poll(async () => (await page.evaluate(readFocus)).visible, { message: `the focus on “${name}”` })
      .toBe(true);
    return;
  }
  throw new Error(`Tab never came to “${name}”, last ${JSON.stringify(await page.evaluate(readFocus))}`);
}

/** Runs in the page. A field shows the focus by its border's colour, everything else by an outline. */
function readFocus(): { readonly name: string; readonly visible: boolean } {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement)) return { name: '', visible: false };
  const isField = active instanceof HTMLInputElement;
  const label = isField ? (active.labels?.[0]?.textContent ?? '') : active.textContent;
  const style = getComputedStyle(active.closest('.mantine-PasswordInput-input') ?? active);
  const resting = getComputedStyle(document.documentElement).getPropertyValue('--mantine-color-default-border');
  const probe = document.createElement('i');
  probe.style.color = resting;
  document.body.append(probe);
  const isMarked = style.borderTopColor !== getComputedStyle(probe).color;
  probe.remove();
  return {
    name: (active.getAttribute('aria-label') ?? label).replace(/\s*\*$/, '').trim(),
    visible: isField && active.type !== 'checkbox' ? isMarked : /^(solid|auto)$/.test(style.outlineStyle),
  };
}
