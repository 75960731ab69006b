// The data blocks of a custom-format archive, as they flow by: each is checked against the table of contents, its rows
// counted and its bytes hashed. The layout is that of PostgreSQL's src/bin/pg_dump/pg_backup_custom.c: block type, dump
// id, then chunks with their length in front until length 0; large objects have their oid before the chunks, until oid 0.
import { AppError } from '../../../shared/errors.ts';
import type { ArchiveTocEntry } from './archive-head.ts';
import { CopyMeter, type MeasuredEntry, type TableName } from './copy-meter.ts';
import { LargeObjectsDigest } from './large-objects-digest.ts';

export interface DataProgress {
  readonly tablesDone: number;
  readonly tablesTotal: number;
  readonly rows: number;
  readonly table: TableName | null;
  readonly tableRows: number;
  readonly finished: readonly TableName[];
}

export interface DataReader {
  readonly write: (chunk: Buffer) => void;
  readonly progress: () => DataProgress;
  /** Throws `archive/damaged` when a block is open or one is missing. */
  readonly finish: () => MeasuredEntry[];
}

/** BLK_DATA and BLK_BLOBS. */
const tableBlock = 1;
const largeObjectsBlock = 3;
/** What the next bytes are. Numbers are a sign byte and four bytes, so every header is 1 or 5 bytes long. */
type Expecting = 'block-type' | 'dump-id' | 'oid' | 'chunk-length' | 'chunk';

export function createDataReader(toc: readonly ArchiveTocEntry[], rowSums: boolean): DataReader {
  return new BlockReader(toc, rowSums);
}

class BlockReader implements DataReader {
  private readonly expected = new Map<number, ArchiveTocEntry>();
  private readonly tables: MeasuredEntry[] = [];
  private readonly objects = new LargeObjectsDigest();
  private readonly meter: CopyMeter;
  private readonly number = Buffer.alloc(5);
  private readonly tablesTotal: number;
  /** A work place, as large as the largest piece so far. */
  private rows = Buffer.alloc(0);
  private numberFill = 0;
  private expecting: Expecting = 'block-type';
  private blockType = 0;
  private entry: ArchiveTocEntry | null = null;
  private oid = 0;
  /** Bytes of the current chunk that have not come yet. */
  private missing = 0;
  private rowsDone = 0;

  constructor(toc: readonly ArchiveTocEntry[], rowSums: boolean) {
    this.meter = new CopyMeter(rowSums);
    for (const entry of toc) if (entry.hasData) this.expected.set(entry.dumpId, entry);
    this.tablesTotal = [...this.expected.values()].filter((entry) => entry.desc === 'TABLE DATA').length;
  }

  write(chunk: Buffer): void {
    const end = chunk.length;
    let position = 0;
    while (position < end) {
      if (this.expecting === 'chunk') {
        const stop = Math.min(end, position + this.missing);
        this.meter.add(chunk, position, stop);
        this.missing -= stop - position;
        position = stop;
        if (this.missing > 0) return;
        this.expecting = 'chunk-length';
        // With -Z0 every row is a chunk of its own: whole chunks are taken in a loop that touches no state.
        position = this.takeWholeChunks(chunk, position);
      } else if (this.expecting === 'block-type') {
        this.startBlock(chunk[position] ?? 0);
        position += 1;
      } else {
        const stop = Math.min(end, position + 5 - this.numberFill);
        chunk.copy(this.number, this.numberFill, position, stop);
        this.numberFill += stop - position;
        position = stop;
        if (this.numberFill < 5) return;
        this.numberFill = 0;
        this.takeNumber(this.number[0] ?? 0, this.number.readUInt32LE(1));
      }
    }
  }

  progress(): DataProgress {
    const entry = this.entry;
    const isTable = entry !== null && this.blockType === tableBlock;
    const tableRows = isTable ? this.meter.rowsSoFar() : 0;
    return {
      tablesDone: this.tables.length,
      tablesTotal: this.tablesTotal,
      rows: this.rowsDone + tableRows,
      table: isTable ? entry : null,
      tableRows,
      finished: this.tables,
    };
  }

  finish(): MeasuredEntry[] {
    if (this.entry) throw damaged(`it ends inside ${describe(this.entry)}`);
    if (this.expecting !== 'block-type') throw damaged('it ends inside the header of a block');
    const [missing] = this.expected.values();
    if (missing) throw damaged(`it ends before ${describe(missing)}`);
    const objects = this.objects.finish();
    return objects ? [...this.tables, objects] : this.tables;
  }

  /**
   * Takes chunks that lie whole in the buffer; answers the position of the first header that needs the slow way. The rows are
   * pushed together in a copy of the buffer first: `copyWithin` needs no object per row, and the meter sees them in one piece.
   */
  private takeWholeChunks(chunk: Buffer, from: number): number {
    const size = chunk.length - from;
    if (this.rows.length < size) this.rows = Buffer.allocUnsafeSlow(size);
    const { rows } = this;
    rows.set(from === 0 ? chunk : chunk.subarray(from));
    let position = 0;
    let fill = 0;
    while (position + 5 <= size && rows[position] === 0) {
      const length =
        (rows[position + 1] ?? 0) |
        ((rows[position + 2] ?? 0) << 8) |
        ((rows[position + 3] ?? 0) << 16) |
        ((rows[position + 4] ?? 0) << 24);
      const start = position + 5;
      if (length <= 0 || length > size - start) break;
      rows.copyWithin(fill, start, start + length);
      fill += length;
      position = start + length;
    }
    if (fill > 0) this.meter.add(rows, 0, fill);
    return from + position;
  }

  private startBlock(type: number): void {
    if (type !== tableBlock && type !== largeObjectsBlock) throw damaged(`a block of type ${String(type)}`);
    this.blockType = type;
    this.expecting = 'dump-id';
  }

  private takeNumber(sign: number, size: number): void {
    if (sign > 1) throw damaged(`a number has the sign ${String(sign)}`);
    if (this.expecting === 'oid') {
      // Object ids above 2^31 are written as negative numbers.
      this.startObject((sign === 0 ? size : -size) >>> 0);
      return;
    }
    if (sign === 1) throw damaged('a negative length');
    if (this.expecting === 'dump-id') this.startEntry(size);
    else if (size === 0) this.endChunks();
    else if (size > 0x7fffffff) throw damaged(`a chunk of ${String(size)} bytes`);
    else {
      this.missing = size;
      this.expecting = 'chunk';
    }
  }

  private startEntry(dumpId: number): void {
    const entry = this.expected.get(dumpId);
    if (!entry) throw damaged(`a block with the dump id ${String(dumpId)}, which is not awaited`);
    const isObjects = entry.desc === 'BLOBS';
    if (isObjects !== (this.blockType === largeObjectsBlock))
      throw damaged(`${describe(entry)} has the wrong block type`);
    this.expected.delete(dumpId);
    this.entry = entry;
    this.expecting = isObjects ? 'oid' : 'chunk-length';
  }

  private startObject(oid: number): void {
    if (oid === 0) {
      this.entry = null;
      this.expecting = 'block-type';
      return;
    }
    this.oid = oid;
    this.expecting = 'chunk-length';
  }

  private endChunks(): void {
    if (this.blockType === largeObjectsBlock) {
      const content = this.meter.finishBytes();
      this.objects.add(this.oid, content.bytes, content.sha256);
      this.expecting = 'oid';
      return;
    }
    const entry = this.entry;
    if (entry?.desc === 'TABLE DATA') {
      const table = this.meter.finishTable(entry, entry.isCopy);
      this.tables.push(table);
      this.rowsDone += table.rows;
    } else this.meter.finishBytes();
    this.entry = null;
    this.expecting = 'block-type';
  }
}

function describe(entry: ArchiveTocEntry): string {
  return entry.desc === 'TABLE DATA'
    ? `the data of ${entry.schema}.${entry.name}`
    : `the entry ${entry.desc} ${entry.name}`;
}

function damaged(what: string): AppError {
  return new AppError('archive/damaged', `the archive is damaged: ${what}`);
}
