// What of its database a backup does not hold, because the job leaves it out: in full as the manifest has it, and short as
// lists show it.
import { z } from 'zod';
import { formatCount, formatPlural } from './format.ts';

const relationSchema = z.object({ schema: z.string(), name: z.string() });

export const leftOutSchema = z.object({
  /** Schemas of which nothing is in the backup. */
  schemas: z.array(z.string()),
  /** Tables and views that are not in it, those of `schemas` aside. */
  tables: z.array(relationSchema),
  /** Tables that come back empty: with their structure and without their rows. */
  rows: z.array(relationSchema),
  largeObjects: z.boolean(),
  /** Foreign keys that no restore can bring back, for the rows they point to are not there. */
  foreignKeys: z.array(z.object({ schema: z.string(), table: z.string(), name: z.string() })),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

/** The names are the first of `count`. */
const someSchema = z.object({ count: z.number().int(), names: z.array(z.string()) });
export type SomeNames = z.infer<typeof someSchema>;

export const leftOutSummarySchema = z.object({
  schemas: someSchema,
  tables: someSchema,
  rows: someSchema,
  largeObjects: z.boolean(),
  foreignKeys: someSchema,
});
export type LeftOutSummary = z.infer<typeof leftOutSummarySchema>;

/** Enough for a person; the manifest has them all. */
const mostNames = 20;

export function summarizeLeftOut(leftOut: LeftOut): LeftOutSummary {
  const some = (names: readonly string[]): SomeNames => ({ count: names.length, names: names.slice(0, mostNames) });
  const label = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}.${name}`;
  return {
    schemas: some(leftOut.schemas),
    tables: some(leftOut.tables.map(label)),
    rows: some(leftOut.rows.map(label)),
    largeObjects: leftOut.largeObjects,
    foreignKeys: some(leftOut.foreignKeys.map(({ table, name }) => `${name} of ${table}`)),
  };
}

/** One sentence for each kind of thing that is missing; empty for null. */
export function describeLeftOut(leftOut: LeftOutSummary | null): string[] {
  if (!leftOut) return [];
  const { schemas, tables, rows, foreignKeys } = leftOut;
  return [
    ...(schemas.count > 0
      ? [`Not in this backup: ${formatPlural(schemas.count, 'schema')} (${listNames(schemas)}).`]
      : []),
    ...(tables.count > 0 ? [`Not in this backup: ${formatPlural(tables.count, 'table')} (${listNames(tables)}).`] : []),
    ...(rows.count > 0
      ? [`This backup has no rows of ${listNames(rows)}: ${rows.count === 1 ? 'it comes' : 'they come'} back empty.`]
      : []),
    ...(leftOut.largeObjects ? ['Not in this backup: large objects.'] : []),
    ...(foreignKeys.count > 0 ? [`A restore leaves out what such rows would break: ${listKeys(foreignKeys)}.`] : []),
  ];
}

function listKeys(keys: SomeNames): string {
  return `${keys.count === 1 ? 'the foreign key' : 'the foreign keys'} ${listNames(keys)}`;
}

/** The same in a few words for a table's cell: `without 2 schemas`. */
export function nameLeftOut(leftOut: LeftOutSummary | null): string[] {
  if (!leftOut) return [];
  const { schemas, tables, rows } = leftOut;
  return [
    ...(schemas.count > 0 ? [`without ${formatPlural(schemas.count, 'schema')}`] : []),
    ...(tables.count > 0 ? [`without ${formatPlural(tables.count, 'table')}`] : []),
    ...(rows.count > 0 ? [`without the rows of ${formatPlural(rows.count, 'table')}`] : []),
    ...(leftOut.largeObjects ? ['without large objects'] : []),
  ];
}

/** `a, b and 7 more`. */
export function listNames({ count, names }: SomeNames): string {
  const shown = names.slice(0, 8);
  return count > shown.length ? `${shown.join(', ')} and ${formatCount(count - shown.length)} more` : shown.join(', ');
}
