// The packaged program, with its fuses on, as an installer would lay it down: it comes up, stores a secret, and quits. What
// it does besides is the checkout's program, which the other tests drive.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { waitFor } from '../support/wait-for.ts';
import { goToPage } from './helpers/person.ts';
import { watchProcessTree } from './helpers/process-tree.ts';

const root = path.resolve(import.meta.dirname, '../..');
const executable = path.join(root, 'release', 'linux-unpacked', 'pgkeep');

describe.skipIf(process.platform !== 'linux')('the packaged program', { timeout: 60_000 }, () => {
  let session: DesktopSession;
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [path.join(root, 'build', 'package.mjs')], { cwd: root });
    session = await startDesktopSession();
  }, 300_000);
  afterAll(async () => {
    await session.stop();
  });

  it('brings up tray and window, keeps its key in the key store, and quits without a trace', async () => {
    const dataDir = await mkdtemp(path.join(session.homeDir, 'data-'));
    const args = ['--no-sandbox', '--password-store=gnome-libsecret', `--data-dir=${dataDir}`];
    const child = spawn(executable, [...args, '--remote-debugging-port=0'], { env: { ...session.env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const tree = watchProcessTree(child.pid ?? 0, dataDir);
    try {
      await withPage(
        await waitFor('the program names its port', () => /DevTools listening on (\S+)/.exec(output)?.[1]),
        async (page) => {
          await page.getByText('Set up your first backup').waitFor();
          expect(await page.evaluate(() => document.visibilityState)).toBe('visible');
          await goToPage(page, 'Settings');
          await page.getByRole('tab', { name: 'Encryption key' }).click();
          await page.getByText(/^age1[0-9a-z]{58}$/).waitFor();
          await page.getByRole('tab', { name: 'About' }).click();
          await page.getByText(readVersion(), { exact: true }).waitFor();
        },
      );
      await waitFor('the tray', async () => (await session.tray.readLabels())[0] === 'No backup job yet');
      expect((await session.tray.readIcon())?.width).toBeGreaterThan(15);
      expect(readFileSync(path.join(dataDir, 'vault.json'), 'utf8')).toContain('safe-storage');
      expect((await tree.list()).length).toBeGreaterThan(2);
      await session.tray.click('Quit');
      expect(await exited).toBe(0);
      await waitFor('no process is left', async () => (await tree.list()).length === 0);
      expect(await session.tray.listItems()).toEqual([]);
      expect(output).not.toMatch(/ error /);
    } catch (error) {
      process.stderr.write(output);
      throw error;
    } finally {
      for (const pid of await tree.list()) process.kill(pid, 'SIGKILL');
    }
  });
});

/** The window's page, over the protocol that Chromium itself speaks; the fuses shut out Node's. */
async function withPage(address: string, use: (page: Page) => Promise<void>): Promise<void> {
  const browser = await chromium.connectOverCDP(address);
  try {
    const page = await waitFor('the window has a page', () => browser.contexts()[0]?.pages()[0]);
    page.setDefaultTimeout(20_000);
    await use(page);
  } finally {
    await browser.close();
  }
}

function readVersion(): string {
  return (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
