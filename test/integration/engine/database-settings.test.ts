// What belongs to a database itself comes back with a restore under another name: settings, rights, owner, comment.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Restore } from '../../../shared/restore.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let snapshotId: string;

beforeAll(async () => {
  server = await startTestServer();
  world = await openEngineWorld();
  engine = await world.start();
  await server.query(`create role keeper; create role "the Guest"; create role gone`);
  await server.createDatabase('shop');
  await server.query(
    `create schema app; create table app.orders as select 1 as id;
     alter database shop set search_path = '$user', "App", app; alter database shop set work_mem = '77MB';
     alter database shop set app.note = 'it''s, "so"'; alter database shop set default_transaction_read_only = on;
     alter role keeper in database shop set statement_timeout = '5min'; alter role gone in database shop set work_mem = '1MB';
     revoke all on database shop from public; grant connect on database shop to "the Guest" with grant option;
     grant temporary on database shop to gone; alter database shop connection limit 33;
     comment on database shop is 'the web shop''s'; alter database shop owner to keeper`,
    'shop',
  );
  const job = await world.setUp(engine, server, 'shop');
  const run = await engine.backUp(job);
  expect(run).toMatchObject({ state: 'succeeded', error: null });
  snapshotId = run.snapshotId ?? '';
}, 120_000);

afterAll(async () => {
  await world.stop();
  await server.stop();
});

async function restore(database: string, change: { tables?: string[]; withoutOwners?: boolean }): Promise<Restore> {
  const where = { snapshotId, connectionId: null, database, replace: false, tables: [], withoutOwners: false };
  return engine.whenRestored((await engine.client.restores.start({ ...where, ...change })).id);
}

async function readFacts(database: string): Promise<unknown> {
  const [row] = await server.query(
    `select pg_get_userbyid(datdba) as owner, datconnlimit as "limit", shobj_description(oid, 'pg_database') as comment,
            (select array_agg(x order by x) from unnest(datacl::text[]) x) as rights,
            (select json_agg(json_build_array(coalesce(rolname, ''), setconfig) order by rolname)
               from pg_db_role_setting left join pg_roles r on r.oid = setrole where setdatabase = d.oid) as settings
       from pg_database d where datname = '${database}'`,
  );
  return row;
}

it('all of it, as it was', async () => {
  expect(await restore('back', {})).toMatchObject({ state: 'succeeded', report: { equal: true, warnings: [] } });
  expect(await readFacts('back')).toEqual(await readFacts('shop'));
});

it('without owners only what names no role, and with single tables nothing', async () => {
  await restore('plain', { withoutOwners: true });
  expect(await readFacts('plain')).toMatchObject({
    owner: 'postgres',
    rights: null,
    limit: 33,
    settings: [['', { length: 4 }]],
  });
  await restore('some', { tables: ['app.orders'] });
  expect(await readFacts('some')).toMatchObject({ owner: 'postgres', limit: -1, comment: null, settings: null });
});

it('and what the server does not know is a warning', async () => {
  await server.query(`alter role gone in database shop reset all; revoke all on database shop from gone`, 'postgres');
  for (const database of ['back', 'plain', 'some']) await server.query(`drop database if exists "${database}"`);
  await server.query('drop role gone');
  const done = await restore('again', {});
  expect(done).toMatchObject({ state: 'succeeded', report: { equal: true } });
  expect(done.report?.warnings).toEqual([
    'The database’s setting work_mem for gone was not restored: role "gone" does not exist.',
    'The database’s right TEMPORARY of gone was not restored: role "gone" does not exist.',
  ]);
});
