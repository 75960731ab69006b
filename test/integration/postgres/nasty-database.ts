// A small database with everything that is awkward to dump, read and bring back: odd names, every kind of relation, NULs,
// backslashes, line breaks, very long rows, no rows, no columns.
import type { TestServer } from '../../support/postgres-server.ts';

/** Names that break careless quoting, separators and patterns. */
export const oddSchema = 'Sch"ema.öß $(x)';
export const oddTable = 'ta"b\'le\nwith; line\\break * 表';

const quote = (name: string): string => `"${name.replace(/"/g, '""')}"`;
export const oddQualified = `${quote(oddSchema)}.${quote(oddTable)}`;

export async function fillNastyDatabase(server: TestServer, database: string): Promise<void> {
  await server.query(
    `
    create type mood as enum ('sad', 'it''s ok', 'glad');
    create domain email as text check (value like '%@%');
    create sequence loose start 7;
    create function twice(n int) returns int language sql immutable as 'select n * 2';
    create function touch() returns trigger language plpgsql as $$ begin new.changed := now(); return new; end $$;
    create table people (
      id serial primary key, mail email unique, feels mood default 'glad', changed timestamptz,
      tags text[], doc jsonb, photo bytea, doubled int generated always as (twice(7)) stored
    );
    create index people_doc on people using gin (doc);
    create trigger people_touch before insert or update on people for each row execute function touch();
    comment on table people is 'people of the shop';
    comment on column people.mail is 'where to write';
    insert into people (mail, tags, doc, photo)
      select i || '@x', array['a\\b', 'c"d', null], jsonb_build_object('k', E'line\\nbreak\\ttab'), decode('000a0d5c2e0aff', 'hex')
        from generate_series(1, 300) i;
    create table orders (id bigint generated always as identity primary key, person int references people, note text);
    insert into orders (person, note) select 1 + i % 300, case when i % 3 = 0 then null when i % 3 = 1 then '' else E'\\\\.\\n\\\\N\\r' end
      from generate_series(1, 1000) i;
    create table empty (a int, b text);
    create table no_columns ();
    insert into no_columns select from generate_series(1, 5);
    create table long_rows (t text);
    insert into long_rows select string_agg(md5(i::text), E'\\n') from generate_series(1, 60000) i;
    insert into long_rows values ('short'), (repeat('x', 70000)), (null);
    create table days (d date, n int) partition by range (d);
    create table days_2025 partition of days for values from ('2025-01-01') to ('2026-01-01');
    create table days_2026 partition of days for values from ('2026-01-01') to ('2027-01-01') partition by list (n);
    create table days_2026_odd partition of days_2026 for values in (1, 3);
    create table days_2026_rest partition of days_2026 default;
    create index days_n on days (n);
    insert into days select '2025-06-01'::date + i, i % 5 from generate_series(1, 500) i;
    create table parent (id int);
    create table child (extra text) inherits (parent);
    insert into parent values (1); insert into child values (2, 'x'), (3, 'y');
    create view grown as select count(*) from people;
    create materialized view moods as select feels, count(*) from people group by feels;
    create unlogged table scratch (x int); insert into scratch values (1);
    create schema ${quote(oddSchema)};
    create table ${oddQualified} (${quote('co"l\numn')} text, "select" int);
    insert into ${oddQualified} select E'\\\\.\\n' || i, i from generate_series(1, 42) i;
    alter table people enable row level security;
    create policy everyone on people using (true);
    select setval('loose', 99);
    select lo_from_bytea(0, decode(repeat('000a5c', 30000), 'hex')) from generate_series(1, 3);
    select lo_from_bytea(4000000000, 'above two to the thirty-first');
    select lo_create(0);
    `,
    database,
  );
}

/** Exact number of rows of every table that holds data, as the server counts them. Keys are JSON of [schema, name]. */
export async function countRows(server: TestServer, database: string): Promise<Map<string, number>> {
  const tables = await server.query(
    `select n.nspname as schema, c.relname as name, format('%I.%I', n.nspname, c.relname) as quoted
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`,
    database,
  );
  const counts = new Map<string, number>();
  for (const { schema, name, quoted } of tables) {
    const [row] = await server.query(`select count(*) as n from only ${String(quoted)}`, database);
    counts.set(JSON.stringify([schema, name]), Number(row?.['n']));
  }
  return counts;
}
