// The reader of plain SQL on dumps as pg_dump writes them: what looks like data or like an order and is none, every way in
// which the end can be missing, and pieces of any size.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DumpContents } from '../../../electron/engine/postgres/dump-contents.ts';
import { createPlainReader } from '../../../electron/engine/postgres/plain-sql.ts';
import { AppError } from '../../../shared/errors.ts';

const begin = `--
-- PostgreSQL database dump
--

\\restrict aBc123

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 17.2

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

`;
const end = `--
-- PostgreSQL database dump complete
--

\\unrestrict aBc123

`;
const rows = '1\tone\n2\ttwo\\nlines\n';
const orders = `COPY public.orders (id, note) FROM stdin;\n${rows}\\.\n\n\n`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function read(sql: string | Buffer, size = 1 << 20): DumpContents {
  const bytes = Buffer.from(sql as string);
  const reader = createPlainReader({ rowSums: true });
  for (let start = 0; start < bytes.length; start += size) {
    // A copy that is overwritten afterwards: the reader must not keep a reference.
    const piece = Buffer.from(bytes.subarray(start, start + size));
    reader.write(piece);
    piece.fill(0x5a);
  }
  const contents = reader.finish();
  if ('unknown' in contents) throw new Error(contents.unknown);
  return contents;
}

const names = (sql: string): string[] => read(begin + sql + end).data.map(({ schema, name }) => `${schema}.${name}`);

function refusal(sql: string | Buffer): string {
  try {
    read(sql);
    return 'whole';
  } catch (error) {
    if (error instanceof AppError && error.code === 'archive/damaged') return error.message;
    throw error;
  }
}

describe('plain SQL', () => {
  it('counts the rows of a table and hashes them as an archive has them', () => {
    const text = `${rows}\\.\n\n\n`;
    const sql = begin + orders + end;
    expect(read(sql)).toMatchObject({
      ...{ serverVersion: '15.18 (Debian 15.18-0+deb12u1)', pgDumpVersion: '17.2', toc: [], sequences: [] },
      bytes: sql.length,
      data: [{ kind: 'table', schema: 'public', name: 'orders', rows: 2, bytes: text.length, sha256: sha256(text) }],
    });
  });

  it.each([
    ['a quoted name', `COPY "Sch""ema ö"."ta'b;le -- x" (a) FROM stdin;\n\\.\n\n\n`, [`Sch"ema ö.ta'b;le -- x`]],
    [
      'a name with a line break',
      `COPY public."two\nlines" ("a)b", "c(") FROM stdin;\n1\n\\.\n\n\n`,
      ['public.two\nlines'],
    ],
    ['a table without columns', 'COPY public.none  FROM stdin;\n\n\\.\n\n\n', ['public.none']],
    ['rows that look like the end', 'COPY public.t (a) FROM stdin;\n\\\\.\n\\N\\.\nx\\.\n\\.\n\n\n', ['public.t']],
    [
      'rows that look like commands',
      `COPY public.t (a) FROM stdin;\nCOPY a.b FROM stdin;\n'$$/*\n\\.\n\n\n`,
      ['public.t'],
    ],
  ])('reads %s', (_name, sql, expected) => {
    expect(names(sql)).toEqual(expected);
  });

  const copy = 'COPY public.fake (a) FROM stdin;\n1\n\\.\n\n\n';
  it.each([
    ['a string', `COMMENT ON TABLE t IS 'it''s\n${copy}';\n`],
    ['a string with backslashes that do not escape', `SELECT 'C:\\', '\n${copy}';\n`],
    ['an escaping string', `SELECT E'it\\'s\n${copy}', e'\\\\';\n`],
    ['a string after a name that ends with e', `SELECT name'a\\', '\n${copy}';\n`],
    ['dollar quotes', `CREATE FUNCTION f() RETURNS void AS $$\n${copy}$$;\n`],
    ['dollar quotes with a tag, with others inside', `DO $_x1$\n$$ ' $y$\n${copy}$_x1 $_x1$;\n`],
    ['dollars in a name before it', `SELECT a$b$, 'x$b$\n${copy}', $1;\n`],
    ['a quoted name', `CREATE TABLE "a""\n${copy}" (x int);\n`],
    ['a comment', `/* a /* b */\n${copy}*/\n`],
    ['a comment inside of a command', `SELECT 1 -- '\n, '\n${copy}' /* ' */;\n`],
    ['the body of a rule', `CREATE RULE r AS ON INSERT TO t DO (SELECT 1;\n SELECT 2);\n`],
    ['a body without quotes', `CREATE FUNCTION f() RETURNS int\n    BEGIN ATOMIC\n SELECT ';\n${copy}';\nEND;\n`],
  ])('is not fooled by %s', (_name, sql) => {
    expect(names(sql + orders)).toEqual(['public.orders']);
    for (const size of [1, 2, 3, 7])
      expect(read(begin + sql + orders + end, size)).toEqual(read(begin + sql + orders + end));
  });

  it('follows a dump whose strings escape with backslashes', () => {
    const off = begin.replace('strings = on', 'strings = off');
    const sql = `${off}COMMENT ON TABLE t IS 'it\\'s\n${copy}\\\\';\n${orders}
SELECT pg_catalog.setval('public."a\\\\b"', 5, true);\nSELECT pg_catalog.lo_open('7', 131072);
SELECT pg_catalog.lowrite(0, '\\\\x6162');\nSELECT pg_catalog.lo_close(0);\n${end}`;
    const { data, sequences } = read(sql);
    expect(data).toMatchObject([{ name: 'orders' }, { kind: 'large-objects', rows: 1, bytes: 2 }]);
    expect(sequences).toEqual([{ schema: 'public', name: 'a\\b', lastValue: '5', isCalled: true }]);
  });

  it('reads names in the encoding of the dump', () => {
    const latin = Buffer.from(
      begin.replace('UTF8', 'LATIN1') + orders.replace('public.orders', '"é"."ü"') + end,
      'latin1',
    );
    expect(read(latin).data).toMatchObject([{ schema: 'é', name: 'ü' }]);
    const unknown = Buffer.from(
      begin.replace('UTF8', 'EUC_TW') + orders.replace('public.orders', '"\xa4a"."t"') + end,
      'latin1',
    );
    expect(read(unknown).data).toMatchObject([{ schema: '\xa4a' }]);
  });

  it('reads where sequences stand and what large objects hold', () => {
    const sql = `SELECT pg_catalog.setval('public."it''s"', 9223372036854775807, false);
SELECT pg_catalog.setval('a.b', -3, true);\n\nBEGIN;\n
SELECT pg_catalog.lo_open('4000000000', 131072);
SELECT pg_catalog.lowrite(0, '\\x6162');\nSELECT pg_catalog.lowrite(0, '\\x63');\nSELECT pg_catalog.lo_close(0);\n
SELECT pg_catalog.lo_open('8', 131072);\nSELECT pg_catalog.lo_close(0);\n\nCOMMIT;\n\n`;
    const contents = read(begin + sql + end, 5);
    expect(contents.sequences).toEqual([
      { schema: 'public', name: "it's", lastValue: '9223372036854775807', isCalled: false },
      { schema: 'a', name: 'b', lastValue: '-3', isCalled: true },
    ]);
    expect(contents.data).toMatchObject([{ kind: 'large-objects', rows: 2, bytes: 3 }]);
  });

  it('is whole only to its last byte', () => {
    const sql = begin + orders + end;
    for (let length = 0; length < sql.length; length += 1) {
      expect(refusal(sql.slice(0, length)), `cut after ${String(length)} bytes`).not.toBe('whole');
    }
    expect(refusal(sql)).toBe('whole');
    expect(refusal(sql.replace(/\\(un)?restrict aBc123\n\n/g, ''))).toBe('whole');
  });

  it.each([
    ['no dump', 'select 1;\n'],
    ['an end inside of data', `${begin}COPY a.b (c) FROM stdin;\n${end}`],
    ['an end inside of a string', `${begin}SELECT '\n${end}`],
    ['an end inside of a function', `${begin}DO $$\n${end}`],
    ['another key at the end', begin + end.replace('aBc', 'xBc')],
    ['no key at the beginning', begin.replace(/\\restrict.*\n/, '') + end],
    ['a second dump behind it', begin + end + begin + end],
    ['a command behind the end', `${begin}${end.replace('\\unrestrict', 'SELECT 1;\n\\unrestrict')}`],
    ['a table twice', begin + orders + orders + end],
    ['a sequence twice', `${begin}${"SELECT pg_catalog.setval('a.b', 1, true);\n".repeat(2)}${end}`],
    ['a row too many before the empty lines', `${begin}COPY a.b (c) FROM stdin;\n\\.\nx\n\n${end}`],
    ['a COPY from elsewhere', `${begin}COPY a.b (c) FROM PROGRAM 'rm -rf /';\n${end}`],
    ['a large object that is not closed', `${begin}SELECT pg_catalog.lo_open('8', 131072);\n${end}`],
    ['an order to run a program', `${begin}\\! touch /tmp/x\n${end}`],
    ['an order inside a command', `${begin}SELECT 1 \\g /tmp/x\n;\n${end}`],
    ['an order behind blanks', `${begin}  \\restrict b\n${end}`],
    ['a second key', `${begin}\\restrict b\n${end}`],
    ['an order to connect elsewhere', `${begin}\\connect other\n${end}`],
  ])('refuses %s', (_name, sql) => {
    expect(refusal(sql)).not.toBe('whole');
  });

  it('goes on refusing after the first refusal', () => {
    const reader = createPlainReader();
    expect(() => {
      reader.write(Buffer.from('nonsense'));
    }).toThrow(AppError);
    expect(() => {
      reader.write(Buffer.from(begin + end));
    }).toThrow(AppError);
    expect(() => reader.finish()).toThrow(AppError);
  });
});
