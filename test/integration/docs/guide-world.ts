// A shop on one server, an empty second server, and a backup made by the command line: what the guides' commands are run
// against, in a shell, with nothing else of ours than the `pgkeep` command.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from '../engine/small-database.ts';

const cliFile = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url));

/** Node as it was before zstd came to it, which is what an older Electron has. */
const withoutZstd = `data:text/javascript,${encodeURIComponent(
  'import module from "node:module"; import zlib from "node:zlib";' +
    'delete zlib.createZstdCompress; delete zlib.createZstdDecompress; module.syncBuiltinESMExports();',
)}`;

export interface ShellResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GuideWorld {
  readonly engineWorld: EngineWorld;
  /** Has the database `shop`, its roles, and what PgKeep restores by default. */
  readonly source: TestServer;
  /** Has nothing but its own administrator, whose password is another one. */
  readonly target: TestServer;
  /** Made with zstd, with gzip, and in plain SQL. */
  readonly snapshot: Snapshot;
  readonly gzipSnapshot: Snapshot;
  readonly plainSnapshot: Snapshot;
  /** Runs commands in the work folder as a person's shell would; `pgkeep` is the real command line. */
  readonly shell: (commands: string) => Promise<ShellResult>;
  /** Where the commands run. */
  readonly folder: string;
  /** Puts the encrypted files of a set there, as a browser's download would. */
  readonly download: (snapshot: Snapshot) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function openGuideWorld(): Promise<GuideWorld> {
  const home = await mkdtemp(path.join(tmpdir(), 'pgkeep-guide-'));
  const folder = path.join(home, 'downloads');
  await mkdir(folder);
  const [source, target, engineWorld] = await Promise.all([startTestServer(), startTestServer(), openEngineWorld()]);
  const passfile = [source, target].map(({ host, port, password }) => `${host}:${String(port)}:*:*:${password}\n`);
  await writeFile(path.join(home, '.pgpass'), passfile.join(''), { mode: 0o600 });
  await createShop(source);
  const engine = await engineWorld.start();
  const { createdAt, ...job } = await engineWorld.setUp(engine, source, 'shop');
  const draft = { ...job, connectionId: job.connectionId ?? '' };
  await engine.client.jobs.save({ ...draft, dump: { ...job.dump, format: 'plain' } });
  await engine.backUp({ ...job, createdAt });
  const [plainSnapshot] = await engine.client.snapshots.list({ jobId: job.id });
  if (!plainSnapshot) throw new Error('no snapshot');
  await engine.client.jobs.save(draft);
  await engine.stop();

  const env = {
    ...cleanEnv(),
    HOME: home,
    PGKEEP_DATA_DIR: engineWorld.dataDir,
    NODE: process.execPath,
    CLI: cliFile,
  };
  const shell: GuideWorld['shell'] = (commands) =>
    runShell(`pgkeep() { "$NODE" "$CLI" "$@"; }\n${commands}`, folder, env);
  const backUp = async (nodeOptions: string): Promise<Snapshot> => {
    const { exitCode, stdout, stderr } = await runShell(
      `"$NODE" ${nodeOptions} "$CLI" --json backup --all`,
      folder,
      env,
    );
    if (exitCode !== 0) throw new Error(`no backup: ${stderr}`);
    const { snapshots } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { snapshots: Snapshot[] };
    if (!snapshots[0]) throw new Error('no snapshot');
    return snapshots[0];
  };
  const snapshot = await backUp('');
  const gzipSnapshot = await backUp(`--import '${withoutZstd}'`);
  return {
    ...{ engineWorld, source, target, snapshot, gzipSnapshot, plainSnapshot, shell, folder },
    download: async ({ files }) => {
      for (const { driveFileId, name } of files) {
        await copyFile(engineWorld.google.contentPath(driveFileId), path.join(folder, name));
      }
    },
    stop: async () => {
      await engineWorld.stop();
      await Promise.all([source.stop(), target.stop()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The small database with what only roles of the server can give it. */
async function createShop(server: TestServer): Promise<void> {
  await createSmallDatabase(server, 'shop');
  await server.query(`create role shop_owner login password 'owner of the old server'; create role "Shop Reports"`);
  await server.query(
    `alter table shop.orders owner to shop_owner;
     grant select on shop.customers to "Shop Reports";
     alter database shop set work_mem to '5MB';`,
    'shop',
  );
}

/** What would lead PostgreSQL's programs or ours elsewhere is left out. */
function cleanEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PG|^DATABASE_URL$/.test(name)));
}

function runShell(commands: string, cwd: string, env: NodeJS.ProcessEnv): Promise<ShellResult> {
  return new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-e', '-o', 'pipefail', '-c', commands],
      { cwd, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({ exitCode: error ? (child.exitCode ?? 1) : 0, stdout, stderr });
      },
    );
  });
}
