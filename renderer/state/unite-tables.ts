// The tables of several databases as one list to pick from: a name that several have stands once, with all their bytes.
import type { TableFacts } from '../../shared/table-facts.ts';

/** By schema and name. A name that is a table somewhere has rows to leave out, so it counts as a table. */
export function uniteTables(lists: readonly (readonly TableFacts[])[]): TableFacts[] {
  const [first = []] = lists;
  if (lists.length < 2) return [...first];
  const byName = new Map<string, TableFacts>();
  for (const table of lists.flat()) {
    const key = JSON.stringify([table.schema, table.name]);
    const other = byName.get(key);
    const kind = other?.kind === 'table' ? 'table' : table.kind;
    byName.set(key, { ...table, kind, sizeBytes: table.sizeBytes + (other?.sizeBytes ?? 0) });
  }
  return [...byName.values()].sort((a, b) => compare(a.schema, b.schema) || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
