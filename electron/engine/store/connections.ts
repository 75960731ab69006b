// Rows of PostgreSQL servers. Passwords are not here: they lie in the vault under `passwordName`.
import { AppError } from '../../../shared/errors.ts';
import { connectionOptionsSchema, connectionSchema, type Connection } from '../../../shared/connection.ts';
import type { Db } from './database.ts';

/** The vault's name for a connection's password. */
export function passwordName(connectionId: string): string {
  return `connection/${connectionId}/password`;
}

/** The vault's name for the passphrase of a connection's TLS key. */
export function passphraseName(connectionId: string): string {
  return `connection/${connectionId}/passphrase`;
}

/** The vault's name for the SSH password, or the passphrase of the SSH key. */
export function sshSecretName(connectionId: string): string {
  return `connection/${connectionId}/ssh`;
}

const columns = `id, name, host, port, user, database, ssl_mode as sslMode, has_password as hasPassword,
  created_at as createdAt, options, seen`;

export function listConnections(db: Db): Connection[] {
  return db.prepare(`select ${columns} from connections order by name, id`).all().map(toConnection);
}

export function findConnection(db: Db, id: string): Connection | null {
  const row = db.prepare(`select ${columns} from connections where id = ?`).get(id);
  return row === undefined ? null : toConnection(row);
}

/** Throws `input/not-found`. */
export function getConnection(db: Db, id: string): Connection {
  const connection = findConnection(db, id);
  if (!connection)
    throw new AppError('input/not-found', `no connection ${id}`, { context: { what: 'connection', id } });
  return connection;
}

export function writeConnection(db: Db, connection: Connection): void {
  db.prepare(
    `insert into connections (id, name, host, port, user, database, ssl_mode, has_password, created_at, options)
     values (@id, @name, @host, @port, @user, @database, @sslMode, @hasPassword, @createdAt, @options)
     on conflict (id) do update set name = excluded.name, host = excluded.host, port = excluded.port,
       user = excluded.user, database = excluded.database, ssl_mode = excluded.ssl_mode,
       has_password = excluded.has_password, options = excluded.options,
       -- Another server is no upgrade of this one.
       seen = case when host = excluded.host and port = excluded.port then seen end`,
  ).run({
    ...connection,
    hasPassword: connection.hasPassword ? 1 : 0,
    options: JSON.stringify(connectionOptionsSchema.parse(connection)),
  });
}

/** What the server says of itself now; answers what it said before, null the first time. */
export function writeSeen(db: Db, id: string, seen: NonNullable<Connection['seen']>): Connection['seen'] {
  const before = findConnection(db, id)?.seen ?? null;
  db.prepare('update connections set seen = ? where id = ?').run(JSON.stringify(seen), id);
  return before;
}

/** Throws `input/in-use` while a job, or the record of a restore, needs it. */
export function removeConnection(db: Db, id: string): void {
  const job = db
    .prepare<[string], { name: string }>(
      'select name from jobs where connection_id = ? order by removed_at is not null',
    )
    .get(id);
  const restore = db.prepare('select 1 from restores where connection_id = ?').get(id);
  if (job ?? restore) {
    const by = job ? `the job ${job.name}` : 'the history of a restore';
    throw new AppError('input/in-use', `connection ${id} is used by ${by}`, { context: { what: 'connection', by } });
  }
  db.prepare('delete from connections where id = ?').run(id);
}

function toConnection(row: unknown): Connection {
  const { options, seen, ...values } = row as Record<string, unknown>;
  return connectionSchema.parse({
    ...values,
    ...(JSON.parse(String(options)) as object),
    seen: typeof seen === 'string' ? (JSON.parse(seen) as unknown) : null,
    hasPassword: values['hasPassword'] === 1,
  });
}
