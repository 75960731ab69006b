// Reads from a database's catalogue what is needed to leave things out of a dump: its schemas and relations with the
// patterns that fit them, what depends on what, and the foreign keys. It locks nothing and needs no right on a table.
import { parseNamePattern } from '../../../shared/dump-choice.ts';
import { toPatternRegex } from './name-pattern.ts';
import { withSession, type Query } from './session.ts';
import type { PgTarget } from './target.ts';

export interface SchemaFacts {
  readonly name: string;
  readonly hits: ReadonlySet<string>;
}

export interface RelationFacts {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  /** pg_class.relkind: r, p, f, v or m. */
  readonly kind: string;
  /** What it is a partition or child of. */
  readonly parents: readonly string[];
  /** The patterns that fit it by its own name. */
  readonly hits: ReadonlySet<string>;
  /** Made by an extension, which dumps its rows only. */
  readonly ofExtension: boolean;
  /** A standby has no rows of it. */
  readonly unlogged: boolean;
  /** By the server's statistics: no lock is needed to read it. */
  readonly sizeBytes: number;
}

/** An object of the database as `class:oid`; a relation's id is its oid, its key here is `relationKey`. */
export type ObjectKey = string;

export interface Structure {
  readonly schemas: readonly SchemaFacts[];
  readonly relations: readonly RelationFacts[];
  /** Parts of something that is dumped as one: index -> table, rule -> view, member -> extension. */
  readonly partOf: ReadonlyMap<ObjectKey, ObjectKey>;
  /** `[a, b]`: a cannot be made without b. */
  readonly needs: readonly (readonly [ObjectKey, ObjectKey])[];
  /** The schema that an object lies in; of a schema itself its own name. Absent: in none. */
  readonly schemaOf: ReadonlyMap<ObjectKey, string>;
  readonly foreignKeys: readonly { readonly from: string; readonly to: string; readonly name: string }[];
}

export function relationKey(id: string): ObjectKey {
  return `pg_class:${id}`;
}

/** `tables` may have a schema and a dot; without, they fit what a query finds without a schema, as with pg_dump. */
export function readStructure(
  target: PgTarget,
  patterns: { readonly schemas: readonly string[]; readonly tables: readonly string[] },
  signal?: AbortSignal,
): Promise<Structure> {
  return withSession(
    target,
    async (query) => ({
      schemas: await readSchemas(query, patterns.schemas),
      relations: await readRelations(query, patterns.tables),
      partOf: new Map((await query<Pair>(partsSql)).map(({ a, b }) => [a, b])),
      needs: (await query<Pair>(needsSql)).map(({ a, b }) => [a, b] as const),
      schemaOf: new Map((await query<Pair>(schemaOfSql)).map(({ a, b }) => [a, b])),
      foreignKeys: await query<{ from: string; to: string; name: string }>(foreignKeysSql),
    }),
    { signal },
  );
}

interface Pair {
  readonly a: string;
  readonly b: string;
}

const ownSchemas = `nspname !~ '^pg_' and nspname <> 'information_schema'`;

async function readSchemas(query: Query, patterns: readonly string[]): Promise<SchemaFacts[]> {
  const regexes = patterns.map((pattern) => toPatternRegex(pattern, 1)[0] ?? '');
  const rows = await query<{ name: string; hits: number[] }>(
    `select nspname as name,
            array(select i::int from unnest($1::text[]) with ordinality as p(regex, i) where nspname::text collate "C" ~ regex) as hits
       from pg_namespace where ${ownSchemas} order by nspname`,
    [regexes],
  );
  return rows.map(({ name, hits }) => ({ name, hits: toPatterns(hits, patterns) }));
}

async function readRelations(query: Query, patterns: readonly string[]): Promise<RelationFacts[]> {
  // Exact names may be thousands: they are looked up here.
  const exact = new Map<string, string[]>();
  const fuzzy: string[] = [];
  for (const pattern of patterns) {
    const names = parseNamePattern(pattern);
    if (names?.length !== 2) fuzzy.push(pattern);
    else exact.set(JSON.stringify(names), [...(exact.get(JSON.stringify(names)) ?? []), pattern]);
  }
  const regexes = fuzzy.map((pattern) => toPatternRegex(pattern, 2));
  const rows = await query<
    Omit<RelationFacts, 'hits' | 'sizeBytes'> & { readonly hits: number[]; readonly bytes: string }
  >(relationsSql, [
    regexes.map((parts) => (parts.length > 1 ? (parts[0] ?? null) : null)),
    regexes.map((parts) => parts.at(-1) ?? ''),
  ]);
  return rows.map(({ hits, bytes, ...row }) => ({
    ...row,
    hits: new Set([...toPatterns(hits, fuzzy), ...(exact.get(JSON.stringify([row.schema, row.name])) ?? [])]),
    sizeBytes: Math.max(0, Number(bytes)),
  }));
}

/** Tables that an extension made and does not mark as data to dump are none of the dump's. */
const relationsSql = `
  select c.oid::text as id, n.nspname as schema, c.relname as name, c.relkind::text as kind,
         array(select inhparent::text from pg_inherits where inhrelid = c.oid) as parents, e.oid is not null as "ofExtension", c.relpersistence = 'u' as unlogged,
         (c.relpages + coalesce((select t.relpages from pg_class t where t.oid = c.reltoastrelid), 0))::bigint
           * current_setting('block_size')::bigint as bytes,
         array(select i::int from unnest($1::text[], $2::text[]) with ordinality as p(schema_regex, regex, i)
                where c.relname::text collate "C" ~ regex
                  and case when schema_regex is null then pg_table_is_visible(c.oid)
                           else n.nspname::text collate "C" ~ schema_regex end) as hits
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0 and d.deptype = 'e'
    left join pg_extension e on e.oid = d.refobjid
   where c.relkind in ('r', 'p', 'f', 'v', 'm') and c.relpersistence <> 't' and ${ownSchemas}
     and (e.oid is null or c.oid = any (e.extconfig))
   order by n.nspname, c.relname`;

function toPatterns(ordinals: readonly number[], patterns: readonly string[]): Set<string> {
  return new Set(ordinals.flatMap((ordinal) => patterns[ordinal - 1] ?? []));
}

/** FirstNormalObjectId of PostgreSQL's access/transam.h: what has a smaller number came with the server. */
const firstOwnOid = 16_384;

const key = (catalog: string, oid: string): string => `'${catalog}:' || ${oid}`;

const partsSql = `
  select ${key('pg_class', 'indexrelid')} as a, ${key('pg_class', 'indrelid')} as b from pg_index where indexrelid >= ${String(firstOwnOid)}
  union all
  select ${key('pg_class', 'reltoastrelid')}, ${key('pg_class', 'oid')} from pg_class where reltoastrelid <> 0
  union all
  select ${key('pg_rewrite', 'oid')}, ${key('pg_class', 'ev_class')} from pg_rewrite where oid >= ${String(firstOwnOid)}
  union all
  select ${key('pg_attrdef', 'oid')}, ${key('pg_class', 'adrelid')} from pg_attrdef
  union all
  select ${key('pg_constraint', 'oid')},
         case when conrelid <> 0 then ${key('pg_class', 'conrelid')} else ${key('pg_type', 'contypid')} end
    from pg_constraint where contype <> 'f' and oid >= ${String(firstOwnOid)}
  union all
  select ${key('pg_trigger', 'oid')}, ${key('pg_class', 'tgrelid')} from pg_trigger where not tgisinternal
  union all
  select ${key('pg_policy', 'oid')}, ${key('pg_class', 'polrelid')} from pg_policy
  union all
  select ${key('pg_statistic_ext', 'oid')}, ${key('pg_class', 'stxrelid')} from pg_statistic_ext
  union all
  select ${key('pg_amop', 'oid')}, ${key('pg_opfamily', 'amopfamily')} from pg_amop where oid >= ${String(firstOwnOid)}
  union all
  select ${key('pg_amproc', 'oid')}, ${key('pg_opfamily', 'amprocfamily')} from pg_amproc where oid >= ${String(firstOwnOid)}
  union all
  select ${key('pg_type', 't.oid')}, ${key('pg_class', 't.typrelid')}
    from pg_type t join pg_class c on c.oid = t.typrelid where c.relkind <> 'c' and t.oid >= ${String(firstOwnOid)}
  union all
  select ${key('pg_class', 'oid')}, ${key('pg_type', 'reltype')} from pg_class where relkind = 'c' and oid >= ${String(firstOwnOid)}
  union all
  select ${key('pg_type', 'typarray')}, ${key('pg_type', 'oid')} from pg_type where typarray <> 0 and oid >= ${String(firstOwnOid)}
  union all
  select ${key('pg_class', 'd.objid')}, ${key('pg_class', 'd.refobjid')}
    from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
   where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
  union all
  select d.classid::regclass::text || ':' || d.objid, ${key('pg_extension', 'd.refobjid')}
    from pg_depend d where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass`;

/** Foreign keys are told apart; what belongs to a publication or to default rights goes with the object by itself. */
const needsSql = `
  select d.classid::regclass::text || ':' || d.objid as a, d.refclassid::regclass::text || ':' || d.refobjid as b
    from pg_depend d
   where d.deptype not in ('e', 'x') and d.objid >= ${String(firstOwnOid)}
     and (d.refobjid >= ${String(firstOwnOid)} or d.refclassid = 'pg_namespace'::regclass)
     and d.classid::regclass::text not in ('pg_publication_rel', 'pg_publication_namespace', 'pg_default_acl')
     and not exists (select from pg_constraint k where d.classid = 'pg_constraint'::regclass and k.oid = d.objid and k.contype = 'f')
     and not exists (select from pg_trigger t where d.classid = 'pg_trigger'::regclass and t.oid = d.objid and t.tgisinternal)`;

const inSchema = [
  ['pg_class', 'relnamespace'],
  ['pg_type', 'typnamespace'],
  ['pg_proc', 'pronamespace'],
  ['pg_operator', 'oprnamespace'],
  ['pg_opclass', 'opcnamespace'],
  ['pg_opfamily', 'opfnamespace'],
  ['pg_collation', 'collnamespace'],
  ['pg_conversion', 'connamespace'],
  ['pg_ts_config', 'cfgnamespace'],
  ['pg_ts_dict', 'dictnamespace'],
  ['pg_ts_parser', 'prsnamespace'],
  ['pg_ts_template', 'tmplnamespace'],
] as const;

const schemaOfSql = `
  select ${key('pg_namespace', 'oid')} as a, nspname::text as b from pg_namespace
  ${inSchema
    .map(
      ([catalog, column]) =>
        `union all select ${key(catalog, 'o.oid')}, n.nspname::text from ${catalog} o join pg_namespace n on n.oid = o.${column} where o.oid >= ${String(firstOwnOid)}`,
    )
    .join('\n  ')}`;

const foreignKeysSql = `
  select conrelid::text as "from", confrelid::text as "to", conname::text as name
    from pg_constraint where contype = 'f' and conparentid = 0 order by conname`;
