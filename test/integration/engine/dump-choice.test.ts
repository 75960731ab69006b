// What a job leaves out is not in its backup, what is left restores into an empty database without an error, and the
// snapshot, its manifest and the restore say what is missing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toNamePattern, usualDump, type DumpChoice } from '../../../shared/dump-choice.ts';
import { describeLeftOut } from '../../../shared/left-out.ts';
import type { Restore } from '../../../shared/restore.ts';
import type { Run } from '../../../shared/run.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';

const oddSchema = 'od"d. $(x)*';
const oddTable = 'lo"g.\n表 ?';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
  world = await openEngineWorld();
  engine = await world.start();
  await server.createDatabase('shop');
  await server.query(
    `
    create schema shop; create schema audit; create schema lib; create schema bare;
    create schema "od""d. $(x)*";
    create type lib.mood as enum ('glad');
    create table lib.cache (id int); insert into lib.cache values (1);
    create table shop.customers (id int primary key, mood lib.mood, name text);
    create table shop.orders (id serial primary key, customer int constraint orders_customer references shop.customers, note text);
    comment on constraint orders_customer on shop.orders is 'who ordered';
    create table shop.lines (id int primary key, "order" int constraint lines_order references shop.orders);
    create table shop.log (id int, line text);
    create table shop.days (d date, n int) partition by range (d);
    create table shop.days_2025 partition of shop.days for values from ('2025-01-01') to ('2026-01-01');
    create table shop.days_2026 partition of shop.days for values from ('2026-01-01') to ('2027-01-01') partition by list (n);
    create table shop.days_2026_odd partition of shop.days_2026 default;
    create view shop.rich as select c.name, count(*) from shop.customers c join shop.orders o on o.customer = c.id group by 1;
    create function shop.last_log() returns setof shop.log language sql as 'select * from shop.log';
    create table audit.entries (id int, who text); create table audit.marks (id int);
    create function audit.note() returns trigger language plpgsql as $$ begin return new; end $$;
    create table bare.nothing (id int); insert into bare.nothing values (1);
    create table "od""d. $(x)*".${toSqlName(oddTable)} (id int); insert into "od""d. $(x)*".${toSqlName(oddTable)} values (1);
    create table public.settings (key text); insert into public.settings values ('x');
    insert into shop.customers select n, 'glad', 'name ' || n from generate_series(1, 20) n;
    insert into shop.orders (customer, note) select 1 + n % 20, 'n' from generate_series(1, 50) n;
    insert into shop.lines select n, n from generate_series(1, 30) n;
    insert into shop.log select n, 'l' from generate_series(1, 10) n;
    insert into shop.days select '2025-12-30'::date + n, n from generate_series(0, 9) n;
    insert into audit.entries select n, 'w' from generate_series(1, 7) n; insert into audit.marks values (1);
    select lo_from_bytea(77, 'large');
    `,
    'shop',
  );
  await world.setUp(engine, server, 'shop');
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

function toSqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function backUp(dump: Partial<DumpChoice>): Promise<Run> {
  const [first] = await engine.client.jobs.list(undefined);
  if (!first?.connectionId) throw new Error('no job');
  const { id, name, database, connectionId } = first;
  await engine.client.jobs.save({ id, name, database, connectionId, dump: { ...usualDump, ...dump } });
  return engine.backUp(first);
}

/** Backs up, restores and drills; answers the restored rows by table, absent where the table is. */
async function roundTrip(dump: Partial<DumpChoice>): Promise<{
  readonly rows: Record<string, number>;
  readonly database: string;
  readonly run: Run;
  readonly snapshot: Snapshot;
  readonly restore: Restore;
}> {
  const run = await backUp(dump);
  expect(run).toMatchObject({ state: 'succeeded', error: null });
  const snapshot = (await engine.client.snapshots.list({ jobId: null })).find(({ id }) => id === run.snapshotId);
  if (!snapshot) throw new Error('no snapshot');
  const database = `back_${String((count += 1))}`;
  const where = { snapshotId: snapshot.id, connectionId: null, database, replace: false, tables: [] };
  const started = await engine.client.restores.start({ ...where, withoutOwners: false });
  const restore = await engine.whenRestored(started.id);
  expect(restore).toMatchObject({ state: 'succeeded', error: null, report: { equal: true, differences: [] } });
  const drill = await engine.client.restores.startDrill({ snapshotId: snapshot.id });
  expect(await engine.whenRestored(drill.id)).toMatchObject({ state: 'succeeded', report: { equal: true } });
  return { rows: await countRows(database), database, run, snapshot, restore };
}

async function countRows(database: string): Promise<Record<string, number>> {
  const tables = await server.query(
    `select n.nspname || '.' || c.relname as label, format('%I.%I', n.nspname, c.relname) as quoted
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1`,
    database,
  );
  const rows: Record<string, number> = {};
  for (const { label, quoted } of tables) {
    const [row] = await server.query(`select count(*)::int as n from ${String(quoted)}`, database);
    rows[String(label)] = Number(row?.['n']);
  }
  return rows;
}

async function listKeys(database: string): Promise<unknown[]> {
  const rows = await server.query(`select conname from pg_constraint where contype = 'f' order by 1`, database);
  return rows.map(({ conname }) => conname);
}

describe('rows that are left out', () => {
  it('are those of the patterns and of their partitions; a key that would point to nothing is left out of the restore', async () => {
    const done = await roundTrip({ excludeData: ['shop.cust*', 'shop.days', 'audit.*'] });
    expect(done.rows).toEqual({
      ...(await countRows('shop')),
      ...{ 'shop.customers': 0, 'audit.entries': 0, 'audit.marks': 0 },
      ...{ 'shop.days': 0, 'shop.days_2025': 0, 'shop.days_2026': 0, 'shop.days_2026_odd': 0 },
    });
    expect(await listKeys(done.database)).toEqual(['lines_order']);
    expect(done.restore.report?.warnings).toEqual([
      'The foreign key orders_customer of shop.orders was left out: rows that it points to are not in this backup.',
    ]);
    expect(describeLeftOut(done.snapshot.leftOut)).toEqual([
      'This backup has no rows of audit.entries, audit.marks, shop.customers, shop.days, shop.days_2025, shop.days_2026, shop.days_2026_odd: they come back empty.',
      'A restore leaves out what such rows would break: the foreign key orders_customer of orders.',
    ]);
    expect(done.run.warnings).toEqual([]);
    const manifest = await engine.client.snapshots.getManifest({ id: done.snapshot.id });
    expect(manifest.leftOut).toMatchObject({
      foreignKeys: [{ schema: 'shop', table: 'orders', name: 'orders_customer' }],
      largeObjects: false,
    });
  });

  it('can be those of the table at both ends of a key: then the key comes back', async () => {
    const done = await roundTrip({ excludeData: ['shop.customers', 'shop.orders', 'shop.lines'] });
    expect(await listKeys(done.database)).toEqual(['lines_order', 'orders_customer']);
  });

  it('are taken by their exact names, whatever is in them', async () => {
    const done = await roundTrip({ excludeData: [toNamePattern(oddSchema, oddTable)] });
    expect(done.rows).toEqual({ ...(await countRows('shop')), [`${oddSchema}.${oddTable}`]: 0 });
  });

  it('are those of a table that was made after the job, too', async () => {
    await server.query(`create table audit.newer as select 1 as id`, 'shop');
    const done = await roundTrip({ excludeData: ['audit.*'] });
    expect(done.rows).toMatchObject({ 'audit.newer': 0, 'audit.entries': 0, 'shop.orders': 50 });
    await server.query(`drop table audit.newer`, 'shop');
  });
});

describe('tables that are left out', () => {
  it('are gone with their partitions; what a view or a function needs keeps its structure', async () => {
    const done = await roundTrip({ excludeTables: ['shop.customers', 'shop.days', 'shop.log', 'audit.marks'] });
    const kept = Object.entries(await countRows('shop')).filter(([name]) => !/^(shop\.days|audit\.marks)/.test(name));
    expect(done.rows).toEqual({ ...Object.fromEntries(kept), 'shop.customers': 0, 'shop.log': 0 });
    expect(await listKeys(done.database)).toEqual(['lines_order']);
    expect(done.snapshot.leftOut).toMatchObject({ tables: { count: 5 }, rows: { count: 2 } });
  });

  it('are all others when the job names the ones it takes, and the schema of these comes along', async () => {
    const done = await roundTrip({ includeTables: ['shop.lines', 'shop.orders', 'shop.days_2025'] });
    expect(done.rows).toEqual({
      ...{ 'shop.lines': 30, 'shop.orders': 50 },
      // The parent comes along, for a partition cannot be made without it; a function needs the log.
      ...{ 'shop.days': 2, 'shop.days_2025': 2, 'shop.log': 0 },
    });
    expect(await listKeys(done.database)).toEqual(['lines_order']);
    expect(await server.query(`select to_regtype('lib.mood')::text as type`, done.database)).toEqual([
      { type: 'lib.mood' },
    ]);
  });
});

describe('schemas that are left out', () => {
  it('are gone; one whose types another table needs keeps its structure without rows', async () => {
    const done = await roundTrip({ excludeSchemas: ['audit', 'lib', toNamePattern(oddSchema)] });
    const all = await countRows('shop');
    const kept = Object.entries(all).filter(([name]) => !/^(audit|lib|od"d)/.test(name));
    expect(done.rows).toEqual(Object.fromEntries(kept));
    const schemas = await server.query(
      `select nspname from pg_namespace where nspname !~ '^(pg_|info)' order by 1`,
      done.database,
    );
    expect(schemas.map(({ nspname }) => nspname)).toEqual(['bare', 'lib', 'public', 'shop']);
    expect(done.snapshot.leftOut).toMatchObject({
      schemas: { names: ['audit', oddSchema] },
      tables: { names: ['lib.cache'] },
    });
  });

  it('are all others when the job names the ones it takes', async () => {
    const done = await roundTrip({ includeSchemas: ['audit'] });
    expect(done.rows).toEqual({ 'audit.entries': 7, 'audit.marks': 1 });
  });
});

describe('large objects', () => {
  it('are left out by a choice of their own', async () => {
    const done = await roundTrip({ largeObjects: false });
    expect(await server.query('select count(*)::int as n from pg_largeobject_metadata', done.database)).toEqual([
      { n: 0 },
    ]);
    expect(done.snapshot.leftOut?.largeObjects).toBe(true);
    expect(done.rows).toEqual(await countRows('shop'));
  });
});

describe('a pattern that fits nothing', () => {
  it('of what the job takes ends the run before anything is made', async () => {
    const run = await backUp({ includeTables: ['shop.orders', 'shop.gone'], includeSchemas: ['shop', 'nowhere'] });
    expect(run).toMatchObject({
      state: 'failed',
      snapshotId: null,
      error: { code: 'pg/choice-unmatched', retry: 'never', context: { patterns: 'nowhere, shop.gone' } },
    });
  });

  it('of what the job leaves out is a warning', async () => {
    const run = await backUp({ excludeTables: ['shop.gone'], excludeData: ['shop.log'] });
    expect(run).toMatchObject({
      state: 'succeeded',
      warnings: ['Nothing is called shop.gone, which the job leaves out.'],
    });
  });

  it('that cannot be read is refused when the job is saved', async () => {
    await expect(backUp({ excludeTables: ['"open'] })).rejects.toMatchObject({ code: 'input/invalid' });
  });
});

describe('a user who may not read what is left out', () => {
  it('can back up the rest', async () => {
    await server.query(
      `create role clerk login password 'clerk-password'; grant usage on schema shop, audit to clerk;
       grant select on shop.customers, shop.orders, shop.lines, audit.marks to clerk; grant select on all sequences in schema shop to clerk`,
      'shop',
    );
    const { host, port } = server;
    const address = { name: 'as clerk', host, port, user: 'clerk', database: 'shop', sslMode: 'prefer' } as const;
    const connection = await engine.client.connections.save({ ...address, password: 'clerk-password' });
    const choice = {
      ...usualDump,
      ...{ includeSchemas: ['shop', 'audit'], excludeTables: ['audit.entries', 'shop.days', 'shop.log'] },
      largeObjects: false,
    };
    const draft = { name: 'as clerk', database: 'shop', connectionId: connection.id };
    const whole = await engine.client.jobs.save({ ...draft });
    expect((await engine.backUp(whole)).error?.code).toBe('pg/permission-denied');
    await server.query('drop function shop.last_log()', 'shop');
    const job = await engine.client.jobs.save({ ...draft, id: whole.id, dump: choice });
    expect(await engine.backUp(job)).toMatchObject({ state: 'succeeded', error: null });
  });
});
