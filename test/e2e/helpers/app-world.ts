// Where the whole program is tested: a desktop session, a PostgreSQL server and the bundled app are shared by a file's
// tests; each test has an installation of its own, with a local Google that is empty and a data folder that is new.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { FileRecord } from '../../google/file-record.ts';
import type { Hold } from '../../google/faults.ts';
import { startGoogle, type LocalGoogle } from '../../google/start-google.ts';
import { startDesktopSession, type DesktopSession } from '../../support/desktop-session.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { bundleCheckout } from './checkout.ts';
import { launchApp, type RunningApp } from './running-app.ts';

export interface Installation {
  readonly google: LocalGoogle;
  readonly dataDir: string;
  /** Starts the program. Only one at a time. */
  readonly start: () => Promise<RunningApp>;
  /** Files with bytes on the local Google, the bin left out. */
  readonly storedFiles: () => FileRecord[];
  /** What the program said in all its starts. */
  readonly getOutput: () => string;
  /** Quits a program that still runs, and the local Google. */
  readonly close: () => Promise<void>;
}

export interface AppWorld {
  readonly session: DesktopSession;
  readonly server: TestServer;
  readonly openInstallation: () => Promise<Installation>;
  readonly stop: () => Promise<void>;
}

export interface AppWorldOptions {
  /** Fills the server. */
  readonly prepare?: (server: TestServer) => Promise<unknown>;
}

export async function openAppWorld({ prepare }: AppWorldOptions = {}): Promise<AppWorld> {
  const appDir = await bundleCheckout();
  const session = await startDesktopSession();
  try {
    const server = await startTestServer();
    const stop = async (): Promise<void> => {
      await server.stop();
      await session.stop();
    };
    try {
      await prepare?.(server);
    } catch (error) {
      await stop();
      throw error;
    }
    return { session, server, openInstallation: () => openInstallation(session, appDir), stop };
  } catch (error) {
    await session.stop();
    throw error;
  }
}

/** Waits until a request stands still at the hold. */
export async function whenHeld(hold: Hold, timeoutMs = 20_000): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no request came to the hold within ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  await Promise.race([hold.reached, late]);
  clearTimeout(timer);
}

async function openInstallation(session: DesktopSession, appDir: string): Promise<Installation> {
  const folder = await mkdtemp(path.join(session.homeDir, 'installation-'));
  const google = await startGoogle({ dir: path.join(folder, 'google'), switches: { consent: 'allow' } });
  const dataDir = path.join(folder, 'data');
  await mkdir(dataDir, { mode: 0o700 });
  session.notifications.clear();
  const apps: RunningApp[] = [];
  return {
    google,
    dataDir,
    start: async () => {
      const app = await launchApp({ session, appDir, dataDir, config: { google: google.endpoints } });
      apps.push(app);
      return app;
    },
    storedFiles: () => google.files().filter((file) => file.content !== null && file.trashedTime === null),
    getOutput: () => apps.map((app) => app.getOutput()).join('\n'),
    close: async () => {
      google.clearFaults();
      await apps.at(-1)?.quit();
      await google.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
