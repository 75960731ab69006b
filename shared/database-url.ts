// Reads a pasted `postgresql://…` address the way libpq does, and says in clear words what is wrong with it without ever
// repeating it: it holds a password.
import { sslModes, type ConnectionDraft, type SslMode } from './connection.ts';
import { invalidInput } from './errors.ts';

export interface ParsedUrl {
  /** The form's fields; the name is a proposal such as `shop on db.example.com`. */
  readonly draft: Required<Pick<ConnectionDraft, 'name' | 'host' | 'port' | 'user' | 'database' | 'sslMode'>>;
  readonly password: string | null;
  /** Names of parameters that were in the address and are not used. */
  readonly ignored: readonly string[];
}

const example = 'postgresql://user:password@host:5432/database';
const usedParameters = ['host', 'port', 'user', 'password', 'dbname', 'sslmode'];

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
  const host = parameters.get('host') ?? decode('host', place.host);
  const database = parameters.get('dbname') ?? decode('database', path);
  if (host.includes(','))
    throw invalidInput('host', 'several hosts in one address are not supported; give one of them');
  const values = {
    host: host === '' ? 'localhost' : host,
    port: readPort(parameters.get('port') ?? place.port),
    user: user === '' ? 'postgres' : user,
    sslMode: readSslMode(parameters.get('sslmode') ?? 'prefer'),
  };
  const named = database === '' ? values.user : database;
  return {
    draft: { ...values, name: `${named} on ${values.host}`.slice(0, 100), database: named },
    password: password === '' ? null : password,
    ignored: [...parameters.keys()].filter((name) => !usedParameters.includes(name)),
  };
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

function readPort(text: string): number {
  if (text === '') return 5432;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw invalidInput('port', 'the port is not a number between 1 and 65535');
  return port;
}

function readSslMode(text: string): SslMode {
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
