// What a reader of a dump answers, whichever format it reads.
import type { SequenceState, TocEntry } from '../../../shared/snapshot.ts';
import type { MeasuredEntry, TableName } from './copy-meter.ts';

export interface DumpProgress {
  /** Tables whose data has ended, and all tables with data in this dump (large objects are not counted). */
  readonly tablesDone: number;
  /** Null where the format does not say it before the end. */
  readonly tablesTotal: number | null;
  readonly rows: number;
  /** Bytes of the dump so far, everything included. */
  readonly bytes: number;
  /** The table whose data flows now, and its rows so far; null between tables and during large objects. */
  readonly table: TableName | null;
  readonly tableRows: number;
  /** Those whose data has ended, in the dump's order. A view that grows, no copy. */
  readonly finished: readonly TableName[];
}

/** What a whole dump held. */
export interface DumpContents {
  /** As the dump says them, e.g. `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly serverVersion: string;
  readonly pgDumpVersion: string;
  /** Empty for plain SQL, which has none. */
  readonly toc: readonly TocEntry[];
  /** Tables in the dump's order, then one entry for all large objects when there are any. */
  readonly data: readonly MeasuredEntry[];
  readonly sequences: readonly SequenceState[];
  /** Bytes of the whole dump. */
  readonly bytes: number;
}

/** A dump of a version or kind this reader does not know: nothing was counted, nothing is wrong with the file. */
export interface UnknownContents {
  readonly unknown: string;
}

export interface DumpReader<Contents extends DumpContents = DumpContents> {
  /**
   * Takes the next bytes; synchronous, keeps no reference to them. Throws `archive/damaged` as soon as the bytes cannot
   * be a dump, and again on each later call.
   */
  readonly write: (chunk: Buffer) => void;
  /** The dump has ended. Throws `archive/damaged` when it is not whole. */
  readonly finish: () => Contents | UnknownContents;
}

export interface DumpReaderOptions {
  /** Called at most once a write, so at most once per 64 KiB or so; the receiver thins it out. */
  readonly onProgress?: (progress: DumpProgress) => void;
  /** Also fingerprints each table's rows without their order. Costs a hash a row: for comparing, not for backups. */
  readonly rowSums?: boolean;
}

/** Runs a reader's work; the first AppError is kept and thrown again by every later call. */
export function createGuard(): <T>(work: () => T) => T {
  let failure: { readonly error: unknown } | null = null;
  return (work) => {
    if (failure) throw failure.error;
    try {
      return work();
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
}
