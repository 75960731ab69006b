// The program as a person runs it: real Electron on a desktop session, a data folder, its windows, its end.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { getElectron } from '../../../build/electron-runtime.mjs';
import type { DesktopSession } from '../../support/desktop-session.ts';
import { waitFor } from '../../support/wait-for.ts';
import { watchProcessTree } from './process-tree.ts';

export interface AppOptions {
  readonly session: DesktopSession;
  /** Folder with package.json: the checkout, or one made by `buildAppFolder`. */
  readonly appDir: string;
  /** Made when it is not there. */
  readonly dataDir: string;
  /** Written as the data folder's config.json before the start. */
  readonly config?: unknown;
  /** `basic` is what a desktop without a key store gets. */
  readonly passwordStore?: 'gnome-libsecret' | 'basic';
  readonly args?: readonly string[];
}

export interface RunningApp {
  readonly electron: ElectronApplication;
  /** The program's main process. */
  readonly pid: number;
  /** The window's page, once it is loaded. */
  readonly getPage: () => Promise<Page>;
  readonly isWindowVisible: () => Promise<boolean>;
  /** Closes the window as its close button does. */
  readonly closeWindow: () => Promise<void>;
  /** The next file dialog answers with `file`; null: the person closes it. */
  readonly answerSaveDialog: (file: string | null) => Promise<void>;
  /** The next dialog that asks for an existing file answers with `file`; null: the person closes it. */
  readonly answerOpenDialog: (file: string | null) => Promise<void>;
  /** Every question of a message box is answered with this button, from now on. */
  readonly answerQuestions: (button: string) => Promise<void>;
  /** Messages of the boxes that were shown, with their details. */
  readonly listQuestions: () => Promise<string[]>;
  /** Id of the engine's process; null while there is none. */
  readonly findEnginePid: () => Promise<number | null>;
  /** Remembers addresses instead of opening the machine's browser. */
  readonly catchBrowser: () => Promise<void>;
  /** Addresses that the browser would have opened. */
  readonly listBrowserUrls: () => Promise<string[]>;
  /** Starts the program a second time with the same data folder; answers its exit code. */
  readonly startSecond: () => Promise<number | null>;
  /** All processes of the program that are alive: main, windows, engine, tools. */
  readonly listPids: () => Promise<number[]>;
  /** Waits until no process is left; answers the exit code. */
  readonly waitUntilGone: (timeoutMs?: number) => Promise<number | null>;
  /** Quits without a question and waits until no process is left. */
  readonly quit: () => Promise<void>;
  /** Ends the main process as a crash would. */
  readonly kill: () => Promise<void>;
  /** What the program wrote on stdout and stderr so far. */
  readonly getOutput: () => string;
}

export async function launchApp(options: AppOptions): Promise<RunningApp> {
  const { session, appDir, dataDir, passwordStore = 'gnome-libsecret' } = options;
  await mkdir(dataDir, { recursive: true });
  if (options.config !== undefined) await writeFile(path.join(dataDir, 'config.json'), JSON.stringify(options.config));
  const env = { ...session.env };
  const { executablePath } = getElectron();
  const args = [
    '--no-sandbox',
    `--password-store=${passwordStore}`,
    appDir,
    `--data-dir=${dataDir}`,
    ...(options.args ?? []),
  ];
  const electron = await _electron.launch({ executablePath, args, env, timeout: 30_000 });
  const child = electron.process();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => {
    // After `exit`, so that what it wrote last has been read.
    child.once('close', resolve);
  });
  const pid = child.pid ?? 0;
  const tree = watchProcessTree(pid, dataDir);
  const listPids = tree.list;
  const waitUntilGone = async (timeoutMs = 20_000): Promise<number | null> => {
    await waitFor('every process of the program has ended', async () => (await listPids()).length === 0, timeoutMs);
    return exited;
  };
  return {
    electron,
    pid,
    getPage: async () => {
      const page = await electron.firstWindow();
      await page.waitForLoadState('load');
      return page;
    },
    isWindowVisible: () =>
      electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.isVisible())),
    closeWindow: () =>
      electron.evaluate(({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.close();
      }),
    answerSaveDialog: (file) =>
      electron.evaluate(({ dialog }, chosen) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: chosen === null, filePath: chosen ?? '' });
      }, file),
    answerOpenDialog: (file) =>
      electron.evaluate(({ dialog }, chosen) => {
        dialog.showOpenDialog = () =>
          Promise.resolve({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
      }, file),
    answerQuestions: (button) =>
      electron.evaluate(({ dialog }, wanted) => {
        const questions: string[] = [];
        Object.assign(globalThis, { questions });
        dialog.showMessageBox = (...args: unknown[]) => {
          const { message, detail, buttons } = args.at(-1) as Record<'message' | 'detail', string> & {
            buttons: string[];
          };
          questions.push(`${message}: ${detail}`);
          return Promise.resolve({ response: buttons.indexOf(wanted), checkboxChecked: false });
        };
      }, button),
    listQuestions: () => electron.evaluate(() => (globalThis as { questions?: string[] }).questions ?? []),
    findEnginePid: () =>
      electron.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'PgKeep engine')?.pid ?? null),
    catchBrowser: () =>
      electron.evaluate(({ shell }) => {
        const caught: string[] = [];
        Object.assign(globalThis, { caughtUrls: caught });
        shell.openExternal = (url) => {
          caught.push(url);
          return Promise.resolve();
        };
      }),
    listBrowserUrls: () => electron.evaluate(() => (globalThis as { caughtUrls?: string[] }).caughtUrls ?? []),
    startSecond: () =>
      new Promise((resolve, reject) => {
        const second = spawn(executablePath, args, { env, stdio: 'ignore' });
        second.once('error', reject);
        second.once('exit', resolve);
      }),
    listPids,
    waitUntilGone,
    quit: async () => {
      await listPids();
      await electron
        .evaluate(({ app }) => {
          app.quit();
        })
        .catch(() => undefined);
      await waitUntilGone();
    },
    kill: async () => {
      await listPids();
      child.kill('SIGKILL');
      await waitUntilGone();
    },
    getOutput: () => output,
  };
}
