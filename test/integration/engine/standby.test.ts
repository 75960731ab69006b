// A backup from a real streaming standby: it is whole, says that it comes from a standby, and what a standby cannot give.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLeftOut } from '../../../shared/left-out.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { startStandby, type StandbyServer } from '../../support/standby-server.ts';
import { createSmallDatabase, smallRows } from './small-database.ts';

let server: TestServer;
let standby: StandbyServer;
let world: EngineWorld;

beforeAll(async () => {
  server = await startTestServer();
  await createSmallDatabase(server, 'shop');
  await server.query('create unlogged table shop.cart as select 1 as id', 'shop');
  standby = await startStandby(server);
  world = await openEngineWorld();
});

afterAll(async () => {
  await world.stop();
  await standby.stop();
  await server.stop();
});

it('can be backed up and restored; unlogged tables come without rows, and that is said', async () => {
  const engine = await world.start();
  const job = await world.setUp(engine, { ...server, port: standby.port }, 'shop');
  const { host, user, password } = server;
  const address = { name: 'x', host, port: standby.port, user, database: 'shop', sslMode: 'prefer' } as const;
  const report = await engine.client.connections.test({ ...address, password });
  expect(report.isStandby).toBe(true);
  expect(report.warnings.join(' ')).toMatch(/standby.*max_standby_streaming_delay.*hot_standby_feedback/);

  const run = await engine.backUp(job);
  expect(run).toMatchObject({ state: 'succeeded', warnings: [] });
  const log = await engine.client.runs.getLog({ id: run.id });
  expect(log.map(({ message }) => message).join('\n')).toMatch(/the server is a standby/);
  const [snapshot] = await engine.client.snapshots.list({ jobId: job.id });
  expect(snapshot?.rows).toBe(smallRows);
  expect(describeLeftOut(snapshot?.leftOut ?? null)).toEqual([
    'This backup has no rows of shop.cart: it comes back empty.',
  ]);

  // Nothing can be made on the standby: the drill goes to another server.
  const primary = await engine.client.connections.save({ ...address, name: 'primary', port: server.port, password });
  const started = await engine.client.restores.start({
    ...{ snapshotId: snapshot?.id ?? '', connectionId: primary.id, database: 'back' },
    ...{ replace: false, tables: [], withoutOwners: false },
  });
  expect(await engine.whenRestored(started.id)).toMatchObject({ state: 'succeeded', report: { equal: true } });
});
