// Writes a small custom-format archive of any version, from PostgreSQL's description of the format (WriteHead, WriteToc
// in pg_backup_archiver.c, _StartData in pg_backup_custom.c): for versions whose pg_dump is not at hand.

export interface WrittenEntry {
  readonly dumpId: number;
  readonly desc: string;
  readonly schema: string;
  readonly name: string;
  /** Rows of COPY text, each with its line end; or null for an entry without data. */
  readonly rows: readonly string[] | null;
}

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(5);
  bytes[0] = value < 0 ? 1 : 0;
  bytes.writeUInt32LE(Math.abs(value), 1);
  return bytes;
};

const text = (value: string | null): Buffer =>
  value === null ? int(-1) : Buffer.concat([int(Buffer.byteLength(value)), Buffer.from(value)]);

/** `rowsPerChunk`: pg_dump writes a chunk for every row; a later version may put several into one. */
export function writeArchive(minor: number, entries: readonly WrittenEntry[], rowsPerChunk = 1): Buffer {
  const compression = minor >= 15 ? Buffer.from([0]) : int(0);
  const parts: Buffer[] = [Buffer.from('PGDMP'), Buffer.from([1, minor, 0, 4, 8, 1]), compression];
  for (const part of [30, 59, 3, 22, 10, 126, 0]) parts.push(int(part));
  parts.push(text('shop'), text('12.3'), text('12.4'), int(entries.length));
  for (const entry of entries) parts.push(...writeEntry(minor, entry));
  for (const { dumpId, rows } of entries) {
    if (!rows) continue;
    parts.push(Buffer.from([1]), int(dumpId));
    for (let start = 0; start < rows.length; start += rowsPerChunk) {
      parts.push(text(rows.slice(start, start + rowsPerChunk).join('')));
    }
    parts.push(text('\\.\n\n\n'), int(0));
  }
  return Buffer.concat(parts);
}

function writeEntry(minor: number, { dumpId, desc, schema, name, rows }: WrittenEntry): Buffer[] {
  return [
    ...[int(dumpId), int(rows ? 1 : 0), text('1259'), text('16384'), text(name), text(desc), int(3)],
    ...[text(''), text(''), text(rows ? `COPY ${name} FROM stdin;\n` : null), text(schema), text(null)],
    ...(minor >= 14 ? [text('heap')] : []),
    ...(minor >= 16 ? [int(114)] : []),
    ...[text('keeper'), text('false'), text('1'), text('2'), text(null)],
    // Written to a pipe, offsets stay unset (1); an entry without data has none (3).
    ...[Buffer.from([rows ? 1 : 3]), Buffer.alloc(8)],
  ];
}
