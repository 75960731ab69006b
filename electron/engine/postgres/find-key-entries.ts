// Finds foreign keys in an archive's table of contents, with the comments on them. Pure.
import type { ArchiveTocEntry } from './archive-head.ts';

export interface ForeignKey {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
}

/** Dump ids. pg_dump calls such an entry `table constraint`, in the table's schema. */
export function findKeyEntries(toc: readonly ArchiveTocEntry[], keys: readonly ForeignKey[]): Set<number> {
  const wanted = new Set(keys.map(({ schema, table, name }) => JSON.stringify([schema, `${table} ${name}`])));
  const found = new Set(
    toc
      .filter(({ desc, schema, name }) => desc === 'FK CONSTRAINT' && wanted.has(JSON.stringify([schema, name])))
      .map(({ dumpId }) => dumpId),
  );
  for (const { desc, dumpId, dependsOn } of toc) {
    if (desc === 'COMMENT' && dependsOn.some((id) => found.has(id))) found.add(dumpId);
  }
  return found;
}
