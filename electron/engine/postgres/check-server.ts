// Questions to a server before a backup: what it is, which databases it has, how big the tables are, and what the user
// may not read. It changes nothing there.
import type { PgTarget } from './target.ts';
import { withSession } from './session.ts';

export interface ServerFacts {
  /** As the server says it, without the packager's words: `15.18`. */
  readonly version: string;
  /** PostgreSQL's server_version_num: 150018. */
  readonly versionNum: number;
  readonly major: number;
  /** Of the target's database: `UTF8`, `en_US.UTF-8`, `en_US.UTF-8`. */
  readonly encoding: string;
  readonly collation: string;
  readonly ctype: string;
  /** pg_database_size of the target's database, in bytes. */
  readonly sizeBytes: number;
  readonly extensions: readonly { readonly name: string; readonly version: string; readonly schema: string }[];
  readonly isSuperuser: boolean;
  /** A standby can be dumped from; it may cancel a long dump when it replays changes. */
  readonly isStandby: boolean;
}

/** bigint comes from the server as text; sizes are far below 2^53. */
interface FactsRow {
  version: string;
  version_num: string;
  encoding: string;
  collation: string;
  ctype: string;
  size: string;
  superuser: boolean;
  standby: boolean;
}

export function readServerFacts(target: PgTarget, signal?: AbortSignal): Promise<ServerFacts> {
  return withSession(
    target,
    async (query): Promise<ServerFacts> => {
      const [row] = await query<FactsRow>(`
        select current_setting('server_version') as version, current_setting('server_version_num') as version_num,
               pg_encoding_to_char(encoding) as encoding, datcollate as collation, datctype as ctype,
               pg_database_size(oid) as size, current_setting('is_superuser') = 'on' as superuser,
               pg_is_in_recovery() as standby
          from pg_database where datname = current_database()`);
      if (!row) throw new Error('pg_database has no row for the current database');
      const extensions = await query<{ name: string; version: string; schema: string }>(`
        select extname as name, extversion as version, nspname as schema
          from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by extname`);
      const versionNum = Number(row.version_num);
      return {
        version: row.version.split(' ')[0] ?? row.version,
        versionNum,
        major: Math.floor(versionNum / 10_000),
        encoding: row.encoding,
        collation: row.collation,
        ctype: row.ctype,
        sizeBytes: Number(row.size),
        extensions,
        isSuperuser: row.superuser,
        isStandby: row.standby,
      };
    },
    { signal },
  );
}

export interface DatabaseFacts {
  readonly name: string;
  /** Null where the user may not connect. */
  readonly sizeBytes: number | null;
}

/** The server's databases that allow connections, without templates, by name. */
export function listDatabases(target: PgTarget, signal?: AbortSignal): Promise<DatabaseFacts[]> {
  return withSession(
    target,
    async (query) => {
      const rows = await query<{ name: string; size: string | null }>(`
        select datname as name, case when has_database_privilege(oid, 'CONNECT') then pg_database_size(oid) end as size
          from pg_database where datallowconn and not datistemplate order by datname`);
      return rows.map(({ name, size }) => ({ name, sizeBytes: size === null ? null : Number(size) }));
    },
    { signal },
  );
}

export interface MissingRight {
  readonly kind: 'schema' | 'table' | 'sequence' | 'row-security' | 'large-objects';
  /** With schema and quotes as SQL needs them; for large objects their number in words. */
  readonly name: string;
  /** The statement that gives the right. */
  readonly grant: string;
}

/** What a dump does not touch. */
export interface NotDumped {
  /** Tables by pg_class.oid. */
  readonly outIds: readonly string[];
  /** Schemas of which nothing is dumped. */
  readonly schemas: readonly string[];
  /** Tables whose rows are not read, by pg_class.oid. */
  readonly emptyIds: readonly string[];
  readonly largeObjects: boolean;
}

const nothingLeftOut: NotDumped = { outIds: [], schemas: [], emptyIds: [], largeObjects: false };

/**
 * What pg_dump locks or reads: every table (it dumps or locks partitioned ones too), sequences, large objects and the
 * schemas around them. An extension's own tables count only where the extension marks them as data to dump. Row security
 * must not apply, for pg_dump refuses half a table. The kinds are told apart by CASE, whose order the planner keeps.
 */
const missingRightsSql = `
  with me as (select quote_ident(current_user::text) as role),
  schemas as (
    select oid, nspname, has_schema_privilege(oid, 'USAGE') as usable from pg_namespace
     where nspname !~ '^pg_' and nspname <> 'information_schema'
  ),
  relations as (
    select c.oid, c.relkind, s.usable, s.oid as schema_oid, format('%I.%I', s.nspname, c.relname) as name
      from pg_class c join schemas s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't'
       and not c.oid::text = any ($1::text[]) and not s.nspname = any ($2::text[])
       and not exists (select from pg_depend d where c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid
                         and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjid::text = any ($1::text[]))
       and (not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            or exists (select from pg_extension e where c.oid = any (e.extconfig)))
  )
  select 'schema' as kind, quote_ident(nspname) as name,
         format('GRANT USAGE ON SCHEMA %I TO %s;', nspname, role) as grant
    from schemas, me
   where not usable and exists (select from relations r where r.schema_oid = schemas.oid)
  union all
  select 'table', name, format('GRANT SELECT ON TABLE %s TO %s;', name, role)
    from relations, me where case when relkind <> 'S' then not has_table_privilege(oid, 'SELECT') end
  union all
  select 'sequence', name, format('GRANT SELECT ON SEQUENCE %s TO %s;', name, role)
    from relations, me where case when relkind = 'S' then not has_sequence_privilege(oid, 'SELECT') end
  union all
  select 'row-security', name, format('ALTER ROLE %s BYPASSRLS;', role)
    from relations, me where case when relkind <> 'S' and not oid::text = any ($3::text[]) then row_security_active(oid) end
  union all
  select 'large-objects', case count(*) when 1 then '1 large object' else count(*) || ' large objects' end,
         case when count(*) <= 20 then format('GRANT SELECT ON LARGE OBJECT %s TO %s;', string_agg(l.oid::text, ', ' order by l.oid), role)
              else format('DO $$ BEGIN EXECUTE (SELECT ''GRANT SELECT ON LARGE OBJECT '' || string_agg(oid::text, '', '') || %L FROM pg_largeobject_metadata); END $$;', ' TO ' || role) end
         || ' -- large objects that come later need it, too'
    from pg_largeobject_metadata l, me
   where not $4::boolean and current_setting('lo_compat_privileges') = 'off' and current_setting('is_superuser') = 'off'
     and not pg_has_role(lomowner, 'USAGE')
     and not exists (select from aclexplode(l.lomacl) a
                      where a.privilege_type = 'SELECT' and (a.grantee = 0 or pg_has_role(a.grantee, 'USAGE')))
   group by role having count(*) > 0
  order by 1, 2`;

/**
 * Asked before a dump, so that one message names everything instead of one failed run for each table. Empty when the dump
 * can read everything; on PostgreSQL 14 and later `GRANT pg_read_all_data` covers schemas, tables and sequences.
 */
export function findMissingRights(
  target: PgTarget,
  signal?: AbortSignal,
  leftOut: NotDumped = nothingLeftOut,
): Promise<MissingRight[]> {
  const { outIds, schemas, emptyIds, largeObjects } = leftOut;
  return withSession(
    target,
    (query) => query<MissingRight>(missingRightsSql, [outIds, schemas, emptyIds, largeObjects]),
    {
      signal,
    },
  );
}

/** How PostgreSQL encrypts a session of ours with the target; null: it does not. */
export function readSessionTls(
  target: PgTarget,
  signal?: AbortSignal,
): Promise<{ readonly version: string; readonly cipher: string } | null> {
  return withSession(
    target,
    async (query) => {
      const [row] = await query<{ ssl: boolean; version: string; cipher: string }>(
        'select ssl, version, cipher from pg_stat_ssl where pid = pg_backend_pid()',
      );
      return row?.ssl === true ? { version: row.version, cipher: row.cipher } : null;
    },
    { signal },
  );
}
