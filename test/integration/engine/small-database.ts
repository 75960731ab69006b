// A database that is made in a moment and still has what goes wrong in restores: keys, a sequence, text that must be
// escaped, binary data, a large object.
import type { TestServer } from '../../support/postgres-server.ts';

export const smallTables = 3;
export const smallRows = 1203;

export async function createSmallDatabase(server: TestServer, name: string): Promise<void> {
  await server.createDatabase(name);
  await server.query(
    `
    create schema shop;
    create table shop.customers (id bigint generated always as identity primary key, name text not null, photo bytea);
    create table shop.orders (id serial primary key, customer bigint references shop.customers, total numeric, note text);
    create table shop.empty (id int);
    create table public.settings (key text primary key, value jsonb);
    insert into shop.customers (name, photo)
      select 'Käthe "K" \\ ' || n || E'\\n\\t', decode(md5(n::text), 'hex') from generate_series(1, 200) n;
    insert into shop.orders (customer, total, note)
      select 1 + n % 200, n * 1.01, case when n % 7 = 0 then null else repeat(md5(n::text), 1 + n % 40) end
        from generate_series(1, 1000) n;
    insert into public.settings values ('theme', '{"dark": true}'), ('marker', '"PLAINTEXT-MARKER-1234567890"'), ('x', 'null');
    create index on shop.orders (total);
    create view shop.rich as select * from shop.orders where total > 500;
    select lo_from_bytea(4711, decode(repeat('00ff', 5000), 'hex'));
    `,
    name,
  );
}

/** About 9 MB that do not compress: more than one chunk of an upload. */
export async function createIncompressibleDatabase(server: TestServer, name: string): Promise<void> {
  await server.createDatabase(name);
  await server.query(
    `create table noise as
       select n as id, (select decode(string_agg(md5(random()::text || n || m), ''), 'hex') from generate_series(1, 60) m) as bytes
         from generate_series(1, 9000) n`,
    name,
  );
}
