// Says whether two databases hold the same, by PostgreSQL's own means and none of the engine's: the schema by
// `pg_dump --schema-only`, rows, sequences and large objects by queries. For tests and the demo.
import { readContents } from './compare-databases-contents.ts';
import { readSchema } from './compare-databases-schema.ts';

export interface Comparison {
  readonly equal: boolean;
  /** One sentence each, objects by name. Empty when equal. */
  readonly differences: readonly string[];
  /** Of the first database: tables that hold rows of their own (partitions, materialised views), and their rows. */
  readonly tables: number;
  readonly rows: number;
}

/**
 * Compares everything `pg_dump` carries without `--create`: definitions, comments, owners and rights; rows of every
 * table in any order; sequence values; large objects with owner, rights and comment; encoding and collation. Not
 * compared: tablespaces, and what belongs to the database itself (its rights, comment and settings).
 */
export async function compareDatabases(urlA: string, urlB: string): Promise<Comparison> {
  const [schemaA, schemaB] = await Promise.all([readSchema(urlA), readSchema(urlB)]);
  const [contentsA, contentsB] = await Promise.all([readContents(urlA), readContents(urlB)]);
  const differences = [...diffFacts(schemaA, schemaB), ...diffFacts(contentsA.facts, contentsB.facts)];
  return { equal: differences.length === 0, differences, tables: contentsA.tables, rows: contentsA.rows };
}

/** What is known of a database: an object's name, and everything about it in words. */
export type Facts = ReadonlyMap<string, string>;

/** The differences of two sets of facts, sorted by object. */
export function diffFacts(a: Facts, b: Facts): string[] {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  return names.flatMap((name) => {
    const [inA, inB] = [a.get(name), b.get(name)];
    if (inA === inB) return [];
    if (inB === undefined) return [`${name}: only in the first`];
    if (inA === undefined) return [`${name}: only in the second`];
    return [`${name}: ${describeChange(inA, inB)}`];
  });
}

/** The first line that differs, of texts that may be long. */
function describeChange(a: string, b: string): string {
  const [linesA, linesB] = [a.split('\n'), b.split('\n')];
  const at = linesA.findIndex((line, index) => line !== linesB[index]);
  const [lineA, lineB] = at === -1 ? [undefined, linesB[linesA.length]] : [linesA[at], linesB[at]];
  return `${shorten(lineA)} <> ${shorten(lineB)}`;
}

function shorten(line: string | undefined): string {
  if (line === undefined) return '(nothing)';
  const text = line.trim();
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
