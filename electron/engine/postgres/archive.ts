// Reads pg_dump's custom-format archive as it flows by and answers exactly what is in it: table of contents, and per
// table the rows, bytes and SHA-256 of its data. It stores nothing and changes nothing; who writes the bytes on is
// another part's business.
import type { SequenceState, TocEntry } from '../../../shared/snapshot.ts';
import { AppError } from '../../../shared/errors.ts';
import { createDataReader, type DataReader } from './archive-data.ts';
import { createHeadReader, type ArchiveHead, type ArchiveTocEntry } from './archive-head.ts';
import { createGuard, type DumpContents, type DumpReader, type DumpReaderOptions } from './dump-contents.ts';
import { parseSetval } from './sequence-set.ts';

export interface ArchiveContents extends DumpContents {
  /** Archive version, e.g. `1.14`. */
  readonly version: string;
  readonly database: string;
}

export function createArchiveReader(options: DumpReaderOptions = {}): DumpReader<ArchiveContents> {
  const { onProgress, rowSums = false } = options;
  const headReader = createHeadReader();
  const guard = createGuard();
  let head: ArchiveHead | null = null;
  let data: DataReader | null = null;
  let unknown: string | null = null;
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
      data = createDataReader(head.toc, rowSums);
      rest = result.rest;
    }
    data.write(rest);
    onProgress?.({ ...data.progress(), bytes });
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
          ...{ version, serverVersion, pgDumpVersion, database, bytes },
          toc: toc.map(toTocEntry),
          data: data.finish(),
          sequences: listSequences(toc),
        };
      }),
  };
}

function toTocEntry({ dumpId, desc, schema, name, owner }: ArchiveTocEntry): TocEntry {
  return { dumpId, desc, schema, name, owner };
}

function listSequences(toc: readonly ArchiveTocEntry[]): SequenceState[] {
  const escapes = toc.some(({ desc, definition }) => desc === 'STDSTRINGS' && definition?.includes("'off'") === true);
  return toc.flatMap(({ desc, definition }) => {
    // By the name in the command, for that one is set, whatever the entry is called.
    const state = desc === 'SEQUENCE SET' ? parseSetval(definition ?? '', escapes) : null;
    return state ? [state] : [];
  });
}
