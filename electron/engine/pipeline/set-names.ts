// The names of a set's files, on Drive and in the manifest (docs/file-format.md).
import type { DumpFormat } from '../../../shared/dump-choice.ts';
import type { Compression, SetFileKind } from '../../../shared/snapshot.ts';

/** `shop_20261122T030000Z_a1b2c3`; what no file system or shell likes becomes `_`. */
export function toBaseName(database: string, createdAt: string, setId: string): string {
  const name = database
    .replace(/[^A-Za-z0-9.-]+/g, '_')
    .replace(/^[.-]+/, '_')
    .slice(0, 63);
  const time = createdAt.replace(/[-:]|\.\d+/g, '');
  return `${name}_${time}_${setId.slice(0, 6)}`;
}

/** What the name of a dump says of it. */
export interface DumpKind {
  readonly dumpFormat: DumpFormat;
  readonly compression: Compression;
}

export function toFileName(baseName: string, { dumpFormat, compression }: DumpKind, kind: SetFileKind): string {
  switch (kind) {
    case 'dump':
      return `${baseName}.${dumpFormat === 'plain' ? 'sql' : 'dump'}.${compression === 'zstd' ? 'zst' : 'gz'}.age`;
    case 'globals':
      return `${baseName}.globals.sql.age`;
    case 'manifest':
      return `${baseName}.manifest.json.age`;
  }
}
