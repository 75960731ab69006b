// The real way of a dump and a restore, with the archive in memory, for the tests of this folder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createArchiveReader, type ArchiveContents } from '../../../electron/engine/postgres/archive.ts';
import { toPgTarget, withPassfile } from '../../../electron/engine/postgres/connection.ts';
import type { PgTarget } from '../../../electron/engine/postgres/target.ts';
import { startDump, type DumpRequest } from '../../../electron/engine/postgres/dump.ts';
import { findTools, type ToolSet } from '../../../electron/engine/postgres/find-tools.ts';
import { findDumpFormat } from '../../../electron/engine/postgres/dump-reader.ts';
import { startRestore, type RestoreRequest } from '../../../electron/engine/postgres/restore-dump.ts';
import { startSqlRestore } from '../../../electron/engine/postgres/restore-sql.ts';
import type { TestServer } from '../../support/postgres-server.ts';

export function targetOf(server: TestServer, database = 'postgres', over: Partial<PgTarget> = {}): PgTarget {
  const { host, port, user, password } = server;
  return { ...toPgTarget({ host, port, user, database, sslMode: 'prefer' }, password), ...over };
}

export async function firstTools(server: TestServer): Promise<ToolSet> {
  const sets = await findTools([server.binDir]);
  const tools = sets.find((set) => set.dir === server.binDir) ?? sets[0];
  if (!tools) throw new Error('no PostgreSQL client programs on this machine');
  return tools;
}

/** A folder of its own for passfiles, removed afterwards. */
export async function withTempDir<T>(fn: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-test-'));
  try {
    return await fn(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export function dumpToBuffer(
  tools: ToolSet,
  target: PgTarget,
  options: Pick<DumpRequest, 'format' | 'contents' | 'signal'> = {},
): Promise<Buffer> {
  return withTempDir((dir) =>
    withPassfile(target, dir, async (env) => {
      const dump = startDump({ tools, target, env, ...options });
      const chunks: Buffer[] = [];
      for await (const chunk of dump.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
      await dump.done;
      return Buffer.concat(chunks);
    }),
  );
}

export function restoreFromBuffer(
  tools: ToolSet,
  target: PgTarget,
  archive: Buffer,
  options: Pick<RestoreRequest, 'tables' | 'withoutOwners' | 'signal'> = {},
): Promise<{ warnings: string[] }> {
  return withTempDir((dir) =>
    withPassfile(target, dir, async (env) => {
      const start = findDumpFormat(archive) === 'plain' ? startSqlRestore : startRestore;
      const restore = start({ tools, target, env, ...options });
      const pieces = function* (): Generator<Buffer> {
        for (let start = 0; start < archive.length; start += 65_536) yield archive.subarray(start, start + 65_536);
      };
      const feeding = pipeline(Readable.from(pieces()), restore.stdin).catch(() => undefined);
      const result = await restore.done.finally(() => feeding);
      return result;
    }),
  );
}

/** Reads the archive in pieces of the sizes that `nextSize` gives. */
export function readInPieces(archive: Buffer, nextSize: () => number): ArchiveContents {
  const reader = createArchiveReader({ rowSums: true });
  for (let start = 0; start < archive.length;) {
    const end = Math.min(archive.length, start + nextSize());
    // A copy that is overwritten afterwards: the reader must not keep a reference.
    const piece = Buffer.from(archive.subarray(start, end));
    reader.write(piece);
    piece.fill(0x5a);
    start = end;
  }
  const contents = reader.finish();
  if ('unknown' in contents) throw new Error(contents.unknown);
  return contents;
}
