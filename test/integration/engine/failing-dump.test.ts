// Runs that cannot succeed, before and in the middle of the dump, at a real server: each is `failed` with its own code and
// words, leaves nothing on Drive, on this disk or at the server, and the next run is good.
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../shared/job.ts';
import type { Run } from '../../../shared/run.ts';
import {
  findPlainText,
  listChildren,
  listTempFiles,
  plainMarker,
  watchBrokenRun,
  type Expected,
} from '../../support/broken-run.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { findNewerServer } from '../../support/newer-server.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createSmallDatabase } from './small-database.ts';

const maxConnections = 16;

let server: TestServer;
let proxy: TcpProxy;
let world: EngineWorld;
let engine: RunningEngine;
/** Of database `shop`, through the proxy. */
let job: Job;
/** With a pg_dump that does as the file `fault` in it says, else what the real one does. */
let toolDir: string;

beforeAll(async () => {
  const settings = [`max_connections = ${String(maxConnections)}`, 'max_locks_per_transaction = 10'];
  server = await startTestServer({ settings });
  proxy = await startTcpProxy(server);
  toolDir = mkdtempSync(path.join(tmpdir(), 'pgkeep-tools-'));
  writeFaultyPrograms();
  await createSmallDatabase(server, 'shop');
  // 20 MB: more than every pipe and buffer on the way holds (the system gives a connection up to 10 MB).
  await server.query(
    `create table aaa_noise as select n as id, '${plainMarker}' as mark, repeat(md5(n::text || random()), 30) as text
       from generate_series(1, 20000) n`,
    'shop',
  );
  world = await openEngineWorld({ toolDirs: [toolDir] });
  engine = await world.start();
  job = await world.setUp(engine, { ...server, port: proxy.port }, 'shop');
});

afterAll(async () => {
  await world.stop();
  await proxy.stop();
  await server.stop();
  rmSync(toolDir, { recursive: true });
});

function writeFaultyPrograms(): void {
  for (const name of ['pg_restore', 'pg_dumpall', 'psql'])
    cpSync(path.join(server.binDir, name), path.join(toolDir, name));
  const real = path.join(server.binDir, 'pg_dump');
  writeFileSync(
    path.join(toolDir, 'pg_dump'),
    `#!/bin/sh
if [ "$1" = --version ]; then exec "${real}" --version; fi
case "$(cat "${faultFile()}" 2>/dev/null)" in
  fail-late) "${real}" "$@" && echo 'pg_dump: error: the last step failed' >&2; exit 1 ;;
  cut) "${real}" "$@" | head -c 500000; exit 0 ;;
  silent) exit 0 ;;
  *) exec "${real}" "$@" ;;
esac
`,
  );
  chmodSync(path.join(toolDir, 'pg_dump'), 0o755);
}

const faultFile = (): string => path.join(toolDir, 'fault');

async function expectGood(of = job): Promise<void> {
  expect(await engine.backUp(of)).toMatchObject({ state: 'succeeded', error: null });
}

/** A job of a database for a user, straight to the server. */
async function makeJob(
  database: string,
  login: Partial<Pick<TestServer, 'user' | 'password' | 'port'>> = {},
): Promise<Job> {
  const { host, port, user, password } = { ...server, ...login };
  const name = `${user} at ${String(port)}, ${database}`;
  const address = { name, host, port, user, password, database: 'postgres', sslMode: 'prefer' } as const;
  const connection = await engine.client.connections.save(address);
  return engine.client.jobs.save({ name: `${name}, ${String(Math.random())}`, connectionId: connection.id, database });
}

/** Another session at the server, for what other people do meanwhile. */
async function openSession(database = 'shop'): Promise<pg.Client> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function whenServerAnswers(): Promise<void> {
  await waitFor('the server answers', async () => (await server.query('select 1')).length === 1);
}

const readPostmaster = (): number =>
  Number(readFileSync(path.join(server.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);

/** The dump's process at the server; one that an earlier dump is about to leave comes last. */
async function readDumpBackend(): Promise<number> {
  const [row] = await server.query(
    `select pid from pg_stat_activity where query like 'COPY%' order by state = 'active' desc, backend_start desc`,
  );
  return Number(row?.['pid']);
}

describe('in the middle of the rows a run fails when', () => {
  interface Row extends Expected {
    readonly when: string;
    readonly happen: () => unknown;
    /** What a person does then. */
    readonly mend?: () => Promise<unknown>;
  }
  const gone = { code: 'pg/server-gone', retry: 'later', toDo: /server runs and the network is stable/ } as const;
  const killed = { code: 'pg/tool-killed', retry: 'later', toDo: /memory/ } as const;
  const endProgram = (signal: NodeJS.Signals) => (): void => {
    const [id] = listChildren('pg_dump');
    process.kill(id ?? 0, signal);
  };
  const restart = async (): Promise<void> => {
    await waitFor('the server can start', async () => {
      await server.start();
      return true;
    });
  };
  const rows: readonly Row[] = [
    {
      when: 'the server is killed',
      ...gone,
      happen: () => {
        process.kill(readPostmaster(), 'SIGKILL');
      },
      mend: restart,
    },
    { when: 'the server crashes', ...gone, happen: () => server.crash(), mend: restart },
    {
      when: 'one process of the server is killed',
      ...gone,
      happen: async () => {
        process.kill(await readDumpBackend(), 'SIGKILL');
      },
      mend: whenServerAnswers,
    },
    {
      when: 'an administrator ends the session',
      ...gone,
      happen: async () => server.query(`select pg_terminate_backend(${String(await readDumpBackend())})`),
    },
    {
      when: 'an administrator cancels the statement',
      code: 'pg/cancelled-at-server',
      retry: 'later',
      toDo: /quieter time/,
      happen: async () => server.query(`select pg_cancel_backend(${String(await readDumpBackend())})`),
    },
    {
      when: 'the network closes the connection',
      ...gone,
      happen: () => {
        proxy.cut();
      },
    },
    {
      when: 'a firewall resets the connection',
      ...gone,
      happen: () => {
        proxy.cut('reset');
      },
    },
    { when: 'pg_dump is killed', ...killed, happen: endProgram('SIGKILL') },
    { when: 'pg_dump is told to end by somebody', ...killed, happen: endProgram('SIGTERM') },
    { when: 'pg_dump crashes', ...killed, happen: endProgram('SIGSEGV') },
  ];

  it.each(rows)('$when', async ({ happen, mend, ...expected }) => {
    const watch = await watchBrokenRun(world, engine);
    const hold = proxy.holdAfter(1_000_000);
    const { id } = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    await hold.reached;
    expect(listTempFiles(world.dataDir)).toHaveLength(1);
    expect(world.spool()).toEqual([id]);
    expect(findPlainText(world.dataDir)).toEqual([]);
    await happen();
    hold.release();
    const run = await engine.whenSettled(id);
    await mend?.();
    await watch.expectFailed(run, expected);
    expect(run.stage).toBe('dump');
    await expectGood();
  });

  it('the person cancels it while the network is silent: nothing is left at the server either', async () => {
    const watch = await watchBrokenRun(world, engine);
    const hold = proxy.holdAfter(1_000_000);
    const { id } = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    await hold.reached;
    await engine.client.runs.cancel({ id });
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'cancelled', error: null });
    await watch.expectNothingLeft();
    await waitFor('the server has let go', async () => Number.isNaN(await readDumpBackend()));
    await expectGood();
  });
});

describe('a run fails when pg_dump', () => {
  const rows: readonly (Expected & { readonly when: string; readonly fault: string })[] = [
    {
      when: 'says at the very end, after all its output, that it failed',
      fault: 'fail-late',
      code: 'pg/dump-failed',
      retry: 'never',
      toDo: /log/,
    },
    { when: 'calls half an archive a success', fault: 'cut', code: 'archive/damaged', retry: 'never', toDo: /again/ },
    {
      when: 'writes nothing and calls it a success',
      fault: 'silent',
      code: 'archive/damaged',
      retry: 'never',
      toDo: /again/,
    },
  ];

  it.each(rows)('$when', async ({ fault, ...expected }) => {
    const watch = await watchBrokenRun(world, engine);
    writeFileSync(faultFile(), fault);
    const run = await engine.backUp(job);
    rmSync(faultFile());
    await watch.expectFailed(run, expected);
    await expectGood();
  });

  const newerBinDir = findNewerServer();
  it.skipIf(newerBinDir === null)('is older than the server: the way to a newer one is named', async () => {
    const newer = await startTestServer({ binDir: newerBinDir ?? '' });
    try {
      const watch = await watchBrokenRun(world, engine);
      const run = await engine.backUp(await makeJob('postgres', newer));
      await watch.expectFailed(run, { code: 'pg/tool-too-old', retry: 'never', toDo: /install/i });
    } finally {
      await newer.stop();
    }
  });
});

describe('a run fails, and says what to do, when', () => {
  async function expectRunFails(of: Job, expected: Expected): Promise<Run> {
    const watch = await watchBrokenRun(world, engine);
    const run = await engine.backUp(of);
    await watch.expectFailed(run, expected);
    return run;
  }

  it('the password is wrong', async () => {
    const wrong = await makeJob('shop', { password: 'not-the-password' });
    await expectRunFails(wrong, { code: 'pg/auth-failed', retry: 'never', toDo: /password/i });
  });

  it('the server is not there', async () => {
    const away = await makeJob('shop', { port: 1 });
    await expectRunFails(away, { code: 'pg/connection-refused', retry: 'later', toDo: /server/i });
  });

  it('the database does not exist', async () => {
    const missing = await makeJob('no such database');
    await expectRunFails(missing, { code: 'pg/database-missing', retry: 'never', toDo: /database/i });
  });

  it('the server has no free connection', async () => {
    const others = await Promise.all(Array.from({ length: maxConnections }, () => openSession()));
    await expectRunFails(job, { code: 'pg/too-many-connections', retry: 'later', toDo: /max_connections/ });
    await Promise.all(others.map((client) => client.end()));
    await expectGood();
  });

  it('a table stays locked longer than the job waits for it', async () => {
    const { id, name, database, dump } = job;
    const connectionId = job.connectionId ?? '';
    await engine.client.jobs.save({ id, name, database, connectionId, dump: { ...dump, lockTimeoutSeconds: 1 } });
    const other = await openSession();
    await other.query('begin; lock table shop.orders in access exclusive mode');
    const startedMs = performance.now();
    await expectRunFails(job, { code: 'pg/lock-timeout', retry: 'later', toDo: /Advanced/ });
    // Far from the two minutes that a job waits until a person says otherwise.
    expect(performance.now() - startedMs).toBeLessThan(60_000);
    await other.end();
    await expectGood();
    await engine.client.jobs.save({ id, name, database, connectionId, dump });
  });

  it('a table that pg_dump has listed is dropped before it is locked', async () => {
    await server.query('create table shop.passing as select 1 as n', 'shop');
    const other = await openSession();
    await other.query('begin; lock table shop.passing in access exclusive mode');
    const watch = await watchBrokenRun(world, engine);
    const { id } = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    await waitFor('pg_dump waits for the lock', async () => {
      const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'lock table%'`;
      return (await server.query(waiting)).length > 0;
    });
    await other.query('drop table shop.passing; commit');
    await other.end();
    await watch.expectFailed(await engine.whenSettled(id), {
      code: 'pg/structure-changed',
      retry: 'later',
      toDo: /migration/,
    });
    await expectGood();
  });

  it('the server has no room for so many locks', async () => {
    await server.createDatabase('wide');
    // Committed one by one: the server could not make them in one transaction either.
    await server.query(
      `do $$ begin for n in 1..3000 loop execute 'create table t' || n || ' ()'; if n % 50 = 0 then commit; end if; end loop; end $$`,
      'wide',
    );
    const wide = await makeJob('wide');
    await expectRunFails(wide, { code: 'pg/too-many-locks', retry: 'never', toDo: /max_locks_per_transaction/ });
    await server.query('drop database wide');
  });

  it('a page of the server’s disk is damaged', async () => {
    await server.createDatabase('worn');
    await server.query('create table t as select n from generate_series(1, 1000) n; checkpoint', 'worn');
    const [row] = await server.query(`select pg_relation_filepath('t') as place`, 'worn');
    const file = path.join(server.dataDir, String(row?.['place']));
    const worn = await makeJob('worn');
    await expectGood(worn);
    // Nothing of it stays in memory.
    await server.crash();
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.concat([whole.subarray(0, 8192), Buffer.alloc(100, 0xff), whole.subarray(8292)]));
    await server.start();
    await expectRunFails(worn, { code: 'pg/data-damaged', retry: 'never', toDo: /Pin the newest good snapshot/ });
    await server.crash();
    writeFileSync(file, whole);
    await server.start();
    await expectGood(worn);
  });
});

describe('a right is missing: the run fails, the statement that helps is named, and helps, for', () => {
  let clerk: Job;

  beforeAll(async () => {
    await server.query(
      `create role clerk login password 'clerk-password';
       grant usage on schema shop to clerk; grant select on all tables in schema shop, public to clerk;
       grant select on all sequences in schema shop to clerk; grant select on large object 4711 to clerk`,
      'shop',
    );
    clerk = await makeJob('shop', { user: 'clerk', password: 'clerk-password' });
  });

  it.each([
    ['a table', 'revoke select on shop.orders from clerk', 'GRANT SELECT ON TABLE shop.orders TO clerk;'],
    [
      'a sequence',
      'revoke all on shop.orders_id_seq from clerk',
      'GRANT SELECT ON SEQUENCE shop.orders_id_seq TO clerk;',
    ],
    ['a schema', 'revoke usage on schema shop from clerk', 'GRANT USAGE ON SCHEMA shop TO clerk;'],
    ['row security', 'alter table shop.empty enable row level security', 'ALTER ROLE clerk BYPASSRLS;'],
    ['a large object', 'revoke all on large object 4711 from clerk', 'GRANT SELECT ON LARGE OBJECT 4711 TO clerk;'],
    ['many large objects', 'select lo_create(n) from generate_series(5001, 5030) n', 'DO $$ BEGIN EXECUTE'],
  ])('%s', async (_, takeAway, beginning) => {
    await server.query(takeAway, 'shop');
    const watch = await watchBrokenRun(world, engine);
    const run = await engine.backUp(clerk);
    const grant = String(run.error?.context['grant']);
    expect(grant.slice(0, beginning.length)).toBe(beginning);
    await watch.expectFailed(run, { code: 'pg/permission-denied', retry: 'never', toDo: /Have an administrator run/ });
    await server.query(grant, 'shop');
    await expectGood(clerk);
  });
});
