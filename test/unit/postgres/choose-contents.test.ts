import { describe, expect, it } from 'vitest';
import { usualDump, type DumpChoice } from '../../../shared/dump-choice.ts';
import { chooseContents } from '../../../electron/engine/postgres/choose-contents.ts';
import { mostArgumentBytes, toContentsArgs } from '../../../electron/engine/postgres/contents-args.ts';
import { findKeyEntries } from '../../../electron/engine/postgres/find-key-entries.ts';
import { relationKey, type RelationFacts, type Structure } from '../../../electron/engine/postgres/read-structure.ts';
import { describeLeftOut, nameLeftOut, summarizeLeftOut, type LeftOut } from '../../../shared/left-out.ts';

/** Patterns in these tests are the exact `schema.name`, or the bare name of a schema. */
function relation(label: string, change: Partial<RelationFacts> = {}): RelationFacts {
  const [schema = '', name = ''] = label.split('.');
  const facts = { schema, name, kind: 'r', parents: [], ofExtension: false, unlogged: false, sizeBytes: 10 };
  return { id: label, ...facts, hits: new Set([label]), ...change };
}

function structure(relations: readonly RelationFacts[], change: Partial<Structure> = {}): Structure {
  const names = [...new Set(relations.map(({ schema }) => schema))];
  const schemaOf = new Map(relations.map(({ id, schema }) => [relationKey(id), schema]));
  for (const name of names) schemaOf.set(`pg_namespace:${name}`, name);
  return {
    schemas: names.map((name) => ({ name, hits: new Set([name]) })),
    ...{ relations, partOf: new Map(), needs: [], foreignKeys: [] },
    ...change,
    schemaOf: new Map([...schemaOf, ...(change.schemaOf ?? [])]),
  };
}

const choose = (facts: Structure, choice: Partial<DumpChoice>) => {
  const { leftOut, ...rest } = chooseContents(facts, { ...usualDump, ...choice });
  const labels = (list: readonly { schema: string; name: string }[]): string[] =>
    list.map(({ schema, name }) => `${schema}.${name}`);
  return { ...rest, leftOut, out: labels(leftOut.tables), empty: labels(leftOut.rows) };
};

const shop = [relation('shop.orders'), relation('shop.people'), relation('log.lines')];

describe('choosing what is dumped', () => {
  it('takes the rest when something is left out, and counts its size', () => {
    expect(choose(structure(shop), { excludeTables: ['shop.people'], excludeData: ['log.lines'] })).toMatchObject({
      ...{ out: ['shop.people'], empty: ['log.lines'], outIds: ['shop.people'], emptyIds: ['log.lines'] },
      ...{ sizeBytes: 10, tablesWithRows: 1, unmatched: [], needed: [] },
    });
  });

  it('lets children follow their parents, not the other way round', () => {
    const tree = [
      relation('s.days', { kind: 'p' }),
      relation('s.y26', { kind: 'p', parents: ['s.days'] }),
      relation('s.q1', { parents: ['s.y26'] }),
      relation('s.y25', { parents: ['s.days'] }),
    ];
    expect(choose(structure(tree), { excludeTables: ['s.y26'] }).out).toEqual(['s.y26', 's.q1']);
    expect(choose(structure(tree), { excludeData: ['s.days'] }).empty).toEqual(['s.days', 's.y26', 's.q1', 's.y25']);
    expect(choose(structure(tree), { includeTables: ['s.y26'] }).out).toEqual(['s.days', 's.y25']);
  });

  it('keeps the structure of what something in the dump needs, through several steps and parts', () => {
    const facts = structure([...shop, relation('shop.view', { kind: 'v' }), relation('log.view', { kind: 'v' })], {
      partOf: new Map([['pg_rewrite:1', relationKey('shop.view')]]),
      needs: [
        ['pg_rewrite:1', relationKey('log.view')],
        [relationKey('log.view'), relationKey('log.lines')],
      ],
    });
    const chosen = choose(facts, { excludeSchemas: ['log'] });
    expect(chosen).toMatchObject({ out: [], empty: ['log.lines'], needed: ['schema log', 'log.view', 'log.lines'] });
    expect(chosen.leftOut.schemas).toEqual([]);
    // The view itself is left out: then nothing needs them.
    expect(choose(facts, { excludeSchemas: ['log'], excludeTables: ['shop.view'] }).leftOut.schemas).toEqual(['log']);
  });

  it('keeps a schema for a type or an extension that is in the dump, without its tables', () => {
    const needsType = structure(shop, {
      needs: [[relationKey('shop.orders'), 'pg_type:7']],
      schemaOf: new Map([['pg_type:7', 'log']]),
    });
    const needsSchema = structure(shop, { needs: [['pg_extension:9', 'pg_namespace:log']] });
    for (const facts of [needsType, needsSchema]) {
      const chosen = choose(facts, { excludeSchemas: ['log'] });
      expect(chosen).toMatchObject({ out: ['log.lines'], needed: ['schema log'] });
      expect(chosen.leftOut.schemas).toEqual([]);
    }
  });

  it('knows which foreign keys cannot come back', () => {
    const foreignKeys = [{ from: 'shop.orders', to: 'shop.people', name: 'fk' }];
    const facts = structure(shop, { foreignKeys });
    const broken = (choice: Partial<DumpChoice>): number => choose(facts, choice).leftOut.foreignKeys.length;
    expect(broken({ excludeData: ['shop.people'] })).toBe(1);
    expect(broken({ excludeTables: ['shop.people'] })).toBe(1);
    expect(broken({ excludeTables: ['shop.people'], excludeData: ['shop.orders'] })).toBe(1);
    expect(broken({ excludeData: ['shop.people', 'shop.orders'] })).toBe(0);
    expect(broken({ excludeTables: ['shop.orders'] })).toBe(0);
    const parts = structure([...shop, relation('shop.p1', { parents: ['shop.people'] })], { foreignKeys });
    expect(choose(parts, { excludeData: ['shop.p1'] }).leftOut.foreignKeys).toHaveLength(1);
  });

  it('knows that a standby has no rows of unlogged tables', () => {
    const facts = structure([...shop, relation('shop.cart', { unlogged: true })]);
    expect(chooseContents(facts, usualDump, true).leftOut.rows).toEqual([{ schema: 'shop', name: 'cart' }]);
    expect(chooseContents(facts, usualDump).emptyIds).toEqual([]);
  });

  it('refuses a pattern of what is to be in that fits nothing, and tells one of what is out', () => {
    expect(() => choose(structure(shop), { includeTables: ['shop.gone'] })).toThrow(
      expect.objectContaining({ code: 'pg/choice-unmatched', context: { patterns: 'shop.gone', count: 1 } }),
    );
    expect(choose(structure(shop), { excludeData: ['x.y'], excludeSchemas: ['z'] }).unmatched).toEqual(['z', 'x.y']);
  });
});

const leftOut: LeftOut = {
  schemas: ['a"b.c'],
  tables: [{ schema: 's', name: 't*' }],
  rows: [{ schema: 's', name: 'L' }],
  largeObjects: true,
  foreignKeys: [{ schema: 's', table: 'o', name: 'fk' }],
};

describe('saying it', () => {
  it('to pg_dump with exact names', () => {
    expect(toContentsArgs(leftOut, 1000)).toEqual([
      ...['--exclude-schema="a""b.c"', '--exclude-table="s"."t*"', '--exclude-table-data="s"."L"', '-B'],
    ]);
    expect(() => toContentsArgs(leftOut, 50)).toThrow(expect.objectContaining({ code: 'pg/choice-too-long' }));
    expect(mostArgumentBytes('win32')).toBeLessThan(32_768);
  });

  it('to people, with the first names', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ schema: 's', name: `t${String(index)}` }));
    const summary = summarizeLeftOut({ ...leftOut, rows: many });
    expect(summary.rows.names).toHaveLength(20);
    expect(describeLeftOut(summary)).toEqual([
      'Not in this backup: 1 schema (a"b.c).',
      'Not in this backup: 1 table (s.t*).',
      'This backup has no rows of s.t0, s.t1, s.t2, s.t3, s.t4, s.t5, s.t6, s.t7 and 22 more: they come back empty.',
      'Not in this backup: large objects.',
      'A restore leaves out what such rows would break: the foreign key fk of o.',
    ]);
    expect(nameLeftOut(summary).join(', ')).toBe(
      'without 1 schema, without 1 table, without the rows of 30 tables, without large objects',
    );
    expect(describeLeftOut(null)).toEqual([]);
  });

  it('to pg_restore: the key with the comment on it', () => {
    const entry = (dumpId: number, desc: string, name: string, dependsOn: number[] = []) => ({
      ...{ dumpId, desc, schema: 's', name, owner: '', dependsOn, hasData: false, isCopy: false, definition: null },
    });
    const toc = [entry(1, 'TABLE', 'o'), entry(2, 'FK CONSTRAINT', 'o fk', [1]), entry(3, 'COMMENT', 'x', [2])];
    const others = [entry(4, 'FK CONSTRAINT', 'o other', [1]), entry(5, 'COMMENT', 'y', [1])];
    expect([...findKeyEntries([...toc, ...others], leftOut.foreignKeys)]).toEqual([2, 3]);
  });
});
