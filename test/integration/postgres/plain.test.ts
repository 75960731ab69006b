// Plain SQL from a real server: the reader says the same as that of the archive, psql brings the same database back, and what
// goes wrong on the way is said.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareDumps } from '../../../electron/engine/postgres/compare-contents.ts';
import type { DumpContents } from '../../../electron/engine/postgres/dump-contents.ts';
import { createDumpReader, findDumpFormat } from '../../../electron/engine/postgres/dump-reader.ts';
import { createDatabase, dropDatabase } from '../../../electron/engine/postgres/database-admin.ts';
import type { ToolSet } from '../../../electron/engine/postgres/find-tools.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { dumpToBuffer, firstTools, restoreFromBuffer, targetOf } from './dump-to-buffer.ts';
import { fillNastyDatabase } from './nasty-database.ts';

const oddDatabase = `a"b'c $(x)=y\\z`;
const locale = { encoding: 'UTF8', collation: 'C', ctype: 'C' };

let server: TestServer;
let tools: ToolSet;
let sql: Buffer;
let archive: Buffer;

beforeAll(async () => {
  server = await startTestServer();
  tools = await firstTools(server);
  await server.createDatabase(oddDatabase);
  await fillNastyDatabase(server, oddDatabase);
  sql = await dumpToBuffer(tools, targetOf(server, oddDatabase), { format: 'plain' });
  archive = await dumpToBuffer(tools, targetOf(server, oddDatabase));
});

afterAll(async () => {
  await server.stop();
});

function read(bytes: Buffer, size = 65_536): DumpContents {
  const reader = createDumpReader(findDumpFormat(bytes) ?? 'custom', { rowSums: true });
  for (let start = 0; start < bytes.length; start += size) reader.write(bytes.subarray(start, start + size));
  const contents = reader.finish();
  if ('unknown' in contents) throw new Error(contents.unknown);
  return contents;
}

async function inNewDatabase<T>(name: string, fn: () => Promise<T>): Promise<T> {
  await createDatabase(targetOf(server), name, locale);
  try {
    return await fn();
  } finally {
    await dropDatabase(targetOf(server), name);
  }
}

describe('plain SQL of a real server', () => {
  it('holds what the archive of the same database holds: rows, bytes, hashes, large objects and sequences', () => {
    const plain = read(sql);
    expect(plain.data).toEqual(read(archive).data);
    expect(plain.sequences).toEqual(read(archive).sequences);
    expect(plain.sequences).toContainEqual({ schema: 'public', name: 'loose', lastValue: '99', isCalled: true });
    expect(plain.serverVersion).toBe(read(archive).serverVersion);
  });

  it.each([1000, 4096, 70_001])('says the same when it comes in pieces of %i', (size) => {
    expect(read(sql, size)).toEqual(read(sql, sql.length));
  });

  it('is refused cut off anywhere near its end', () => {
    for (let cut = 1; cut < 400; cut += 23) {
      expect(() => read(sql.subarray(0, sql.length - cut)), `cut by ${String(cut)}`).toThrow(
        expect.objectContaining({ code: 'archive/damaged' }),
      );
    }
  });

  it('comes back through psql into a database that dumps to the same contents, whatever its name', async () => {
    const name = `again ${oddDatabase}`;
    await inNewDatabase(name, async () => {
      expect(await restoreFromBuffer(tools, targetOf(server, name), sql)).toEqual({ warnings: [] });
      const again = read(await dumpToBuffer(tools, targetOf(server, name)));
      expect(compareDumps(read(sql), again)).toMatchObject({ equal: true, differences: [] });
      await server.query(`select nextval('loose'); update orders set note = 'changed' where id = 7`, name);
      const changed = read(await dumpToBuffer(tools, targetOf(server, name), { format: 'plain' }));
      expect(compareDumps(read(sql), changed).differences).toEqual([
        expect.stringContaining('public.orders: '),
        'sequence public.loose: at 99 in the backup, at 100 after the restore',
      ]);
    });
  });

  it('of a database in Latin 1 has its names and rows', async () => {
    await server.query(`create database latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0`);
    await server.query(`create table "é" (a text); insert into "é" values ('ü'); create table "è" ()`, 'latin');
    const plain = read(await dumpToBuffer(tools, targetOf(server, 'latin'), { format: 'plain' }));
    expect(plain.data.map(({ name, rows, bytes }) => [name, rows, bytes])).toEqual([
      ['è', 0, 5],
      ['é', 1, 7],
    ]);
    expect(read(await dumpToBuffer(tools, targetOf(server, 'latin'))).data).toEqual(plain.data);
  });
});

describe('a restore through psql', () => {
  it('ends at the first error', async () => {
    await inNewDatabase('occupied', async () => {
      await server.query('create table people (other int)', 'occupied');
      await expect(restoreFromBuffer(tools, targetOf(server, 'occupied'), sql)).rejects.toMatchObject({
        code: 'pg/restore-failed',
        context: { tool: 'psql', detail: 'ERROR:  relation "people" already exists' },
      });
      // What comes after it in the dump is not there.
      expect(await server.query(`select from pg_class where relname = 'scratch'`, 'occupied')).toEqual([]);
    });
  });

  it('names the role that the server does not have', async () => {
    await server.query(`create role "Shop Keeper"`);
    await server.createDatabase('owned');
    await server.query(`create table goods (id int); alter table goods owner to "Shop Keeper"`, 'owned');
    const owned = await dumpToBuffer(tools, targetOf(server, 'owned'), { format: 'plain' });
    await server.query('drop database owned');
    await server.query('drop role "Shop Keeper"');
    await inNewDatabase('orphaned', async () => {
      await expect(restoreFromBuffer(tools, targetOf(server, 'orphaned'), owned)).rejects.toMatchObject({
        code: 'pg/role-missing',
        context: { role: 'Shop Keeper' },
      });
    });
  });
});
