import { describe, expect, it } from 'vitest';
import { parseSchema } from '../../support/compare-databases-schema.ts';
import { diffFacts } from '../../support/compare-databases.ts';

const entry = (name: string, type: string, body: string): string =>
  `--\n-- Name: ${name}; Type: ${type}; Schema: shop; Owner: postgres\n--\n\n${body}\n\n\n`;
const head =
  '--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\n-- Dumped from database version 15\n\nSET a = 1;\n\n';

describe('a schema as facts', () => {
  it('does not depend on the order of entries, the dump program and its session', () => {
    const a = head + entry('t', 'TABLE', 'CREATE TABLE shop.t ();') + entry('v', 'VIEW', 'CREATE VIEW shop.v;');
    const b = `${head.replace('abc', 'def').replace('15', '16')}${entry('v', 'VIEW', 'CREATE VIEW shop.v;')}${entry(
      't',
      'TABLE',
      "SET default_tablespace = '';\nCREATE TABLE shop.t ();",
    )}`;
    expect(diffFacts(parseSchema(a), parseSchema(b))).toEqual([]);
  });

  it('does not depend on the order of grants', () => {
    const a = entry('TABLE t', 'ACL', 'GRANT SELECT ON t TO a;\nGRANT SELECT ON t TO b;');
    const b = entry('TABLE t', 'ACL', 'GRANT SELECT ON t TO b;\nGRANT SELECT ON t TO a;');
    expect(diffFacts(parseSchema(a), parseSchema(b))).toEqual([]);
    expect(diffFacts(parseSchema(a), parseSchema(b.replace('TO b', 'TO c')))).toHaveLength(1);
  });

  it('keeps entries of one name apart from one of them', () => {
    const one = entry('t', 'TABLE', 'x');
    expect(diffFacts(parseSchema(one + one), parseSchema(one))).toHaveLength(1);
  });
});

describe('the differences of two sets of facts', () => {
  it('name the object and the first line that differs', () => {
    const a = new Map([
      ['only a', '1'],
      ['same', '1'],
      ['table', 'x\ny'],
      ['longer', 'x'],
    ]);
    const b = new Map([
      ['only b', '1'],
      ['same', '1'],
      ['table', 'x\nz'],
      ['longer', 'x\ny'],
    ]);
    expect(diffFacts(a, b)).toEqual([
      'longer: (nothing) <> y',
      'only a: only in the first',
      'only b: only in the second',
      'table: y <> z',
    ]);
  });
});
