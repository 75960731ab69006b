// A streaming standby of a test server: a base backup that follows its primary and takes only readers.
import { execFile } from 'node:child_process';
import { appendFile, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { chooseOwner, findFreePort, type TestServer } from './postgres-server.ts';

const execute = promisify(execFile);

export interface StandbyServer {
  readonly port: number;
  readonly query: (sql: string, database?: string) => Promise<Record<string, unknown>[]>;
  readonly stop: () => Promise<void>;
}

export async function startStandby(primary: TestServer, settings: readonly string[] = []): Promise<StandbyServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-standby-'));
  const dataDir = path.join(folder, 'data');
  const owner = await chooseOwner();
  if (owner) await chown(folder, owner.uid, owner.gid);
  const { host, user, password } = primary;
  const run = (program: string, args: readonly string[]) =>
    execute(path.join(primary.binDir, program), [...args], {
      ...(owner ?? {}),
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C.UTF-8', PGPASSWORD: password },
    });
  await run('pg_basebackup', [
    ...['-h', host, '-p', String(primary.port), '-U', user, '-D', dataDir],
    ...['-R', '-X', 'stream', '--checkpoint=fast', '--no-sync'],
  ]);
  const port = await findFreePort();
  await appendFile(path.join(dataDir, 'postgresql.auto.conf'), [`port = ${String(port)}`, ...settings, ''].join('\n'));
  await run('pg_ctl', ['-D', dataDir, '-w', '-t', '60', '-l', path.join(folder, 'server.log'), 'start']);
  return {
    port,
    query: async (sql, database = 'postgres') => {
      const client = new pg.Client({ host, port, user, password, database });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(sql)).rows;
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      await run('pg_ctl', ['-D', dataDir, '-w', '-t', '60', '-m', 'immediate', 'stop']).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
