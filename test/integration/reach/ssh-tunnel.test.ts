// The way through an SSH server, for our own session and for pg_dump alike, against a real SSH server and a real PostgreSQL.
import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readServerFacts, readSessionTls } from '../../../electron/engine/postgres/check-server.ts';
import { withReach, type ReachAddress, type ReachSecrets } from '../../../electron/engine/reach/reach.ts';
import { connectionOptionsSchema, type ConnectionSsh, type SslMode } from '../../../shared/connection.ts';
import { createMemoryVault } from '../../support/memory-vault.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createPemKey, createSshKey, startSshServer, type TestSshServer } from '../../support/ssh-server.ts';
import { dumpToBuffer, firstTools } from '../postgres/dump-to-buffer.ts';

const key = createSshKey();
const lockedKey = createSshKey('open sesame');
let server: TestServer;
let folder: string;
let ssh: TestSshServer;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgkeep-ssh-'));
  const files = { plain: key.private, locked: lockedKey.private, unknown: createPemKey(), public: key.public };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  server = await startTestServer({ settings: [`unix_socket_directories = '${tmpdir()}'`] });
  makeTls(server);
  await server.query('alter system set ssl = on; ');
  await server.query('select pg_reload_conf()');
});

beforeEach(async () => {
  ssh = await startSshServer([key.public, lockedKey.public]);
});

afterEach(async () => {
  await ssh.stop();
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A certificate for a name that only the far side has. */
function makeTls({ dataDir }: TestServer): void {
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const names = ['-addext', 'subjectAltName=DNS:localhost'];
  const [keyFile, certificate] = ['server.key', 'server.crt'].map((name) => path.join(dataDir, name));
  execFileSync('openssl', [...args, ...names, '-keyout', keyFile ?? '', '-out', certificate ?? ''], {
    stdio: 'ignore',
  });
  const { uid, gid } = statSync(dataDir);
  for (const file of [keyFile, certificate]) chownSync(file ?? '', uid, gid);
}

const noSecrets: ReachSecrets = { password: null, passphrase: null, sshSecret: null };

interface Way {
  readonly ssh?: Partial<ConnectionSsh>;
  readonly sshSecret?: string | null;
  readonly host?: string;
  readonly port?: number;
  readonly sslMode?: SslMode;
  readonly rootCert?: string;
}

function addressOf(way: Way): [ReachAddress, ReachSecrets] {
  const trusted = [{ host: '127.0.0.1', port: ssh.port, fingerprint: ssh.fingerprint }];
  const options = connectionOptionsSchema.parse({
    tls: way.rootCert === undefined ? {} : { rootCert: { id: 'root', path: way.rootCert } },
    ssh: { host: '127.0.0.1', port: ssh.port, user: ssh.user, auth: 'password', trusted, ...way.ssh },
  });
  return [
    {
      ...{ host: way.host ?? 'localhost', port: way.port ?? server.port, user: server.user, database: 'postgres' },
      ...{ sslMode: way.sslMode ?? 'prefer', hasPassword: true },
      ...options,
    },
    { ...noSecrets, password: server.password, sshSecret: way.sshSecret === undefined ? ssh.password : way.sshSecret },
  ];
}

function askVersion(way: Way = {}): Promise<string> {
  return withReach({ vault: createMemoryVault() }, async (reach) => {
    const target = await reach.openAddress(...addressOf(way));
    return (await readServerFacts(target)).version;
  });
}

const fileOf = (name: string): ConnectionSsh['key'] => ({ id: name, path: path.join(folder, name) });

describe('through an SSH server', () => {
  it('a session and pg_dump both pass, and nothing is left open afterwards', async () => {
    await withReach({ vault: createMemoryVault() }, async (reach) => {
      const target = await reach.openAddress(...addressOf({}));
      expect((await readServerFacts(target)).major).toBeGreaterThan(11);
      const dump = await dumpToBuffer(await firstTools(server), target);
      expect(dump.toString('latin1', 0, 5)).toBe('PGDMP');
      expect(ssh.open()).toBe(1);
    });
    await expect.poll(() => ssh.open()).toBe(0);
    expect(ssh.forwarded.length).toBeGreaterThan(1);
    expect(new Set(ssh.forwarded)).toEqual(new Set([`localhost:${String(server.port)}`]));
  });

  it('verify-full compares the certificate with the server’s own name, for a session and for pg_dump', async () => {
    const rootCert = path.join(server.dataDir, 'server.crt');
    await withReach({ vault: createMemoryVault() }, async (reach) => {
      const target = await reach.openAddress(...addressOf({ sslMode: 'verify-full', rootCert }));
      expect(await readSessionTls(target)).toMatchObject({ version: expect.stringMatching(/^TLS/) as string });
      await dumpToBuffer(await firstTools(server), target);
    });
    const wrong = { sslMode: 'verify-full', rootCert, host: '127.0.0.1' } as const;
    await expect(askVersion(wrong)).rejects.toMatchObject({ code: 'pg/ssl-failed' });
    await withReach({ vault: createMemoryVault() }, async (reach) => {
      const target = await reach.openAddress(...addressOf(wrong));
      await expect(dumpToBuffer(await firstTools(server), target)).rejects.toMatchObject({ code: 'pg/ssl-failed' });
    });
  });

  it('leads to a Unix socket of the far side', async () => {
    await withReach({ vault: createMemoryVault() }, async (reach) => {
      const target = await reach.openAddress(...addressOf({ host: tmpdir() }));
      expect((await readServerFacts(target)).major).toBeGreaterThan(11);
      await dumpToBuffer(await firstTools(server), target);
    });
    expect(ssh.forwarded[0]).toBe(path.join(tmpdir(), `.s.PGSQL.${String(server.port)}`));
  });

  it('passes another SSH server first', async () => {
    const gate = await startSshServer();
    const trusted = [ssh, gate].map(({ port, fingerprint }) => ({ host: '127.0.0.1', port, fingerprint }));
    const jump = `${gate.user}@127.0.0.1:${String(gate.port)}`;
    // Both have the same key material for the sign-in here.
    await expect(askVersion({ ssh: { jump, trusted } })).rejects.toMatchObject({ code: 'ssh/auth-failed' });
    await gate.stop();
    const second = await startSshServer([key.public]);
    const withKey = { auth: 'key', key: fileOf('plain') } as const;
    const all = [ssh, second].map(({ port, fingerprint }) => ({ host: '127.0.0.1', port, fingerprint }));
    await askVersion({
      ssh: { ...withKey, jump: `${second.user}@127.0.0.1:${String(second.port)}`, trusted: all },
      sshSecret: null,
    });
    expect(second.forwarded).toEqual([`127.0.0.1:${String(ssh.port)}`]);
    await second.stop();
  });

  it.each([
    ['a key', 'plain', null],
    ['a key with its passphrase', 'locked', 'open sesame'],
  ])('signs in with %s', async (_name, file, sshSecret) => {
    await expect(askVersion({ ssh: { auth: 'key', key: fileOf(file) }, sshSecret })).resolves.toMatch(/^\d/);
  });

  it.each<[string, Way['ssh'], string | null, string, RegExp]>([
    ['a wrong password', {}, 'wrong', 'ssh/auth-failed', /tunnel/],
    ['a key that it does not know', { auth: 'key' }, null, 'ssh/auth-failed', /tunnel/],
    ['a locked key without its passphrase', { auth: 'key' }, null, 'ssh/key-unusable', /passphrase; enter it/],
    ['a locked key with a wrong passphrase', { auth: 'key' }, 'wrong', 'ssh/key-unusable', /does not open it/],
    ['the public half of a key', { auth: 'key' }, null, 'ssh/key-unusable', /public half/],
    ['a key file that is gone', { auth: 'key' }, null, 'ssh/key-unusable', /not there/],
  ])('refuses %s', async (name, part, sshSecret, code, words) => {
    const files: Record<string, string> = {
      'a key that it does not know': 'unknown',
      'a locked key without its passphrase': 'locked',
      'a locked key with a wrong passphrase': 'locked',
      'the public half of a key': 'public',
      'a key file that is gone': 'gone',
    };
    const wish = askVersion({ ssh: { ...part, key: fileOf(files[name] ?? '') }, sshSecret });
    await expect(wish).rejects.toMatchObject({ code, message: expect.stringMatching(words) as string });
    await expect.poll(() => ssh.open()).toBe(0);
  });

  it('asks for trust in a host key that nobody knows, and names its fingerprint', async () => {
    await expect(askVersion({ ssh: { trusted: [] } })).rejects.toMatchObject({
      code: 'ssh/host-key-unknown',
      context: { fingerprint: ssh.fingerprint, keyType: 'ssh-ed25519', sshHost: '127.0.0.1', sshPort: ssh.port },
    });
  });

  it('refuses a host key that is not the trusted one, before any password is sent', async () => {
    const other = 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const trusted = [{ host: '127.0.0.1', port: ssh.port, fingerprint: other }];
    await expect(askVersion({ ssh: { trusted } })).rejects.toMatchObject({
      code: 'ssh/host-key-changed',
      context: { fingerprint: ssh.fingerprint },
    });
  });

  it('says that nobody is there, that it may not forward, and that the database is not reached from there', async () => {
    const nobody = { port: 1, trusted: [] };
    await expect(askVersion({ ssh: nobody })).rejects.toMatchObject({ code: 'ssh/unreachable', retry: 'later' });
    await expect(askVersion({ port: 1 })).rejects.toMatchObject({
      code: 'ssh/forward-refused',
      context: { farEnd: 'localhost:1' },
    });
    ssh.refuseForwarding(true);
    await expect(askVersion()).rejects.toMatchObject({ code: 'ssh/forward-refused' });
  });

  it('that breaks in the middle is named as the cause, to be tried again later', async () => {
    const work = withReach({ vault: createMemoryVault() }, async (reach) => {
      const target = await reach.openAddress(...addressOf({}));
      const dump = dumpToBuffer(await firstTools(server), target);
      await expect.poll(() => ssh.forwarded.length).toBeGreaterThan(0);
      ssh.drop();
      await dump.catch(() => undefined);
      return readServerFacts(target);
    });
    await expect(work).rejects.toMatchObject({ code: 'ssh/tunnel-lost', retry: 'later' });
  });

  it('that is given up in the middle leaves nothing open', async () => {
    const giveUp = new AbortController();
    const work = withReach({ vault: createMemoryVault(), signal: giveUp.signal }, async (reach) => {
      await reach.openAddress(...addressOf({}));
      giveUp.abort();
      return reach.openAddress(...addressOf({ ssh: { user: 'other' } }));
    });
    await expect(work).rejects.toMatchObject({ code: 'run/cancelled' });
    await expect.poll(() => ssh.open()).toBe(0);
  });
});
