// Hands the engine's contract to a command: hosts the engine inside the command's own process, or asks the daemon that has
// the data folder.
import '../engine/base/lean-heap.ts';
import { homedir } from 'node:os';
import path from 'node:path';
import { contract, type PgKeepClient } from '../../shared/ipc/contract.ts';
import type { AuditWay } from '../../shared/audit.ts';
import { createClient, type Dispatch, type Undo } from '../../shared/ipc/define.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { systemClock } from '../engine/base/clock.ts';
import { systemCalendar } from '../engine/base/system-calendar.ts';
import { readConfig, toPaths } from '../engine/base/config.ts';
import { createLog } from '../engine/base/log.ts';
import type { Log } from '../engine/base/ports.ts';
import { createFileVault, ownerOnlyCipher } from '../engine/base/vault-file.ts';
import { createEngine } from '../engine/engine.ts';
import { connectToDaemon } from './daemon-socket.ts';
import { applyEnvFile, type EnvFileOptions } from './env-file.ts';
import type { Output } from './output.ts';

export interface HostOptions {
  readonly dataDir: string;
  readonly envFiles: readonly string[];
  /** Whether the files' connections and jobs are made, too. */
  readonly withJob: boolean;
  readonly verbose: boolean;
  /** Whether runs that an earlier command left waiting go on meanwhile. */
  readonly resumeRuns: boolean;
  readonly output: Output;
}

export interface Host {
  readonly client: PgKeepClient;
  /** A daemon answers: schedules are kept. */
  readonly isDaemon: boolean;
  /** Rejects when the daemon that answers has ended; never for an engine of one's own. */
  readonly lost: Promise<never>;
  readonly stop: () => Promise<void>;
}

export interface EngineHost extends Host {
  readonly dispatch: Dispatch;
  /** Every event, for whoever hands it on. */
  readonly onEvent: (listener: (name: string, payload: unknown) => void) => void;
}

export interface EngineHostOptions extends Pick<HostOptions, 'dataDir' | 'resumeRuns' | 'output'> {
  readonly log: Log;
  readonly way: AuditWay;
  /** Whether jobs start by their schedules. */
  readonly schedule: boolean;
}

/** Where a command keeps everything unless told otherwise. The desktop program has a folder of its own. */
export function chooseDataDir(given: string | undefined): string {
  return path.resolve(given ?? process.env['PGKEEP_DATA_DIR'] ?? path.join(homedir(), '.pgkeep'));
}

/** Finds the daemon or starts an engine, and applies the environment files. Throws AppError. */
export async function startHost(options: HostOptions): Promise<Host> {
  const host = (await findDaemon(options.dataDir)) ?? (await startEngine({ ...options, ...asCommand(options) }));
  host.client.account.onBrowserWanted(({ url }) => {
    options.output.ask({ type: 'browser', url }, toBrowserWords(url));
  });
  try {
    await applyEnvFiles(host.client, options.envFiles, { folder: options.resumeRuns, withJob: options.withJob });
  } catch (error) {
    await host.stop();
    throw error;
  }
  return host;
}

export async function applyEnvFiles(
  client: PgKeepClient,
  files: readonly string[],
  options: EnvFileOptions,
): Promise<void> {
  for (const file of files) await applyEnvFile(client, path.resolve(file), options);
}

function asCommand({ verbose }: HostOptions): Pick<EngineHostOptions, 'log' | 'way' | 'schedule'> {
  const log = createLog((level, message) => {
    if (verbose) process.stderr.write(`${new Date().toISOString()} ${level} ${message}\n`);
  });
  return { log, way: 'command', schedule: false };
}

async function findDaemon(dataDir: string): Promise<Host | null> {
  const link = await connectToDaemon(toPaths(dataDir).dataDir, packageJson.version);
  if (!link) return null;
  return {
    client: createClient(contract, link),
    isDaemon: true,
    lost: link.lost,
    stop: () => {
      link.close();
      return Promise.resolve();
    },
  };
}

/** An engine in this process. Throws `store/in-use` and its like. */
export async function startEngine(options: EngineHostOptions): Promise<EngineHost> {
  const paths = toPaths(options.dataDir);
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const hearers: ((name: string, payload: unknown) => void)[] = [];
  const post = (name: string, payload: unknown): void => {
    for (const listener of listeners.get(name) ?? []) listener(payload);
    for (const hear of hearers) hear(name, payload);
  };
  const engine = createEngine({
    paths,
    config: readConfig(paths),
    clock: systemClock,
    calendar: systemCalendar,
    vault: createFileVault(path.join(paths.dataDir, 'vault.json'), ownerOnlyCipher),
    browser: {
      open: (url) => {
        post('account.browserWanted', { url });
        return Promise.resolve();
      },
    },
    log: options.log,
    productVersion: packageJson.version,
    way: options.way,
    nativeBinding: null,
    post,
  });
  const subscribe = (name: string, listener: (payload: unknown) => void): Undo => {
    const group = listeners.get(name) ?? new Set();
    listeners.set(name, group.add(listener));
    return () => group.delete(listener);
  };
  const client = createClient(contract, { invoke: engine.dispatch, subscribe });
  try {
    await engine.start({ resumeRuns: options.resumeRuns, schedule: options.schedule });
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return {
    client,
    isDaemon: options.schedule,
    lost: new Promise(() => undefined),
    dispatch: engine.dispatch,
    onEvent: (listener) => {
      hearers.push(listener);
    },
    stop: engine.stop,
  };
}

/** Google sends the browser back to an address of this machine, which a browser elsewhere reaches by a forwarded port. */
function toBrowserWords(url: string): string {
  const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
  const port = URL.canParse(redirect) ? new URL(redirect).port : '';
  const forward = `If this machine has no browser, forward the port first, at home: ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE`;
  return `Open this address in a browser on this machine within five minutes to go on at Google:\n\n${url}\n\n${forward}\n`;
}
