// Reads a pasted `postgresql://…` address the way libpq does, and says in clear words what is wrong with it without ever
// repeating it: it holds a password.
import { sslModes, type ConnectionDraft, type SslMode } from './connection.ts';
import { invalidInput } from './errors.ts';

export interface TlsPaths {
  readonly rootCert: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly crl: string | null;
}

export interface ParsedUrl {
  /** The form's fields; the name is a proposal such as `shop on db.example.com`. */
  readonly draft: Required<Pick<ConnectionDraft, 'name' | 'host' | 'port' | 'user' | 'database' | 'sslMode'>>;
  readonly password: string | null;
  /** Of the TLS key. */
  readonly passphrase: string | null;
  readonly connectTimeoutSeconds: number | null;
  /** Paths as they stand in the address. */
  readonly files: TlsPaths;
  /** An entry of pg_service.conf, which has what the address leaves open. */
  readonly service: string | null;
  /** What the address itself says, so that the rest can come from the service. */
  readonly given: readonly ('host' | 'port' | 'user' | 'database' | 'sslMode')[];
  /** Names of parameters that were in the address and are not used. */
  readonly ignored: readonly string[];
}

const example = 'postgresql://user:password@host:5432/database';
const usedParameters = [
  ...['host', 'hostaddr', 'port', 'user', 'password', 'dbname', 'sslmode', 'connect_timeout', 'service'],
  ...['sslrootcert', 'sslcert', 'sslkey', 'sslcrl', 'sslpassword'],
];

/** Throws `input/invalid` with `context.problem`; the password is in no message. */
export function parseDatabaseUrl(url: string): ParsedUrl {
  const match = /^postgres(?:ql)?:\/\/([^?#]*)(?:\?(.*))?$/s.exec(url.trim());
  if (!match) throw invalidInput('url', unreadable(url.trim()));
  const [, location = '', search = ''] = match;
  const slash = location.indexOf('/');
  const authority = slash < 0 ? location : location.slice(0, slash);
  const path = slash < 0 ? '' : location.slice(slash + 1);
  if (!authority.includes('@') && path.includes('@')) {
    throw invalidInput('url', 'a "/" in the password must be written as %2F');
  }
  const at = authority.lastIndexOf('@');
  const userInfo = at < 0 ? '' : authority.slice(0, at);
  const colon = userInfo.indexOf(':');
  const parameters = readParameters(search);
  const place = readPlace(authority.slice(at + 1));

  const user = parameters.get('user') ?? decode('user', colon < 0 ? userInfo : userInfo.slice(0, colon));
  const password = parameters.get('password') ?? (colon < 0 ? '' : decode('password', userInfo.slice(colon + 1)));
  const host = parameters.get('host') ?? (decode('host', place.host) || (parameters.get('hostaddr') ?? ''));
  const database = parameters.get('dbname') ?? decode('database', path);
  const port = parameters.get('port') ?? place.port;
  const sslMode = parameters.get('sslmode') ?? (parameters.get('sslrootcert') === 'system' ? 'verify-full' : '');
  if (host.includes(','))
    throw invalidInput('host', 'several hosts in one address are not supported; give one of them');
  const values = {
    host: host === '' ? 'localhost' : host,
    port: readPort(port),
    user: user === '' ? 'postgres' : user,
    sslMode: readSslMode(sslMode === '' ? 'prefer' : sslMode),
  };
  const named = database === '' ? values.user : database;
  return {
    draft: { ...values, name: `${named} on ${values.host}`.slice(0, 100), database: named },
    password: password === '' ? null : password,
    passphrase: parameters.get('sslpassword') ?? null,
    connectTimeoutSeconds: readTimeout(parameters.get('connect_timeout')),
    files: readTlsPaths(parameters),
    service: parameters.get('service') ?? null,
    given: listGiven({ host, port, user, database, sslMode }),
    ignored: [...parameters.keys()].filter(
      (name) => !usedParameters.includes(name) || (name === 'hostaddr' && parameters.get('hostaddr') !== host),
    ),
  };
}

function listGiven(texts: Readonly<Record<ParsedUrl['given'][number], string>>): ParsedUrl['given'] {
  return (['host', 'port', 'user', 'database', 'sslMode'] as const).filter((name) => texts[name] !== '');
}

/** `system` is libpq's word for the authorities that the system trusts; that is what a verify mode has anyway. */
export function readTlsPaths(parameters: ReadonlyMap<string, string>): TlsPaths {
  const read = (name: string): string | null => {
    const text = parameters.get(name) ?? '';
    return text === '' || text === 'system' ? null : text;
  };
  return { rootCert: read('sslrootcert'), cert: read('sslcert'), key: read('sslkey'), crl: read('sslcrl') };
}

/** libpq's 0 waits without end, which no run may; it and what is too long become ten minutes. */
export function readTimeout(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  if (!/^-?\d+$/.test(text)) throw invalidInput('connect_timeout', 'connect_timeout is no number of seconds');
  const seconds = Number(text);
  return seconds < 1 || seconds > 600 ? 600 : seconds;
}

function unreadable(url: string): string {
  if (url === '') return `it is empty; it looks like ${example}`;
  if (/^postgres(ql)?:\/\//.test(url)) return 'a "#" must be written as %23, a "?" in the password as %3F';
  if (url.startsWith('jdbc:')) return `leave out "jdbc:"; it looks like ${example}`;
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):\/\//i.exec(url)?.[1];
  if (scheme !== undefined) return `it begins with ${scheme}:// and not with postgresql://`;
  return `it does not begin with postgresql://; it looks like ${example}`;
}

function readPlace(text: string): { host: string; port: string } {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::([^:]*))?$/.exec(text);
  if (!match)
    throw invalidInput('host', 'the part between "@" and "/" is not host:port; write an IPv6 address as [::1]');
  return { host: match[1] ?? match[2] ?? '', port: match[3] ?? '' };
}

export function readPort(text: string): number {
  if (text === '') return 5432;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw invalidInput('port', 'the port is not a number between 1 and 65535');
  return port;
}

export function readSslMode(text: string): SslMode {
  const mode = sslModes.find((candidate) => candidate === text);
  if (!mode) throw invalidInput('sslMode', `sslmode is not one of ${sslModes.join(', ')}`);
  return mode;
}

function readParameters(search: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of search.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals < 0) throw invalidInput('url', 'a parameter after "?" has no value');
    const name = decode('url', part.slice(0, equals));
    parameters.set(name, decode('url', part.slice(equals + 1)));
  }
  if (parameters.get('ssl') === 'true' && !parameters.has('sslmode')) {
    parameters.delete('ssl');
    parameters.set('sslmode', 'require');
  }
  return parameters;
}

function decode(field: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidInput(field, `a "%" in the ${field} must be written as %25`);
  }
}
