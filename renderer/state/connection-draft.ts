// A connection's form: what it begins with, what it sends, and a connection URL taken apart into its fields.
import type {
  Connection,
  ConnectionDraft,
  ConnectionFile,
  SshAuth,
  SslMode,
  TrustedKey,
} from '../../shared/connection.ts';
import { defaultConnectTimeoutSeconds } from '../../shared/connection.ts';
import { parseDatabaseUrl } from '../../shared/database-url.ts';
import type { WireError } from '../../shared/errors.ts';
import type { FoundServer } from '../../shared/found-server.ts';

export interface SshValues {
  readonly host: string;
  readonly port: number | string;
  readonly user: string;
  readonly auth: SshAuth;
  /** Empty: none. */
  readonly jump: string;
  readonly key: ConnectionFile | null;
  readonly trusted: readonly TrustedKey[];
}

/** The files of an encrypted connection that a person chooses. */
export interface TlsValues {
  readonly rootCert: ConnectionFile | null;
  readonly cert: ConnectionFile | null;
  readonly key: ConnectionFile | null;
  readonly crl: ConnectionFile | null;
}

const noTls: TlsValues = { rootCert: null, cert: null, key: null, crl: null };
export const newSsh: SshValues = { host: '', port: 22, user: '', auth: 'agent', jump: '', key: null, trusted: [] };

export interface ConnectionValues {
  readonly name: string;
  readonly host: string;
  /** Text while the field is half filled in. */
  readonly port: number | string;
  readonly user: string;
  readonly database: string;
  readonly sslMode: SslMode;
  /** Never prefilled. */
  readonly password: string;
  readonly removePassword: boolean;
  readonly connectTimeoutSeconds: number | string;
  readonly tls: TlsValues;
  /** Of the TLS key; never prefilled. */
  readonly passphrase: string;
  readonly ssh: SshValues | null;
  /** Password, or passphrase of the key; never prefilled. */
  readonly sshSecret: string;
  /** Where a stored password is taken over from; empty: nowhere. */
  readonly foundId: string;
}

export function toValues(connection: Connection | null): ConnectionValues {
  return {
    name: connection?.name ?? '',
    host: connection?.host ?? '',
    port: connection?.port ?? 5432,
    user: connection?.user ?? '',
    database: connection?.database ?? 'postgres',
    sslMode: connection?.sslMode ?? 'prefer',
    password: '',
    removePassword: false,
    connectTimeoutSeconds: connection?.connectTimeoutSeconds ?? defaultConnectTimeoutSeconds,
    tls: connection ? pickTls(connection.tls) : noTls,
    passphrase: '',
    ssh: connection?.ssh ? toSshValues(connection.ssh) : null,
    sshSecret: '',
    foundId: '',
  };
}

function pickTls({ rootCert, cert, key, crl }: TlsValues): TlsValues {
  return { rootCert, cert, key, crl };
}

function toSshValues({ host, port, user, auth, jump, key, trusted }: NonNullable<Connection['ssh']>): SshValues {
  return { host, port, user, auth, jump: jump ?? '', key, trusted };
}

/** What a server that was found fills in. */
export function fromFound(found: FoundServer): Partial<ConnectionValues> {
  const { id, host, port, user, database, sslMode, connectTimeoutSeconds, tls } = found;
  return {
    ...{ host, port, user, database, sslMode, foundId: id, password: '', tls: pickTls(tls), ssh: null },
    ...(connectTimeoutSeconds === null ? {} : { connectTimeoutSeconds }),
  };
}

/** The stored connection as a draft that keeps its stored password. */
export function toDraft(connection: Connection): ConnectionDraft {
  const { id, name, host, port, user, database, sslMode } = connection;
  return { id, name, host, port, user, database, sslMode };
}

/** What a form sends. An empty password keeps the stored one, unless it is to be removed. */
export function toFormDraft(values: ConnectionValues, connection: Connection | null): ConnectionDraft {
  const { name, host, user, database, sslMode } = values;
  const draft = {
    name,
    host,
    port: toNumber(values.port),
    user,
    database,
    sslMode,
  };
  return {
    ...(connection ? { id: connection.id } : {}),
    ...draft,
    connectTimeoutSeconds: toNumber(values.connectTimeoutSeconds),
    tls: {
      rootCert: values.tls.rootCert?.id ?? null,
      cert: values.tls.cert?.id ?? null,
      key: values.tls.key?.id ?? null,
      crl: values.tls.crl?.id ?? null,
    },
    ...(values.passphrase === '' ? {} : { passphrase: values.passphrase }),
    ssh: values.ssh && toSshDraft(values.ssh),
    ...(values.sshSecret === '' ? {} : { sshSecret: values.sshSecret }),
    ...(values.foundId === '' ? {} : { foundId: values.foundId }),
    ...(values.removePassword ? { password: '' } : values.password === '' ? {} : { password: values.password }),
  };
}

function toSshDraft({ host, port, user, auth, jump, key, trusted }: SshValues): NonNullable<ConnectionDraft['ssh']> {
  const through = jump.trim() === '' ? null : jump;
  return {
    ...{ host, port: toNumber(port), user, auth, jump: through, trusted: [...trusted] },
    key: auth === 'key' ? (key?.id ?? null) : null,
  };
}

/** The host key that a test met and nobody vouches for, as a draft can trust it. */
export function readUnknownKey(error: WireError | null): TrustedKey | null {
  if (error?.code !== 'ssh/host-key-unknown') return null;
  const { sshHost, sshPort, fingerprint } = error.context;
  if (typeof sshHost !== 'string' || typeof sshPort !== 'number' || typeof fingerprint !== 'string') return null;
  return { host: sshHost, port: sshPort, fingerprint };
}

/** Text that is no number yet is refused by the form's rules. */
function toNumber(value: number | string): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** The fields of a pasted `postgresql://…` address; null when the text is none, or not a whole one yet. */
export function parseConnectionUrl(text: string): Partial<ConnectionValues> | null {
  try {
    const { draft, password } = parseDatabaseUrl(text);
    const { host, port, user, database, sslMode } = draft;
    return { host, port, user, database, sslMode, ...(password === null ? {} : { password }) };
  } catch {
    return null;
  }
}
