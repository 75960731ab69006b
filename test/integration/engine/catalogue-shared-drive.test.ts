// Backups on a shared drive, by a service account: a new computer finds them once the folder is chosen, and the comparison
// looks there as well.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testServiceAccount } from '../../google/options.ts';
import { createDrivePerson } from '../../support/drive-person.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let folder: string;

beforeAll(async () => {
  server = await startTestServer();
  await createSmallDatabase(server, 'shop');
  world = await openEngineWorld();
  await writeFile(inFolder('key.json'), JSON.stringify(world.google.serviceAccountKey()));
  const members = { 'owner@example.com': 'organizer', [testServiceAccount.email]: 'fileOrganizer' } as const;
  const drive = world.google.makeSharedDrive({ name: 'Office', members });
  folder = world.google.makeByHand({ name: 'Backups', parentId: drive.id }).id;
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

const inFolder = (name: string): string => path.join(path.dirname(world.dataDir), name);
const signIn = () => engine.client.account.useServiceAccountFile({ path: inFolder('key.json'), folder, actsFor: null });

it('comes back whole on a new computer, and is compared there', async () => {
  engine = await world.start();
  await signIn();
  const { host, port, user, password } = server;
  const connection = await engine.client.connections.save({
    ...{ name: 'office', host, port, user, password, database: 'postgres', sslMode: 'prefer' },
  });
  const job = await engine.client.jobs.save({ name: 'shop', connectionId: connection.id, database: 'shop' });
  const run = await engine.backUp(job);
  expect(run).toMatchObject({ state: 'succeeded' });
  expect(await engine.client.catalog.check(undefined)).toMatchObject({ snapshots: 1, findings: [], unknown: [] });
  await engine.client.keys.writeKit({ path: inFolder('kit.txt') });
  expect((await engine.client.space.get(undefined)).points).toEqual([]);
  await engine.stop();

  await world.wipe();
  engine = await world.start();
  await signIn();
  expect(await engine.client.keys.readKit({ path: inFolder('kit.txt') })).toMatchObject({
    opens: { tried: 1, opened: 1 },
  });
  expect(await engine.client.catalog.rebuild(undefined)).toMatchObject({ sets: 1, added: 1, problems: [] });
  const [snapshot] = await engine.client.snapshots.list({ jobId: null });
  expect(snapshot?.id).toBe(run.snapshotId);
  expect(await engine.client.catalog.check(undefined)).toMatchObject({ snapshots: 1, findings: [], unknown: [] });
  const person = createDrivePerson(world.google, true);
  await person.trash(snapshot?.files[0]?.driveFileId ?? '');
  expect((await engine.client.catalog.check(undefined)).findings).toMatchObject([{ presence: 'trashed' }]);
  expect(await engine.client.catalog.untrash({ id: snapshot?.id ?? '' })).toMatchObject({ presence: 'ok' });
}, 60_000);
