// "Found on this computer": servers that run here, and those that pg_service.conf, the password file or an .env file name.
// Passwords in these files stay in the engine; a form takes one over by the find's id.
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import type { ConnectionFileKind } from '../../shared/connection.ts';
import { connectionOptionsSchema } from '../../shared/connection.ts';
import {
  parseDatabaseUrl,
  readPort,
  readSslMode,
  readTimeout,
  readTlsPaths,
  type TlsPaths,
} from '../../shared/database-url.ts';
import { AppError, invalidInput, toAppError } from '../../shared/errors.ts';
import type { FoundServer } from '../../shared/found-server.ts';
import type { Log, SecretVault } from './base/ports.ts';
import type { ConnectionDesk } from './connection-desk.ts';
import { listDatabases, readServerFacts } from './postgres/check-server.ts';
import { findLocalServers, type LocalServer } from './postgres/local-servers.ts';
import { readPassfile } from './postgres/passfile.ts';
import { listServiceFiles, readServices, type Service } from './postgres/service-file.ts';
import { withReach } from './reach/reach.ts';

export interface DiscoverDesk {
  readonly discover: () => Promise<FoundServer[]>;
  readonly readEnvFile: (file: string) => Promise<FoundServer[]>;
  readonly readService: (name: string) => Promise<FoundServer>;
}

export interface DiscoverOptions {
  readonly vault: SecretVault;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly files: Pick<ConnectionDesk, 'acceptFile' | 'acceptPassword'>;
}

const noFiles: TlsPaths = { rootCert: null, cert: null, key: null, crl: null };

/** A server of this computer answers at once, or it hangs. */
const askSeconds = 3;

interface RawFind extends Omit<FoundServer, 'id' | 'tls' | 'hasPassword' | 'answer'> {
  readonly files: TlsPaths;
  readonly password: string | null;
}

export function createDiscoverDesk(options: DiscoverOptions): DiscoverDesk {
  const { files, log } = options;

  const toFound = ({ files: paths, password, ...find }: RawFind): FoundServer => {
    const notes = [...find.notes];
    const accept = (kind: ConnectionFileKind, file: string | null): FoundServer['tls']['cert'] => {
      if (file === null) return null;
      try {
        return files.acceptFile(kind, file);
      } catch (error) {
        notes.push(toAppError(error).message);
        return null;
      }
    };
    const tls = {
      rootCert: accept('root-cert', paths.rootCert),
      cert: accept('cert', paths.cert),
      key: accept('key', paths.key),
      crl: accept('crl', paths.crl),
    };
    const { source, where, host, port, user, database } = find;
    const id = files.acceptPassword(JSON.stringify([source, where, host, port, user, database]), password);
    return { ...find, id, tls, notes, hasPassword: password !== null, answer: null };
  };

  const fromService = ({ name, file, parameters }: Service): FoundServer => {
    const get = (key: string): string => parameters.get(key) ?? '';
    const used = ['host', 'hostaddr', 'port', 'user', 'password', 'dbname', 'sslmode', 'connect_timeout'];
    const known = [...used, 'sslrootcert', 'sslcert', 'sslkey', 'sslcrl'];
    const ignored = [...parameters.keys()].filter((key) => !known.includes(key));
    const user = get('user') || getUserName();
    const root = get('sslrootcert') === 'system' ? 'verify-full' : 'prefer';
    return toFound({
      ...{ source: 'service', title: name, where: file, user },
      host: requireOneHost(get('host') || get('hostaddr') || 'localhost'),
      port: readPort(get('port')),
      database: get('dbname') || user,
      sslMode: readSslMode(get('sslmode') || root),
      connectTimeoutSeconds: readTimeout(parameters.get('connect_timeout')),
      files: readTlsPaths(parameters),
      password: get('password') || null,
      notes: toNotes(ignored),
    });
  };

  /** An entry that is written wrongly must not hide the others. */
  const tryService = (service: Service): FoundServer[] => {
    try {
      return [fromService(service)];
    } catch (error) {
      log.warn(`service ${service.name} in ${service.file}: ${toAppError(error).message}`);
      return [];
    }
  };

  const fromPassfile = async (): Promise<FoundServer[]> => {
    const { lines, path: where } = await readPassfile();
    return lines.flatMap(({ host, port, database, user }) => {
      // A line for every host or user names no server.
      if (host === '*' || user === '*') return [];
      const plainPort = port === '*' ? 5432 : Number(port);
      if (!Number.isInteger(plainPort)) return [];
      const [plainHost, plainUser] = [host, user].map((field) => field.replace(/\\(.)/g, '$1'));
      return toFound({
        ...{ source: 'passfile', title: `${plainUser ?? ''} on ${plainHost ?? ''}`, where },
        ...{ host: plainHost ?? '', port: plainPort, user: plainUser ?? '' },
        database: database === '*' ? 'postgres' : database.replace(/\\(.)/g, '$1'),
        ...{ sslMode: 'prefer', connectTimeoutSeconds: null, files: noFiles, notes: [] },
        // It is looked up there at each connection, as libpq does.
        password: null,
      });
    });
  };

  const fromLocal = async ({ host, port, where }: LocalServer): Promise<FoundServer> => {
    const user = getUserName();
    const found = toFound({
      ...{ source: 'server', title: `PostgreSQL here, port ${String(port)}`, where, host, port, user },
      ...{ database: 'postgres', sslMode: 'prefer', connectTimeoutSeconds: null, files: noFiles, notes: [] },
      password: null,
    });
    const address = {
      ...({ host, port, user, database: 'postgres', sslMode: 'prefer', hasPassword: false } as const),
      ...connectionOptionsSchema.parse({ connectTimeoutSeconds: askSeconds }),
    };
    const secrets = { password: null, passphrase: null, sshSecret: null };
    const answer = await withReach(options, async (reach) => {
      const target = await reach.openAddress(address, secrets);
      const { version } = await readServerFacts(target, options.signal);
      return { version, databases: (await listDatabases(target, options.signal)).map(({ name }) => name) };
    }).catch(() => null);
    return { ...found, answer };
  };

  return {
    discover: async () => {
      const local = await Promise.all((await findLocalServers()).map(fromLocal));
      return [...local, ...(await readServices()).flatMap(tryService), ...(await fromPassfile())];
    },
    readService: async (name) => {
      const service = (await readServices()).find((candidate) => candidate.name === name);
      if (service) return fromService(service);
      const context = { service: name, files: listServiceFiles().join(', ') };
      throw new AppError('pg/service-missing', `no service ${name}`, { context });
    },
    readEnvFile: async (file) => {
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
        throw invalidInput(path.basename(file), `it cannot be read (${code})`);
      });
      const found = Object.entries(parseEnv(text)).flatMap(([name, value]) => fromUrl(file, name, value ?? ''));
      if (found.length > 0) return found;
      throw invalidInput(path.basename(file), 'no value in it begins with postgresql://');
    },
  };

  function fromUrl(file: string, name: string, value: string): FoundServer[] {
    if (!/^postgres(ql)?:\/\//.test(value)) return [];
    const { draft, password, connectTimeoutSeconds, files: paths, ignored } = parseDatabaseUrl(value);
    const { host, port, user, database, sslMode } = draft;
    const where = `${name} in ${file}`;
    return [
      toFound({
        ...{ source: 'env-file', title: draft.name, where, host, port, user, database, sslMode },
        ...{ connectTimeoutSeconds, files: paths, password, notes: toNotes(ignored) },
      }),
    ];
  }
}

function toNotes(ignored: readonly string[]): string[] {
  return ignored.length === 0 ? [] : [`Not used by PgKeep: ${ignored.join(', ')}.`];
}

function requireOneHost(host: string): string {
  if (host.includes(',')) throw invalidInput('host', 'several hosts are not supported; give one of them');
  return host;
}

/** Whom libpq signs in as when nobody says it. */
function getUserName(): string {
  try {
    return process.env['PGUSER'] ?? userInfo().username;
  } catch {
    return 'postgres';
  }
}
