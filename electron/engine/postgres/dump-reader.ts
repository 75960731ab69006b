// The reader that fits a dump's format, and the marks by which the formats are told apart.
import type { DumpFormat } from '../../../shared/dump-choice.ts';
import { createArchiveReader } from './archive.ts';
import type { DumpReader, DumpReaderOptions } from './dump-contents.ts';
import { createPlainReader, plainMark } from './plain-sql.ts';

/** What every dump of the format begins with; the archive's is from WriteHead in pg_backup_archiver.c. */
export const dumpMarks: Readonly<Record<DumpFormat, string>> = { custom: 'PGDMP', plain: plainMark };

export function createDumpReader(format: DumpFormat, options: DumpReaderOptions = {}): DumpReader {
  return format === 'plain' ? createPlainReader(options) : createArchiveReader(options);
}

/** Null: neither, or not enough bytes to say it. */
export function findDumpFormat(begin: Buffer): DumpFormat | null {
  const starts = (mark: string): boolean => begin.toString('latin1', 0, mark.length) === mark;
  if (starts(dumpMarks.custom)) return 'custom';
  return starts(dumpMarks.plain) ? 'plain' : null;
}
