// From a real server into a real, new database and back into words: what comes back is what was there, and the password
// is nowhere on the way.
import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeasuredEntry } from '../../../electron/engine/postgres/copy-meter.ts';
import { compareContents } from '../../../electron/engine/postgres/compare-contents.ts';
import { withPassfile } from '../../../electron/engine/postgres/connection.ts';
import { createDatabase, dropDatabase } from '../../../electron/engine/postgres/database-admin.ts';
import { readGlobals, startDump } from '../../../electron/engine/postgres/dump.ts';
import type { ToolSet } from '../../../electron/engine/postgres/find-tools.ts';
import { toOutputBufferEnv } from '../../../electron/engine/postgres/output-buffer.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { dumpToBuffer, firstTools, readInPieces, restoreFromBuffer, targetOf, withTempDir } from './dump-to-buffer.ts';
import { fillNastyDatabase, oddQualified, oddSchema, oddTable } from './nasty-database.ts';

/** Everything that a shell, a URL or a conninfo string would trip over. */
const oddDatabase = `a"b'c $(x)=y\\z`;
const locale = { encoding: 'UTF8', collation: 'C', ctype: 'C' };

let server: TestServer;
let tools: ToolSet;
let archive: Buffer;

beforeAll(async () => {
  server = await startTestServer();
  tools = await firstTools(server);
  await server.createDatabase(oddDatabase);
  await fillNastyDatabase(server, oddDatabase);
  archive = await dumpToBuffer(tools, targetOf(server, oddDatabase));
});

afterAll(async () => {
  await server.stop();
});

function read(bytes: Buffer): readonly MeasuredEntry[] {
  return readInPieces(bytes, () => 65_536).data;
}

async function inNewDatabase<T>(name: string, fn: () => Promise<T>): Promise<T> {
  await createDatabase(targetOf(server), name, locale);
  try {
    return await fn();
  } finally {
    await dropDatabase(targetOf(server), name);
  }
}

describe('restoring everything', () => {
  it('brings back a database that dumps to the same contents, whatever its name', async () => {
    const name = `res"tored' ${oddDatabase}`;
    await inNewDatabase(name, async () => {
      expect(await restoreFromBuffer(tools, targetOf(server, name), archive)).toEqual({ warnings: [] });
      const again = read(await dumpToBuffer(tools, targetOf(server, name)));
      const comparison = compareContents(read(archive), again);
      expect(comparison).toMatchObject({ equal: true, differences: [], tables: again.length - 1 });

      await server.query(`update orders set note = 'changed' where id = 7; delete from child where id = 2`, name);
      const changed = compareContents(read(archive), read(await dumpToBuffer(tools, targetOf(server, name))));
      expect(changed.differences).toEqual([
        'public.child: 2 rows in the backup, 1 after the restore',
        expect.stringMatching(/^public\.orders: [\d\s]+ bytes in the backup, [\d\s]+ after the restore$/),
      ]);
    });
  });

  it('fails when one statement fails, although pg_restore goes on', async () => {
    await inNewDatabase('occupied', async () => {
      await server.query('create table people (other int)', 'occupied');
      await expect(restoreFromBuffer(tools, targetOf(server, 'occupied'), archive)).rejects.toMatchObject({
        code: 'pg/restore-failed',
        context: { detail: expect.stringContaining('relation "people" already exists') as string },
      });
    });
  });

  it('fails on an archive that is cut off', async () => {
    await inNewDatabase('cut', async () => {
      const half = archive.subarray(0, Math.floor(archive.length / 2));
      await expect(restoreFromBuffer(tools, targetOf(server, 'cut'), half)).rejects.toMatchObject({
        code: 'archive/damaged',
      });
    });
  });

  it('names the role that the server does not have, and does without it when asked to', async () => {
    await server.query(`create role "Shop Keeper"`);
    await server.createDatabase('owned');
    await server.query(`create table goods (id int); alter table goods owner to "Shop Keeper"`, 'owned');
    const owned = await dumpToBuffer(tools, targetOf(server, 'owned'));
    await server.query('drop database owned');
    await server.query('drop role "Shop Keeper"');
    await inNewDatabase('orphaned', async () => {
      await expect(restoreFromBuffer(tools, targetOf(server, 'orphaned'), owned)).rejects.toMatchObject({
        code: 'pg/role-missing',
        context: { role: 'Shop Keeper' },
      });
    });
    await inNewDatabase('adopted', async () => {
      await restoreFromBuffer(tools, targetOf(server, 'adopted'), owned, { withoutOwners: true });
      expect(await server.query('select tableowner from pg_tables where tablename = $$goods$$', 'adopted')).toEqual([
        { tableowner: 'postgres' },
      ]);
    });
  });
});

describe('restoring some tables', () => {
  const restoreTables = (name: string, tables: string[]): Promise<{ warnings: string[] }> =>
    restoreFromBuffer(tools, targetOf(server, name), archive, { tables });

  it('brings a table with everything that belongs to it, and nothing else', async () => {
    await inNewDatabase('some', async () => {
      await restoreTables('some', ['public.people']);
      const again = read(await dumpToBuffer(tools, targetOf(server, 'some')));
      expect(compareContents(read(archive), again, { onlyTables: ['public.people'] })).toMatchObject({
        equal: true,
        tables: 1,
        rows: 300,
      });
      expect(again.map((entry) => entry.name)).toEqual(['people']);
      const [facts] = await server.query(
        `select (select count(*) from pg_indexes where tablename = 'people') as indexes,
                (select count(*) from pg_trigger where not tgisinternal) as triggers,
                (select count(*) from pg_policies) as policies,
                (select last_value from people_id_seq) as last,
                obj_description('people'::regclass) as said`,
        'some',
      );
      expect(facts).toEqual({ indexes: '3', triggers: '1', policies: '1', last: '300', said: 'people of the shop' });
      expect(await server.query(`insert into people (mail) values ('new@x') returning id, doubled`, 'some')).toEqual([
        { id: 301, doubled: 14 },
      ]);
    });
  });

  it('brings all partitions of a partitioned table', async () => {
    await inNewDatabase('parts', async () => {
      await restoreTables('parts', ['public.days']);
      expect(await server.query('select count(*) as n, count(distinct tableoid) as parts from days', 'parts')).toEqual([
        { n: '500', parts: '3' },
      ]);
    });
  });

  it('keeps a foreign key where both tables come, and leaves it out where one is missing', async () => {
    const keys = (name: string) => server.query(`select count(*) as n from pg_constraint where contype = 'f'`, name);
    await inNewDatabase('both', async () => {
      await restoreTables('both', ['public.orders', 'public.people']);
      expect(await keys('both')).toEqual([{ n: '1' }]);
    });
    await inNewDatabase('alone', async () => {
      await restoreTables('alone', ['public.orders']);
      expect(await keys('alone')).toEqual([{ n: '0' }]);
      expect(await server.query('insert into orders default values returning id', 'alone')).toEqual([{ id: '1001' }]);
    });
  });

  it('finds a table by the oddest name', async () => {
    await inNewDatabase('odd', async () => {
      await restoreTables('odd', [`${oddSchema}.${oddTable}`]);
      expect(await server.query(`select count(*) as n from ${oddQualified}`, 'odd')).toEqual([{ n: '42' }]);
    });
  });

  it('says which table is not in the backup', async () => {
    await inNewDatabase('none', async () => {
      await expect(restoreTables('none', ['public.people', 'public.nobody'])).rejects.toMatchObject({
        code: 'input/not-found',
        context: { what: 'public.nobody' },
      });
    });
  });
});

describe('secrets', () => {
  it('are not in the arguments or environment of the program, and the passfile is private and goes', async () => {
    await withTempDir(async (dir) => {
      const target = targetOf(server, oddDatabase);
      await withPassfile(target, dir, async (env) => {
        const dump = startDump({ tools, target, env });
        const seen = await Promise.all(
          ['cmdline', 'environ'].map((name) => readFile(`/proc/${String(dump.pid)}/${name}`, 'utf8')),
        );
        expect(seen.join('\0')).toContain('PGPASSFILE=');
        expect(seen.join('\0')).not.toContain(server.password);
        expect(await readdir(dir)).toHaveLength(1);
        dump.stdout.resume();
        await dump.done;
      });
      expect(await readdir(dir)).toEqual([]);
    });
  });
});

describe('globals', () => {
  const globals = (over: Parameters<typeof targetOf>[2] = {}) =>
    withTempDir((dir) => {
      const target = targetOf(server, oddDatabase, over);
      return withPassfile(target, dir, (env) => readGlobals({ tools, target, env }));
    });

  it('hold roles with their passwords for a superuser', async () => {
    const { sql, warnings } = await globals();
    expect(sql).toMatch(/ALTER ROLE postgres WITH .*PASSWORD 'SCRAM-SHA-256\$/);
    expect(warnings).toEqual([]);
  });

  it('hold roles without passwords for others, and say so', async () => {
    await server.query(`create role plain login password 'plain-pw'`);
    const { sql, warnings } = await globals({ user: 'plain', password: 'plain-pw' });
    expect(sql).toContain('CREATE ROLE plain;');
    expect(sql).not.toContain('SCRAM');
    expect(warnings).toEqual(['Roles were saved without their passwords: only a superuser may read them.']);
  });
});

const hasLibrary = Object.keys(toOutputBufferEnv()).length > 0;

describe('pg_dump’s output', () => {
  it.runIf(hasLibrary)('comes in large pieces where the system can set its buffer', async () => {
    await server.query('create table wide as select repeat(md5(n::text), 8) as text from generate_series(1, 40000) n');
    const target = targetOf(server);
    await withPassfile(target, tmpdir(), async (env) => {
      const dump = startDump({ tools, target, env });
      const pieces: number[] = [];
      for await (const piece of dump.stdout as AsyncIterable<Buffer>) pieces.push(piece.length);
      await dump.done;
      const bytes = pieces.reduce((sum, length) => sum + length, 0);
      expect(bytes).toBeGreaterThan(10_000_000);
      expect(bytes / pieces.length).toBeGreaterThan(20_000);
    });
  });

  it('is left as it is where the system has no library for it', () => {
    expect(toOutputBufferEnv(() => false)).toEqual({});
  });
});
