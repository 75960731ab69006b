// pg_dump -> reader -> compression -> age -> spool, then globals and manifest. The files become whole only after
// pg_dump's exit code was seen to be 0.
import type { Readable, Transform, Writable } from 'node:stream';
import { summarizeLeftOut } from '../../../shared/left-out.ts';
import { setFormatVersion, type DataEntry, type Manifest, type SetFileKind } from '../../../shared/snapshot.ts';
import { createCompressor } from '../base/compression.ts';
import { gatherBlocks } from '../base/gather-blocks.ts';
import { encryptBytes, encryptStream } from '../crypto/age.ts';
import type { DigestFacts } from '../crypto/digest.ts';
import { withPassfile } from '../postgres/connection.ts';
import type { DumpContents } from '../postgres/dump-contents.ts';
import { readGlobals, startDump } from '../postgres/dump.ts';
import { watchDump } from '../postgres/watch-dump.ts';
import { getRun, updateRun, type Dumped } from '../store/runs.ts';
import type { BackupContext } from './context.ts';
import type { BackupPlan } from './plan-run.ts';
import { toFileName } from './set-names.ts';
import type { Spool } from './spool.ts';
import { createTap } from './tap-dump.ts';

export async function dumpToSpool(
  ctx: BackupContext,
  plan: BackupPlan,
  spool: Spool,
  signal: AbortSignal,
): Promise<{ readonly dumped: Dumped; readonly warnings: readonly string[] }> {
  ctx.enter('dump');
  const { tools, target } = plan;
  return withPassfile(target, ctx.paths.tempDir, async (env) => {
    const globals = await readGlobals({ tools, target, env, signal });
    const dump = await writeDump(ctx, plan, spool, env, signal);
    const warnings = [...globals.warnings, ...dump.warnings];
    const globalsFacts = await writeWhole(plan, spool, 'globals', globals.sql);
    const files = [toFile(plan, 'dump', dump.stored), toFile(plan, 'globals', globalsFacts)];
    const manifest = toManifest(ctx, plan, dump, files);
    files.push(toFile(plan, 'manifest', await writeWhole(plan, spool, 'manifest', JSON.stringify(manifest))));
    const contents = manifest.contents;
    ctx.onContents(contents?.data ?? null);
    const dumped: Dumped = {
      setId: plan.setId,
      baseName: plan.baseName,
      createdAt: plan.createdAt,
      database: plan.database,
      serverVersion: plan.server.version,
      dumpFormat: plan.dumpFormat,
      compression: plan.compression,
      dumpBytes: dump.bytes,
      tables: contents?.data.filter((entry) => entry.kind === 'table').length ?? null,
      rows: contents?.data.reduce((sum, entry) => sum + (entry.kind === 'table' ? entry.rows : 0), 0) ?? null,
      files,
      leftOut: plan.contents && summarizeLeftOut(plan.contents.leftOut),
    };
    // What the plan has warned of stays.
    updateRun(ctx.db, ctx.runId, { dumped, warnings: [...getRun(ctx.db, ctx.runId).warnings, ...warnings] });
    ctx.log.info(`dump whole: ${String(dump.bytes)} bytes, stored ${String(dump.stored.sizeBytes)} bytes`);
    return { dumped, warnings };
  });
}

interface WrittenDump {
  readonly bytes: number;
  readonly stored: DigestFacts;
  readonly contents: DumpContents | null;
  readonly warnings: readonly string[];
}

async function writeDump(
  ctx: BackupContext,
  plan: BackupPlan,
  spool: Spool,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<WrittenDump> {
  const ending = new AbortController();
  const { lockTimeoutSeconds, statementTimeoutSeconds } = plan.job.dump;
  const applicationName = `pgkeep ${ctx.runId}`;
  const dump = startDump({
    applicationName,
    tools: plan.tools,
    target: plan.target,
    format: plan.dumpFormat,
    env,
    signal: AbortSignal.any([signal, ending.signal]),
    contents: plan.contents?.args,
    lockTimeoutSeconds,
  });
  const { clock, log } = ctx;
  const watch = watchDump({
    ...{ target: plan.target, clock, log, applicationName, lockTimeoutSeconds, statementTimeoutSeconds },
    onWait: (waitsFor) => {
      ctx.report({ waitsFor });
    },
  });
  const tap = createTap(ctx, plan);
  const compressor = createCompressor(plan.compression);
  const flow = compressAll(dump.stdout, tap.take, compressor);
  flow.catch(() => undefined);
  const file = spool.files.dump;
  try {
    for await (const chunk of encryptStream(plan.recipients, compressor)) {
      await file.append(chunk);
      ctx.report({ storedBytes: file.writtenBytes });
    }
    await flow;
    await dump.done;
  } catch (error) {
    // The cause is mostly that pg_dump ended: then its own words count. Otherwise it must end now.
    ending.abort();
    const toolError: unknown = await dump.done.then(
      () => null,
      (reason: unknown) => reason,
    );
    throw watch.explain(toFirstCause(error, toolError, signal));
  } finally {
    await watch.stop();
  }
  const read = tap.finish();
  return { ...read, stored: await file.commit() };
}

/**
 * Large enough that the hand-overs do not count, small enough that one block's work does not hold up the event loop.
 * Measured: docs/performance.md.
 */
const blockBytes = 512 * 1024;

/** Compresses the bytes, in another thread, while `take` looks at the same ones. */
async function compressAll(source: Readable, take: (block: Buffer) => void, compressor: Transform): Promise<void> {
  try {
    let written = Promise.resolve();
    for await (const block of gatherBlocks(source, blockBytes)) {
      await written;
      written = writeBlock(compressor, block);
      // Awaited with the next block; a failure before that must not count as nobody's.
      written.catch(() => undefined);
      take(block);
    }
    await written;
    compressor.end();
  } catch (error) {
    compressor.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** Resolves when the stream has used the block. */
function writeBlock(stream: Writable, block: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    // A stream that is closed leaves callbacks uncalled.
    const fail = (): void => {
      reject(Object.assign(new Error('closed early'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
    };
    stream.once('close', fail);
    stream.write(block, (error) => {
      stream.off('close', fail);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** The error that explains the others: the caller's abort, else what broke our side, else what the program said. */
function toFirstCause(error: unknown, toolError: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const brokenPipe = error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
  return brokenPipe && toolError !== null ? toolError : error;
}

async function writeWhole(plan: BackupPlan, spool: Spool, kind: SetFileKind, text: string): Promise<DigestFacts> {
  const file = spool.files[kind];
  await file.append(await encryptBytes(plan.recipients, Buffer.from(text, 'utf8')));
  return file.commit();
}

function toFile(plan: BackupPlan, kind: SetFileKind, facts: DigestFacts): Dumped['files'][number] {
  return { kind, name: toFileName(plan.baseName, plan, kind), ...facts };
}

function toManifest(ctx: BackupContext, plan: BackupPlan, dump: WrittenDump, files: Dumped['files']): Manifest {
  const { server, tools, job } = plan;
  const audit = ctx.readAuditMark();
  return {
    format: setFormatVersion,
    product: 'PgKeep',
    productVersion: ctx.productVersion,
    setId: plan.setId,
    jobId: job.id,
    jobName: job.name,
    database: plan.database,
    createdAt: plan.createdAt,
    serverVersion: server.version,
    pgDumpVersion: tools.version,
    encoding: server.encoding,
    collation: server.collation,
    ctype: server.ctype,
    extensions: [...server.extensions],
    dumpFormat: plan.dumpFormat,
    compression: plan.compression,
    dump: { bytes: dump.bytes },
    files,
    contents: dump.contents && {
      toc: [...dump.contents.toc],
      data: dump.contents.data.map(toDataEntry),
      sequences: [...dump.contents.sequences],
    },
    ...(audit ? { audit } : {}),
    databaseSettings: plan.databaseSettings,
    ...(plan.contents ? { leftOut: plan.contents.leftOut } : {}),
  };
}

/** The manifest's entry; the sum without order is for comparing within one restore. */
function toDataEntry({ kind, schema, name, rows, bytes, sha256 }: DataEntry): DataEntry {
  return { kind, schema, name, rows, bytes, sha256 };
}
