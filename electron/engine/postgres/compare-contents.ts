// Says in plain words whether the data of two dumps is the same, entry by entry. Pure; a drill and a restore ask it.
import { formatCount } from '../../../shared/format.ts';
import type { SequenceState } from '../../../shared/snapshot.ts';
import type { MeasuredEntry } from './copy-meter.ts';
import type { DumpContents } from './dump-contents.ts';

export interface ContentsComparison {
  readonly equal: boolean;
  /** One sentence for each entry that differs; empty when equal. */
  readonly differences: readonly string[];
  /** What was compared, as the backup has it. */
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface Compared {
  /** `schema.table` each; with any, nothing else counts: other tables and large objects may be absent or there. */
  readonly onlyTables?: readonly string[];
  /** `schema.table` of tables that the backup has without their rows: after the restore they are there and empty. */
  readonly bare?: readonly string[];
}

/** The same for all that a dump says of its contents: data, and where the sequences stand. */
export function compareDumps(
  expected: Pick<DumpContents, 'data' | 'sequences'>,
  actual: Pick<DumpContents, 'data' | 'sequences'>,
  compared: Compared = {},
): ContentsComparison {
  const data = compareContents(expected.data, actual.data, compared);
  const sequences = compareSequences(expected.sequences, actual.sequences, (compared.onlyTables ?? []).length > 0);
  const differences = [...data.differences, ...sequences];
  return { ...data, equal: differences.length === 0, differences };
}

/**
 * Compares what a backup holds with what a restored database holds. The order of entries does not matter, nor that of
 * rows where both sides have a row sum.
 */
export function compareContents(
  expected: readonly MeasuredEntry[],
  actual: readonly MeasuredEntry[],
  { onlyTables = [], bare = [] }: Compared = {},
): ContentsComparison {
  const wanted = new Set(onlyTables);
  const empty = new Set(bare);
  const counts = (entry: MeasuredEntry): boolean =>
    wanted.size === 0 || (entry.kind === 'table' && wanted.has(toLabel(entry)));
  const before = new Map(expected.filter(counts).map((entry) => [toKey(entry), entry]));
  const after = new Map(actual.filter(counts).map((entry) => [toKey(entry), entry]));
  const differences: string[] = [];
  const seen = new Set([...before.values()].map(toLabel));
  for (const name of wanted) if (!seen.has(name) && !empty.has(name)) differences.push(`${name}: not in the backup`);
  for (const [key, entry] of before) {
    const other = after.get(key);
    const difference = other ? describeDifference(entry, other) : 'missing after the restore';
    if (difference !== null) differences.push(`${toLabel(entry)}: ${difference}`);
  }
  for (const [key, entry] of after) {
    if (before.has(key) || (entry.rows === 0 && empty.has(toLabel(entry)))) continue;
    if (wanted.size === 0 || empty.has(toLabel(entry)))
      differences.push(`${toLabel(entry)}: not in the backup, there after the restore`);
  }
  const compared = [...before.values()];
  return {
    equal: differences.length === 0,
    differences,
    tables: compared.filter((entry) => entry.kind === 'table').length,
    rows: sum(compared.filter((entry) => entry.kind === 'table').map((entry) => entry.rows)),
    bytes: sum(compared.map((entry) => entry.bytes)),
  };
}

/** With chosen tables only their own sequences are there. */
function compareSequences(
  expected: readonly SequenceState[],
  actual: readonly SequenceState[],
  onlySome: boolean,
): string[] {
  const key = ({ schema, name }: SequenceState): string => JSON.stringify([schema, name]);
  const after = new Map(actual.map((state) => [key(state), state]));
  const before = new Set(expected.map(key));
  const missing = expected.flatMap((state) => {
    const other = after.get(key(state));
    const label = `sequence ${state.schema}.${state.name}`;
    if (!other) return onlySome ? [] : [`${label}: missing after the restore`];
    const [was, is] = [describeState(state), describeState(other)];
    return was === is ? [] : [`${label}: ${was} in the backup, ${is} after the restore`];
  });
  // One that nobody has used is what a restore makes of a sequence that was left out of the data.
  const more = actual.filter((state) => state.isCalled && !before.has(key(state)));
  return [
    ...missing,
    ...more.map(({ schema, name }) => `sequence ${schema}.${name}: not in the backup, there after the restore`),
  ];
}

function describeState({ lastValue, isCalled }: SequenceState): string {
  return isCalled ? `at ${lastValue}` : `before ${lastValue}`;
}

function describeDifference(expected: MeasuredEntry, actual: MeasuredEntry): string | null {
  const unit = expected.kind === 'table' ? 'rows' : 'objects';
  if (expected.rows !== actual.rows) {
    return `${formatCount(expected.rows)} ${unit} in the backup, ${formatCount(actual.rows)} after the restore`;
  }
  if (expected.bytes !== actual.bytes) {
    return `${formatCount(expected.bytes)} bytes in the backup, ${formatCount(actual.bytes)} after the restore`;
  }
  const sameRows = expected.rowSum !== null && expected.rowSum === actual.rowSum;
  if (expected.sha256 === actual.sha256 || sameRows) return null;
  return `same number of ${unit} and bytes, but the content differs`;
}

function toKey(entry: MeasuredEntry): string {
  return JSON.stringify([entry.kind, entry.schema, entry.name]);
}

function toLabel(entry: MeasuredEntry): string {
  return entry.kind === 'table' ? `${entry.schema}.${entry.name}` : 'large objects';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
