// What the form of a server's job offers to leave out: the tables of all its databases.
import { describe, expect, it } from 'vitest';
import { uniteTables } from '../../renderer/state/unite-tables.ts';
import type { TableFacts } from '../../shared/table-facts.ts';

const facts = (schema: string, name: string, sizeBytes: number, kind: TableFacts['kind'] = 'table'): TableFacts => ({
  ...{ schema, name, kind, sizeBytes },
});

describe('the tables of several databases', () => {
  it('stand once each, with all their bytes, by schema and name', () => {
    const shop = [facts('shop', 'orders', 30), facts('public', 'log', 5)];
    const crm = [facts('public', 'log', 7), facts('crm', 'calls', 1)];
    expect(uniteTables([shop, crm])).toEqual([
      facts('crm', 'calls', 1),
      facts('public', 'log', 12),
      facts('shop', 'orders', 30),
    ]);
  });

  it('count as tables where one of them is one', () => {
    const view = [facts('public', 'log', 0, 'view')];
    const table = [facts('public', 'log', 3)];
    expect(uniteTables([table, view])).toEqual([facts('public', 'log', 3)]);
    expect(uniteTables([view, table])).toEqual([facts('public', 'log', 3)]);
  });

  it('stay as they came from one database, and are none from none', () => {
    const shop = [facts('shop', 'b', 1), facts('shop', 'a', 2)];
    expect(uniteTables([shop])).toEqual(shop);
    expect(uniteTables([])).toEqual([]);
  });
});
