// Making, dropping and renaming databases, and the questions asked about a server before a backup.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDatabases, readServerFacts } from '../../../electron/engine/postgres/check-server.ts';
import {
  createDatabase,
  databaseExists,
  dropDatabase,
  isDatabaseEmpty,
  renameDatabases,
} from '../../../electron/engine/postgres/database-admin.ts';
import { withSession } from '../../../electron/engine/postgres/session.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { targetOf } from './dump-to-buffer.ts';

const locale = { encoding: 'UTF8', collation: 'C', ctype: 'C' };
const odd = `a"b'c $(x)=y\\z`;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.query(`create role plain login password 'plain-pw'`);
});

afterAll(async () => {
  await server.stop();
});

describe('databases', () => {
  it('are created, found, renamed and dropped by the oddest name', async () => {
    const admin = targetOf(server);
    expect(await createDatabase(admin, odd, locale)).toEqual({ warnings: [] });
    expect(await databaseExists(admin, odd)).toBe(true);
    expect(await isDatabaseEmpty(targetOf(server, odd))).toBe(true);
    await renameDatabases(admin, [{ from: odd, to: `${odd} 2` }]);
    expect(await databaseExists(admin, odd)).toBe(false);
    expect((await listDatabases(admin)).map((database) => database.name)).toEqual([`${odd} 2`, 'postgres'].sort());
    await dropDatabase(admin, `${odd} 2`);
    await dropDatabase(admin, `${odd} 2`);
    expect(await databaseExists(admin, `${odd} 2`)).toBe(false);
  });

  it('keep the encoding of the backup, and say when the locale is another one', async () => {
    const { warnings } = await createDatabase(targetOf(server), 'latin', {
      encoding: 'LATIN1',
      collation: 'xx_YY.nowhere',
      ctype: 'xx_YY.nowhere',
    });
    expect(warnings).toEqual([expect.stringContaining('does not have the locale xx_YY.nowhere')]);
    expect(await readServerFacts(targetOf(server, 'latin'))).toMatchObject({ encoding: 'LATIN1', collation: 'C' });
    await dropDatabase(targetOf(server), 'latin');
  });

  it('are not made over an existing one, nor without the right', async () => {
    await expect(createDatabase(targetOf(server), 'postgres', locale)).rejects.toMatchObject({
      code: 'pg/database-exists',
      context: { database: 'postgres' },
    });
    const plain = targetOf(server, 'postgres', { user: 'plain', password: 'plain-pw' });
    await expect(createDatabase(plain, 'mine', locale)).rejects.toMatchObject({ code: 'pg/create-database-denied' });
  });

  it('are all renamed or none, and are dropped although somebody is connected', async () => {
    const admin = targetOf(server);
    await createDatabase(admin, 'free', locale);
    await createDatabase(admin, 'busy', locale);
    const renames = [
      { from: 'free', to: 'old' },
      { from: 'busy', to: 'free' },
    ];
    await withSession(targetOf(server, 'busy'), async (query) => {
      await expect(renameDatabases(admin, renames)).rejects.toMatchObject({
        code: 'pg/database-in-use',
        retry: 'later',
      });
      expect(await databaseExists(admin, 'free')).toBe(true);
      expect(await databaseExists(admin, 'old')).toBe(false);
      await dropDatabase(admin, 'busy');
      await expect(query('select 1')).rejects.toMatchObject({ code: 'pg/server-gone' });
    });
    await renameDatabases(admin, renames.slice(0, 1));
    expect(await databaseExists(admin, 'old')).toBe(true);
    await dropDatabase(admin, 'old');
  });

  it('are dropped with their subscriptions, which leave the slot on the other server alone', async () => {
    await createDatabase(targetOf(server), odd, locale);
    await server.query(
      `create subscription "s ""1" connection 'host=127.0.0.1 port=1' publication p with (connect = false, slot_name = 'x')`,
      odd,
    );
    // An enabled one, as it is after a person has switched it on.
    await server.query(`alter subscription "s ""1" enable`, odd);
    await dropDatabase(targetOf(server), odd);
    expect(await databaseExists(targetOf(server), odd)).toBe(false);
    expect(await server.query('select from pg_subscription')).toEqual([]);
  });

  it.each([
    ['a table', 'create table t ()'],
    ['a function', `create function f() returns int language sql as 'select 1'`],
    ['a type', `create type mood as enum ('glad')`],
    ['a schema', 'create schema s'],
    ['a large object', 'select lo_create(0)'],
    ['a publication', 'create publication p'],
    ['a foreign server', 'create foreign data wrapper w; create server s foreign data wrapper w'],
    ['a subscription', `create subscription "s; 1" connection 'port=1' publication p with (connect = false)`],
  ])('are not empty with %s', async (_name, sql) => {
    await createDatabase(targetOf(server), 'filled', locale);
    await server.query(sql, 'filled');
    expect(await isDatabaseEmpty(targetOf(server, 'filled'))).toBe(false);
    await dropDatabase(targetOf(server), 'filled');
  });
});

describe('facts about a server', () => {
  it('are what the server says', async () => {
    const [row] = await server.query('show server_version_num');
    const facts = await readServerFacts(targetOf(server));
    expect(facts).toMatchObject({ encoding: 'UTF8', collation: 'C', ctype: 'C', isSuperuser: true, isStandby: false });
    expect(facts.versionNum).toBe(Number(row?.['server_version_num']));
    expect(facts.version).toMatch(new RegExp(`^${String(facts.major)}\\.\\d+$`));
    expect(facts.extensions).toMatchObject([{ name: 'plpgsql', schema: 'pg_catalog' }]);
    expect(facts.sizeBytes).toBeGreaterThan(1_000_000);
  });

  it('hide the size of a database that the user may not enter', async () => {
    await createDatabase(targetOf(server), 'closed', locale);
    await server.query('revoke connect on database closed from public');
    const plain = targetOf(server, 'postgres', { user: 'plain', password: 'plain-pw' });
    const databases = await listDatabases(plain);
    expect(databases.find((database) => database.name === 'closed')).toEqual({ name: 'closed', sizeBytes: null });
    await dropDatabase(targetOf(server), 'closed');
  });
});
