// Where the contestants meet: one throw-away server with one database, one local Google, one disk. Everybody finds the same.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { chooseTools, findTools } from '../../electron/engine/postgres/find-tools.ts';
import { startTestServer, type TestServer } from '../support/postgres-server.ts';
import { createBenchDatabase } from './bench-database.ts';
import type { EngineTask } from './engine-task.ts';
import { startGoogleProcess, type GoogleProcess } from './google-process.ts';
import { bundleEngine, runEngine } from './run-engine.ts';

export const benchDatabase = 'bench';

export interface BenchPlace {
  readonly server: TestServer;
  readonly google: GoogleProcess;
  /** For the contestants' files. */
  readonly folder: string;
  /** Of pg_dump and pg_restore; the engine takes the same ones. */
  readonly binDir: string;
  /** For age: nobody has the key. */
  readonly recipient: string;
  /** Seconds of a shell command with PostgreSQL's programs on its path and the way to the server in its environment. */
  readonly time: (command: string) => Promise<number>;
  readonly engine: (task: Pick<EngineTask, 'act'> & Partial<EngineTask>) => ReturnType<typeof runEngine>;
  readonly stop: () => Promise<void>;
}

/** No checkpoint, no vacuum and no log that anybody replays: nothing works beside the contestants. */
const settings = [
  ...['wal_level = minimal', 'max_wal_senders = 0', 'max_wal_size = 16GB', 'checkpoint_timeout = 1h'],
  'autovacuum = off',
];

export async function openBenchPlace(parent: string, sizeMb: number): Promise<BenchPlace> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'pgkeep-bench-'));
  const undos: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    process.off('SIGINT', leave).off('SIGTERM', leave);
    for (let undo = undos.pop(); undo; undo = undos.pop()) await undo();
  };
  const leave = (): void => {
    void stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    const server = await startTestServer({ settings });
    undos.push(server.stop);
    const google = await startGoogleProcess(path.join(folder, 'google'));
    undos.push(google.stop);
    await createBenchDatabase(server, benchDatabase, sizeMb);
    const [{ number } = { number: 0 }] = (await server.query(
      "select current_setting('server_version_num')::int as number",
    )) as { number: number }[];
    const { dir: binDir } = chooseTools(await findTools(), number);
    const place = await layOut(folder, server, google);
    const program = await bundleEngine();
    const engine: BenchPlace['engine'] = (task) => runEngine(program, { ...place.task, ...task });
    await engine({ act: 'sign-in' });
    const recipient = await identityToRecipient(await generateX25519Identity());
    const env = {
      ...process.env,
      ...{ PATH: `${binDir}${path.delimiter}${process.env['PATH'] ?? ''}`, PGPASSFILE: place.passfile },
      ...{ PGHOST: server.host, PGPORT: String(server.port), PGUSER: server.user, PGDATABASE: benchDatabase },
    };
    const time = (command: string): Promise<number> => timeShell(command, folder, env);
    return { server, google, folder, binDir, recipient, time, engine, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function layOut(folder: string, server: TestServer, google: GoogleProcess) {
  const dataDir = path.join(folder, 'data');
  const envFile = path.join(folder, 'pgkeep.env');
  const clientFile = path.join(folder, 'client.json');
  const passfile = path.join(folder, 'passfile');
  await mkdir(dataDir, { mode: 0o700 });
  await writeFile(path.join(dataDir, 'config.json'), JSON.stringify({ google: google.endpoints }));
  await google.writeClientFile(clientFile);
  const lines = [`DATABASE_URL=${server.url(benchDatabase)}`, `GDRIVE_CREDENTIALS_PATH=${clientFile}`];
  await writeFile(envFile, `${lines.join('\n')}\n`, { mode: 0o600 });
  await writeFile(passfile, `*:*:*:*:${server.password}\n`, { mode: 0o600 });
  return { passfile, task: { dataDir, envFile, database: '' } };
}

/** A pipe fails with any of its programs. */
async function timeShell(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const startedMs = performance.now();
  const child = spawn('bash', ['-c', `set -eo pipefail; ${command}`], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-2000)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command}: ended with ${String(code)}: ${stderr.trim()}`);
  return (performance.now() - startedMs) / 1000;
}
