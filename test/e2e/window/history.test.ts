// The history of runs in a real Chromium: thousands of rows come page by page, live rows stay live, the filter stays in the
// address, and a log is looked through.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();

/** Runs in the page: three thousand old runs, some of them failed. */
function addMany(): void {
  const { world } = window.controls;
  const base = world.runs.find(({ state }) => state === 'succeeded');
  if (!base) throw new Error('a run to copy');
  for (let number = 0; number < 3000; number += 1) {
    const at = new Date(Date.now() - (100 + number) * 3_600_000).toISOString();
    const warnings = number === 2999 ? ['the oldest of all'] : [];
    world.runs.push({ ...base, id: `old-${String(number)}`, createdAt: at, startedAt: at, snapshotId: null, warnings });
  }
}

describe.skipIf(!chromium)('the history of runs', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('comes page by page, with the live runs on top', async () => {
    const page = await open('full');
    await page.evaluate(addMany);
    await page.evaluate(() => {
      window.location.hash = '/runs';
    });
    const rows = page.locator('tbody tr');
    await rows.nth(49).waitFor();
    expect(await rows.count()).toBe(50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await rows.nth(99).waitFor();
    await page.evaluate(() => {
      const { world, emit } = window.controls;
      const [newest] = world.runs;
      if (!newest) return;
      const run = { ...newest, id: 'live', state: 'running' as const, stage: 'dump' as const, snapshotId: null };
      const started = { ...run, createdAt: new Date().toISOString(), endedAt: null };
      world.runs.unshift(started);
      emit('runs.changed', started);
    });
    await rows.first().getByText('Running').waitFor();
    expect(await rows.count()).toBe(101);
  });

  it('is searched, filtered and opened, and the address keeps it', async () => {
    const page = await open('full', { hash: '/settings?tab=about' });
    await page.evaluate(addMany);
    await page.evaluate(() => {
      window.location.hash = '/runs?state=succeeded';
    });
    await page.getByRole('textbox', { name: 'Search' }).fill('the oldest');
    const rows = page.locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(1);
    expect(await page.evaluate(() => window.location.hash)).toBe('#/runs?state=succeeded&text=the+oldest');
    await rows.first().getByRole('link').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('the oldest of all').waitFor();
    await drawer.getByText('4 lines').waitFor();
    await drawer.getByText('Warnings', { exact: true }).last().click();
    await drawer.getByText('1 of 4 lines').waitFor();
    await drawer.getByRole('textbox', { name: 'Search the log' }).fill('nowhere');
    await drawer.getByText('No line matches.').waitFor();
    await drawer.getByRole('button', { name: 'Save…' }).click();
    await expect.poll(() => page.evaluate(() => window.controls.calls.includes('runs.saveLog'))).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear' }).click();
    await rows.nth(49).waitFor();
    await page.getByRole('button', { name: 'Export…' }).click();
    await page.getByText('3 006 runs were exported.').waitFor();
  });
});
