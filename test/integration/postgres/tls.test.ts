// libpq's sslmode as a session of our own keeps it, against a server with a certificate that nobody vouches for.
import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SslMode } from '../../../shared/connection.ts';
import { withSession } from '../../../electron/engine/postgres/session.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { dumpToBuffer, firstTools, targetOf } from './dump-to-buffer.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  const key = path.join(server.dataDir, 'server.key');
  const certificate = path.join(server.dataDir, 'server.crt');
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=127.0.0.1',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  const { uid, gid } = statSync(server.dataDir);
  for (const file of [key, certificate]) chownSync(file, uid, gid);
  await server.query('alter system set ssl = on');
  await server.query('select pg_reload_conf()');
  await vi.waitFor(() => usesTls('require'), { timeout: 10_000 });
});

afterAll(async () => {
  await server.stop();
});

async function usesTls(sslMode: SslMode): Promise<boolean | undefined> {
  const rows = await withSession(targetOf(server, 'postgres', { sslMode }), (query) =>
    query<{ ssl: boolean }>('select ssl from pg_stat_ssl where pid = pg_backend_pid()'),
  );
  return rows[0]?.ssl;
}

describe('a server with TLS', () => {
  it.each<[SslMode, boolean]>([
    ['disable', false],
    ['allow', true],
    ['prefer', true],
    ['require', true],
  ])('sslmode %s: TLS %s', async (mode, expected) => {
    expect(await usesTls(mode)).toBe(expected);
  });

  it.each<[SslMode]>([['verify-ca'], ['verify-full']])(
    'sslmode %s refuses a certificate that nobody vouches for',
    async (mode) => {
      await expect(usesTls(mode)).rejects.toMatchObject({ code: 'pg/ssl-failed', retry: 'never' });
      const tools = await firstTools(server);
      await expect(dumpToBuffer(tools, targetOf(server, 'postgres', { sslMode: mode }))).rejects.toMatchObject({
        code: 'pg/ssl-failed',
      });
    },
  );

  it('is used without TLS by prefer where its rules allow nothing else', async () => {
    const rules = path.join(server.dataDir, 'pg_hba.conf');
    const before = readFileSync(rules, 'utf8');
    const reload = async (text: string, mode: SslMode, expected: boolean): Promise<void> => {
      writeFileSync(rules, text);
      await server.query('select pg_reload_conf()');
      await expect.poll(() => usesTls(mode).catch(() => null), { timeout: 10_000 }).toBe(expected);
    };
    await reload('hostnossl all all 127.0.0.1/32 scram-sha-256\n', 'prefer', false);
    await expect(usesTls('require')).rejects.toMatchObject({ code: 'pg/auth-failed' });
    await reload(before, 'prefer', true);
  });
});
