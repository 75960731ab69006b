// Hosts the engine inside the command's own process and hands its contract to the command.
import '../engine/base/lean-heap.ts';
import { homedir } from 'node:os';
import path from 'node:path';
import { contract, type PgKeepClient } from '../../shared/ipc/contract.ts';
import { createClient, type Undo } from '../../shared/ipc/define.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { systemClock } from '../engine/base/clock.ts';
import { systemCalendar } from '../engine/base/system-calendar.ts';
import { readConfig, toPaths } from '../engine/base/config.ts';
import { createLog } from '../engine/base/log.ts';
import { createFileVault, ownerOnlyCipher } from '../engine/base/vault-file.ts';
import { createEngine } from '../engine/engine.ts';
import { applyEnvFile } from './env-file.ts';
import type { Output } from './output.ts';

export interface HostOptions {
  readonly dataDir: string;
  readonly envFile: string | null;
  /** Whether the file's connection and job are made, too. */
  readonly withJob: boolean;
  readonly verbose: boolean;
  /** Whether runs that an earlier command left waiting go on meanwhile. */
  readonly resumeRuns: boolean;
  /** Whether jobs start by their schedules. */
  readonly schedule: boolean;
  readonly output: Output;
}

export interface Host {
  readonly client: PgKeepClient;
  readonly stop: () => Promise<void>;
}

/** Where a command keeps everything unless told otherwise. The desktop program has a folder of its own. */
export function chooseDataDir(given: string | undefined): string {
  return path.resolve(given ?? process.env['PGKEEP_DATA_DIR'] ?? path.join(homedir(), '.pgkeep'));
}

/** Starts the engine and applies the environment file. Throws AppError. */
export async function startHost(options: HostOptions): Promise<Host> {
  const paths = toPaths(options.dataDir);
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const engine = createEngine({
    paths,
    config: readConfig(paths),
    clock: systemClock,
    calendar: systemCalendar,
    vault: createFileVault(path.join(paths.dataDir, 'vault.json'), ownerOnlyCipher),
    browser: {
      open: (url) => {
        options.output.ask({ type: 'browser', url }, toBrowserWords(url));
        return Promise.resolve();
      },
    },
    log: createLog((level, message) => {
      if (options.verbose) process.stderr.write(`${new Date().toISOString()} ${level} ${message}\n`);
    }),
    productVersion: packageJson.version,
    way: 'command',
    nativeBinding: null,
    post: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload);
    },
  });
  const subscribe = (name: string, listener: (payload: unknown) => void): Undo => {
    const group = listeners.get(name) ?? new Set();
    listeners.set(name, group.add(listener));
    return () => group.delete(listener);
  };
  const client = createClient(contract, { invoke: engine.dispatch, subscribe });
  try {
    await engine.start({ resumeRuns: options.resumeRuns, schedule: options.schedule });
    if (options.envFile !== null) {
      const { resumeRuns: folder, withJob } = options;
      await applyEnvFile(client, path.resolve(options.envFile), { folder, withJob });
    }
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return { client, stop: engine.stop };
}

/** Google sends the browser back to an address of this machine, which a browser elsewhere reaches by a forwarded port. */
function toBrowserWords(url: string): string {
  const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
  const port = URL.canParse(redirect) ? new URL(redirect).port : '';
  const forward = `If this machine has no browser, forward the port first, at home: ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE`;
  return `Open this address in a browser on this machine within five minutes to go on at Google:\n\n${url}\n\n${forward}\n`;
}
