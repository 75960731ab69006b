// What the catalogue says of the sizes of the tables that a dump will read. It locks nothing and waits for nobody, so the figures
// are those of the last ANALYZE or VACUUM, brought up to the database's real size where they lag behind it.
import type { NotDumped } from './check-server.ts';
import type { TableName } from './copy-meter.ts';
import type { PgTarget } from './target.ts';
import { withSession } from './session.ts';

export interface TableSize {
  /** The table and its long values, without indexes. */
  readonly bytes: number;
  /** Null: never counted. */
  readonly rows: number | null;
}

export interface TableSizes {
  readonly find: (table: TableName) => TableSize | null;
  /** Of all tables and large objects together. */
  readonly bytes: number;
}

/** As PostgreSQL's statistics have them; -1 or 0 where a table was never looked at. */
export interface SizeRow extends TableName {
  readonly bytes: number;
  readonly rows: number;
}

export interface SizeFacts {
  readonly tables: readonly SizeRow[];
  readonly largeObjectBytes: number;
  /** Of everything in the database by the same statistics: indexes and catalogues, too. */
  readonly knownBytes: number;
  /** pg_database_size. */
  readonly databaseBytes: number;
}

const mostTables = 200_000;

const tablesSql = `
  select n.nspname as schema, c.relname as name, c.reltuples::float8 as rows,
         ((greatest(c.relpages, 0) + coalesce(greatest(t.relpages, 0), 0)) * current_setting('block_size')::bigint)::float8 as bytes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_class t on t.oid = c.reltoastrelid
   where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     and not c.oid::text = any ($1::text[]) and not c.oid::text = any ($2::text[]) and not n.nspname = any ($3::text[])
     and (not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
          or exists (select from pg_extension e where c.oid = any (e.extconfig)))
   limit ${String(mostTables)}`;

const wholeSql = `
  select (sum(greatest(relpages, 0)) * current_setting('block_size')::bigint)::float8 as known,
         (max(relpages) filter (where oid = 'pg_largeobject'::regclass) * current_setting('block_size')::bigint)::float8 as objects
    from pg_class where not relisshared`;

export async function readTableSizes(
  target: PgTarget,
  databaseBytes: number,
  notDumped: NotDumped | null,
  signal?: AbortSignal,
): Promise<TableSizes> {
  const { outIds, emptyIds, schemas, largeObjects } = notDumped ?? {
    ...{ outIds: [], emptyIds: [], schemas: [], largeObjects: false },
  };
  return withSession(
    target,
    async (query) => {
      const tables = await query<{ schema: string; name: string; rows: number; bytes: number }>(tablesSql, [
        outIds,
        emptyIds,
        schemas,
      ]);
      const [whole] = await query<{ known: number | null; objects: number | null }>(wholeSql);
      return toTableSizes({
        ...{ tables, databaseBytes, knownBytes: whole?.known ?? 0 },
        // `largeObjects`: they are left out.
        largeObjectBytes: largeObjects ? 0 : (whole?.objects ?? 0),
      });
    },
    { signal },
  );
}

/** Less than this is missing in every database: the maps of free space, and what was written since. */
const slackBytes = 2 * 1024 * 1024;
const slackShare = 0.1;
/** What is no index of what the statistics do not know. */
const tableShare = 0.7;

/** Pure. What the statistics miss is that of the tables that were never looked at; without such ones all have grown alike. */
export function toTableSizes({ tables, largeObjectBytes, knownBytes, databaseBytes }: SizeFacts): TableSizes {
  const missing = databaseBytes - knownBytes;
  const isMissing = missing > slackBytes + slackShare * knownBytes;
  const isUnknown = (row: SizeRow): boolean => row.bytes <= 0 && row.rows <= 0;
  const unknown = tables.filter(isUnknown).length;
  const share = isMissing && unknown > 0 ? (missing * tableShare) / unknown : 0;
  const own = tables.reduce((sum, { bytes }) => sum + Math.max(0, bytes), 0);
  const growth = isMissing && unknown === 0 && own > 0 ? 1 + (missing * tableShare) / own : 1;
  const sizes = new Map<string, TableSize>();
  let bytes = Math.max(0, largeObjectBytes);
  for (const row of tables) {
    const size: TableSize = isUnknown(row)
      ? { bytes: share, rows: null }
      : { bytes: Math.max(0, row.bytes) * growth, rows: row.rows > 0 ? row.rows * growth : null };
    sizes.set(toKey(row), size);
    bytes += size.bytes;
  }
  return { bytes, find: (table) => sizes.get(toKey(table)) ?? null };
}

function toKey({ schema, name }: TableName): string {
  return JSON.stringify([schema, name]);
}
