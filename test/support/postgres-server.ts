// A throw-away PostgreSQL server for tests, demo and bench: own data folder, free port on 127.0.0.1, password
// authentication, superuser `postgres`. Refuses nothing that a real server does, because it is one.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const execute = promisify(execFile);

type Row = Record<string, unknown>;

export interface TestServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Folder with this server's programs (initdb, pg_ctl, and mostly pg_dump too). */
  readonly binDir: string;
  readonly dataDir: string;
  /** `postgresql://…` with the password, for a database. */
  readonly url: (database?: string) => string;
  /** Runs SQL as superuser, in autocommit, and answers the rows of the last statement. */
  readonly query: (sql: string, database?: string) => Promise<Row[]>;
  readonly createDatabase: (name: string) => Promise<void>;
  /** Ends the server without a shutdown, as a crash would. */
  readonly crash: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Stops the server and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** Folders that hold `initdb`, newest version first. */
export function listServerBinDirs(): string[] {
  const roots = ['/usr/lib/postgresql', '/usr/local/pgsql', '/opt/homebrew/opt'];
  const found = roots
    .filter((root) => existsSync(root))
    .flatMap((root) => readdirSync(root).map((name) => path.join(root, name, 'bin')))
    .concat((process.env['PATH'] ?? '').split(path.delimiter))
    .filter((dir) => existsSync(path.join(dir, 'initdb')));
  const version = (dir: string): number => Number(/(\d+)\D*$/.exec(path.dirname(dir))?.[1] ?? 0);
  return [...new Set(found)].sort((a, b) => version(b) - version(a));
}

export interface TestServerOptions {
  readonly binDir?: string;
  /** Lines for postgresql.conf, e.g. `max_connections = 10`. */
  readonly settings?: readonly string[];
  readonly encoding?: string;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const chosenBinDir = options.binDir ?? listServerBinDirs()[0];
  if (!chosenBinDir)
    throw new Error('no PostgreSQL server programs (initdb) on this machine: apt-get install postgresql');
  const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-pg-'));
  const dataDir = path.join(folder, 'data');
  const password = `pw-${randomBytes(9).toString('hex')}`;
  const user = 'postgres';
  const host = '127.0.0.1';
  const port = await findFreePort();
  const owner = await chooseOwner();
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner) {
    await chown(folder, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  const binDir = owner ? await makeReachable(chosenBinDir, folder, owner) : chosenBinDir;
  const run = (program: string, args: readonly string[]) =>
    execute(path.join(binDir, program), [...args], {
      ...(owner ?? {}),
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });

  await run('initdb', [
    ...['-D', dataDir, '-U', user, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
    ...['-E', options.encoding ?? 'UTF8', '--no-locale', '--no-sync'],
  ]);
  await rm(passwordFile);
  const settings = [
    `port = ${String(port)}`,
    `listen_addresses = '${host}'`,
    "unix_socket_directories = ''",
    'fsync = off',
    'full_page_writes = off',
    'synchronous_commit = off',
    'max_wal_size = 4GB',
    'shared_buffers = 128MB',
    ...(options.settings ?? []),
  ];
  await writeFile(path.join(dataDir, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  const start = async (): Promise<void> => {
    await run('pg_ctl', ['-D', dataDir, '-w', '-t', '60', '-l', path.join(folder, 'server.log'), 'start']);
  };
  const halt = async (mode: 'fast' | 'immediate'): Promise<void> => {
    await run('pg_ctl', ['-D', dataDir, '-w', '-t', '60', '-m', mode, 'stop']);
  };
  await start();

  const url = (database = 'postgres'): string =>
    `postgresql://${user}:${password}@${host}:${String(port)}/${encodeURIComponent(database)}`;
  const query = async (sql: string, database = 'postgres'): Promise<Row[]> => {
    const client = new pg.Client({ host, port, user, password, database });
    client.on('error', () => undefined);
    await client.connect();
    try {
      // Several statements answer an array, which the types leave out.
      const result = (await client.query(sql)) as pg.QueryResult<Row> | pg.QueryResult<Row>[];
      return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
    } finally {
      await client.end();
    }
  };
  return {
    host,
    port,
    user,
    password,
    binDir,
    dataDir,
    url,
    query,
    createDatabase: async (name) => {
      await query(`create database ${pg.escapeIdentifier(name)} template template0`);
    },
    crash: () => halt('immediate'),
    start,
    stop: async () => {
      await halt('immediate').catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Programs below a folder that is closed to others (root's home) are copied to where their user can start them. */
async function makeReachable(binDir: string, folder: string, owner: { uid: number; gid: number }): Promise<string> {
  try {
    await execute(path.join(binDir, 'initdb'), ['--version'], { ...owner, cwd: folder });
    return binDir;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
  }
  const copy = path.join(folder, 'programs');
  await cp(path.dirname(binDir), copy, { recursive: true, verbatimSymlinks: true });
  return path.join(copy, path.basename(binDir));
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}

/** PostgreSQL refuses to run as root; then it runs as the first of these users that exists. */
export async function chooseOwner(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all(['-u', '-g'].map((flag) => execute('id', [flag, name]))).catch(() => null);
    if (ids) return { uid: Number(ids[0]?.stdout), gid: Number(ids[1]?.stdout) };
  }
  throw new Error('PostgreSQL does not run as root and no user postgres or nobody is there');
}
