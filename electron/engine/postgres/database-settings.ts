// Reads what belongs to a database itself (settings, rights, owner, comment), and gives it to another one. What the server
// refuses there, such as a role that it does not have, is a warning: the data does not depend on it.
import type { DatabaseSettings } from '../../../shared/database-settings.ts';
import { AppError } from '../../../shared/errors.ts';
import { redactSecrets } from './pg-errors.ts';
import { withSession } from './session.ts';
import type { PgTarget } from './target.ts';

/** Of the target's own database. */
export function readDatabaseSettings(target: PgTarget, signal?: AbortSignal): Promise<DatabaseSettings> {
  return withSession(
    target,
    async (query) => {
      const [row] = await query<{ owner: string; comment: string | null; limit: number; own: boolean }>(
        `select pg_get_userbyid(datdba) as owner, shobj_description(oid, 'pg_database') as comment,
                datconnlimit as limit, datacl is not null as own
           from pg_database where datname = current_database()`,
      );
      if (!row) throw new Error('pg_database has no row for the current database');
      const entries = await query<{ role: string | null; entry: string }>(
        `select r.rolname as role, entry
           from pg_db_role_setting s cross join unnest(s.setconfig) with ordinality as e(entry, place) left join pg_roles r on r.oid = s.setrole
          where s.setdatabase = (select oid from pg_database where datname = current_database())
          order by r.rolname nulls first, place`,
      );
      const rights = await query<{ grantee: string; privilege: string; grantable: boolean }>(
        `select case when a.grantee = 0 then '' else pg_get_userbyid(a.grantee) end as grantee,
                a.privilege_type as privilege, a.is_grantable as grantable
           from pg_database d, aclexplode(d.datacl) a
          where d.datname = current_database() and a.grantee <> d.datdba order by 1, 2`,
      );
      return {
        ...{ owner: row.owner, comment: row.comment, connectionLimit: row.limit },
        settings: entries.map(({ role, entry }) => {
          const at = entry.indexOf('=');
          return { role, name: entry.slice(0, at), value: entry.slice(at + 1) };
        }),
        rights: row.own ? rights : null,
      };
    },
    { signal },
  );
}

interface Statement {
  readonly sql: string;
  /** The subject of the warning's sentence. */
  readonly what: string;
}

/**
 * Gives them to the database `name` of the target's server; the target is another database. Without owners, what names a
 * role is left out. Answers a sentence for each that was refused.
 */
export function applyDatabaseSettings(
  target: PgTarget,
  name: string,
  settings: DatabaseSettings,
  { withoutOwners }: { readonly withoutOwners: boolean },
): Promise<string[]> {
  return withSession(target, async (query) => {
    const warnings: string[] = [];
    for (const { sql, what } of toStatements(name, settings, withoutOwners)) {
      try {
        await query(sql);
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'pg/server-gone') throw error;
        warnings.push(`${what} was not restored: ${redactSecrets(error.message)}.`);
      }
    }
    return warnings;
  });
}

/** The owner comes last: after it, the user may have no say any more. */
export function toStatements(name: string, settings: DatabaseSettings, withoutOwners: boolean): Statement[] {
  const database = quoteName(name);
  const { comment, connectionLimit, rights, owner } = settings;
  const statements: Statement[] = [];
  if (comment !== null)
    statements.push({
      sql: `comment on database ${database} is ${quoteLiteral(comment)}`,
      what: 'The database’s comment',
    });
  if (connectionLimit !== -1)
    statements.push({
      sql: `alter database ${database} connection limit ${String(connectionLimit)}`,
      what: 'The database’s limit of connections',
    });
  for (const { role, name: parameter, value } of settings.settings) {
    if (role !== null && withoutOwners) continue;
    const whose =
      role === null ? `alter database ${database}` : `alter role ${quoteName(role)} in database ${database}`;
    const of = role === null ? '' : ` for ${role}`;
    statements.push({
      sql: `${whose} set ${quoteName(parameter)} to ${quoteValue(parameter, value)}`,
      what: `The database’s setting ${parameter}${of}`,
    });
  }
  if (withoutOwners) return statements;
  if (rights) {
    statements.push({
      sql: `revoke all on database ${database} from public`,
      what: 'The database’s right of everybody',
    });
    for (const { grantee, privilege, grantable } of rights) {
      const to = grantee === '' ? 'public' : quoteName(grantee);
      statements.push({
        sql: `grant ${privilege} on database ${database} to ${to}${grantable ? ' with grant option' : ''}`,
        what: `The database’s right ${privilege} of ${grantee === '' ? 'everybody' : grantee}`,
      });
    }
  }
  statements.push({
    sql: `alter database ${database} owner to ${quoteName(owner)}`,
    what: `The database’s owner ${owner}`,
  });
  return statements;
}

/** Their value is a list of names: GUC_LIST_QUOTE of PostgreSQL's guc_tables.c, as in pg_dump's dumputils.c. */
const listParameters = [
  ...['local_preload_libraries', 'search_path', 'session_preload_libraries', 'shared_preload_libraries'],
  ...['temp_tablespaces', 'unix_socket_directories'],
];

function quoteValue(parameter: string, value: string): string {
  if (!listParameters.includes(parameter.toLowerCase())) return quoteLiteral(value);
  const names = value.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? [];
  if (names.length === 0) return quoteLiteral('');
  return names
    .map((name) => quoteLiteral(name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name))
    .join(', ');
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
