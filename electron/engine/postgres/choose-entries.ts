// Chooses from an archive's table of contents what one table needs to come back whole: pg_restore's own -t brings the
// bare table without its indexes, keys, defaults, triggers and sequences. Pure.
import type { ArchiveTocEntry } from './archive-head.ts';

export interface ChosenEntries {
  /** In the archive's order, as pg_restore reads it from a pipe. */
  readonly dumpIds: readonly number[];
  /** Asked for and not in the archive. */
  readonly missing: readonly string[];
}

/** Belongs to a table that is restored with its data. What it needs besides (functions, sequences) comes with it. */
const partsOfTable = new Set([
  ...[
    'TABLE DATA',
    'DEFAULT',
    'SEQUENCE',
    'SEQUENCE OWNED BY',
    'CONSTRAINT',
    'CHECK CONSTRAINT',
    'INDEX',
    'STATISTICS',
  ],
  ...['TRIGGER', 'RULE', 'POLICY', 'ROW SECURITY', 'STATISTICS DATA'],
]);
/** Ties two things together: comes only where both come anyway. */
const ties = new Set(['FK CONSTRAINT', 'TABLE ATTACH', 'INDEX ATTACH']);
/** Belongs to whatever it is about. */
const remarks = new Set(['ACL', 'COMMENT', 'SECURITY LABEL', 'SEQUENCE SET']);
/** Settings of the session; they come always. */
const settings = new Set(['ENCODING', 'STDSTRINGS', 'SEARCHPATH']);

/**
 * The entries for `tables` (`schema.table`, unquoted): the tables and their partitions and children with data, everything
 * that belongs to them, and everything these need (schemas, types, extensions, sequences, functions, parent tables
 * without data). Foreign keys come where both tables do.
 */
export function chooseEntries(toc: readonly ArchiveTocEntry[], tables: readonly string[]): ChosenEntries {
  const byId = new Map(toc.map((entry) => [entry.dumpId, entry]));
  const isTable = (entry: ArchiveTocEntry): boolean => entry.desc === 'TABLE' || entry.desc === 'FOREIGN TABLE';
  const label = (entry: ArchiveTocEntry): string => `${entry.schema}.${entry.name}`;
  const idByLabel = new Map(toc.filter(isTable).map((entry) => [label(entry), entry.dumpId]));

  const whole = new Set<number>();
  const missing: string[] = [];
  for (const table of tables) {
    const id = idByLabel.get(table);
    if (id === undefined) missing.push(table);
    else whole.add(id);
  }
  // A child depends on its parent, or an attachment names both. Parents come before children in the archive only
  // mostly, so this runs until nothing is added.
  grow(whole, toc, (entry) => {
    if (!entry.dependsOn.some((id) => whole.has(id))) return null;
    if (isTable(entry)) return entry.dumpId;
    const child = entry.desc === 'TABLE ATTACH' ? idByLabel.get(label(entry)) : undefined;
    return child !== undefined && entry.dependsOn.includes(child) ? child : null;
  });

  const chosen = new Set(toc.filter((entry) => settings.has(entry.desc)).map((entry) => entry.dumpId));
  const need = (id: number): void => {
    const entry = byId.get(id);
    if (!entry || chosen.has(id)) return;
    chosen.add(id);
    entry.dependsOn.forEach(need);
  };
  whole.forEach(need);
  for (const entry of toc) {
    if (partsOfTable.has(entry.desc) && entry.dependsOn.some((id) => whole.has(id))) need(entry.dumpId);
  }
  grow(chosen, toc, (entry) => {
    if (remarks.has(entry.desc)) return entry.dependsOn.some((id) => chosen.has(id)) ? entry.dumpId : null;
    const known = entry.dependsOn.filter((id) => byId.has(id));
    return ties.has(entry.desc) && known.length > 0 && known.every((id) => chosen.has(id)) ? entry.dumpId : null;
  });
  return { dumpIds: toc.map((entry) => entry.dumpId).filter((id) => chosen.has(id)), missing };
}

/** Adds what `pick` answers for an entry until a whole round adds nothing. */
function grow(
  set: Set<number>,
  toc: readonly ArchiveTocEntry[],
  pick: (entry: ArchiveTocEntry) => number | null,
): void {
  let before = -1;
  while (set.size !== before) {
    before = set.size;
    for (const entry of toc) {
      const id = pick(entry);
      if (id !== null) set.add(id);
    }
  }
}
