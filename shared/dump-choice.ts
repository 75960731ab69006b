// What of a database a job takes, and how patiently: the format, schemas and tables in or out, tables without their data,
// large objects, and the time limits of a dump. Names are kept as pg_dump's patterns.
import { z } from 'zod';

/** `custom`: pg_dump's archive, from which a restore can pick tables. `plain`: SQL text. */
export const dumpFormats = ['custom', 'plain'] as const;
export type DumpFormat = (typeof dumpFormats)[number];

/**
 * A pattern as pg_dump reads it: `*` any text, `?` one character, a dot between schema and name, upper case only inside
 * double quotes. What is inside double quotes is taken as it stands.
 * https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-PATTERNS
 */
const patternSchema = z.string().trim().min(1).max(300);
const patternsSchema = z.array(patternSchema).max(1000).default([]);

/** Seconds. */
export const lockTimeoutLimits = { min: 1, max: 86_400 } as const;
/** A migration that holds a table longer would make the dump queue behind it, and every later query behind the dump. */
const usualLockTimeout = 120;
/** Seconds; 0 for no limit. */
export const statementTimeoutLimits = { min: 0, max: 604_800 } as const;

export const dumpChoiceSchema = z.object({
  format: z.enum(dumpFormats).default('custom'),
  /** Only the tables in these schemas; empty for all schemas. */
  includeSchemas: patternsSchema,
  excludeSchemas: patternsSchema,
  /** Only these tables, in the schemas that are in; empty for all tables. */
  includeTables: patternsSchema,
  excludeTables: patternsSchema,
  /** Tables that come with their structure and without their rows. */
  excludeData: patternsSchema,
  largeObjects: z.boolean().default(true),
  /** Databases that a job of a whole server leaves out. */
  excludeDatabases: patternsSchema,
  /** How long the dump waits for a table that another program has locked. */
  lockTimeoutSeconds: z.number().int().min(lockTimeoutLimits.min).max(lockTimeoutLimits.max).default(usualLockTimeout),
  /** The longest time for one statement of the dump, in practice for the rows of one table; 0 for no limit. */
  statementTimeoutSeconds: z.number().int().min(statementTimeoutLimits.min).max(statementTimeoutLimits.max).default(0),
});
export type DumpChoice = z.infer<typeof dumpChoiceSchema>;

/** What a new job takes until a person says otherwise: everything. */
export const usualDump: DumpChoice = dumpChoiceSchema.parse({});

/** The pattern that means exactly this name and no other, whatever is in it. */
export function toNamePattern(...parts: readonly string[]): string {
  return parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

/** The same as people would write it: without the quotes that a name does not need. */
export function toShortPattern(...parts: readonly string[]): string {
  return parts.map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : toNamePattern(part))).join('.');
}

/** The names behind a pattern that `toNamePattern` made; null for any other one. */
export function parseNamePattern(pattern: string): readonly string[] | null {
  const part = '"(?:[^"]|"")+"';
  if (!new RegExp(`^${part}(?:\\.${part})*$`).test(pattern)) return null;
  return [...pattern.matchAll(new RegExp(part, 'g'))].map(([text]) => text.slice(1, -1).replaceAll('""', '"'));
}

/** A pattern as people read it: a literal name without the quotes that only protect it. */
export function describePattern(pattern: string): string {
  return parseNamePattern(pattern)?.join('.') ?? pattern;
}

/** Whether the job takes less than everything, the databases of a server aside. */
export function leavesOut(choice: DumpChoice): boolean {
  const { includeSchemas, excludeSchemas, includeTables, excludeTables, excludeData } = choice;
  const lists = [includeSchemas, excludeSchemas, includeTables, excludeTables, excludeData];
  return !choice.largeObjects || lists.some((list) => list.length > 0);
}
