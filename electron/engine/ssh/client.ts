// One connection to an SSH server: host key checked, signed in, kept alive. What cannot be is said in `ssh/*` errors.
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ConnectConfig } from 'ssh2';
import type { SshAuth, TrustedKey } from '../../../shared/connection.ts';
import { AppError, type ErrorContext } from '../../../shared/errors.ts';
import { abortReason, throwIfAborted, whenAborted } from '../base/abort.ts';
import { judgeHostKey, orderKeyTypes, readKeyType, readKnownHosts, toFingerprint } from './known-hosts.ts';

export interface SshLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly auth: SshAuth;
  /** For `key`. */
  readonly keyPath: string | null;
  /** The password, or the key's passphrase. */
  readonly secret: string | null;
  readonly trusted: readonly TrustedKey[];
  readonly connectTimeoutSeconds: number;
}

/** A router forgets a silent connection after minutes; four answers missed in a row mean that nobody is there. */
const keepAliveMs = 15_000;
const keepAliveMisses = 4;

/** AES in GCM mode runs in native code; the runtime of the desktop has no ChaCha20 of its own. */
const ciphers: ConnectConfig['algorithms'] = {
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
};
const hostKeyTypes = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

/** Connects over `through`, or straight when null. */
export async function openSshClient(login: SshLogin, through: Duplex | null, signal?: AbortSignal): Promise<Client> {
  throwIfAborted(signal);
  const auth = readAuth(login);
  const lines = readKnownHosts();
  const context: ErrorContext = { sshHost: login.host, sshPort: login.port, sshUser: login.user };
  const refusals: AppError[] = [];
  const client = new ssh2.Client();
  const undo = whenAborted(signal, () => client.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.once('error', reject);
      client.once('close', () => {
        reject(new Error('the connection was closed'));
      });
      client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) => {
        finish(prompts.map(() => login.secret ?? ''));
      });
      client.connect({
        ...auth,
        ...(through ? { sock: through } : { host: login.host, port: login.port }),
        username: login.user,
        readyTimeout: login.connectTimeoutSeconds * 1000,
        keepaliveInterval: keepAliveMs,
        keepaliveCountMax: keepAliveMisses,
        algorithms: { ...ciphers, serverHostKey: [...orderKeyTypes(hostKeyTypes, login, lines)] as never },
        hostVerifier: (key: Buffer): boolean => {
          const verdict = judgeHostKey(key, login, lines, login.trusted);
          if (verdict.state === 'known') return true;
          const facts = { ...context, fingerprint: toFingerprint(key), keyType: readKeyType(key) };
          refusals.push(toHostKeyError(verdict.state, facts, 'at' in verdict ? verdict.at : null));
          return false;
        },
      });
    });
    return client;
  } catch (error) {
    client.destroy();
    if (signal?.aborted) throw abortReason(signal);
    throw refusals[0] ?? toSshError(error, login, context);
  } finally {
    undo();
    // Whoever holds it listens; between, nothing may end the program.
    client.on('error', () => undefined);
  }
}

function toHostKeyError(state: 'unknown' | 'changed' | 'revoked', facts: ErrorContext, at: string | null): AppError {
  const where = at === null ? {} : { knownAt: at };
  if (state === 'unknown') {
    return new AppError('ssh/host-key-unknown', `nobody vouches for the host key of ${String(facts['sshHost'])}`, {
      context: facts,
    });
  }
  return new AppError(
    'ssh/host-key-changed',
    `the host key of ${String(facts['sshHost'])} is not the known one (${state})`,
    {
      context: { ...facts, ...where },
    },
  );
}

function readAuth(login: SshLogin): ConnectConfig {
  switch (login.auth) {
    case 'password':
      return { password: login.secret ?? '', tryKeyboard: true };
    case 'agent':
      return { agent: findAgent(login) };
    case 'key':
      return { privateKey: readKey(login), ...(login.secret === null ? {} : { passphrase: login.secret }) };
  }
}

function findAgent({ host, port, user }: SshLogin): string {
  const socket = process.env['SSH_AUTH_SOCK'];
  if (socket !== undefined && socket !== '') return socket;
  // OpenSSH for Windows: its service has one pipe for everybody.
  if (process.platform === 'win32') return '\\\\.\\pipe\\openssh-ssh-agent';
  throw new AppError('ssh/auth-failed', 'SSH_AUTH_SOCK is not set', {
    context: { sshHost: host, sshPort: port, sshUser: user, detail: 'no ssh agent runs for this program' },
  });
}

/** Throws `ssh/key-unusable`, which tells a missing passphrase from a wrong one. */
function readKey({ keyPath, secret }: SshLogin): Buffer {
  const refuse = (problem: string): AppError =>
    new AppError('ssh/key-unusable', `${String(keyPath)}: ${problem}`, { context: { file: String(keyPath), problem } });
  if (keyPath === null)
    throw new AppError('ssh/key-unusable', 'no key file', { context: { problem: 'none is chosen' } });
  let text: Buffer;
  try {
    text = readFileSync(keyPath);
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : '';
    throw refuse(code === 'ENOENT' ? 'it is not there' : `it cannot be read (${String(code)})`);
  }
  const parsed = ssh2.utils.parseKey(text, secret ?? undefined);
  if (!(parsed instanceof Error)) {
    const [key] = [parsed].flat();
    if (key?.isPrivateKey() === true) return text;
    throw refuse('it is the public half; choose the private key');
  }
  if (/no passphrase/i.test(parsed.message)) throw refuse('it is locked with a passphrase; enter it');
  if (secret !== null && /passphrase|integrity|decrypt/i.test(parsed.message)) {
    throw refuse('the passphrase does not open it');
  }
  throw refuse('it is no private key that can be read');
}

function toSshError(error: unknown, login: SshLogin, context: ErrorContext): AppError {
  const message = error instanceof Error ? error.message : String(error);
  const level: unknown = error instanceof Error && 'level' in error ? error.level : null;
  const facts = { ...context, detail: message };
  if (level === 'client-authentication' || level === 'agent') {
    return new AppError('ssh/auth-failed', `${login.host} refused ${login.user}: ${message}`, { context: facts });
  }
  return new AppError('ssh/unreachable', `${login.host}: ${message}`, { retry: 'later', context: facts });
}
