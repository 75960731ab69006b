// Names and strings as pg_dump writes them into SQL: `public."odd ""name"""`, `'it''s'`. Pure.
import type { TableName } from './copy-meter.ts';

/** quote_identifier in PostgreSQL's ruleutils.c leaves only these without quotes. */
const part = '(?:[a-z_][a-z0-9_]*|"(?:[^"]|"")+")';
export const qualifiedName = `(${part})\\.(${part})`;
const whole = new RegExp(`^${qualifiedName}$`);

/** Null when the text is not one name with its schema. */
export function readQualifiedName(text: string): TableName | null {
  const match = whole.exec(text);
  return match && { schema: readName(match[1] ?? ''), name: readName(match[2] ?? '') };
}

export function readName(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/**
 * The text of a literal with its quotes. `escapes`: standard_conforming_strings is off, so that a backslash escapes;
 * after an `E` it always does. pg_dump only doubles backslashes.
 */
export function readString(literal: string, escapes: boolean): string {
  const body = literal.slice(literal.indexOf("'") + 1, -1).replaceAll("''", "'");
  return escapes || literal.startsWith('E') ? body.replaceAll('\\\\', '\\') : body;
}
