// Every page in every state of the world, in a real Chromium: it shows, complains of nothing, keeps its content
// security policy and fits its window.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../fakes/window-bridge-data.ts';
import { findChromium, readViolations, startWindowHost, type WindowHost } from './open-window.ts';

const chromium = findChromium();
if (!chromium) console.warn('No Chromium found: the window is tested in Electron only. CHROMIUM_PATH names one.');

const pages: readonly (readonly [hash: string, heading: string])[] = [
  ['/overview', 'Overview'],
  ['/jobs', 'Jobs'],
  ['/jobs?edit=new', 'Jobs'],
  ['/jobs?edit=new&section=when', 'Jobs'],
  ['/jobs?times=job-shop', 'Jobs'],
  ['/runs', 'Runs'],
  ['/snapshots', 'Snapshots'],
  ['/restore', 'Restore'],
  ['/overview?recover=1', 'Overview'],
  ['/snapshots?snapshot=snap-shop-0', 'Snapshots'],
  ['/settings?tab=connections', 'Settings'],
  ['/settings?tab=connections&edit=new', 'Settings'],
  ['/settings?tab=google', 'Settings'],
  ['/settings?tab=key', 'Settings'],
  ['/settings?tab=mail', 'Settings'],
  ['/settings?tab=notifications', 'Settings'],
  ['/settings?tab=general', 'Settings'],
  ['/settings?tab=privacy', 'Settings'],
  ['/settings?tab=checks', 'Settings'],
  ['/settings?tab=about', 'Settings'],
  ['/activity', 'Activity'],
];

describe.skipIf(!chromium)('the pages of the window', { timeout: 90_000 }, () => {
  let host: WindowHost;
  beforeAll(async () => {
    host = await startWindowHost(chromium ?? '');
  }, 90_000);
  afterAll(async () => {
    await host.stop();
  });

  it.each(scenarios)('all show in the world “%s”, wide and narrow', async (scenario) => {
    const { page, complaints, close } = await host.open(scenario, { width: 900, height: 600 });
    for (const width of [900, 480]) {
      await page.setViewportSize({ width, height: 600 });
      for (const [hash, heading] of pages) {
        await page.evaluate((to) => {
          window.location.hash = to;
        }, hash);
        await page.locator('h1', { hasText: heading }).waitFor();
        if (hash.includes('edit=')) await page.getByRole('dialog').waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${hash} at ${String(width)} px is wider than its window`).toBeLessThanOrEqual(0);
      }
    }
    expect(complaints).toEqual([]);
    expect(await readViolations(page)).toEqual([]);
    await close();
  });

  it('shows every list with a next step while it is empty', async () => {
    const { page, close } = await host.open('empty');
    for (const [hash, button] of [
      ['/overview', 'Add a connection'],
      ['/jobs', 'Add a job'],
      ['/runs', 'Add a job'],
      ['/snapshots', 'Add a job'],
      ['/restore', 'Go to the overview'],
      ['/settings?tab=connections', 'Add a connection'],
    ] as const) {
      await page.evaluate((to) => {
        window.location.hash = to;
      }, hash);
      await page.getByRole('main').getByText(button, { exact: true }).last().waitFor();
    }
    await close();
  });

  it('shows a list’s buttons and last columns on a narrow window without scrolling sideways', async () => {
    const { page, close } = await host.open('full', { width: 420, height: 800 });
    for (const [hash, texts] of [
      ['/jobs', ['Back up now', 'Database']],
      ['/snapshots', ['Test restore', 'Verified']],
      ['/settings?tab=privacy', ['Erase…']],
      ['/runs', ['Size']],
      ['/activity', ['No.']],
      ['/restore', ['Length']],
    ] as const) {
      await page.evaluate((to) => {
        window.location.hash = to;
      }, hash);
      await page.locator('.rows td').first().waitFor();
      const list = page.locator('.rows').first();
      expect(await list.evaluate(findHidden), hash).toEqual([]);
      for (const text of texts) expect(await list.evaluate(readWords), hash).toContain(text);
    }
    await close();
  });

  it('keeps texts readable in light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, close } = await host.open('failing', { colorScheme });
      for (const hash of [
        '/overview',
        '/runs',
        '/runs?run=run-refused',
        '/snapshots',
        '/settings?tab=key',
        '/settings?tab=mail',
        '/settings?tab=notifications',
        '/jobs?edit=new',
        '/activity',
      ]) {
        await page.evaluate((to) => {
          window.location.hash = to;
        }, hash);
        await page.locator('h1').waitFor();
        expect(await page.evaluate(findPaleTexts), `${colorScheme} ${hash}`).toEqual([]);
      }
      await close();
    }
  });
});

/** Runs in the page: the cells of a list that reach beyond its frame. */
function findHidden(list: Element): string[] {
  const { right } = list.getBoundingClientRect();
  const parts = [...list.querySelectorAll('td, td button, td a, td time, td .mantine-Badge-root')];
  return parts.filter((part) => part.getBoundingClientRect().right > right).map((part) => part.textContent);
}

/** Runs in the page: the words of a list, those that the style sheet adds included. */
function readWords(list: Element): string {
  return [...list.querySelectorAll('td')]
    .map((cell) => `${getComputedStyle(cell, '::before').content} ${cell.textContent}`)
    .join(' ');
}

/** Runs in the page: texts and placeholders whose contrast with the ground behind them is below WCAG AA's 4.5:1. */
function findPaleTexts(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!canvas) return ['no canvas'];
  const read = (color: string): [number, number, number, number] => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const luminance = ([r, g, b]: readonly number[]): number => {
    const [lr = 0, lg = 0, lb = 0] = [r, g, b].map((value = 0) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
  };
  const groundOf = (element: Element): readonly number[] => {
    for (let at: Element | null = element; at; at = at.parentElement) {
      const color = read(getComputedStyle(at).backgroundColor);
      if (color[3] > 0.99) return color;
    }
    return [255, 255, 255];
  };
  const pale: string[] = [];
  const note = (text: string, color: string, element: Element): void => {
    const [one, two] = [luminance(read(color)), luminance(groundOf(element))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) pale.push(`${text}: ${ratio.toFixed(2)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (!element || text === '' || !element.checkVisibility() || element.closest('script, style, :disabled')) continue;
    note(text, getComputedStyle(element).color, element);
  }
  for (const field of document.querySelectorAll<HTMLInputElement>('input[placeholder]:placeholder-shown:enabled')) {
    if (!field.checkVisibility()) continue;
    note(field.placeholder, getComputedStyle(field, '::placeholder').color, field);
  }
  return [...new Set(pale)];
}
