// A database with every kind of object: the reader lists what pg_restore lists and counts what the server counts in the very
// snapshot of the dump, while another session writes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createArchiveReader, type ArchiveContents } from '../../../electron/engine/postgres/archive.ts';
import type { DumpContents } from '../../../electron/engine/postgres/dump-contents.ts';
import { createDumpReader } from '../../../electron/engine/postgres/dump-reader.ts';
import type { ToolSet } from '../../../electron/engine/postgres/find-tools.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createTortureDatabase, tortureName } from '../../support/torture-database.ts';
import { dumpToBuffer, firstTools, targetOf } from './dump-to-buffer.ts';

let server: TestServer;
let tools: ToolSet;
let archive: Buffer;
let contents: ArchiveContents;

beforeAll(async () => {
  server = await startTestServer();
  tools = await firstTools(server);
  await createTortureDatabase(server);
  archive = await dumpToBuffer(tools, targetOf(server, tortureName));
  const reader = createArchiveReader();
  reader.write(archive);
  const read = reader.finish();
  if ('unknown' in read) throw new Error(read.unknown);
  contents = read;
});

afterAll(async () => {
  await server.stop();
});

describe('the archive of a database with everything in it', () => {
  it('has every kind of entry that this is about', () => {
    const kinds = [
      ...[
        'ACCESS METHOD',
        'ACL',
        'AGGREGATE',
        'BLOBS',
        'CAST',
        'CHECK CONSTRAINT',
        'COLLATION',
        'COMMENT',
        'CONSTRAINT',
      ],
      ...['CONVERSION', 'DEFAULT', 'DEFAULT ACL', 'DOMAIN', 'EVENT TRIGGER', 'EXTENSION', 'FK CONSTRAINT'],
      ...['FOREIGN DATA WRAPPER', 'FOREIGN TABLE', 'FUNCTION', 'INDEX', 'INDEX ATTACH', 'MATERIALIZED VIEW'],
      ...['MATERIALIZED VIEW DATA', 'OPERATOR', 'OPERATOR CLASS', 'OPERATOR FAMILY', 'POLICY', 'PROCEDURAL LANGUAGE'],
      ...['PROCEDURE', 'PUBLICATION', 'PUBLICATION TABLE', 'PUBLICATION TABLES IN SCHEMA', 'ROW SECURITY', 'RULE'],
      ...['SCHEMA', 'SEQUENCE', 'SEQUENCE OWNED BY', 'SEQUENCE SET', 'SERVER', 'SHELL TYPE', 'STATISTICS'],
      ...['SUBSCRIPTION', 'TABLE', 'TABLE ATTACH', 'TABLE DATA', 'TEXT SEARCH CONFIGURATION', 'TEXT SEARCH DICTIONARY'],
      ...['TEXT SEARCH PARSER', 'TEXT SEARCH TEMPLATE', 'TRANSFORM', 'TRIGGER', 'TYPE', 'USER MAPPING', 'VIEW'],
    ];
    const seen = new Set(contents.toc.map(({ desc }) => desc));
    expect(kinds.filter((kind) => !seen.has(kind))).toEqual([]);
  });

  it('lists what pg_restore lists: id, type, schema, name and owner of each', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'pgkeep-test-'));
    try {
      const file = path.join(dir, 'archive');
      writeFileSync(file, archive);
      const listed = execFileSync(tools.pgRestore, ['-l', file], { encoding: 'utf8' });
      const lines = [...listed.matchAll(/^(\d+); \d+ \d+ (.*)$/gm)].map(([, id, rest]) => `${id ?? ''} ${rest ?? ''}`);
      const own = contents.toc
        .filter(({ desc }) => !['ENCODING', 'STDSTRINGS', 'SEARCHPATH', 'DATABASE'].includes(desc))
        .map(({ dumpId, desc, schema, name, owner }) =>
          [dumpId, desc, schema === '' ? '-' : schema, name, owner].join(' ').replaceAll('\n', ' '),
        );
      expect(own.toSorted()).toEqual(lines.toSorted());
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe.each(['custom', 'plain'] as const)('a dump in %s format', (format) => {
  it('has the rows that the server has in the same snapshot, while another session writes', async () => {
    const target = targetOf(server, tortureName);
    const { host, port, user, password } = server;
    const holder = new pg.Client({ host, port, user, password, database: tortureName });
    await holder.connect();
    try {
      await holder.query('begin isolation level repeatable read');
      const exported = await holder.query<{ id: string }>('select pg_export_snapshot() as id');
      await server.query(
        `insert into plain.no_columns select from generate_series(1, 1000);
         insert into plain.days values ('2031-01-01', ${format === 'custom' ? '1' : '2'});
         delete from plain.things where other > ${format === 'custom' ? '50' : '40'}; update plain.typed set "B b" = 'later'`,
        tortureName,
      );
      const contents = [`--snapshot=${exported.rows[0]?.id ?? ''}`];
      const reader = createDumpReader(format);
      reader.write(await dumpToBuffer(tools, target, { format, contents }));
      const read = reader.finish();
      if ('unknown' in read) throw new Error(read.unknown);
      expect(countByTable(read)).toEqual(await countInSnapshot(holder, read));
      const [now] = await server.query('select count(*)::int as n from plain.no_columns', tortureName);
      expect(Number(now?.['n']) - (countByTable(read).get('plain.no_columns') ?? 0)).toBe(1000);
    } finally {
      await holder.end();
    }
  });
});

function countByTable(read: DumpContents): Map<string, number> {
  return new Map(
    read.data.filter(({ kind }) => kind === 'table').map(({ schema, name, rows }) => [`${schema}.${name}`, rows]),
  );
}

async function countInSnapshot(client: pg.Client, read: DumpContents): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { kind, schema, name } of read.data) {
    if (kind !== 'table') continue;
    const table = [schema, name].map((part) => pg.escapeIdentifier(part)).join('.');
    const { rows } = await client.query<{ n: string }>(`select count(*) as n from only ${table}`);
    counts.set(`${schema}.${name}`, Number(rows[0]?.n));
  }
  return counts;
}
