// What a database holds, as facts: rows and a hash of every table, sequence values, large objects, all read in one
// snapshot. The server computes the hashes.
import pg from 'pg';
import type { Facts } from './compare-databases.ts';

export interface Contents {
  readonly facts: Facts;
  readonly tables: number;
  readonly rows: number;
}

/** Values as text must not depend on the session or the server's settings. `row_security`: an error, not fewer rows. */
const settings = `
  set search_path = ''; set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'postgres';
  set extra_float_digits = 3; set bytea_output = 'hex'; set row_security = off; set statement_timeout = 0`;

export async function readContents(url: string): Promise<Contents> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(settings);
    await client.query('begin isolation level repeatable read, read only');
    const facts = new Map<string, string>();
    await addDatabase(client, facts);
    const counted = await addTables(client, facts);
    await addSequences(client, facts);
    await addLargeObjects(client, facts);
    await client.query('commit');
    return { facts, ...counted };
  } finally {
    await client.end();
  }
}

const userObjects = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence <> 't'`;

async function addDatabase(client: pg.Client, facts: Map<string, string>): Promise<void> {
  const { rows } = await client.query<{ fact: string }>(
    `select pg_encoding_to_char(encoding) || ', ' || datcollate || ', ' || datctype as fact
       from pg_database where datname = current_database()`,
  );
  facts.set('encoding and collation', rows[0]?.fact ?? '');
}

/**
 * Every table by its number of rows and the sum of its rows' 64-bit hashes: the order does not matter, a row that is
 * there twice does. The row's text holds every column, generated ones included.
 */
async function addTables(client: pg.Client, facts: Map<string, string>): Promise<{ tables: number; rows: number }> {
  const listed = await client.query<{ name: string; filled: boolean }>(
    `select format('%I.%I', n.nspname, c.relname) as name, c.relispopulated as filled
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and ${userObjects} order by 1`,
  );
  let total = 0;
  for (const { name, filled } of listed.rows) {
    if (!filled) {
      facts.set(`rows of ${name}`, 'not filled');
      continue;
    }
    const { rows } = await client.query<{ rows: string; hash: string }>(
      `select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)), 0) as hash from ${name} t`,
    );
    const count = Number(rows[0]?.rows);
    total += count;
    facts.set(`rows of ${name}`, `${String(count)} rows, hash ${rows[0]?.hash ?? ''}`);
  }
  return { tables: listed.rows.length, rows: total };
}

async function addSequences(client: pg.Client, facts: Map<string, string>): Promise<void> {
  const listed = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and ${userObjects} order by 1`,
  );
  for (const { name } of listed.rows) {
    const { rows } = await client.query<{ last_value: string; is_called: boolean }>(
      `select last_value, is_called from ${name}`,
    );
    const [row] = rows;
    facts.set(`value of sequence ${name}`, `${row?.last_value ?? ''}${row?.is_called ? '' : ' (not used yet)'}`);
  }
}

async function addLargeObjects(client: pg.Client, facts: Map<string, string>): Promise<void> {
  const { rows } = await client.query<{ oid: string; fact: string }>(
    `select m.oid::text as oid,
            concat_ws(', ', length(content) || ' bytes', 'md5 ' || md5(content), 'owner ' || m.lomowner::regrole,
              'rights ' || (select string_agg(item::text, ' ' order by item::text) from unnest(m.lomacl) item),
              'comment ' || obj_description(m.oid, 'pg_largeobject')) as fact
       from pg_largeobject_metadata m cross join lateral lo_get(m.oid) content order by m.oid`,
  );
  for (const { oid, fact } of rows) facts.set(`large object ${oid}`, fact);
}
