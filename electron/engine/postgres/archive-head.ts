// The beginning of a custom-format archive: header and table of contents, versions 1.12 to 1.16 (PostgreSQL 9.x to 18).
// The layout is that of WriteHead and WriteToc in PostgreSQL's src/bin/pg_dump/pg_backup_archiver.c. Data blocks are
// archive-data.ts.
import { AppError } from '../../../shared/errors.ts';
import { createNameDecoder } from './name-encoding.ts';

export interface ArchiveTocEntry {
  readonly dumpId: number;
  readonly desc: string;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  /** A data block with this dump id follows. */
  readonly hasData: boolean;
  /** The data is COPY text (and not INSERT commands). */
  readonly isCopy: boolean;
  /** Dump ids that must be restored before this one. */
  readonly dependsOn: readonly number[];
  /** The SQL of the few kinds of entries that say how the rest is to be read, and of a sequence's state; else null. */
  readonly definition: string | null;
}

export interface ArchiveHead {
  readonly version: string;
  readonly serverVersion: string;
  readonly pgDumpVersion: string;
  readonly database: string;
  readonly toc: readonly ArchiveTocEntry[];
}

export type HeadResult =
  | { readonly state: 'more' }
  | { readonly state: 'unknown'; readonly reason: string }
  /** `rest` is what follows the table of contents in the last chunk. */
  | { readonly state: 'done'; readonly head: ArchiveHead; readonly rest: Buffer };

export interface HeadReader {
  /** Takes the next bytes; they must stay unchanged during the call only. Throws `archive/damaged`. */
  readonly write: (chunk: Buffer) => HeadResult;
}

/** archCustom in pg_backup.h. */
const customFormat = 1;
/** The sizes are a sanity limit: names and types are far below it, a wrong length byte is far above. */
const maxNameBytes = 1 << 20;
/** PostgreSQL cannot build a string of a gigabyte. */
const maxTextBytes = 0x3fffffff;
/** More than any database has objects. */
const maxEntries = 1 << 28;
/** hadDumper, then offset state and offset: 3 (K_OFFSET_NO_DATA) is the biggest state. */
const maxOffsetState = 3;

class Unknown {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A parser asks for bytes by yielding; it is given all of them at once, or goes on when the next chunk comes. */
type Parsing<T> = Generator<undefined, T, undefined>;

export function createHeadReader(): HeadReader {
  const input = new ByteInput();
  const parser = parseHead(input);
  return {
    write: (chunk) => {
      input.push(chunk);
      const step = parser.next();
      if (step.done !== true) return { state: 'more' };
      if (step.value instanceof Unknown) return { state: 'unknown', reason: step.value.reason };
      return { state: 'done', head: step.value, rest: input.rest() };
    },
  };
}

/** Entries whose SQL is kept. */
const kindsWithSql = new Set(['ENCODING', 'STDSTRINGS', 'SEQUENCE SET']);

/** One chunk and a position in it; what spans chunks is collected while waiting. */
class ByteInput {
  readonly names = createNameDecoder();
  private chunk: Buffer = Buffer.alloc(0);
  private position = 0;

  push(chunk: Buffer): void {
    this.chunk = chunk;
    this.position = 0;
  }

  rest(): Buffer {
    return this.chunk.subarray(this.position);
  }

  *byte(): Parsing<number> {
    for (;;) {
      const value = this.chunk[this.position];
      if (value !== undefined) {
        this.position += 1;
        return value;
      }
      yield;
    }
  }

  *take(length: number): Parsing<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      const part = this.chunk.subarray(this.position, this.position + missing);
      this.position += part.length;
      missing -= part.length;
      if (missing === 0 && parts.length === 0) return part;
      // The chunk belongs to the caller and may be reused after this call.
      if (part.length > 0) parts.push(Buffer.from(part));
      if (missing > 0) yield;
    }
    return Buffer.concat(parts);
  }

  *skip(length: number): Parsing<void> {
    let missing = length;
    for (;;) {
      const step = Math.min(missing, this.chunk.length - this.position);
      this.position += step;
      missing -= step;
      if (missing === 0) return;
      yield;
    }
  }

  /** A sign byte and four bytes, least significant first. */
  *int(): Parsing<number> {
    const bytes = yield* this.take(5);
    const sign = bytes[0] ?? 0;
    const size = bytes.readUInt32LE(1);
    if (sign > 1) throw damaged(`a number has the sign ${String(sign)}`);
    return sign === 0 ? size : -size;
  }

  /** Length (negative: null) and bytes. */
  *text(): Parsing<string | null> {
    const length = yield* this.int();
    if (length < 0) return null;
    if (length > maxNameBytes) throw damaged(`a name of ${String(length)} bytes`);
    const bytes = yield* this.take(length);
    return this.names.decode(bytes);
  }

  /** Skips a string and answers its length; 0 for null. */
  *skipText(): Parsing<number> {
    const length = yield* this.int();
    if (length <= 0) return 0;
    if (length > maxTextBytes) throw damaged(`a text of ${String(length)} bytes`);
    yield* this.skip(length);
    return length;
  }
}

function* parseHead(input: ByteInput): Parsing<ArchiveHead | Unknown> {
  const magic = yield* input.take(5);
  if (magic.toString('latin1') !== 'PGDMP') throw damaged('it does not begin with PGDMP');
  const major = yield* input.byte();
  const minor = yield* input.byte();
  yield* input.byte(); // revision, always 0
  const version = `${String(major)}.${String(minor)}`;
  if (major !== 1 || minor < 12 || minor > 16) return new Unknown(`archive version ${version} is not known`);
  const intBytes = yield* input.byte();
  const offsetBytes = yield* input.byte();
  const format = yield* input.byte();
  if (intBytes !== 4) return new Unknown(`integers of ${String(intBytes)} bytes are not known`);
  if (offsetBytes === 0 || offsetBytes > 8) return new Unknown(`offsets of ${String(offsetBytes)} bytes are not known`);
  if (format !== customFormat) return new Unknown(`archive format ${String(format)} is not the custom format`);
  // A level up to 1.14 (0: none, -1: default), an algorithm from 1.15 on (0: none).
  const compression = minor >= 15 ? yield* input.byte() : yield* input.int();
  if (compression !== 0) return new Unknown('the data in the archive is compressed');
  for (let part = 0; part < 7; part += 1) yield* input.int(); // creation time: sec min hour mday mon year isdst
  const database = (yield* input.text()) ?? '';
  const serverVersion = (yield* input.text()) ?? '';
  const pgDumpVersion = (yield* input.text()) ?? '';
  const count = yield* input.int();
  if (count < 0 || count > maxEntries) throw damaged(`${String(count)} entries in the table of contents`);
  const toc: ArchiveTocEntry[] = [];
  for (let index = 0; index < count; index += 1) toc.push(yield* parseEntry(input, minor, offsetBytes));
  return { version, serverVersion, pgDumpVersion, database, toc };
}

function* parseEntry(input: ByteInput, minor: number, offsetBytes: number): Parsing<ArchiveTocEntry> {
  const dumpId = yield* input.int();
  if (dumpId <= 0) throw damaged(`the dump id ${String(dumpId)}`);
  const hadDumper = yield* input.int();
  yield* input.skipText(); // catalogue table's oid
  yield* input.skipText(); // object's oid
  const name = (yield* input.text()) ?? '';
  const desc = (yield* input.text()) ?? '';
  yield* input.int(); // section
  const definition = kindsWithSql.has(desc) ? yield* input.text() : null;
  if (!kindsWithSql.has(desc)) yield* input.skipText();
  if (desc === 'ENCODING') input.names.use(/'(.+)'/.exec(definition ?? '')?.[1] ?? '');
  yield* input.skipText(); // drop statement
  const copyLength = yield* input.skipText();
  const schema = (yield* input.text()) ?? '';
  yield* input.skipText(); // tablespace
  if (minor >= 14) yield* input.skipText(); // table access method
  if (minor >= 16) yield* input.int(); // relkind
  const owner = (yield* input.text()) ?? '';
  yield* input.skipText(); // WITH OIDS, always "false" since 12
  const dependsOn: number[] = [];
  for (let id = yield* input.text(); id !== null; id = yield* input.text()) {
    if (!/^\d+$/.test(id)) throw damaged('a dependency that is not a number');
    dependsOn.push(Number(id));
  }
  const offsetState = yield* input.byte();
  if (offsetState === 0 || offsetState > maxOffsetState) throw damaged(`the offset state ${String(offsetState)}`);
  yield* input.skip(offsetBytes);
  const hasData = hadDumper !== 0;
  return { dumpId, desc, schema, name, owner, hasData, isCopy: copyLength > 0, dependsOn, definition };
}

function damaged(what: string): AppError {
  return new AppError('archive/damaged', `the archive's table of contents is damaged: ${what}`);
}
