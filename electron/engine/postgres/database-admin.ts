// Makes, drops and renames databases for restores and drills. Every function connects to the target's database, which
// must be another one than the database it works on.
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import type { PgTarget } from './target.ts';
import { withSession, type Query } from './session.ts';
import { detachSubscriptions } from './subscriptions.ts';

export interface DatabaseLocale {
  readonly encoding: string;
  readonly collation: string;
  readonly ctype: string;
}

/** WITH (FORCE) is there from PostgreSQL 13 on. */
const dropForceVersionNum = 130_000;

/**
 * Creates an empty database like the one that was backed up. A locale that this server does not know is replaced by the
 * server's own, or by C where that does not go with the encoding; a warning says so. Null: nobody knows how it was, so it
 * is made as the server makes its own. Throws `pg/database-exists` and
 * `pg/create-database-denied`.
 */
export function createDatabase(
  target: PgTarget,
  name: string,
  locale: DatabaseLocale | null,
  signal?: AbortSignal,
): Promise<{ warnings: string[] }> {
  if (!locale) {
    return withAdmin(target, name, signal, async (query) => {
      await query(`create database ${quoteName(name)} template template0`);
      return {
        warnings: ['The database was created with the server’s own encoding and locale. Text may sort differently.'],
      };
    });
  }
  const encoding = `encoding ${quoteLiteral(locale.encoding)}`;
  const tries = [
    `${encoding} lc_collate ${quoteLiteral(locale.collation)} lc_ctype ${quoteLiteral(locale.ctype)}`,
    encoding,
    `${encoding} lc_collate 'C' lc_ctype 'C'`,
  ];
  const used = [null, 'the server’s own', 'C'];
  return withAdmin(target, name, signal, async (query) => {
    for (const [index, options] of tries.entries()) {
      try {
        await query(`create database ${quoteName(name)} template template0 ${options}`);
      } catch (error) {
        if (index < tries.length - 1 && isLocaleRefusal(error)) continue;
        throw error;
      }
      const other = used[index] ?? null;
      if (other === null) return { warnings: [] };
      const asked = locale.collation === locale.ctype ? locale.collation : `${locale.collation} and ${locale.ctype}`;
      return {
        warnings: [
          `The server does not have the locale ${asked}; the database was created with ${other}. Text may sort differently.`,
        ],
      };
    }
    throw new AppError('internal/unexpected', 'no way to create the database was left');
  });
}

/**
 * Drops the database with its subscriptions and ends its connections; no failure when it does not exist. What the
 * subscriptions have on other servers stays.
 */
export async function dropDatabase(target: PgTarget, name: string, signal?: AbortSignal): Promise<void> {
  await detachSubscriptions(target, name, signal);
  await withAdmin(target, name, signal, async (query) => {
    const [version] = await query<{ num: string }>(`select current_setting('server_version_num') as num`);
    const force = Number(version?.num ?? 0) >= dropForceVersionNum;
    if (!force) await endConnections(query, name);
    await query(`drop database if exists ${quoteName(name)}${force ? ' with (force)' : ''}`);
  });
}

/**
 * Renames databases, all or none: one transaction, so that a break in the middle leaves every name as it was.
 * Connections to one of them make the server refuse (`pg/database-in-use`).
 */
export function renameDatabases(
  target: PgTarget,
  renames: readonly { readonly from: string; readonly to: string }[],
  signal?: AbortSignal,
): Promise<void> {
  return withAdmin(target, renames[0]?.from ?? '', signal, async (query) => {
    await query('begin');
    for (const { from, to } of renames) await query(`alter database ${quoteName(from)} rename to ${quoteName(to)}`);
    await query('commit');
  });
}

export function databaseExists(target: PgTarget, name: string, signal?: AbortSignal): Promise<boolean> {
  return withSession(
    target,
    async (query) => (await query('select from pg_database where datname = $1', [name])).length > 0,
    {
      signal,
    },
  );
}

/**
 * True when the target's own database holds nothing of a user: no relation, function, type or large object outside the
 * system's schemas, no schema but public, no extension but plpgsql, nothing that reaches to or from other servers.
 */
export function isDatabaseEmpty(target: PgTarget, signal?: AbortSignal): Promise<boolean> {
  return withSession(
    target,
    async (query) => {
      const [row] = await query<{ used: boolean }>(`
        with own as (select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema')
        select exists (select from pg_namespace where oid in (select oid from own) and nspname <> 'public')
            or exists (select from pg_class where relnamespace in (select oid from own))
            or exists (select from pg_proc where pronamespace in (select oid from own))
            or exists (select from pg_type where typnamespace in (select oid from own))
            or exists (select from pg_extension where extname <> 'plpgsql')
            or exists (select from pg_largeobject_metadata)
            or exists (select from pg_publication)
            or exists (select from pg_foreign_server)
            or exists (select from pg_subscription s join pg_database d on d.oid = s.subdbid
                        where d.datname = current_database()) as used`);
      return row?.used === false;
    },
    { signal },
  );
}

/** Statements about whole databases may take long: copying the template, waiting for a checkpoint. */
function withAdmin<T>(
  target: PgTarget,
  name: string,
  signal: AbortSignal | undefined,
  fn: (query: Query) => Promise<T>,
): Promise<T> {
  return withSession(target, fn, { signal, statementTimeoutMs: 0 }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code === 'run/cancelled') throw error;
    const code: ErrorCode = error.code === 'pg/permission-denied' ? 'pg/create-database-denied' : error.code;
    // The words are about the database that was worked on, not the one we connected to.
    const about = code === 'pg/database-missing' || code.startsWith('pg/database-') ? { database: name } : {};
    throw new AppError(code, error.message, { retry: error.retry, context: { ...error.context, ...about } });
  });
}

async function endConnections(query: Query, name: string): Promise<void> {
  await query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()', [
    name,
  ]);
}

/** 22023 and 42809: no such locale here, or it does not go with the encoding; both have a message about it. */
function isLocaleRefusal(error: unknown): boolean {
  return error instanceof AppError && error.code === 'pg/query-failed' && /locale|collat|encoding/i.test(error.message);
}

function quoteName(name: string): string {
  return `"${name.replace(/"/g, '""')}"`;
}

function quoteLiteral(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}
