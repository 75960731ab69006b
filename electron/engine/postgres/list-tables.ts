// The tables and views of a database for a person to pick from. It locks nothing, so sizes are those of the statistics.
import type { TableFacts } from '../../../shared/table-facts.ts';
import { withSession } from './session.ts';
import type { PgTarget } from './target.ts';

/** Partitions are part of their table, and an extension's own tables are nobody's to pick. */
const sql = `
  with recursive parts as (
    select oid as root, oid, relpages, reltoastrelid from pg_class where relkind in ('r', 'p', 'm', 'f', 'v') and not relispartition
    union all
    select parts.root, c.oid, c.relpages, c.reltoastrelid
      from parts join pg_inherits i on i.inhparent = parts.oid join pg_class c on c.oid = i.inhrelid and c.relispartition
  ), sizes as (
    select root, sum(greatest(relpages, 0) + coalesce((select greatest(t.relpages, 0) from pg_class t where t.oid = reltoastrelid), 0)) as pages
      from parts group by root
  )
  select n.nspname as schema, c.relname as name, case when c.relkind = 'v' then 'view' else 'table' end as kind,
         (sizes.pages * current_setting('block_size')::bigint)::bigint as bytes
    from sizes join pg_class c on c.oid = sizes.root join pg_namespace n on n.oid = c.relnamespace
   where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence <> 't'
     and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
   order by n.nspname, c.relname
   limit $1`;

/** More than a person looks through; a pattern can still be typed. */
const mostTables = 5000;

export function listTables(target: PgTarget, signal?: AbortSignal): Promise<TableFacts[]> {
  return withSession(
    target,
    async (query) => {
      const rows = await query<Omit<TableFacts, 'sizeBytes'> & { readonly bytes: string }>(sql, [mostTables]);
      return rows.map(({ bytes, ...row }) => ({ ...row, sizeBytes: Number(bytes) }));
    },
    { signal },
  );
}
