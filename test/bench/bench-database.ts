// The database that all contestants work on: the sample shop with everything PostgreSQL can hold, and years of its largest
// tables beside it, copied by the server, so that a gigabyte takes seconds.
import pg from 'pg';
import { createSampleShop, type ShopServer } from '../support/sample-shop.ts';

/** Its rows are computed one by one; more of it would take minutes. */
const maxShopMb = 60;

/** Large tables, and about what share of the shop's dump they are. */
const copied = ['shop.orders', 'shop.order_lines', 'crm.messages', 'crm.customers', 'audit.events'];
const copiedShare = 0.94;

/** How much of everything gives a dump of about `sizeMb` million bytes. */
export function planBenchDatabase(sizeMb: number): { readonly shopMb: number; readonly years: number } {
  const shopMb = Math.min(sizeMb, maxShopMb);
  return { shopMb, years: Math.round((sizeMb - shopMb) / (shopMb * copiedShare)) };
}

/** Creates `database` with an uncompressed dump of about `sizeMb` million bytes, at rest: nothing is left for a vacuum to do. */
export async function createBenchDatabase(server: ShopServer, database: string, sizeMb: number): Promise<void> {
  const { shopMb, years } = planBenchDatabase(sizeMb);
  await createSampleShop(server, database, { sizeMb: shopMb });
  const copies = Array.from({ length: years }, (_, year) =>
    copied.map((table) => `create table history."${table} ${String(2000 + year)}" as table ${table}`),
  ).flat();
  const work = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: server.url(database) });
    await client.connect();
    try {
      for (let sql = copies.pop(); sql !== undefined; sql = copies.pop()) await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const client = new pg.Client({ connectionString: server.url(database) });
  await client.connect();
  try {
    await client.query('create schema history');
    await Promise.all([work(), work()]);
    await client.query('vacuum (freeze, analyze)');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
