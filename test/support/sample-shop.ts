// Builds a shop database that has nearly everything PostgreSQL can hold, of any size, the same for the same seed. The SQL
// lies in sample-shop/; this file sets its numbers and runs it.
import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** What is needed of a server: an address per database. */
export interface ShopServer {
  readonly url: (database?: string) => string;
}

export interface SampleShopOptions {
  /** About the size of an uncompressed `pg_dump -Fc -Z0` of it, in millions of bytes; at least 3. Default 10. */
  readonly sizeMb?: number;
  /** Another seed gives other values in the same shape. Default 1. */
  readonly seed?: number;
}

export interface SampleShop {
  /** Tables that hold rows of their own (partitions count, their parents do not), without materialised views. */
  readonly tables: number;
  readonly rows: number;
}

const files = ['10-structure.sql', '20-rows.sql', '30-oddities.sql', '40-keys.sql', '50-behaviour.sql'];

/** Creates `database` and fills it. The user must be a superuser: the shop has roles, owners and a publication. */
export async function createSampleShop(
  server: ShopServer,
  database: string,
  options: SampleShopOptions = {},
): Promise<SampleShop> {
  const scale = toScale(options.sizeMb ?? 10, options.seed ?? 1);
  await withClient(server.url(), (client) =>
    client.query(`create database ${pg.escapeIdentifier(database)} template template0`),
  );
  return withClient(server.url(database), async (client) => {
    await client.query("set client_min_messages = error; set work_mem = '64MB'; set maintenance_work_mem = '256MB'");
    for (const file of files) {
      const sql = await readFile(new URL(`sample-shop/${file}`, import.meta.url), 'utf8');
      await runFile(client, file, fillIn(sql, scale));
    }
    await client.query('analyze');
    return countRows(client);
  });
}

/** Values for the `:name` places of the SQL. */
export type ShopScale = Readonly<Record<'seed' | 'orders' | 'customers' | 'products' | 'documents', number>>;

/** Dump bytes that do not grow with the orders, and that each order brings with its lines, events and messages; measured. */
const fixedBytes = 2_000_000;
const bytesPerOrder = 770;

/** How many of everything give a dump of about `sizeMb` million bytes. */
export function toScale(sizeMb: number, seed: number): ShopScale {
  if (!(sizeMb >= 3 && sizeMb <= 10_000)) throw new RangeError(`sizeMb is 3 to 10000, not ${String(sizeMb)}`);
  const orders = Math.round((sizeMb * 1e6 - fixedBytes) / bytesPerOrder);
  return {
    seed,
    orders,
    customers: Math.max(100, Math.round(orders / 8)),
    products: Math.min(20_000, Math.max(200, Math.round(orders / 50))),
    documents: Math.min(200, Math.round(sizeMb / 10)),
  };
}

/** Puts the numbers in the `:name` places, as psql does with -v; a cast (`::name`) is left alone. */
export function fillIn(sql: string, scale: ShopScale): string {
  return sql.replace(/(?<!:):(seed|orders|customers|products|documents)\b/g, (_, name: keyof ShopScale) =>
    String(scale[name]),
  );
}

/** An error in the SQL names the file and the line. */
async function runFile(client: pg.Client, file: string, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const line = error.position ? sql.slice(0, Number(error.position)).split('\n').length : null;
    const place = line === null ? file : `${file}:${String(line)}`;
    throw new Error(`${place}: ${[error.message, error.detail, error.where].filter(Boolean).join('; ')}`, {
      cause: error,
    });
  }
}

async function countRows(client: pg.Client): Promise<SampleShop> {
  const listed = await client.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relkind = 'r' and relpersistence <> 't'
       and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')`,
  );
  const counts = listed.rows.map((table) => `select count(*) as rows from ${table.name}`).join(' union all ');
  const sum = await client.query<{ rows: string }>(`select sum(rows) as rows from (${counts}) as counts`);
  return { tables: listed.rows.length, rows: Number(sum.rows[0]?.rows) };
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
