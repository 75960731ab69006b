// The one way from a connection to its server, for backup, test, restore, drill and every question alike: secrets from the
// vault or the user's own password file, certificates, and the SSH tunnel, which lives as long as the work does.
import type { Connection } from '../../../shared/connection.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { SecretVault } from '../base/ports.ts';
import { toPgTarget } from '../postgres/connection.ts';
import { findPassword, readPassfile } from '../postgres/passfile.ts';
import { toSocketPath } from '../postgres/socket.ts';
import { isSocket, type PgTarget } from '../postgres/target.ts';
import type { SshLogin } from '../ssh/client.ts';
import { openTunnel, type FarEnd, type SshWay, type Tunnel } from '../ssh/tunnel.ts';
import { passphraseName, passwordName, sshSecretName } from '../store/connections.ts';
import { parseSshPlace } from './ssh-place.ts';

/** What a connection needs beside itself. */
export interface ReachSecrets {
  readonly password: string | null;
  readonly passphrase: string | null;
  readonly sshSecret: string | null;
}

export type ReachAddress = Omit<Connection, 'id' | 'name' | 'createdAt' | 'seen'>;

export interface Reach {
  /**
   * The target of a stored connection, or of another database of its server. The first call for a connection opens its
   * tunnel. Throws `ssh/*`, `vault/*` and `pg/certificate-file`.
   */
  readonly open: (connection: Connection, database?: string) => Promise<PgTarget>;
  /** The same for what is not stored yet. */
  readonly openAddress: (address: ReachAddress, secrets: ReachSecrets, database?: string) => Promise<PgTarget>;
}

export interface ReachOptions {
  readonly vault: SecretVault;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives `fn` a way to servers, and closes every tunnel when it has ended. An error that a broken tunnel has caused becomes
 * the tunnel's own.
 */
export async function withReach<T>({ vault, signal }: ReachOptions, fn: (reach: Reach) => Promise<T>): Promise<T> {
  const tunnels = new Map<string, Promise<Tunnel>>();
  let passfileProblem: string | null = null;
  const openAddress: Reach['openAddress'] = async (address, secrets, database = address.database) => {
    const own = secrets.password === null ? await findOwnPassword(address, database) : null;
    passfileProblem = own?.problem ?? null;
    const target = toTarget(address, { ...secrets, password: secrets.password ?? own?.password ?? null }, database);
    if (!address.ssh) return target;
    const key = JSON.stringify([address.ssh, address.host, address.port]);
    const opening = tunnels.get(key) ?? openTunnel(...toWay(address, secrets.sshSecret), signal);
    tunnels.set(key, opening);
    const { port } = await opening;
    const via = { host: '127.0.0.1', port };
    // libpq speaks no TLS to a socket, and the far end of this one is a socket.
    return isSocket(target.host) ? { ...target, host: 'localhost', sslMode: 'disable', via } : { ...target, via };
  };
  try {
    return await fn({
      openAddress,
      open: async (connection, database) =>
        openAddress(connection, await readSecrets(vault, connection), database ?? connection.database),
    });
  } catch (error) {
    const opened = await Promise.allSettled(tunnels.values());
    const problem = opened.map((one) => (one.status === 'fulfilled' ? one.value.findProblem() : null)).find(Boolean);
    throw problem && isFollowUp(error) ? problem : withHint(error, passfileProblem);
  } finally {
    for (const one of await Promise.allSettled(tunnels.values())) {
      if (one.status === 'fulfilled') await one.value.close();
    }
  }
}

/** What a connection fails with when its tunnel has gone. */
function isFollowUp(error: unknown): boolean {
  const codes = [
    'pg/server-gone',
    'pg/connection-refused',
    'pg/timeout',
    'pg/dump-failed',
    'pg/restore-failed',
    'pg/ssl-failed',
  ];
  return codes.includes(toAppError(error).code);
}

/** A password file that libpq ignores is the likely reason of a refused sign-in. */
function withHint(error: unknown, hint: string | null): unknown {
  if (hint === null || !(error instanceof AppError) || error.code !== 'pg/auth-failed') return error;
  const { code, message, retry, context } = error;
  return new AppError(code, message, { retry, context: { ...context, hint } });
}

function toTarget(address: ReachAddress, secrets: ReachSecrets, database: string): PgTarget {
  const { rootCert, cert, key, crl } = address.tls;
  const target = toPgTarget(address, secrets.password, database);
  if (!address.ssh) toSocketPath(target);
  return {
    ...target,
    connectTimeoutSeconds: address.connectTimeoutSeconds,
    tls: {
      rootCert: rootCert?.path ?? null,
      cert: cert?.path ?? null,
      key: key?.path ?? null,
      crl: crl?.path ?? null,
      passphrase: secrets.passphrase,
    },
  };
}

/** As libpq would find it for the user. */
async function findOwnPassword(
  { host, port, user }: ReachAddress,
  database: string,
): Promise<{ readonly password: string | null; readonly problem: string | null }> {
  const { lines, problem } = await readPassfile();
  return { password: findPassword(lines, { host, port: String(port), user, database }), problem };
}

export async function readSecrets(vault: SecretVault, connection: Connection): Promise<ReachSecrets> {
  const { id, hasPassword, tls, ssh } = connection;
  return {
    password: hasPassword ? await vault.read(passwordName(id)) : null,
    passphrase: tls.hasPassphrase ? await vault.read(passphraseName(id)) : null,
    sshSecret: ssh?.hasSecret === true ? await vault.read(sshSecretName(id)) : null,
  };
}

function toWay(address: ReachAddress, secret: string | null): [SshWay, FarEnd] {
  const { ssh, host, port, connectTimeoutSeconds } = address;
  if (!ssh) throw new AppError('internal/unexpected', 'no SSH server');
  const login: SshLogin = {
    ...{ host: ssh.host, port: ssh.port, user: ssh.user, auth: ssh.auth },
    ...{ keyPath: ssh.key?.path ?? null, secret, trusted: ssh.trusted, connectTimeoutSeconds },
  };
  const jump = ssh.jump === null ? null : { ...login, ...parseSshPlace(ssh.jump, ssh.user) };
  const socketPath = toSocketPath(address);
  return [{ login, jump }, socketPath === null ? { host, port } : { socketPath }];
}
