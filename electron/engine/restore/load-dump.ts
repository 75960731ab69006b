// Fills an empty database from a set and compares it with what was dumped: the common part of a restore and a drill.
import type { Writable } from 'node:stream';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { Manifest } from '../../../shared/snapshot.ts';
import { throwIfAborted } from '../base/abort.ts';
import type { Log } from '../base/ports.ts';
import { compareDumps } from '../postgres/compare-contents.ts';
import { withPassfile } from '../postgres/connection.ts';
import type { PgTarget } from '../postgres/target.ts';
import { startDump } from '../postgres/dump.ts';
import type { DumpContents, DumpReader } from '../postgres/dump-contents.ts';
import { createDumpReader } from '../postgres/dump-reader.ts';
import type { ToolSet } from '../postgres/find-tools.ts';
import { startRestore } from '../postgres/restore-dump.ts';
import { startSqlRestore } from '../postgres/restore-sql.ts';
import type { RestoreContext } from './context.ts';
import type { RestoreSource } from './source.ts';

export interface LoadRequest {
  readonly source: RestoreSource;
  /** Null: nothing says what pg_dump wrote, so only what the archive holds can be compared. */
  readonly manifest: Manifest | null;
  readonly tools: ToolSet;
  /** The empty database. */
  readonly target: PgTarget;
  readonly tables: readonly string[];
  readonly withoutOwners: boolean;
}

export interface LoadedDump {
  /** Harmless complaints of the program that filled it. */
  readonly warnings: readonly string[];
  /** What the dump held, by the bytes that the program was given; null when its version is unknown. */
  readonly contents: DumpContents | null;
  /** Tables (`schema.table`) that the dump has without rows. */
  readonly bare: readonly string[];
}

/**
 * Runs pg_restore on an archive, psql on SQL. With a manifest the stored bytes must be the very ones that were made, and as many
 * come out of them as pg_dump wrote, else it fails, however content the program was.
 */
export async function loadDump(ctx: RestoreContext, request: LoadRequest): Promise<LoadedDump> {
  const { source, manifest, tools, target, tables, withoutOwners } = request;
  return withPassfile(target, ctx.paths.tempDir, async (env) => {
    const ending = new AbortController();
    const signal = AbortSignal.any([ctx.signal, ending.signal]);
    const skipKeys = manifest?.leftOut?.foreignKeys;
    const restore =
      source.dumpFormat === 'plain'
        ? startSqlRestore({ tools, target, env, signal })
        : startRestore({ tools, target, env, tables, skipKeys, withoutOwners, signal });
    const end = (error: unknown): never => {
      ending.abort(error);
      throw error;
    };
    const feeding = feed(ctx, request, restore.stdin, signal).catch(end);
    const [fed, restored] = await Promise.allSettled([feeding, restore.done.catch(end)]);
    // The first failure ended the other side: it is the reason they share.
    if (signal.aborted) throw signal.reason;
    if (fed.status === 'rejected') throw fed.reason;
    if (restored.status === 'rejected') throw restored.reason;
    if (manifest && fed.value.bytes !== manifest.dump.bytes) {
      const message = `the file holds a dump of ${String(fed.value.bytes)} bytes, the manifest says ${String(manifest.dump.bytes)}`;
      throw new AppError('archive/damaged', message, { context: { set: source.name } });
    }
    return { warnings: restored.value.warnings, contents: fed.value.contents, bare: fed.value.bare };
  });
}

/** Reads the whole dump whatever pg_restore takes of it: with a choice of tables it may stop early, with success. */
async function feed(
  ctx: RestoreContext,
  { source, manifest }: LoadRequest,
  stdin: Writable,
  signal: AbortSignal,
): Promise<Pick<LoadedDump, 'contents' | 'bare'> & { readonly bytes: number }> {
  // psql obeys whatever it is given, and takes a cut for the end: what it gets must be understood first.
  const strict = source.dumpFormat === 'plain' && manifest?.contents !== null;
  const reading = createLoadReader(ctx.log, createDumpReader(source.dumpFormat, { rowSums: true }), strict);
  const made = manifest?.files.find(({ kind }) => kind === 'dump');
  const archive = await source.openDump({ ...ctx, signal }, made?.sha256);
  // Zero: how much there will be is not known.
  const totalBytes = manifest?.dump.bytes ?? source.snapshot?.dumpBytes ?? 0;
  let doneBytes = 0;
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    // A file is read on whatever happens here; leaving the loop closes it.
    throwIfAborted(signal);
    reading.write(chunk);
    doneBytes += chunk.byteLength;
    ctx.report({ doneBytes, totalBytes });
    if (stdin.writable && !stdin.write(chunk)) await whenWritable(stdin);
  }
  stdin.end();
  const contents = reading.finish();
  return { bytes: doneBytes, contents, bare: listBare(contents, manifest) };
}

/**
 * An archive that this reader cannot follow may still be one that pg_restore can, and so may SQL that it could not follow
 * when it was made: then only the comparison is lost. `strict`: it is an error.
 */
function createLoadReader(log: Log, made: DumpReader, strict: boolean) {
  let reader: DumpReader | null = made;
  const attempt = <T>(work: (reader: DumpReader) => T): T | null => {
    try {
      return reader && work(reader);
    } catch (error) {
      if (strict) throw error;
      reader = null;
      log.warn(`the dump could not be read along: ${toAppError(error).message}`);
      return null;
    }
  };
  return {
    write: (chunk: Buffer): void => {
      attempt((open) => {
        open.write(chunk);
      });
    },
    finish: (): DumpContents | null => {
      const contents = attempt((open) => open.finish());
      return contents && !('unknown' in contents) ? contents : null;
    },
  };
}

/** An archive lists its tables; of SQL only the manifest says which come without rows. */
function listBare(contents: DumpContents | null, manifest: Manifest | null): string[] {
  const label = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}.${name}`;
  const filled = new Set(contents?.data.map(label));
  const listed = contents?.toc.filter((entry) => entry.desc === 'TABLE' && !filled.has(label(entry))) ?? [];
  return [...listed, ...(manifest?.leftOut?.rows ?? [])].map(label);
}

/** Resolves when the stream takes more, or never will. */
function whenWritable(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off('drain', settle).off('close', settle);
      resolve();
    };
    stream.once('drain', settle).once('close', settle);
    if (stream.destroyed) settle();
  });
}

export interface Comparison {
  /** Null when there is nothing to compare: the dump could not be read along. */
  readonly equal: boolean | null;
  readonly differences: readonly string[];
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Dumps the filled database again through the same reader and compares entry by entry with what was loaded. */
export async function compareWithLoaded(
  ctx: RestoreContext,
  { tools, target, tables }: LoadRequest,
  { contents, bare }: LoadedDump,
): Promise<Comparison> {
  ctx.enter('compare');
  const actual = contents && (await readContents(ctx, tools, target));
  if (!actual) return { equal: null, differences: [], tables: 0, rows: 0, bytes: 0 };
  return compareDumps(contents, actual, { onlyTables: tables, bare });
}

async function readContents(ctx: RestoreContext, tools: ToolSet, target: PgTarget): Promise<DumpContents | null> {
  return withPassfile(target, ctx.paths.tempDir, async (env) => {
    const reader = createDumpReader('custom', { rowSums: true });
    const dump = startDump({ tools, target, env, signal: ctx.signal });
    for await (const chunk of dump.stdout as AsyncIterable<Buffer>) reader.write(chunk);
    await dump.done;
    const contents = reader.finish();
    return 'unknown' in contents ? null : contents;
  });
}
