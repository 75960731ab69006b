// The archive reader against real output of pg_dump: what it says is what the server and pg_restore say, in whatever
// pieces the bytes come, and bytes that are not a whole archive never pass for one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createArchiveReader } from '../../../electron/engine/postgres/archive.ts';
import type { DumpProgress } from '../../../electron/engine/postgres/dump-contents.ts';
import type { ToolSet } from '../../../electron/engine/postgres/find-tools.ts';
import { AppError } from '../../../shared/errors.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { dumpToBuffer, firstTools, readInPieces, targetOf } from './dump-to-buffer.ts';
import { countRows, fillNastyDatabase, oddSchema, oddTable } from './nasty-database.ts';

let server: TestServer;
let tools: ToolSet;
let archive: Buffer;
let small: Buffer;

beforeAll(async () => {
  server = await startTestServer();
  tools = await firstTools(server);
  await server.createDatabase('nasty');
  await fillNastyDatabase(server, 'nasty');
  archive = await dumpToBuffer(tools, targetOf(server, 'nasty'));
  await server.createDatabase('small');
  await server.query(
    `create table a (x int, t text); insert into a values (1, 'one'), (2, E'two\\nlines'); create table b (y int);
     select lo_from_bytea(7, 'seven'), lo_from_bytea(8, '')`,
    'small',
  );
  small = await dumpToBuffer(tools, targetOf(server, 'small'));
});

afterAll(async () => {
  await server.stop();
});

/** The same sequence in every run (Park-Miller), so that a failure can be repeated. */
function createSizes(biggest: number): () => number {
  let state = 20_261_123;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return 1 + (state % biggest);
  };
}

describe('reading a real archive', () => {
  it('counts the rows of every table as the server does', async () => {
    const contents = readInPieces(archive, () => 65_536);
    const counts = new Map(
      contents.data
        .filter((entry) => entry.kind === 'table')
        .map((entry) => [JSON.stringify([entry.schema, entry.name]), entry.rows]),
    );
    expect(counts).toEqual(await countRows(server, 'nasty'));
    expect(counts.get(JSON.stringify([oddSchema, oddTable]))).toBe(42);
    expect(counts.get(JSON.stringify(['public', 'no_columns']))).toBe(5);
  });

  it('counts the large objects and their bytes, also above 2^31', () => {
    const objects = readInPieces(archive, () => 65_536).data.filter((entry) => entry.kind === 'large-objects');
    expect(objects).toMatchObject([{ rows: 5, bytes: 3 * 90_000 + 'above two to the thirty-first'.length }]);
  });

  it('lists the same entries as pg_restore -l', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'pgkeep-test-'));
    try {
      const file = path.join(dir, 'archive');
      writeFileSync(file, archive);
      const listed = execFileSync(tools.pgRestore, ['-l', file], { encoding: 'utf8' });
      const ids = [...listed.matchAll(/^(\d+); \d+ \d+ /gm)].map((match) => Number(match[1]));
      const { toc, version, serverVersion, database, bytes } = readInPieces(archive, () => 65_536);
      // pg_restore's list leaves out settings, and without -C the database itself.
      const own = toc.filter((entry) => !['ENCODING', 'STDSTRINGS', 'SEARCHPATH', 'DATABASE'].includes(entry.desc));
      expect(own.map((entry) => entry.dumpId).sort((a, b) => a - b)).toEqual(ids.sort((a, b) => a - b));
      expect(listed).toContain(`Dump Version: ${version}-0`);
      expect(listed).toContain(`Dumped from database version: ${serverVersion}`);
      expect([database, bytes]).toEqual(['nasty', archive.length]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it.each([1, 2, 3, 7, 4096])('says the same when the bytes come %i at a time', (size) => {
    expect(readInPieces(archive, () => size)).toEqual(readInPieces(archive, () => archive.length));
  });

  it.each([5, 100, 70_000])('says the same when the bytes come in pieces of up to %i', (biggest) => {
    expect(readInPieces(archive, createSizes(biggest))).toEqual(readInPieces(archive, () => archive.length));
  });

  it('sees one changed value in exactly the table that has it', async () => {
    const before = readInPieces(archive, () => 65_536).data;
    await server.query(`update long_rows set t = 'shirt' where t = 'short'`, 'nasty');
    const after = readInPieces(await dumpToBuffer(tools, targetOf(server, 'nasty')), () => 65_536).data;
    await server.query(`update long_rows set t = 'short' where t = 'shirt'`, 'nasty');
    const changed = after.filter((entry, index) => entry.sha256 !== before[index]?.sha256);
    expect(changed.map((entry) => entry.name)).toEqual(['long_rows']);
  });

  it('reports progress that only grows and ends with everything', () => {
    const seen: DumpProgress[] = [];
    const reader = createArchiveReader({ onProgress: (progress) => seen.push(progress) });
    for (let start = 0; start < archive.length; start += 10_000) reader.write(archive.subarray(start, start + 10_000));
    const contents = reader.finish();
    if ('unknown' in contents) throw new Error(contents.unknown);
    const tables = contents.data.filter((entry) => entry.kind === 'table');
    const rows = tables.reduce((sum, entry) => sum + entry.rows, 0);
    expect(seen.at(-1)).toEqual({
      tablesDone: tables.length,
      tablesTotal: tables.length,
      rows,
      bytes: archive.length,
      ...{ table: null, tableRows: 0 },
      finished: tables,
    });
    expect(seen.some((progress) => progress.table?.name === 'long_rows' && progress.tableRows > 0)).toBe(true);
    const values = seen.map((progress) => progress.tablesDone);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });
});

describe('bytes that are not a whole archive', () => {
  it('refuses the archive cut off at any byte', () => {
    for (let length = 0; length < small.length; length += 1) {
      expect(codeOf(small.subarray(0, length)), `cut after ${String(length)} bytes`).toBe('archive/damaged');
    }
    expect(codeOf(small)).toBe('fine');
  });

  it('refuses bytes after the end', () => {
    expect(codeOf(Buffer.concat([small, Buffer.from([0])]))).toBe('archive/damaged');
    expect(codeOf(Buffer.concat([small, small]))).toBe('archive/damaged');
  });

  it('refuses what is no archive at all', () => {
    expect(codeOf(Buffer.from('--\n-- PostgreSQL database dump\n--\n'))).toBe('archive/damaged');
  });

  it('answers every flipped byte with other contents or a clear refusal', () => {
    const outcomes = new Map<string, number>();
    for (let position = 0; position < small.length; position += 1) {
      const copy = Buffer.from(small);
      copy[position] = (copy[position] ?? 0) ^ 0xff;
      const outcome = codeOf(copy);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.keys()].sort()).toEqual(['archive/damaged', 'fine', 'unknown']);
  });

  it('goes on refusing after the first refusal', () => {
    const reader = createArchiveReader();
    expect(() => {
      reader.write(Buffer.from('nonsense'));
    }).toThrow(AppError);
    expect(() => {
      reader.write(small);
    }).toThrow(AppError);
    expect(() => reader.finish()).toThrow(AppError);
  });

  it('does not count a version it does not know, and says so', () => {
    const copy = Buffer.from(archive);
    copy[6] = 99;
    const reader = createArchiveReader();
    reader.write(copy);
    expect(reader.finish()).toEqual({ unknown: 'archive version 1.99 is not known' });
  });
});

/** What the reader makes of these bytes; any other error than an AppError is thrown on. */
function codeOf(bytes: Buffer): string {
  const reader = createArchiveReader();
  try {
    reader.write(bytes);
    return 'unknown' in reader.finish() ? 'unknown' : 'fine';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}
