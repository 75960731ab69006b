// Opens the real page in a plain Chromium with the contract's double behind the bridge, and notes everything the page
// complains about: errors, console messages and violations of its content security policy.
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { Scenario } from '../../fakes/window-bridge-data.ts';
import type { BridgeControls } from '../../fakes/window-bridge.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Debian's and the usual places of other systems; `CHROMIUM_PATH` comes first. */
const chromiumPaths = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Null: the tests of the window in a browser are skipped; those in Electron cover it as well. */
export function findChromium(): string | null {
  return chromiumPaths.find((candidate) => candidate !== '' && existsSync(candidate)) ?? null;
}

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** After the `#`, e.g. `/runs`. */
  readonly hash?: string;
}

export interface OpenWindow {
  readonly page: Page;
  /** What went wrong so far, in words; a test ends with this empty. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

export interface WindowHost {
  readonly open: (scenario: Scenario, options?: OpenOptions) => Promise<OpenWindow>;
  readonly stop: () => Promise<void>;
}

declare global {
  interface Window {
    readonly controls: BridgeControls;
    /** The next call of this name fails with the code. */
    readonly failNext: (name: string, code: ErrorCode) => void;
    readonly violations: readonly string[];
  }
}

/** Violations of the content security policy so far. */
export function readViolations(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => window.violations);
}

const double = `
  import { createWindowBridge } from './test/fakes/window-bridge.ts';
  import { AppError } from './shared/errors.ts';
  export function install(scenario) {
    const { controls, ...bridge } = createWindowBridge(scenario);
    const failNext = (name, code) => controls.failNext(name, new AppError(code, 'asked for by the test'));
    Object.assign(window, { bridge, controls, failNext, violations: [] });
    document.addEventListener('securitypolicyviolation', (event) => {
      window.violations.push(event.violatedDirective + ': ' + (event.blockedURI || event.sample));
    });
  }
`;

/** Bundles the page as the app does, and starts one browser for all tests of a file. */
export async function startWindowHost(executablePath: string): Promise<WindowHost> {
  const dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-window-'));
  const common = { bundle: true, format: 'iife', target: 'chrome130', absWorkingDir: root, logLevel: 'error' } as const;
  await build({
    ...common,
    entryPoints: ['renderer/main.tsx'],
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    outfile: path.join(dir, 'main.js'),
  });
  await copyFile(path.join(root, 'renderer/index.html'), path.join(dir, 'index.html'));
  const bundled = await build({
    ...common,
    stdin: { contents: double, resolveDir: root, loader: 'ts' },
    globalName: 'windowDouble',
    write: false,
  });
  const script = bundled.outputFiles[0]?.text ?? '';
  const browser = await launch(executablePath);
  return {
    open: (scenario, options = {}) =>
      openPage(browser, pathToFileURL(path.join(dir, 'index.html')).href, script, scenario, options),
    stop: async () => {
      await browser.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

async function openPage(
  browser: Browser,
  url: string,
  script: string,
  scenario: Scenario,
  { width = 1100, height = 720, colorScheme = 'light', hash = '/overview' }: OpenOptions,
): Promise<OpenWindow> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  await page.addInitScript({ content: `${script}\nwindowDouble.install(${JSON.stringify(scenario)});` });
  await page.goto(`${url}#${hash}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return { page, complaints, close: () => context.close() };
}
