// `pgkeep backup` of a job of a whole server: the command waits for every database, tells the end of each, and ends with a code
// that is true of all of them.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { usualDump } from '../../../shared/dump-choice.ts';
import type { Run } from '../../../shared/run.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { runCli, startCli, type CliEnd } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createIncompressibleDatabase } from './small-database.ts';

const names = ['a', 'b', 'noise', 'postgres', ...Array.from({ length: 8 }, (_, index) => `z${String(index)}`)];
/** Of the job `few`. */
const fewNames = ['a', 'b', 'postgres'];
const keeper = 'keeper';
let server: TestServer;
let world: EngineWorld;

beforeAll(async () => {
  server = await startTestServer();
  await server.query(`create role ${keeper} login password 'keeper-password'`);
  for (const name of names) {
    if (name === 'noise') await createIncompressibleDatabase(server, name);
    else if (name !== 'postgres') await server.createDatabase(name);
    await server.query(`grant select on all tables in schema public to ${keeper}`, name);
  }
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  world = await openEngineWorld();
  const engine = await world.start();
  const { host, port } = server;
  const address = { name: 'server', host, port, user: keeper, database: 'postgres', sslMode: 'prefer' } as const;
  const connection = await engine.client.connections.save({ ...address, password: 'keeper-password' });
  await world.signIn(engine);
  const whole = { scope: 'server', database: null, connectionId: connection.id } as const;
  await engine.client.jobs.save({ ...whole, name: 'all' });
  await engine.client.jobs.save({ ...whole, name: 'few', dump: { ...usualDump, excludeDatabases: ['noise', 'z*'] } });
  await engine.stop();
});

afterEach(async () => {
  await world.stop();
});

/** The end of each run as its line says it, by database. */
function listEnds({ lines }: Pick<CliEnd, 'lines'>): Record<string, string> {
  const runs = lines.filter(({ type }) => type === 'run').map((line) => line['run'] as Run);
  return Object.fromEntries(
    runs.map(({ database, state, error }) => [database ?? '', error ? `${state} ${error.code}` : state]),
  );
}

const allEnd = (databases: readonly string[], state: string): Record<string, string> =>
  Object.fromEntries(databases.map((name) => [name, state]));

describe('pgkeep backup of a whole server', () => {
  it('waits for every database, prints each result, and ends with 0 when all are good', async () => {
    const ended = await runCli(world.dataDir, ['backup', 'all']);
    expect(ended.exitCode).toBe(0);
    expect(listEnds(ended)).toEqual(allEnd(names, 'succeeded'));
    const { runs, snapshots } = ended.last as unknown as { runs: Run[]; snapshots: Snapshot[] };
    expect(ended.last?.type).toBe('result');
    expect(runs.map(({ database }) => database).sort()).toEqual(names);
    expect(snapshots.map(({ database }) => database).sort()).toEqual(names);
    // For people, each in a line of its own; and nothing that Node itself has to complain of.
    for (const name of names) expect(ended.stderr).toMatch(new RegExp(`^all, ${name}: succeeded`, 'm'));
    expect(ended.stderr).not.toMatch(/warning/i);
  });

  it('ends with 1 when one fails, says which one and why, and the others are good', async () => {
    await server.query('create table secret (id int)', 'b');
    const ended = await runCli(world.dataDir, ['backup', 'few']);
    await server.query('drop table secret', 'b');
    expect(ended.exitCode).toBe(1);
    expect(listEnds(ended)).toEqual({ ...allEnd(fewNames, 'succeeded'), b: 'failed pg/permission-denied' });
    expect(ended.last).toMatchObject({ type: 'error', code: 'pg/permission-denied', context: { database: 'b' } });
    expect(ended.stderr).toContain('few, b: failed. A right is missing in the database. User keeper may not read');
    const listed = await runCli(world.dataDir, ['snapshots', '--job', 'few']);
    const { snapshots } = listed.last as unknown as { snapshots: Snapshot[] };
    expect(snapshots.map(({ database }) => database).sort()).toEqual(fewNames.filter((name) => name !== 'b'));
  });

  it('is cancelled as a whole by Ctrl-C: nothing is begun any more, and nothing of what was broken off stays on Drive', async () => {
    const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'body' });
    const command = startCli(world.dataDir, ['backup', 'all']);
    await chunk.reached;
    command.child.kill('SIGINT');
    const ended = await command.ended;
    chunk.release();
    expect(ended.exitCode).toBe(130);
    expect(ended.last).toMatchObject({ type: 'error', code: 'run/cancelled' });
    const ends = listEnds(ended);
    expect(Object.keys(ends).sort()).toEqual(names);
    expect(ends).toMatchObject({ noise: 'cancelled', postgres: 'cancelled', z0: 'cancelled', z7: 'cancelled' });
    expect(world.openSessions()).toEqual([]);
    expect(world.spool()).toEqual([]);
    const stored = world.storedFiles().map(({ name }) => name);
    expect(stored.filter((name) => name.startsWith('noise'))).toEqual([]);
    const listed = await runCli(world.dataDir, ['runs', '--state', 'cancelled']);
    expect((listed.last as unknown as { runs: Run[] }).runs.length).toBeGreaterThanOrEqual(names.length - 2);
  });

  it('takes over what an earlier command left, and the exit code is of those runs alone', async () => {
    await world.google.goOffline();
    const away = await runCli(world.dataDir, ['backup', 'few']);
    expect(away.exitCode).toBe(5);
    await world.google.goOnline();
    const ended = await runCli(world.dataDir, ['backup', 'few']);
    expect(ended.exitCode).toBe(0);
    expect(listEnds(ended)).toEqual(allEnd(fewNames, 'succeeded'));
  });
});
