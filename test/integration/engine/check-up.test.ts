// The check-up says of each database that a job takes all that the test of a connection says, does not stop at the first trouble,
// and needs no right for what a job leaves out.
import { statfsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usualDump } from '../../../shared/dump-choice.ts';
import type { Connection } from '../../../shared/connection.ts';
import { checkUp } from '../../../electron/cli/commands.ts';
import { createOutput } from '../../../electron/cli/output.ts';
import { toPaths } from '../../../electron/engine/base/config.ts';
import { openDatabase } from '../../../electron/engine/store/database.ts';
import { writeSetting } from '../../../electron/engine/store/settings.ts';
import type { Check } from '../../../shared/settings.ts';
import { runCli } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let connection: Connection;

beforeAll(async () => {
  server = await startTestServer();
  await server.query(`create role keeper login password 'keeper-password'`);
  for (const name of ['crm', 'private', 'shop', 'web']) await server.createDatabase(name);
  await server.query('create table secret (id int); select lo_create(4711); select lo_create(4712)', 'crm');
  await server.query('create schema hidden; create table hidden.log (id int)', 'web');
  await server.query('revoke connect on database private from public');
  world = await openEngineWorld();
  engine = await world.start();
  const address = {
    name: 'office',
    host: server.host,
    port: server.port,
    user: 'keeper',
    database: 'postgres',
  } as const;
  connection = await engine.client.connections.save({ ...address, sslMode: 'prefer', password: 'keeper-password' });
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

/** What is said of servers and their databases. */
async function listServerChecks(): Promise<Omit<Check, 'id'>[]> {
  const checks = await engine.client.checks.run(undefined);
  return checks
    .filter(({ id }) => id.startsWith('server:'))
    .map(({ title, state, detail, toDo }) => ({ title, state, detail, toDo }));
}

const superuser =
  'keeper is no superuser: backups hold the roles without their passwords, which only a superuser may read. After a restore on a new server, set them again.';
const crm: Omit<Check, 'id'> = {
  ...{ title: 'Database crm on office', state: 'bad' },
  detail: 'keeper cannot read 2 objects of crm: 2 large objects, public.secret.',
  toDo: 'GRANT SELECT ON LARGE OBJECT 4711, 4712 TO keeper; -- large objects that come later need it, too\nGRANT SELECT ON TABLE public.secret TO keeper;',
};

/** What is said of the disk whose free space went by `lostPerDay` (bytes) in the last three weeks. */
async function checkDiskAfter(lostPerDay: number): Promise<Check | undefined> {
  const own = await openEngineWorld();
  try {
    const { bavail, bsize, blocks } = statfsSync(own.dataDir);
    const days = Array.from({ length: 21 }, (_, index) => 21 - index);
    const points = days.map((day) => ({
      at: new Date(Date.now() - day * 86_400_000).toISOString(),
      freeBytes: bavail * bsize + day * lostPerDay,
      totalBytes: blocks * bsize,
    }));
    const { db, close } = openDatabase(toPaths(own.dataDir).databasePath);
    writeSetting(db, 'diskPoints', points);
    close();
    const { client } = await own.start();
    return (await client.checks.run(undefined)).find(({ id }) => id === 'disk');
  } finally {
    await own.stop();
  }
}

describe('the check-up', () => {
  it('says whether this disk fills up, and warns when that is soon', async () => {
    expect(await checkDiskAfter(0)).toMatchObject({
      ...{ state: 'ok', detail: expect.stringMatching(/ free; not filling up$/) as string },
    });
    const { bavail, bsize } = statfsSync(world.dataDir);
    expect(await checkDiskAfter((bavail * bsize) / 5)).toMatchObject({
      ...{ state: 'warn', detail: expect.stringMatching(/ free; full in about \d days\.$/) as string },
    });
  });

  it('of a connection without a job looks at its own database', async () => {
    expect(await listServerChecks()).toEqual([
      {
        ...{ title: 'Server office', state: 'warn', toDo: null },
        detail: expect.stringMatching(
          /^PostgreSQL [\d.]+, 1 database of \d.* MB, dumped by pg_dump [\d.]+\. keeper is no superuser/,
        ) as string,
      },
    ]);
  });

  it('of a job of a whole server says what each database lacks, and which one may not be entered', async () => {
    const whole = { scope: 'server', database: null, connectionId: connection.id } as const;
    await engine.client.jobs.save({ ...whole, name: 'all' });
    const found = await listServerChecks();
    expect(found[0]?.detail).toMatch(/^PostgreSQL [\d.]+, 4 databases of /);
    expect(found[0]?.detail.endsWith(superuser)).toBe(true);
    expect(found.slice(1)).toEqual([
      crm,
      {
        ...{
          title: 'Database web on office',
          state: 'bad',
          detail: 'keeper cannot read 2 objects of web: hidden, hidden.log.',
        },
        toDo: 'GRANT USAGE ON SCHEMA hidden TO keeper;\nGRANT SELECT ON TABLE hidden.log TO keeper;',
      },
      {
        ...{ title: 'Database private on office', state: 'warn' },
        detail: 'keeper may not connect to it, so it is not backed up.',
        toDo: 'Grant CONNECT, or leave it out in the job.',
      },
    ]);
  });

  it('does not ask for rights on what the jobs leave out, and goes on behind a database that is not there', async () => {
    const [job] = await engine.client.jobs.list(undefined);
    const one = { scope: 'database', connectionId: connection.id } as const;
    const dump = { ...usualDump, excludeSchemas: ['hidden'] };
    await engine.client.jobs.save({ ...one, id: job?.id ?? '', name: 'web', database: 'web', dump });
    await engine.client.jobs.save({ ...one, name: 'gone', database: 'gone' });
    await engine.client.jobs.save({ ...one, name: 'crm', database: 'crm' });
    const found = await listServerChecks();
    expect(found.map(({ title, state }) => `${state} ${title}`).sort()).toEqual([
      'bad Database crm on office',
      'bad Database gone on office',
      'warn Server office',
    ]);
    expect(found).toContainEqual(crm);
  });

  it('prints the statements to copy, each in a line of its own', async () => {
    const output: string[] = [];
    await engine.stop();
    const ended = await runCli(world.dataDir, ['doctor']);
    const { checks } = ended.last as unknown as { checks: Check[] };
    const out = createOutput(
      { stdout: { write: (text: string) => output.push(text) > 0 }, stderr: process.stderr },
      false,
    );
    const checksRun = { run: () => Promise.resolve(checks) };
    engine = await world.start();
    const client = { ...engine.client, checks: checksRun };
    expect(await checkUp({ client, output: out, isDaemon: false })).toBe(1);
    expect(ended.exitCode).toBe(1);
    expect(output.join('')).toContain(
      'public.secret.\n      GRANT SELECT ON LARGE OBJECT 4711, 4712 TO keeper; -- large objects that come later need it, too\n      GRANT SELECT ON TABLE public.secret TO keeper;\n',
    );
  });

  it('of a server that is away says so once', async () => {
    await server.crash();
    const found = await listServerChecks();
    expect(found).toMatchObject([{ title: 'Server office', state: 'bad' }]);
    await server.start();
  });
});
