// How long a dump will be, told while it flows by: from the catalogue's sizes of its tables, from what those that are done came to,
// and, as a second opinion, from the last run. Pure; every figure it begins with may be wrong.
import type { DumpProgress } from '../postgres/dump-contents.ts';
import type { TableSizes } from '../postgres/table-sizes.ts';

export interface ExpectedDump {
  /** Null: the catalogue could not be asked, or knows nothing. */
  readonly sizes: TableSizes | null;
  /** Bytes of the last dump of the same kind; null before the first. */
  readonly lastBytes: number | null;
  /** Where nothing else is known: the server's figure for the database, an upper bound. */
  readonly databaseBytes: number;
}

export interface DumpExpectation {
  readonly take: (progress: Omit<DumpProgress, 'rows'>) => void;
  /** Bytes of the whole dump, never less than `bytes`, which have come so far. */
  readonly read: (bytes: number) => number;
}

/** What the first opinion counts for: as much as so large a part of the tables that is done. */
const priorWeight = 0.1;
/** Text against pages: numbers and short rows shrink, compressed values and binary data grow. */
const usualRatio = 1;
const ratioLimits = { least: 0.01, most: 100 };

export function createDumpExpectation({ sizes, lastBytes, databaseBytes }: ExpectedDump): DumpExpectation {
  const wholeBytes = sizes?.bytes ?? 0;
  const first = wholeBytes > 0 && lastBytes !== null ? limit(lastBytes / wholeBytes) : usualRatio;
  let finishedCount = 0;
  /** By the catalogue, and in the dump. */
  let doneSize = 0;
  let doneBytes = 0;
  /** Of the table that flows now. */
  let currentSize = 0;
  let currentDone: number | null = null;

  const read = (bytes: number): number => {
    if (wholeBytes <= 0) return Math.max(bytes, lastBytes ?? databaseBytes);
    const weight = priorWeight * wholeBytes;
    const currentBytes = Math.max(0, bytes - doneBytes);
    const before = (doneBytes + weight * first) / (doneSize + weight);
    // Without a count of rows: by its bytes, as the tables before it went.
    const part = Math.min(1, currentDone ?? (currentSize > 0 ? currentBytes / (currentSize * before) : 0));
    const passedSize = doneSize + part * currentSize;
    const ratio = limit((bytes + weight * first) / (passedSize + weight));
    return bytes + Math.max(0, wholeBytes - passedSize) * ratio;
  };

  return {
    take: ({ finished, table, tableRows, bytes, tablesDone, tablesTotal }) => {
      if (finished.length > finishedCount) {
        for (const entry of finished.slice(finishedCount)) doneSize += sizes?.find(entry)?.bytes ?? 0;
        finishedCount = finished.length;
        doneBytes = bytes;
      }
      const current = (table && sizes?.find(table)) ?? null;
      // Behind the last table come the large objects.
      currentSize = tablesDone === tablesTotal ? Math.max(0, wholeBytes - doneSize) : (current?.bytes ?? 0);
      const rows = current?.rows ?? 0;
      currentDone = rows > 0 ? tableRows / rows : null;
    },
    read,
  };
}

function limit(ratio: number): number {
  return Math.min(ratioLimits.most, Math.max(ratioLimits.least, ratio));
}
