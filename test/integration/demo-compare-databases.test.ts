// The comparison of two databases notices every kind of difference, and calls a pg_restore of a pg_dump equal.
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareDatabases, type Comparison } from '../support/compare-databases.ts';
import { startTestServer, type TestServer } from '../support/postgres-server.ts';
import { createSampleShop } from '../support/sample-shop.ts';

const execute = promisify(execFile);

let server: TestServer;
const dumpFile = path.join(tmpdir(), `pgkeep-compare-test-${String(process.pid)}.dump`);

async function run(program: 'pg_dump' | 'pg_restore', args: readonly string[]): Promise<void> {
  const connection = ['-h', server.host, '-p', String(server.port), '-U', server.user];
  await execute(path.join(server.binDir, program), [...connection, ...args], {
    env: { ...process.env, PGPASSWORD: server.password },
  });
}

beforeAll(async () => {
  server = await startTestServer();
  await createSampleShop(server, 'shop', { sizeMb: 3 });
  await run('pg_dump', ['-Fc', '-f', dumpFile, 'shop']);
  await server.createDatabase('restored');
  await run('pg_restore', ['-d', 'restored', '--exit-on-error', dumpFile]);
}, 120_000);

afterAll(async () => {
  await server.stop();
  await rm(dumpFile, { force: true });
});

describe('a shop and what pg_restore made of its dump', () => {
  it('are equal', async () => {
    const comparison = await compareDatabases(server.url('shop'), server.url('restored'));
    expect(comparison.differences).toEqual([]);
    expect(comparison.equal).toBe(true);
    expect(comparison.tables).toBeGreaterThan(35);
    expect(comparison.rows).toBeGreaterThan(10_000);
  });

  it('are equal when rows lie in another order', async () => {
    const flip = 'update crm.messages set answered = not answered;';
    const { differences } = await compareCopy(flip + flip);
    expect(differences).toEqual([]);
  });
});

/** One change each, and the sentence that must name it. */
const changes: readonly (readonly [string, string, RegExp])[] = [
  [
    'one changed letter',
    `update crm.messages set body = body || '!' where id = 7`,
    /^rows of crm\.messages: \d+ rows, hash/,
  ],
  ['one changed sign of zero', `update "Old Shop"."Zoo" set "float" = '0' where id = 5`, /^rows of "Old Shop"\."Zoo"/],
  ['an empty string for a null', `update "Old Shop"."Zoo" set words = '' where id = 1`, /^rows of "Old Shop"\."Zoo"/],
  ['one row less', `delete from crm.messages where id = 7`, /^rows of crm\.messages: (\d+) rows/],
  [
    'one row of two equal ones',
    `delete from "Old Shop"."Zoo" where ctid = (select max(ctid) from "Old Shop"."Zoo")`,
    /Zoo/,
  ],
  [
    'two rows that swap a value',
    `update shop.documents d set title = o.title from shop.documents o where d.id in (100, 110) and o.id = 210 - d.id`,
    /^rows of shop\.documents: \d+ rows, hash/,
  ],
  ['a missing index', 'drop index shop.products_lower_name', /products_lower_name; Type: INDEX;.*: only in the first/],
  ['a missing constraint', 'alter table shop.price_history drop constraint one_price_at_a_time', /one_price_at_a_time/],
  ['a disabled trigger', 'alter table shop.products disable trigger record_price', /record_price; Type: TRIGGER/],
  [
    'another function body',
    `create or replace function shop.net_of(gross numeric, vat_percent numeric default 19) returns numeric language sql immutable as 'select 1.0'`,
    /net_of.*FUNCTION.*: .*<>/,
  ],
  ['a sequence that went on', `select nextval('audit.countdown')`, /^value of sequence audit\.countdown: 8997 <> 8994/],
  [
    'a sequence that was used',
    `select nextval('shop.never_used')`,
    /^value of sequence shop\.never_used: 77 \(not used yet\) <> 77/,
  ],
  ['one byte of a large object', `select lo_put(4000005, 299999, '\\x00')`, /^large object 4000005: 300000 bytes, md5/],
  ['a missing large object', `select lo_unlink(4000007)`, /^large object 4000007: only in the first/],
  ['a right on a large object', 'revoke select on large object 4000006 from shop_clerk', /^large object 4000006: /],
  ['a missing right', 'revoke update on shop.order_lines from shop_clerk', /order_lines; Type: ACL.*UPDATE/],
  ['a right on a column', 'grant select (born) on crm.customers to shop_clerk', /customers.*ACL/],
  [
    'a default privilege',
    'alter default privileges in schema shop revoke select on tables from "Shop Reports"',
    /DEFAULT ACL/,
  ],
  ['another owner', 'alter table crm.messages owner to postgres', /messages/],
  ['another comment', `comment on view shop.order_totals is 'x'`, /order_totals; Type: COMMENT/],
  ['a policy', 'drop policy nobody_deletes on crm.customers', /nobody_deletes/],
  [
    'row security switched off',
    'alter table crm.customers disable row level security',
    /customers; Type: ROW SECURITY/,
  ],
  [
    'a view that was filled',
    'refresh materialized view shop.bestsellers',
    /^rows of shop\.bestsellers: not filled <> 100 rows/,
  ],
  [
    'a table on its own',
    'create table shop.new (id int)',
    /^Name: new; Type: TABLE; Schema: shop;.*: only in the second/,
  ],
];

/** Makes a copy of the restored database, changes it, compares it with the shop, and drops it. */
async function compareCopy(change: string): Promise<Comparison> {
  await server.query('create database changed template restored');
  try {
    await server.query(change, 'changed');
    return await compareDatabases(server.url('shop'), server.url('changed'));
  } finally {
    await server.query('drop database changed');
  }
}

describe('a copy that differs', () => {
  it.each(changes)('by %s is not equal, and the words say where', async (_, change, words) => {
    const { equal, differences } = await compareCopy(change);
    expect(equal).toBe(false);
    expect(
      differences.some((line) => words.test(line)),
      differences.join('\n'),
    ).toBe(true);
  });
});
