// The places the demo plays in: a throw-away PostgreSQL, the local Google, a data folder for the command line. Whatever is
// started is put on the cleanup at once.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testClientId, testClientSecret } from '../google/options.ts';
import { startGoogle } from '../google/start-google.ts';
import { startTestServer, type TestServer } from '../support/postgres-server.ts';
import type { CliPlace } from './drive-cli.ts';
import type { FoundFile } from './keep-files.ts';

/** What is to be undone at the end, last first. */
export interface Cleanup {
  /** Once the cleanup has begun it undoes at once, then throws: nothing more is to be started. */
  readonly add: (undo: () => Promise<void>) => Promise<void>;
  /** Undoes everything, whatever fails; a second call waits for the first. */
  readonly run: () => Promise<void>;
}

export function createCleanup(): Cleanup {
  const undos: (() => Promise<void>)[] = [];
  let running: Promise<void> | null = null;
  const undoAll = async (): Promise<void> => {
    for (let undo = undos.pop(); undo; undo = undos.pop()) await undo().catch(() => undefined);
  };
  return {
    add: async (undo) => {
      if (!running) {
        undos.push(undo);
        return;
      }
      await undo().catch(() => undefined);
      throw new Error('stopped');
    },
    run: () => (running ??= undoAll()),
  };
}

export interface DemoWorld {
  readonly server: TestServer;
  readonly cliPlace: CliPlace;
  /** A folder for the demo's own files; goes with the cleanup. */
  readonly folder: string;
  /** The encrypted files on their way to Drive; empty when nothing is on its way. */
  readonly spoolDir: string;
  /** Every file (no folders) in the local Google's storage, by name. */
  readonly listStoredFiles: () => FoundFile[];
}

/** `database` is what the command line will back up; it need not exist yet. */
export async function startDemoWorld(cleanup: Cleanup, database: string): Promise<DemoWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-demo-'));
  await cleanup.add(() => rm(folder, { recursive: true, force: true }));
  const server = await startTestServer({ settings: ['max_wal_size = 8GB'] });
  await cleanup.add(() => server.stop());
  const google = await startGoogle({ dir: path.join(folder, 'google'), switches: { consent: 'allow' } });
  await cleanup.add(() => google.stop());

  const dataDir = path.join(folder, 'data');
  const clientFile = path.join(folder, 'client.json');
  const envFile = path.join(folder, 'pgkeep.env');
  await mkdir(dataDir, { mode: 0o700 });
  await writeFile(path.join(dataDir, 'config.json'), JSON.stringify({ google: google.endpoints }));
  const installed = { client_id: testClientId, client_secret: testClientSecret };
  await writeFile(clientFile, JSON.stringify({ installed }), { mode: 0o600 });
  const env = { DATABASE_URL: server.url(database), GDRIVE_CREDENTIALS_PATH: clientFile };
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(envFile, lines.join(''), { mode: 0o600 });
  return {
    server,
    cliPlace: { dataDir, envFile },
    folder,
    spoolDir: path.join(dataDir, 'spool'),
    listStoredFiles: () =>
      google.files().flatMap(({ id, name, content }) => {
        return content ? [{ name, sizeBytes: content.size, path: google.contentPath(id) }] : [];
      }),
  };
}
