// A job of a whole server from end to end: each database is a run and a snapshot of its own, what comes and goes on the server
// is noticed, and one that fails harms no other.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeError } from '../../../shared/describe-error.ts';
import { usualDump } from '../../../shared/dump-choice.ts';
import type { Job } from '../../../shared/job.ts';
import { listDatabaseStates } from '../../../shared/job-databases.ts';
import type { Run } from '../../../shared/run.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';

const odd = `a"b'c $(x)`;
const names = ['Größe\t☃', odd, 'closing', 'crm', 'gone', 'postgres', 'shop', 'x-y.z/../%2F'];
const keeper = 'keeper';
const keeperPassword = 'keeper-password';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;

/** As the keeper of the backups finds it: it may read what is there, and what its owner gives it later. */
async function addDatabase(name: string, rows: number): Promise<void> {
  await server.createDatabase(name);
  await server.query(
    `create table things (id int primary key, note text); insert into things select n, ${pg.escapeLiteral(name)} from generate_series(1, ${String(rows)}) n;
     grant select on all tables in schema public to ${keeper}`,
    name,
  );
}

beforeAll(async () => {
  server = await startTestServer();
  await server.query(`create role ${keeper} login password '${keeperPassword}'`);
  let rows = 10;
  for (const name of names) if (name !== 'postgres') await addDatabase(name, (rows += 1));
  await addDatabase('private', 1);
  await server.query('revoke connect on database private from public');
  await addDatabase('shut', 1);
  await server.query('alter database shut allow_connections false');
  await addDatabase('scratch_1', 1);
  await server.query(`create database pattern is_template true`);
  world = await openEngineWorld();
  engine = await world.start();
  const { host, port } = server;
  const address = { name: 'the server', host, port, user: keeper, database: 'postgres', sslMode: 'prefer' } as const;
  const connection = await engine.client.connections.save({ ...address, password: keeperPassword });
  await world.signIn(engine);
  job = await engine.client.jobs.save({
    ...{ name: 'all', scope: 'server', database: null, connectionId: connection.id },
    dump: { ...usualDump, excludeDatabases: ['scratch_*', 'nowhere'], lockTimeoutSeconds: 3 },
  });
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

/** One start of the job to the end of all its runs, by database. */
async function backUpAll(): Promise<{ readonly first: Run; readonly runs: ReadonlyMap<string, Run> }> {
  const first = await engine.backUp(job);
  const group = (await listRuns()).filter(({ groupId }) => groupId === first.groupId);
  const ended = await Promise.all(group.map(({ id }) => engine.whenSettled(id)));
  return { first, runs: new Map(ended.map((run) => [run.database ?? '', run])) };
}

const listRuns = (): Promise<Run[]> => engine.client.runs.list({ jobId: job.id, limit: 1000 });

async function listGood(database: string): Promise<string[]> {
  const snapshots = await engine.client.snapshots.list({ jobId: job.id });
  return snapshots.filter((snapshot) => snapshot.database === database).map(({ id }) => id);
}

async function readLog(run: Run): Promise<string[]> {
  return (await engine.client.runs.getLog({ id: run.id })).map(({ level, message }) => `${level} ${message}`);
}

const privateWarning =
  'The database private is not backed up: keeper may not connect to it. Grant CONNECT, or leave it out.';
const rolesWarning = 'Roles were saved without their passwords: only a superuser may read them.';
const nowhereWarning = 'No database is called nowhere, which the job leaves out.';

function describeFailure(run: Run | undefined): string {
  if (!run?.error) return 'no error';
  const { title, happened, toDo } = describeError(run.error);
  return `${title}. ${happened} ${toDo}`;
}

const toOutcome = ({ state, error }: Run): string => (error ? `${state} ${error.code}` : state);
const toOutcomes = (runs: ReadonlyMap<string, Run>): Record<string, string> =>
  Object.fromEntries([...runs].map(([name, run]) => [name, toOutcome(run)]));
const allGood = (databases: readonly string[]): Record<string, string> =>
  Object.fromEntries(databases.map((name) => [name, 'succeeded']));

describe('the first start', () => {
  it('backs up every database that is not left out, whatever its name, and says why the others are not', async () => {
    const { first, runs } = await backUpAll();
    expect(toOutcomes(runs)).toEqual(allGood(names));
    expect(first.warnings).toEqual([privateWarning, nowhereWarning, rolesWarning]);
    for (const [name, run] of runs) {
      if (run.id !== first.id) expect(run.warnings, name).toEqual([rolesWarning]);
      expect(run.groupId).toBe(first.id);
      expect(await listGood(name)).toEqual([run.snapshotId]);
    }
    const log = await readLog(first);
    expect(log).toEqual(
      expect.arrayContaining([
        'info database template0 is left out: it is a template',
        'info database template1 is left out: it is a template',
        'info database pattern is left out: it is a template',
        'info database shut is left out: it allows no connections',
        'info database scratch_1 is left out: the job leaves it out',
        `warn ${privateWarning}`,
        `warn ${nowhereWarning}`,
      ]),
    );
  });

  it('leaves snapshots of which each holds its own database, and comes back whole', async () => {
    for (const database of [odd, 'Größe\t☃', 'x-y.z/../%2F']) {
      const [snapshotId = ''] = await listGood(database);
      const manifest = await engine.client.snapshots.getManifest({ id: snapshotId });
      expect(manifest.database).toBe(database);
      const connection = await engine.client.connections.save({
        ...{ name: `back ${database}`, host: server.host, port: server.port, user: server.user },
        ...{ database: 'postgres', sslMode: 'prefer', password: server.password },
      });
      const started = await engine.client.restores.start({
        ...{ snapshotId, connectionId: connection.id, database: `back of ${database}`, replace: false, tables: [] },
        withoutOwners: false,
      });
      const restored = await engine.whenRestored(started.id);
      expect(restored).toMatchObject({ state: 'succeeded', error: null, report: { equal: true } });
      const notes = await server.query('select distinct note from things', `back of ${database}`);
      expect(notes).toEqual([{ note: database }]);
      await server.query(`drop database ${pg.escapeIdentifier(`back of ${database}`)}`);
    }
  });
});

describe('the next start', () => {
  it('takes a new database along, and says which one is gone: its backups stay', async () => {
    await addDatabase('newer', 3);
    await server.query('drop database gone');
    const kept = await listGood('gone');
    const { first, runs } = await backUpAll();
    expect(toOutcomes(runs)).toEqual(allGood([...names.filter((name) => name !== 'gone'), 'newer']));
    const gone = 'The database gone is not on the server any more. Its backups stay.';
    expect(first.warnings).toEqual([privateWarning, nowhereWarning, gone, rolesWarning]);
    expect(await readLog(first)).toEqual(expect.arrayContaining(['info database newer is new on the server']));
    expect(await listGood('gone')).toEqual(kept);
    expect(kept).toHaveLength(1);
    expect(await listGood('newer')).toHaveLength(1);
  });

  it('is not harmed by a database that cannot be read or one that is locked, and names both', async () => {
    await server.query('create table secret (id int)', 'crm');
    const locker = new pg.Client({ connectionString: server.url('shop') });
    await locker.connect();
    await locker.query('begin; lock table things in access exclusive mode');
    const [crmBefore, shopBefore] = [await listGood('crm'), await listGood('shop')];
    const { first, runs } = await backUpAll();
    await locker.end();
    const good = [...names.filter((name) => !['gone', 'crm', 'shop'].includes(name)), 'newer'];
    expect(toOutcomes(runs)).toEqual({
      ...allGood(good),
      ...{ crm: 'failed pg/permission-denied', shop: 'failed pg/lock-timeout' },
    });
    // Said once: it is no news any more.
    expect(first.warnings).toEqual([privateWarning, nowhereWarning, rolesWarning]);
    expect(describeFailure(runs.get('crm'))).toBe(
      'A right is missing in the database. User keeper may not read public.secret of the database crm (1 missing in all), so the copy would not be whole. Have an administrator run:\nGRANT SELECT ON TABLE public.secret TO keeper;',
    );
    expect(describeFailure(runs.get('shop'))).toMatch(
      /^A table stayed locked for too long\. The backup waited 3 seconds for public\.things, which .+ of postgres \(process \d+\) held\./,
    );
    expect(await listGood('crm')).toEqual(crmBefore);
    expect(await listGood('shop')).toEqual(shopBefore);
    const states = listDatabaseStates(job, await listRuns(), await engine.client.snapshots.list({ jobId: job.id }));
    expect(states.find(({ database }) => database === 'crm')?.snapshot?.id).toBe(crmBefore[0]);
    await server.query('drop table secret', 'crm');
  });

  it('backs up again what had failed, and says of each database that it must not enter any more', async () => {
    await server.query('revoke connect on database closing from public');
    const { runs } = await backUpAll();
    expect(toOutcomes(runs)).toMatchObject({ crm: 'succeeded', shop: 'succeeded' });
    expect(toOutcomes(runs)).toMatchObject({ closing: 'failed pg/permission-denied' });
    expect(describeFailure(runs.get('closing'))).toBe(
      'A right is missing in the database. User keeper may not read anything of the database closing, so the copy would not be whole. Have an administrator run:\nGRANT CONNECT ON DATABASE closing TO keeper;',
    );
  });
});
