// Archives of every version the reader knows: written here from the format's description.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArchiveReader, type ArchiveContents } from '../../../electron/engine/postgres/archive.ts';
import type { UnknownContents } from '../../../electron/engine/postgres/dump-contents.ts';
import { countNewlines } from '../../../electron/engine/postgres/count-newlines.ts';
import { writeArchive, type WrittenEntry } from './write-archive.ts';

function read(archive: Buffer, size = archive.length): ArchiveContents | UnknownContents {
  const reader = createArchiveReader();
  for (let start = 0; start < archive.length; start += size) reader.write(archive.subarray(start, start + size));
  return reader.finish();
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const rows = ['1\tone\n', '2\ttwo\\nlines\n', '3\t\\N\n'];
const entries: WrittenEntry[] = [
  { dumpId: 200, desc: 'TABLE', schema: 'public', name: 'orders', rows: null },
  { dumpId: 3400, desc: 'TABLE DATA', schema: 'public', name: 'orders', rows },
  { dumpId: 3401, desc: 'TABLE DATA', schema: 'späti', name: 'leer', rows: [] },
];

describe('archive versions', () => {
  it.each([12, 13, 14, 15, 16])('reads version 1.%i', (minor) => {
    const archive = writeArchive(minor, entries);
    const dumped = `${rows.join('')}\\.\n\n\n`;
    const contents = read(archive);
    expect(contents).toMatchObject({
      version: `1.${String(minor)}`,
      serverVersion: '12.3',
      pgDumpVersion: '12.4',
      database: 'shop',
      bytes: archive.length,
      data: [
        { kind: 'table', schema: 'public', name: 'orders', rows: 3, bytes: dumped.length, sha256: sha256(dumped) },
        { kind: 'table', schema: 'späti', name: 'leer', rows: 0, bytes: 5, sha256: sha256('\\.\n\n\n') },
      ],
    });
    expect('toc' in contents && contents.toc[0]).toEqual({
      dumpId: 200,
      desc: 'TABLE',
      schema: 'public',
      name: 'orders',
      owner: 'keeper',
    });
    expect(read(archive, 1)).toEqual(contents);
  });

  it('answers the same whether a chunk holds one row or many', () => {
    const one = read(writeArchive(16, entries, 1));
    const many = read(writeArchive(16, entries, 1000));
    expect('data' in many && many.data).toEqual('data' in one && one.data);
  });

  it.each([
    ['an older version', 6, 11, 'archive version 1.11 is not known'],
    ['a newer version', 6, 17, 'archive version 1.17 is not known'],
    ['other integers', 8, 8, 'integers of 8 bytes are not known'],
    ['the tar format', 10, 3, 'archive format 3 is not the custom format'],
    ['compressed data', 11, 1, 'the data in the archive is compressed'],
  ])('leaves %s alone and says why', (_name, position, value, reason) => {
    const archive = writeArchive(16, entries);
    archive[position] = value;
    expect(read(archive)).toEqual({ unknown: reason });
  });
});

describe('counting line ends', () => {
  it('agrees with counting byte by byte, wherever the piece begins and ends', () => {
    const byte = fc.oneof(fc.constant(0x0a), fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x0b, 0x8a, 0x09, 0));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 3000 }), fc.nat(9), fc.nat(9), (bytes, before, after) => {
        const data = Buffer.from(bytes);
        const start = Math.min(before, data.length);
        const end = Math.max(start, data.length - after);
        expect(countNewlines(data, start, end)).toBe(
          data.subarray(start, end).filter((value) => value === 0x0a).length,
        );
      }),
    );
  });

  it('counts a piece of nothing but line ends', () => {
    expect(countNewlines(Buffer.alloc(100_003, 0x0a))).toBe(100_003);
  });
});
