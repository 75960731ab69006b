import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type Server as NetServer, type Socket } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testClientId, testClientSecret } from '../../google/options.ts';
import { driveFileScope, type LocalGoogle } from '../../google/start-google.ts';
import { hashOf, makeFolder, openGoogle } from './support.ts';

// rclone has Google's addresses built in. It reaches the local Google through a CONNECT proxy and a TLS front whose
// certificate is from an authority of its own, made by openssl for this test.

const execute = promisify(execFile);
const missing = ['rclone', 'openssl'].filter((program) => !isThere(program));
if (missing.length > 0)
  console.warn(`skipped: ${missing.join(', ')} not on this machine (apt-get install rclone openssl)`);

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A key and a certificate for Google's names, and the authority that rclone is told to trust. */
async function makeCertificate(dir: string): Promise<{ caPath: string; key: Buffer; cert: Buffer }> {
  const at = (name: string): string => path.join(dir, name);
  const openssl = (...args: string[]) => execute('openssl', args);
  await writeFile(at('names'), 'subjectAltName=DNS:www.googleapis.com,DNS:oauth2.googleapis.com\n');
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    '/CN=Test',
    '-days',
    '2',
  );
  await openssl('req', ...newKey, '-keyout', at('key'), '-out', at('request'), '-subj', '/CN=www.googleapis.com');
  await openssl(
    ...['x509', '-req', '-in', at('request'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
    ...['-out', at('cert'), '-days', '2', '-extfile', at('names')],
  );
  return { caPath: at('ca.pem'), key: await readFile(at('key')), cert: await readFile(at('cert')) };
}

async function listen(server: NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

function join(one: Socket, other: Socket): void {
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
  one.pipe(other).pipe(one);
}

interface Rclone {
  readonly dir: string;
  /** Runs rclone and answers what it prints; rejects, with its words, when it fails. */
  readonly run: (args: readonly string[], input?: Buffer) => Promise<string>;
}

async function openRclone(google: LocalGoogle): Promise<Rclone> {
  const dir = await makeFolder();
  const { caPath, key, cert } = await makeCertificate(dir);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket;
  };
  const front = createTlsServer({ key, cert }, (socket) => {
    join(keep(socket), keep(connect(google.port, '127.0.0.1')));
  });
  const frontPort = await listen(front);
  const proxy = createServer();
  proxy.on('connect', (_request, socket: Socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    join(keep(socket), keep(connect(frontPort, '127.0.0.1')));
  });
  const proxyPort = await listen(proxy);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    front.close();
  });
  const { refreshToken } = google.issueTokens({ scopes: [driveFileScope] });
  const token = {
    access_token: 'old',
    token_type: 'Bearer',
    refresh_token: refreshToken,
    expiry: '2020-01-01T00:00:00Z',
  };
  const settings = [
    ...['[drive]', 'type = drive', `client_id = ${testClientId}`, `client_secret = ${testClientSecret}`],
    ...['scope = drive.file', `token = ${JSON.stringify(token)}`],
  ];
  const config = path.join(dir, 'rclone.conf');
  await writeFile(config, settings.join('\n'));
  const flags = ['--config', config, '--ca-cert', caPath, '--drive-pacer-min-sleep', '1ms', '--retries', '1'];
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir, HTTPS_PROXY: `http://127.0.0.1:${String(proxyPort)}` };
  const run: Rclone['run'] = async (args, input = Buffer.alloc(0)) => {
    const running = execute('rclone', [...flags, ...args], { env, timeout: 50_000 });
    running.child.stdin?.end(input);
    return (await running).stdout;
  };
  return { dir, run };
}

describe.skipIf(missing.length > 0)('rclone', () => {
  it('copies, lists, checks, reads and deletes through Google’s own addresses', async () => {
    const google = await openGoogle();
    const { dir, run } = await openRclone(google);
    const folder = path.join(dir, 'files');
    await mkdir(folder);
    const files: Record<string, Buffer> = {
      'big.age': randomBytes(9 * 1024 * 1024 + 123),
      'small.age': randomBytes(1000),
      'empty.age': Buffer.alloc(0),
      "it's.age": Buffer.from('quoted'),
    };
    for (const [name, data] of Object.entries(files)) await writeFile(path.join(folder, name), data);
    const size = ['--drive-upload-cutoff', '1M', '--drive-chunk-size', '4M'];
    await run(['copy', folder, 'drive:PgKeep/shop', ...size]);
    const stored = google.files().filter((record) => record.content !== null);
    expect(Object.fromEntries(stored.map((record) => [record.name, record.content?.sha256]))).toEqual(
      Object.fromEntries(Object.entries(files).map(([name, data]) => [name, hashOf(data)])),
    );
    expect(google.journal().map((entry) => entry.kind)).toEqual(expect.arrayContaining(['session-start', 'chunk']));
    expect((await run(['lsf', 'drive:PgKeep/shop'])).trim().split('\n').sort()).toEqual(Object.keys(files).sort());
    await run(['check', folder, 'drive:PgKeep/shop']);
    const back = path.join(dir, 'back');
    await run(['copy', 'drive:PgKeep/shop', back]);
    for (const [name, data] of Object.entries(files)) {
      expect((await readFile(path.join(back, name))).equals(data)).toBe(true);
    }
    expect(JSON.parse(await run(['about', '--json', 'drive:']))).toMatchObject({ total: 15 * 1024 ** 3 });
    await run(['delete', 'drive:PgKeep/shop', '--drive-use-trash=false']);
    expect(google.files().filter((record) => record.content !== null)).toEqual([]);
    expect(google.journal().filter((entry) => entry.status === null || entry.status >= 400)).toEqual([]);
  });

  it('uploads a stream of unknown size, and moves what was damaged to the bin', async () => {
    const google = await openGoogle();
    const { dir, run } = await openRclone(google);
    const big = path.join(dir, 'big');
    const data = randomBytes(5 * 1024 * 1024 + 1);
    await writeFile(big, data);
    const size = ['--drive-upload-cutoff', '1M', '--drive-chunk-size', '2M', '--streaming-upload-cutoff', '1M'];
    await run(['rcat', 'drive:stream', ...size], data);
    expect(google.files().find((record) => record.name === 'stream')?.content?.sha256).toBe(hashOf(data));
    const starts = google.journal().filter((entry) => entry.kind === 'session-start');
    expect(starts.length).toBe(1);
    google.failNext({ kind: 'chunk', final: true }, { do: 'corrupt', when: 'before-hash' });
    const copy = run(['copyto', big, 'drive:damaged', '--low-level-retries', '1', ...size]);
    await expect(copy).rejects.toThrow('corrupted on transfer');
    const damaged = google.state().files.find((record) => record.name === 'damaged');
    expect(damaged?.trashed).toBe(true);
  });
});
