// Archives and SQL of real pg_dump programs, each beside what the pg_restore of its version lists in it. pg15 and pg17 dumped a
// server 15, pg18 a server 18. made-1.15 is pg15's archive with the header of version 1.15 (one byte for the compression),
// for no pg_dump 16 was at hand; pg_restore 18 reads it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createArchiveReader, type ArchiveContents } from '../../../electron/engine/postgres/archive.ts';
import { compareDumps } from '../../../electron/engine/postgres/compare-contents.ts';
import type { DumpContents, DumpReader } from '../../../electron/engine/postgres/dump-contents.ts';
import { createPlainReader } from '../../../electron/engine/postgres/plain-sql.ts';

const file = (name: string): Buffer => readFileSync(new URL(`archives/${name}`, import.meta.url));

function read<Contents extends DumpContents>(reader: DumpReader<Contents>, bytes: Buffer, size = 4096): Contents {
  for (let start = 0; start < bytes.length; start += size) reader.write(bytes.subarray(start, start + size));
  const contents = reader.finish();
  if ('unknown' in contents) throw new Error(contents.unknown);
  return contents;
}

const readArchive = (name: string, size?: number): ArchiveContents =>
  read(createArchiveReader({ rowSums: true }), file(`${name}.dump`), size);
const readSql = (name: string): DumpContents => read(createPlainReader({ rowSums: true }), file(`${name}.sql`));

const archives = ['pg15-1.14', 'made-1.15', 'pg17-1.16', 'pg18-1.16'] as const;

/** `3342; 0 0 COMMENT public FUNCTION looks() postgres` */
function parseList(name: string): { head: Map<string, string>; entries: string[] } {
  const lines = file(`${name}.list`).toString('utf8').split('\n');
  const facts = lines.flatMap((line) => {
    const match = /^; {4,}(.+?): (.+)$/.exec(line);
    return match ? [[match[1] ?? '', match[2] ?? ''] as const] : [];
  });
  const entries = lines.filter((line) => /^\d+; /.test(line)).map((line) => line.replace(/^(\d+); \d+ \d+ /, '$1 '));
  return { head: new Map(facts), entries };
}

describe.each(archives)('the archive %s', (name) => {
  const contents = readArchive(name);

  it('has the entries that pg_restore lists: id, type, schema, name and owner', () => {
    const { entries } = parseList(name);
    const own = contents.toc
      .filter(({ desc }) => !['ENCODING', 'STDSTRINGS', 'SEARCHPATH', 'DATABASE'].includes(desc))
      .map(({ dumpId, desc, schema, name: entry, owner }) =>
        [dumpId, desc, schema === '' ? '-' : schema, entry.replaceAll('\n', ' '), owner].join(' '),
      );
    expect(entries.length).toBeGreaterThan(25);
    expect(own.toSorted()).toEqual(entries.toSorted());
  });

  it('says of itself what pg_restore says of it', () => {
    const { head } = parseList(name);
    expect(head.get('Dump Version')).toBe(`${contents.version}-0`);
    expect(head.get('Dumped from database version')).toBe(contents.serverVersion);
    expect(head.get('Dumped by pg_dump version')).toBe(contents.pgDumpVersion);
    expect(head.get('dbname')).toBe(contents.database);
    expect(contents.version).toBe(name.replace(/^.*-/, ''));
  });

  it('holds the rows, large objects and sequences that were put in', () => {
    expect(contents.data.map(({ schema, name: table, rows }) => [`${schema}.${table}`, rows])).toEqual([
      [`Sch"ema ö.ta'b"le; x`, 9],
      ['public.days_1', 2],
      ['public.days_2', 2],
      ['public.nothing', 0],
      ['public.plain_rows', 5],
      ['.', 3],
    ]);
    expect(contents.sequences).toEqual([
      { schema: 'public', name: 'nothing_id_seq', lastValue: '1', isCalled: true },
      { schema: 'public', name: "odd's", lastValue: '-1', isCalled: true },
      { schema: 'public', name: 'plain_rows_id_seq', lastValue: '5', isCalled: true },
    ]);
  });

  it('holds the same as the archive of the oldest version, however its large objects are grouped', () => {
    expect(compareDumps(readArchive('pg15-1.14'), contents)).toMatchObject({ equal: true, differences: [] });
  });

  it('is read the same in pieces of any size', () => {
    for (const size of [1, 7, 100]) expect(readArchive(name, size)).toEqual(contents);
  });
});

it('large objects are one group up to 16, and from 17 on one for each owner and rights', () => {
  const groups = (name: string): number => readArchive(name).toc.filter(({ desc }) => desc === 'BLOBS').length;
  expect(archives.map(groups)).toEqual([1, 1, 3, 3]);
});

describe.each(['pg15', 'pg18'])('the SQL of %s', (name) => {
  it('holds the same as the archive of the same version', () => {
    const archive = readArchive(name === 'pg15' ? 'pg15-1.14' : 'pg18-1.16');
    const sql = readSql(name);
    expect(sql.data).toEqual(archive.data);
    expect(sql.sequences).toEqual(archive.sequences);
    expect([sql.serverVersion, sql.pgDumpVersion]).toEqual([archive.serverVersion, archive.pgDumpVersion]);
  });
});
