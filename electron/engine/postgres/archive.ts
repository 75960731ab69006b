// Reads pg_dump's custom-format archive as it flows by and answers exactly what is in it: table of contents, and per
// table the rows, bytes and SHA-256 of its data. It stores nothing and changes nothing; who writes the bytes on is
// another part's business.
import type { TocEntry } from '../../../shared/snapshot.ts';
import { AppError } from '../../../shared/errors.ts';
import { createDataReader, type DataReader, type MeasuredEntry } from './archive-data.ts';
import { createRowSum } from './row-sum.ts';
import { createHeadReader, type ArchiveHead, type ArchiveTocEntry } from './archive-head.ts';

export interface ArchiveProgress {
  /** Tables whose data has ended, and all tables with data in this archive (large objects are not counted). */
  readonly tablesDone: number;
  readonly tablesTotal: number;
  readonly rows: number;
  /** Bytes of the archive so far, table of contents and block headers included. */
  readonly bytes: number;
  /** `schema.table` whose data flows now; null between tables and during large objects. */
  readonly current: string | null;
}

/** What a whole archive held. */
export interface KnownContents {
  /** Archive version, e.g. `1.14`. */
  readonly version: string;
  /** As the archive says them, e.g. `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly serverVersion: string;
  readonly pgDumpVersion: string;
  readonly database: string;
  readonly toc: readonly TocEntry[];
  /** Tables in the archive's order, then one entry for all large objects when there are any. */
  readonly data: readonly MeasuredEntry[];
  /** Bytes of the whole archive. */
  readonly bytes: number;
}

/** An archive of a version or kind this reader does not know: nothing was counted, nothing is wrong with the file. */
export interface UnknownContents {
  readonly unknown: string;
}

export type ArchiveContents = KnownContents | UnknownContents;

export interface ArchiveReader {
  /**
   * Takes the next bytes; synchronous, keeps no reference to them. Throws `archive/damaged` as soon as the bytes cannot
   * be an archive, and again on each later call.
   */
  readonly write: (chunk: Buffer) => void;
  /** The archive has ended. Throws `archive/damaged` when it is not whole. */
  readonly finish: () => ArchiveContents;
}

export interface ArchiveReaderOptions {
  /** Called at most once a write, so at most once per 64 KiB or so; the receiver thins it out. */
  readonly onProgress?: (progress: ArchiveProgress) => void;
  /** Also fingerprints each table's rows without their order. Costs a hash a row: for comparing, not for backups. */
  readonly rowSums?: boolean;
}

export function createArchiveReader({ onProgress, rowSums = false }: ArchiveReaderOptions = {}): ArchiveReader {
  const headReader = createHeadReader();
  let head: ArchiveHead | null = null;
  let data: DataReader | null = null;
  let unknown: string | null = null;
  let failure: AppError | null = null;
  let bytes = 0;

  const consume = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (unknown !== null) return;
    let rest = chunk;
    if (!data) {
      const result = headReader.write(chunk);
      if (result.state === 'more') return;
      if (result.state === 'unknown') {
        unknown = result.reason;
        return;
      }
      head = result.head;
      data = createDataReader(head.toc, rowSums ? createRowSum() : null);
      rest = result.rest;
    }
    data.write(rest);
    onProgress?.({ ...data.progress(), bytes });
  };

  const guard = <T>(work: () => T): T => {
    if (failure) throw failure;
    try {
      return work();
    } catch (error) {
      if (error instanceof AppError) failure = error;
      throw error;
    }
  };

  return {
    write: (chunk) => {
      guard(() => {
        consume(chunk);
      });
    },
    finish: () =>
      guard(() => {
        if (unknown !== null) return { unknown };
        if (!head || !data) throw new AppError('archive/damaged', 'the archive ends inside its table of contents');
        const { version, serverVersion, pgDumpVersion, database, toc } = head;
        return {
          version,
          serverVersion,
          pgDumpVersion,
          database,
          toc: toc.map(toTocEntry),
          data: data.finish(),
          bytes,
        };
      }),
  };
}

function toTocEntry({ dumpId, desc, schema, name, owner }: ArchiveTocEntry): TocEntry {
  return { dumpId, desc, schema, name, owner };
}
