import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Reply, Transport } from '../../shared/ipc/define.ts';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { waitFor } from '../support/wait-for.ts';
import { buildAppFolder, type AppFolder } from './helpers/app-folder.ts';
import { launchApp, type AppOptions, type RunningApp } from './helpers/running-app.ts';

declare global {
  interface Window {
    readonly bridge: Transport;
  }
}

let session: DesktopSession;
let folder: AppFolder;
let app: RunningApp;
let dataDir: string;
let count = 0;

beforeAll(async () => {
  [session, folder] = await Promise.all([
    startDesktopSession(),
    buildAppFolder('test/e2e/fixtures/small-host.ts', 'test/e2e/fixtures/small-page.html'),
  ]);
});
afterAll(async () => {
  await session.stop();
  await folder.remove();
});

beforeEach(async () => {
  count += 1;
  dataDir = path.join(session.homeDir, `data-${String(count)}`);
  session.notifications.clear();
  app = await launch();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(app.getOutput());
  await app.quit();
});

const launch = (options: Partial<AppOptions> = {}): Promise<RunningApp> =>
  launchApp({ session, appDir: folder.path, dataDir, ...options });

/** What reached the engine, in order. */
function readJournal(): { what: string; value?: unknown }[] {
  const file = path.join(dataDir, 'journal.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as { what: string; value?: unknown });
}

const waitForEntry = (what: string, times = 1) =>
  waitFor(`the engine got ${what}`, () => readJournal().filter((entry) => entry.what === what)[times - 1]);

/** Asks as the page does. */
async function ask(name: string, input?: unknown): Promise<Reply> {
  const page = await app.getPage();
  return page.evaluate(([call, value]) => window.bridge.invoke(call, value), [name, input] as [string, unknown]);
}

const codeOf = (reply: Reply): string => (reply.ok ? 'ok' : reply.error.code);

const waitForEngine = () =>
  waitFor('the engine is ready', async () => {
    const reply = await ask('engine.getState');
    return reply.ok && (reply.value as { state: string }).state === 'ready';
  });

describe('the tray', () => {
  it('shows the engine’s status lines, and its Back up now reaches the engine', async () => {
    await waitFor('the status line', async () =>
      (await session.tray.readLabels())[0]?.startsWith('shop: good 3 h ago'),
    );
    expect(await session.tray.readLabels()).toEqual([
      'shop: good 3 h ago, verified yesterday',
      'Back up now',
      'R&D_jobs',
      'Restore…',
      'Open PgKeep',
      'Start at login',
      'Quit',
    ]);
    expect((await session.tray.readMenu())[0]?.enabled).toBe(false);
    expect(await session.tray.readTooltip()).toContain('verified yesterday');
    await session.tray.click('Back up now');
    expect((await waitForEntry('runs.start')).value).toEqual({ jobId: 'job-1', trigger: 'user' });
    await session.tray.click('Cancel');
    await session.notifications.waitFor('shop: cancelled');
    await session.tray.click(['R&D_jobs', 'lab']);
    expect((await waitForEntry('runs.start', 2)).value).toEqual({ jobId: 'job-2', trigger: 'user' });
    await session.tray.click('Cancel');
  });

  it('outlives the window, says so the first time only, and opens it again by a click', async () => {
    await app.getPage();
    await app.closeWindow();
    await session.notifications.waitFor('PgKeep keeps running');
    expect(await app.isWindowVisible()).toBe(false);
    await session.tray.activate();
    await waitFor('the window is back', app.isWindowVisible);
    await app.closeWindow();
    await waitFor('the window is hidden', async () => !(await app.isWindowVisible()));
    await session.tray.click('Open PgKeep');
    await waitFor('the window is back', app.isWindowVisible);
    expect(session.notifications.list()).toHaveLength(1);
  });

  it('asks before it quits during a run, and finishes the run first when told so', async () => {
    await session.tray.click('Back up now');
    await session.tray.click('Cancel');
    await session.tray.click('Back up now');
    await waitForEntry('runs.start', 2);
    const asked = await app.electron.evaluateHandle(({ dialog }) => {
      const questions: string[] = [];
      dialog.showMessageBox = (...args: unknown[]) => {
        questions.push(JSON.stringify(args.at(-1)));
        return Promise.resolve({ response: questions.length === 1 ? 2 : 0, checkboxChecked: false });
      };
      return questions;
    });
    await session.tray.click('Quit');
    await session.tray.click('Quit');
    await waitFor('the question came twice', async () => (await asked.jsonValue()).length === 2);
    expect((await asked.jsonValue())[0]).toContain('shop');
    expect(readJournal().some((entry) => entry.what === 'stop')).toBe(false);
    await session.tray.click('Cancel');
    expect(await app.waitUntilGone()).toBe(0);
    expect(readJournal().at(-1)?.what).toBe('stop');
  });
});

describe('the start at login', () => {
  it('is a mark in the tray and a switch in the window, and starts the program without its window', async () => {
    const file = path.join(session.env['XDG_CONFIG_HOME'] ?? '', 'autostart', 'org.pgkeep.desktop.desktop');
    expect(await ask('app.getStartAtLogin')).toEqual({ ok: true, value: { enabled: false } });
    await session.tray.click('Start at login');
    await waitFor('the entry is there', () => existsSync(file));
    expect(await ask('app.getStartAtLogin')).toEqual({ ok: true, value: { enabled: true } });
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^Exec=.* --hidden --data-dir=${dataDir}$`, 'm'));
    expect(await ask('app.setStartAtLogin', { enabled: false })).toEqual({ ok: true, value: { enabled: false } });
    expect(existsSync(file)).toBe(false);
    await app.quit();
    app = await launch({ args: ['--hidden'] });
    await waitFor('the tray is there', async () => (await session.tray.readLabels()).includes('Start at login'));
    expect(app.electron.windows()).toEqual([]);
    await session.tray.click('Open PgKeep');
    await waitFor('the window is there', app.isWindowVisible);
  });
});

describe('sleep', () => {
  it('is told to the engine, also the waking up, and is kept away while a run works', async () => {
    await waitForEngine();
    await app.electron.evaluate(({ powerMonitor }) => {
      powerMonitor.emit('suspend');
      powerMonitor.emit('resume');
    });
    await waitForEntry('runs.wake');
    const told = readJournal().filter(({ what }) => what === 'schedule.noteSleep');
    expect(told.map(({ value }) => value)).toEqual([{ phase: 'suspend' }, { phase: 'resume' }]);
    const isKeptAwake = (): Promise<boolean> =>
      app.electron.evaluate(({ powerSaveBlocker }) => [0, 1, 2].some((id) => powerSaveBlocker.isStarted(id)));
    expect(await isKeptAwake()).toBe(false);
    await session.tray.click('Back up now');
    await waitFor('the computer is kept awake', isKeptAwake);
    await session.tray.click('Cancel');
    await waitFor('the computer may sleep', async () => !(await isKeptAwake()));
  });
});

describe('notifications', () => {
  it('arrive on the desktop, and a click opens the window at the right page', async () => {
    const page = await app.getPage();
    await page.evaluate(() => {
      window.bridge.subscribe('app.navigated', (payload) => {
        document.title = JSON.stringify(payload);
      });
    });
    await app.closeWindow();
    await session.tray.click('Back up now');
    await session.tray.click('Cancel');
    const shown = await session.notifications.waitFor('shop: cancelled');
    expect(shown).toMatchObject({ title: 'shop: cancelled', body: 'You stopped the run.' });
    session.notifications.click(shown);
    await waitFor('the window is back', app.isWindowVisible);
    await waitFor('the page was told', async () => (await page.title()) === '{"page":"runs","params":{}}');
  });
});

describe('a second start', () => {
  it('opens the window of the first and ends', async () => {
    await app.getPage();
    await app.closeWindow();
    await waitFor('the window is hidden', async () => !(await app.isWindowVisible()));
    expect(await app.startSecond()).toBe(0);
    await waitFor('the window is back', app.isWindowVisible);
    expect(await session.tray.listItems()).toHaveLength(1);
  });
});

describe('the vault', () => {
  it('keeps a secret in the system’s key store across a restart, and no plain text on disk', async () => {
    await app.catchBrowser();
    expect(codeOf(await ask('account.signIn'))).toBe('ok');
    const file = path.join(dataDir, 'vault.json');
    const text = readFileSync(file, 'utf8');
    const data =
      (JSON.parse(text) as { entries: Record<string, { data: string }> }).entries['drive/refresh-token']?.data ?? '';
    expect(Buffer.from(data, 'base64').toString('latin1')).toMatch(/^v11/);
    expect(text + Buffer.from(data, 'base64').toString('latin1')).not.toContain('open sesame');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await app.quit();
    app = await launch();
    expect(await ask('account.get')).toMatchObject({ ok: true, value: { email: 'open sesame' } });
    expect(codeOf(await ask('account.signOut'))).toBe('ok');
    expect(await ask('account.get')).toMatchObject({ ok: true, value: { email: null } });
  });

  it('refuses to store anything on a desktop without a key store', async () => {
    await app.quit();
    app = await launch({ passwordStore: 'basic' });
    await app.catchBrowser();
    expect(codeOf(await ask('account.signIn'))).toBe('vault/unavailable');
    expect(existsSync(path.join(dataDir, 'vault.json'))).toBe(false);
  });

  it('opens only addresses of the web in the browser', async () => {
    await app.catchBrowser();
    await ask('account.signIn');
    expect(await app.listBrowserUrls()).toEqual(['https://accounts.example/sign-in']);
  });
});

describe('the window', () => {
  it('cannot leave its page, open another, or reach the network', async () => {
    const page = await app.getPage();
    expect(page.url()).toBe('app://pgkeep/index.html');
    const results = await page.evaluate(async () => {
      const tries = [
        'https://example.com/',
        'http://127.0.0.1:9/',
        'file:///etc/passwd',
        'app://pgkeep/../package.json',
        'app://other/index.html',
      ];
      const fetched = await Promise.all(
        tries.map((url) =>
          fetch(url).then(
            (response) => response.status,
            () => 'refused',
          ),
        ),
      );
      return { fetched, opened: window.open('https://example.com/') === null };
    });
    expect(results).toEqual({ fetched: ['refused', 'refused', 'refused', 404, 'refused'], opened: true });
    for (const url of ['https://example.com/', 'file:///etc/passwd', 'data:text/html,hi']) {
      await page.evaluate((to) => {
        window.location.href = to;
      }, url);
    }
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect(page.url()).toBe('app://pgkeep/index.html');
    expect(await page.evaluate(() => typeof (globalThis as Record<string, unknown>)['require'])).toBe('undefined');
    expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
    expect(app.electron.windows()).toHaveLength(1);
  });

  it('may call what the contract gives it, and nothing else', async () => {
    await waitForEngine();
    expect(await ask('app.describe')).toMatchObject({ ok: true, value: { version: '0.0.1' } });
    expect(codeOf(await ask('jobs.list'))).toBe('ok');
    const refused = ['keys.writeKit', 'tray.get', 'tray.changed', 'vault.read', 'nothing.here', 'constructor.name'];
    for (const name of refused)
      expect([name, codeOf(await ask(name, { path: '/tmp/x', name: 'x' }))]).toEqual([name, 'input/invalid']);
    await expect(ask('call', {})).rejects.toThrow('not a name of the contract');
    expect(readJournal().map((entry) => entry.what)).toEqual(['start']);
  });

  it('gets the engine’s events until it undoes the subscription', async () => {
    await waitForEngine();
    const page = await app.getPage();
    const seen = await page.evaluate(() => {
      const states: string[] = [];
      const undo = window.bridge.subscribe('engine.stateChanged', () => states.push('kept'));
      window.bridge.subscribe('engine.stateChanged', () => states.push('undone'))();
      Object.assign(window, { states, undo });
      return states.length;
    });
    expect(seen).toBe(0);
    process.kill((readJournal()[0]?.value as { pid: number }).pid, 'SIGKILL');
    await waitForEntry('start', 2);
    await waitForEngine();
    const states = await page.evaluate(() => (window as unknown as { states: string[] }).states);
    expect(states).toEqual(['kept', 'kept', 'kept']);
  });

  it('saves the recovery kit where the person wants it, through the shell’s dialog', async () => {
    const kit = path.join(dataDir, 'kit.txt');
    await app.answerSaveDialog(null);
    expect(await ask('keys.saveKit')).toEqual({ ok: true, value: null });
    await app.answerSaveDialog(kit);
    expect(await ask('keys.saveKit')).toMatchObject({ ok: true, value: { recipient: 'age1small' } });
    expect(readJournal().filter((entry) => entry.what === 'keys.writeKit')).toEqual([
      { what: 'keys.writeKit', value: { path: kit } },
    ]);
  });

  it('comes back at its size', async () => {
    await app.getPage();
    await app.electron.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 60, y: 70, width: 900, height: 610 });
    });
    await app.quit();
    app = await launch();
    await app.getPage();
    const bounds = await app.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
    );
    expect(bounds).toEqual({ x: 60, y: 70, width: 900, height: 610 });
  });
});

describe('the engine’s process', () => {
  it('is started again after it was killed, and calls that were pending end', async () => {
    await waitForEngine();
    const pending = ask('checks.run');
    await waitForEntry('checks.run');
    const { pid } = (await waitForEntry('start')).value as { pid: number };
    process.kill(pid, 'SIGKILL');
    expect(codeOf(await pending)).toBe('engine/stopped');
    expect(codeOf(await ask('jobs.list'))).toBe('engine/stopped');
    await waitFor(
      'the tray says so',
      async () => (await session.tray.readLabels())[0] === 'The backup engine is not running',
    );
    const next = (await waitForEntry('start', 2)).value as { pid: number };
    expect(next.pid).not.toBe(pid);
    expect(codeOf(await ask('jobs.list'))).toBe('ok');
    await waitFor('the tray is back', async () => (await session.tray.readLabels())[0]?.startsWith('shop: good'));
  });

  it('is drained at quit, and no process is left', async () => {
    await app.getPage();
    await waitForEngine();
    expect((await app.listPids()).length).toBeGreaterThan(2);
    await session.tray.click('Quit');
    expect(await app.waitUntilGone()).toBe(0);
    expect(readJournal().at(-1)?.what).toBe('stop');
    expect(await session.tray.listItems()).toEqual([]);
  });

  it('ends with the shell when that crashes', async () => {
    await waitForEngine();
    await app.kill();
    expect(await app.listPids()).toEqual([]);
  });
});
