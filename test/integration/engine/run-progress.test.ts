// What a person sees of a real run while it goes on: the percent never falls and is never that of the end, and the size that a
// dump is expected to have is near the truth long before its end, whatever the last run was.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usualDump, type DumpFormat } from '../../../shared/dump-choice.ts';
import type { Job } from '../../../shared/job.ts';
import type { Run, RunProgress } from '../../../shared/run.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let first: Job;

beforeAll(async () => {
  server = await startTestServer({ settings: ['autovacuum = off'] });
  world = await openEngineWorld();
  engine = await world.start();
  first = await world.setUp(engine, server, 'postgres');
  // Slow enough that there is something to see: a run of 40 MB takes seconds.
  await engine.client.settings.save({ uploadLimitBytesPerSecond: 8_000_000 });
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

async function createJob(database: string, format: DumpFormat = 'custom'): Promise<Job> {
  return engine.client.jobs.save({
    ...{ name: `${database} ${format}`, database, connectionId: first.connectionId ?? '' },
    dump: { ...usualDump, format },
  });
}

/** Rows of noise, which no compression makes smaller: about 1 kB each. */
const noise = (table: string, from: number, to: number): string =>
  `insert into ${table} select n, (select string_agg(md5(random()::text || n || m), '') from generate_series(1, 32) m)
     from generate_series(${String(from)}, ${String(to)}) n`;

interface Watched {
  readonly run: Run;
  readonly snapshot: Snapshot;
  readonly seen: readonly RunProgress[];
}

/** Runs a backup and checks what must hold of every one. */
async function watch(job: Job): Promise<Watched> {
  const before = engine.events.length;
  const run = await engine.backUp(job);
  expect(run).toMatchObject({ state: 'succeeded', error: null, progress: null });
  const events = engine.events.slice(before).filter(({ name }) => name === 'runs.changed');
  const runs = events.map(({ payload }) => payload as Run).filter(({ id }) => id === run.id);
  const seen = runs.flatMap(({ progress }) => progress ?? []);
  const percents = seen.map(({ estimate }) => estimate.percent);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect(percents.every((percent) => percent >= 0 && percent <= 99)).toBe(true);
  for (const { estimate, tablesDone, tablesTotal, dumpBytes, expectedDumpBytes, storedBytes, uploadedBytes } of seen) {
    expect(estimate.leftMs ?? 0).toBeGreaterThanOrEqual(0);
    expect(Number.isFinite(estimate.leftMs ?? 0)).toBe(true);
    if (tablesTotal !== null) expect(tablesDone).toBeLessThanOrEqual(tablesTotal);
    if (expectedDumpBytes !== null) expect(expectedDumpBytes).toBeGreaterThanOrEqual(dumpBytes);
    expect(uploadedBytes).toBeLessThanOrEqual(storedBytes);
  }
  // It moves: not all of it comes in one jump at the end.
  expect(new Set(percents).size).toBeGreaterThan(2);
  const snapshot = (await engine.client.snapshots.list({ jobId: job.id })).find(({ id }) => id === run.snapshotId);
  if (!snapshot) throw new Error('no snapshot');
  return { run, snapshot, seen };
}

/** By which factor the expected size was off at its worst, once a share of the dump had come. */
function readWorst({ seen, snapshot }: Watched, from = 0.4): number {
  const whole = snapshot.dumpBytes ?? 0;
  const late = seen.filter(({ dumpBytes }) => dumpBytes >= from * whole);
  expect(late.length).toBeGreaterThan(0);
  const off = late.map(({ expectedDumpBytes }) => (expectedDumpBytes ?? 0) / whole);
  return Math.max(...off.map((factor) => Math.max(factor, 1 / factor)));
}

describe('the progress of a run', () => {
  it('of one huge table: the first one, one of half the size, and one of double the size', async () => {
    await server.createDatabase('huge');
    await server.query(
      `create table huge (id int primary key, note text); ${noise('huge', 1, 30_000)}; analyze`,
      'huge',
    );
    const job = await createJob('huge');
    expect(readWorst(await watch(job))).toBeLessThan(1.4);
    await server.query('delete from huge where id > 15000', 'huge');
    await server.query('vacuum full analyze huge', 'huge');
    expect(readWorst(await watch(job))).toBeLessThan(1.6);
    await server.query(`${noise('huge', 15_001, 30_000)}; analyze`, 'huge');
    expect(readWorst(await watch(job))).toBeLessThan(1.4);
  });

  it('of one huge table that nobody has ever analysed', async () => {
    await server.createDatabase('unknown');
    await server.query(`create table huge (id int primary key, note text); ${noise('huge', 1, 20_000)}`, 'unknown');
    expect(readWorst(await watch(await createJob('unknown')))).toBeLessThan(1.8);
  });

  it('of many small tables, as an archive and as plain SQL', async () => {
    await server.createDatabase('many');
    const tables = Array.from({ length: 120 }, (_, index) => `t${String(index)}`);
    const sql = tables.map((name) => `create table ${name} (id int, note text); ${noise(name, 1, 200)}`).join(';\n');
    await server.query(`${sql}; analyze`, 'many');
    const archive = await watch(await createJob('many'));
    expect(readWorst(archive)).toBeLessThan(1.4);
    expect(archive.seen.at(-1)).toMatchObject({ tablesDone: 120, tablesTotal: 120 });
    const plain = await watch(await createJob('many', 'plain'));
    expect(readWorst(plain)).toBeLessThan(1.4);
    expect(plain.seen.at(-1)).toMatchObject({ tablesDone: 120, tablesTotal: null });
  });

  it('of tables of which most are left out, after a run that took all', async () => {
    const [job] = (await engine.client.jobs.list(undefined)).filter(({ name }) => name === 'many custom');
    if (!job) throw new Error('no job');
    const { id, name, database, connectionId } = job;
    const dump = { ...usualDump, excludeTables: ['t1*', 't2*', 't3*'] };
    const less = await engine.client.jobs.save({ id, name, database, connectionId: connectionId ?? '', dump });
    expect(readWorst(await watch(less))).toBeLessThan(1.5);
  });

  it('begins beside a table that is locked: its size is asked without waiting', async () => {
    const locker = new pg.Client({ connectionString: server.url('unknown') });
    locker.on('error', () => undefined);
    await locker.connect();
    await locker.query('begin; lock table huge in access exclusive mode');
    const [job] = (await engine.client.jobs.list(undefined)).filter(({ name }) => name === 'unknown custom');
    const { id } = await engine.client.runs.start({ jobId: job?.id ?? '', trigger: 'user' });
    const waiting = await engine.whenRun(id, ({ progress }) => progress?.waitsFor != null);
    expect(waiting).toMatchObject({ stage: 'dump', progress: { estimate: { percent: 0, leftMs: null } } });
    await locker.end();
    expect(await engine.whenSettled(id)).toMatchObject({ state: 'succeeded' });
  });
});
