// What a dump says of itself at its beginning: format, versions, and what can be chosen from it.
import type { Readable } from 'node:stream';
import type { DumpFormat } from '../../../shared/dump-choice.ts';
import { AppError } from '../../../shared/errors.ts';
import { createHeadReader } from '../postgres/archive-head.ts';
import { dumpMarks, findDumpFormat } from '../postgres/dump-reader.ts';

export interface DumpHead {
  readonly format: DumpFormat;
  /** Each null when the dump does not say it, or is of a version that is not known here. */
  readonly database: string | null;
  readonly serverVersion: string | null;
  readonly pgDumpVersion: string | null;
  /** `schema.table` of what has data. */
  readonly tables: readonly string[] | null;
}

/** A table of contents is small; what has none in its first part is no archive that a person waits for. */
const maxHeadBytes = 64 * 1024 * 1024;
/** Plain SQL says its versions in its first lines. */
const plainHeadBytes = 4096;
const nothing = { database: null, serverVersion: null, pgDumpVersion: null, tables: null };

/** Reads the beginning only. Throws `archive/damaged` when it is no dump, and what the stream fails with. */
export async function readDumpHead(dump: Readable): Promise<DumpHead> {
  const parse = createParser();
  let bytes = 0;
  try {
    for await (const chunk of dump as AsyncIterable<Buffer>) {
      const head = parse(chunk);
      if (head) return head;
      bytes += chunk.byteLength;
      if (bytes > maxHeadBytes) return { ...nothing, format: 'custom' };
    }
    const short = parse(null);
    if (short) return short;
    throw new AppError('archive/damaged', 'the dump ends inside its beginning');
  } finally {
    dump.destroy();
  }
}

/** Null: more is needed. The parser of an archive wants every byte once, so it begins when the format is known. */
function createParser(): (chunk: Buffer | null) => DumpHead | null {
  const longestMark = Math.max(...Object.values(dumpMarks).map((mark) => mark.length));
  let begin = Buffer.alloc(0);
  let format: DumpFormat | null = null;
  const archive = createHeadReader();
  return (chunk) => {
    if (format !== 'custom') begin = Buffer.concat([begin, chunk ?? Buffer.alloc(0)]);
    const pieces = format === 'custom' ? chunk : begin;
    if (!format && (begin.length >= longestMark || !chunk || findDumpFormat(begin) !== null)) {
      format = findDumpFormat(begin);
      if (!format) throw new AppError('archive/damaged', 'it begins neither as an archive nor as SQL of pg_dump');
    }
    if (format === 'plain') return !chunk || begin.length >= plainHeadBytes ? parsePlain(begin) : null;
    if (format !== 'custom' || !chunk || !pieces) return null;
    const result = archive.write(pieces);
    if (result.state === 'more') return null;
    if (result.state === 'unknown') return { ...nothing, format };
    const { database, serverVersion, pgDumpVersion, toc } = result.head;
    const tables = toc.filter(({ desc }) => desc === 'TABLE DATA').map(({ schema, name }) => `${schema}.${name}`);
    return { format, database, serverVersion, pgDumpVersion, tables };
  };
}

function parsePlain(begin: Buffer): DumpHead {
  const text = begin.toString('utf8');
  return {
    ...nothing,
    format: 'plain',
    serverVersion: /^-- Dumped from database version (.+)$/m.exec(text)?.[1] ?? null,
    pgDumpVersion: /^-- Dumped by pg_dump version (.+)$/m.exec(text)?.[1] ?? null,
  };
}
