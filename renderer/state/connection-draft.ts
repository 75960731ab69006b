// A connection's form: what it begins with, what it sends, and a connection URL taken apart into its fields.
import type { Connection, ConnectionDraft, SslMode } from '../../shared/connection.ts';
import { parseDatabaseUrl } from '../../shared/database-url.ts';

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
    port: typeof values.port === 'number' ? values.port : Number.NaN,
    user,
    database,
    sslMode,
  };
  return {
    ...(connection ? { id: connection.id } : {}),
    ...draft,
    ...(values.removePassword ? { password: '' } : values.password === '' ? {} : { password: values.password }),
  };
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
