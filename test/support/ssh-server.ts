// A real SSH server for tests: host key of its own, sign-in by password or key, direct-tcpip and streamlocal forwarding. It can be
// told to refuse forwarding, and to drop everybody.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { connect, type AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import ssh2, { type Connection as SshConnection, type ServerChannel } from 'ssh2';

export interface TestSshServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly fingerprint: string;
  /** `ssh-ed25519 AAAA…`, for known_hosts and authorized keys. */
  readonly hostKeyLine: string;
  /** Whom forwarding led to so far. */
  readonly forwarded: readonly string[];
  /** Connections that are open now. */
  readonly open: () => number;
  readonly refuseForwarding: (refuse: boolean) => void;
  /** Ends every connection at once, as a restart of the server does. */
  readonly drop: () => void;
  readonly stop: () => Promise<void>;
}

/** A key in OpenSSH's own format, as `ssh-keygen` makes it; locked when there is a passphrase. */
export function createSshKey(passphrase?: string): { readonly private: string; readonly public: string } {
  if (passphrase === undefined) return ssh2.utils.generateKeyPairSync('ed25519');
  return ssh2.utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 16 });
}

export async function startSshServer(authorized: readonly string[] = []): Promise<TestSshServer> {
  const hostKey = createSshKey();
  const parsed = ssh2.utils.parseKey(hostKey.public);
  if (parsed instanceof Error) throw parsed;
  const [publicKey] = [parsed].flat();
  if (!publicKey) throw new Error('no host key');
  const hostKeyBytes = publicKey.getPublicSSH();
  const password = `ssh-${createHash('sha256').update(hostKeyBytes).digest('hex').slice(0, 12)}`;
  const user = 'tunnel';
  const clients = new Set<SshConnection>();
  const forwarded: string[] = [];
  let refuses = false;

  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    clients.add(client);
    client.on('error', () => undefined);
    client.on('close', () => clients.delete(client));
    client.on('authentication', (ctx) => {
      const isOurs = ctx.username === user;
      if (isOurs && ctx.method === 'password' && ctx.password === password) ctx.accept();
      else if (isOurs && ctx.method === 'publickey' && isAuthorized(ctx)) ctx.accept();
      else ctx.reject(['password', 'publickey']);
    });
    client.on('ready', () => {
      client.on('tcpip', (accept, reject, { destIP, destPort }) => {
        forwarded.push(`${destIP}:${String(destPort)}`);
        if (refuses) reject();
        else join(accept, reject, { host: destIP, port: destPort });
      });
      client.on(
        'openssh.streamlocal' as never,
        (accept: () => ServerChannel, reject: () => void, info: { socketPath: string }) => {
          forwarded.push(info.socketPath);
          if (refuses) reject();
          else join(accept, reject, { path: info.socketPath });
        },
      );
    });
  });
  const isAuthorized = (ctx: ssh2.PublicKeyAuthContext): boolean =>
    authorized.some((line) => {
      const key = [ssh2.utils.parseKey(line)].flat()[0];
      if (!key || key instanceof Error || !key.getPublicSSH().equals(ctx.key.data)) return false;
      return ctx.signature === undefined || key.verify(ctx.blob ?? Buffer.alloc(0), ctx.signature, ctx.hashAlgo);
    });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ...{ user, password, forwarded },
    fingerprint: `SHA256:${createHash('sha256').update(hostKeyBytes).digest('base64').replace(/=+$/, '')}`,
    hostKeyLine: hostKey.public.trim(),
    open: () => clients.size,
    refuseForwarding: (refuse) => {
      refuses = refuse;
    },
    drop: () => {
      for (const client of clients) client.end();
    },
    stop: async () => {
      for (const client of clients) client.end();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function join(
  accept: () => ServerChannel,
  reject: () => void,
  to: { readonly host: string; readonly port: number } | { readonly path: string },
): void {
  const socket = connect(to);
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.removeListener('error', reject);
    const channel = accept();
    pipeline(socket, channel, socket, () => {
      socket.destroy();
      channel.destroy();
    });
  });
}

/** A key pair in PEM that no SSH server knows. */
export function createPemKey(passphrase?: string): string {
  const locked = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem', ...locked },
  }).privateKey;
}
