// What every test of the whole engine stands on: the local Google, a data folder, and engines that are started and stopped
// on it as a program would be. Secrets lie in the owner-only vault file; the browser is a fetch that allows everything.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Calendar, Clock } from '../../electron/engine/base/ports.ts';
import { systemCalendar } from '../../electron/engine/base/system-calendar.ts';
import { readConfig, toPaths } from '../../electron/engine/base/config.ts';
import { createLog } from '../../electron/engine/base/log.ts';
import { createFileVault, ownerOnlyCipher } from '../../electron/engine/base/vault-file.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { contract, type PgKeepClient } from '../../shared/ipc/contract.ts';
import { createClient } from '../../shared/ipc/define.ts';
import type { Job } from '../../shared/job.ts';
import type { Restore } from '../../shared/restore.ts';
import { isRunActive, isTidyingUp, type Run } from '../../shared/run.ts';
import type { Notice } from '../../shared/settings.ts';
import type { FileRecord } from '../google/file-record.ts';
import { testClientId, testClientSecret, type GoogleOptions } from '../google/options.ts';
import { startGoogle, type LocalGoogle } from '../google/start-google.ts';
import { createHurriedClock } from './hurried-clock.ts';
import type { TestServer } from './postgres-server.ts';

export interface RunningEngine {
  readonly client: PgKeepClient;
  readonly notices: readonly Notice[];
  /** Every line the engine logged. */
  readonly log: readonly string[];
  /** Every event of the contract, in order. */
  readonly events: readonly { readonly name: string; readonly payload: unknown }[];
  /** Resolves when the run is no longer active, or waits if `orWaiting`. */
  readonly whenSettled: (runId: string, orWaiting?: boolean) => Promise<Run>;
  readonly whenRun: (runId: string, accepts: (run: Run) => boolean) => Promise<Run>;
  readonly whenRestored: (restoreId: string) => Promise<Restore>;
  /** Runs a backup to its end. */
  readonly backUp: (job: Job) => Promise<Run>;
  readonly stop: () => Promise<void>;
}

export interface EngineWorld {
  readonly google: LocalGoogle;
  readonly dataDir: string;
  readonly start: (options?: {
    readonly resumeRuns?: boolean;
    readonly clock?: Clock;
    readonly calendar?: Calendar;
    /** Whether jobs start by their schedules. */
    readonly schedule?: boolean;
    /** Another computer with a data folder of this name; absent: the one of this world. */
    readonly computer?: string;
  }) => Promise<RunningEngine>;
  /** Saves connection and job for a database, and signs in. */
  readonly setUp: (engine: RunningEngine, server: TestServer, database: string, password?: string) => Promise<Job>;
  /** Files with bytes on the local Google, the bin left out. */
  readonly storedFiles: () => FileRecord[];
  /** Names of uploads that were begun on the local Google and neither finished nor cancelled. */
  readonly openSessions: () => string[];
  /** As on a new computer: an empty data folder and an empty key store. No engine runs. */
  readonly wipe: () => Promise<void>;
  /** Saves the OAuth client and signs in; nothing else. */
  readonly signIn: (engine: RunningEngine) => Promise<void>;
  /** Names in the spool folder. */
  readonly spool: () => string[];
  readonly stop: () => Promise<void>;
}

export interface EngineWorldOptions {
  readonly google?: Partial<GoogleOptions>;
  /** Folders with PostgreSQL's programs. */
  readonly toolDirs?: readonly string[];
}

export async function openEngineWorld(options: EngineWorldOptions = {}): Promise<EngineWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-engine-'));
  const google = await startGoogle({
    dir: path.join(folder, 'google'),
    switches: { consent: 'allow' },
    ...options.google,
  });
  const dataDir = path.join(folder, 'data');
  const makeDataDir = async (dir: string): Promise<void> => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const config = { google: google.endpoints, toolDirs: options.toolDirs ?? [] };
    await writeFile(path.join(dir, 'config.json'), JSON.stringify(config));
  };
  await makeDataDir(dataDir);
  const running = new Set<RunningEngine>();

  const start: EngineWorld['start'] = async ({
    resumeRuns = true,
    clock = createHurriedClock(),
    computer,
    ...rest
  } = {}) => {
    const dir = computer === undefined ? dataDir : path.join(folder, computer);
    if (dir !== dataDir) await makeDataDir(dir);
    const paths = toPaths(dir);
    const listeners = new Set<(name: string, payload: unknown) => void>();
    const log: string[] = [];
    const notices: Notice[] = [];
    const events: { name: string; payload: unknown }[] = [];
    const engine = createEngine({
      paths,
      config: readConfig(paths),
      clock,
      calendar: rest.calendar ?? systemCalendar,
      vault: createFileVault(path.join(dir, 'vault.json'), ownerOnlyCipher),
      browser: { open: openInBrowser },
      log: createLog((level, message) => log.push(`${level} ${message}`)),
      productVersion: '0.0.0-test',
      way: 'window',
      nativeBinding: null,
      post: (name, payload) => {
        events.push({ name, payload });
        for (const listener of [...listeners]) listener(name, payload);
      },
    });
    const client = createClient(contract, {
      invoke: engine.dispatch,
      subscribe: (name, listener) => {
        const hear = (event: string, payload: unknown): void => {
          if (event === name) listener(payload);
        };
        listeners.add(hear);
        return () => listeners.delete(hear);
      },
    });
    client.notices.onRaised((notice) => notices.push(notice));
    const whenRun: RunningEngine['whenRun'] = (runId, accepts) =>
      new Promise((resolve, reject) => {
        const look = (run: Run): void => {
          if (run.id !== runId || !accepts(run)) return;
          undo();
          resolve(run);
        };
        const undo = client.runs.onChanged(look);
        client.runs.list({ jobId: null, limit: 100 }).then((runs) => runs.forEach(look), reject);
      });
    const whenSettled: RunningEngine['whenSettled'] = (runId, orWaiting = false) =>
      whenRun(runId, (run) => (!isRunActive(run) && !isTidyingUp(run)) || (orWaiting && run.state === 'waiting'));
    const self: RunningEngine = {
      ...{ client, log, notices, events, whenRun, whenSettled },
      whenRestored: (restoreId) =>
        new Promise((resolve, reject) => {
          const look = (restore: Restore): void => {
            if (restore.id !== restoreId || restore.state === 'running') return;
            undo();
            resolve(restore);
          };
          const undo = client.restores.onChanged(look);
          client.restores.list({ limit: 100 }).then((restores) => restores.forEach(look), reject);
        }),
      backUp: async (job) => whenSettled((await client.runs.start({ jobId: job.id, trigger: 'user' })).id),
      stop: async () => {
        running.delete(self);
        await engine.stop();
      },
    };
    await engine.start({ resumeRuns, schedule: rest.schedule ?? false });
    running.add(self);
    return self;
  };

  const signIn = async ({ client }: Pick<RunningEngine, 'client'>): Promise<void> => {
    await client.settings.save({ googleClientId: testClientId, googleClientSecret: testClientSecret });
    await client.account.signIn(undefined);
  };

  return {
    google,
    dataDir,
    start,
    signIn,
    wipe: async () => {
      await rm(dataDir, { recursive: true, force: true });
      await makeDataDir(dataDir);
    },
    setUp: async ({ client }, server, database, password = server.password) => {
      const { host, port, user } = server;
      const address = { name: 'test server', host, port, user, database: 'postgres', sslMode: 'prefer' } as const;
      const connection = await client.connections.save({ ...address, password });
      await signIn({ client });
      return client.jobs.save({ name: `nightly ${database}`, connectionId: connection.id, database });
    },
    storedFiles: () => google.files().filter((file) => file.content !== null && file.trashedTime === null),
    openSessions: () =>
      google
        .state()
        .sessions.filter(({ storedBytes, total }) => storedBytes !== total)
        .map(({ fileName }) => fileName),
    spool: () => {
      const dir = path.join(dataDir, 'spool');
      return existsSync(dir) ? readdirSync(dir) : [];
    },
    stop: async () => {
      for (const engine of running) await engine.stop();
      await google.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A browser opens and answers at once; the local Google allows and sends it on to the loopback address. */
function openInBrowser(url: string): Promise<void> {
  fetch(url)
    .then((answer) => answer.text())
    .catch(() => undefined);
  return Promise.resolve();
}
