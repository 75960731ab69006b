// Reads the command by which a dump sets a sequence: `SELECT pg_catalog.setval('public.orders_id_seq', 7, true);`, as
// dumpSequenceData in PostgreSQL's src/bin/pg_dump/pg_dump.c writes it.
import type { SequenceState } from '../../../shared/snapshot.ts';
import type { TableName } from './copy-meter.ts';
import { readQualifiedName, readString } from './sql-names.ts';

const form = /^SELECT pg_catalog\.setval\(((?:E)?'(?:[^']|'')*'), (-?\d+), (true|false)\);\s*$/;

/** The sequence's name as the command has it, and its state; null when it is no such command. `escapes`: see sql-names.ts. */
export function parseSetval(command: string, escapes: boolean): SequenceState | null {
  const match = form.exec(command);
  if (!match) return null;
  const [, literal = '', lastValue = '', isCalled] = match;
  const name: TableName | null = readQualifiedName(readString(literal, escapes));
  return name && { ...name, lastValue, isCalled: isCalled === 'true' };
}
