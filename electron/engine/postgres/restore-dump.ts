// Starts pg_restore on an archive that flows in, whole or for some tables. Where the bytes come from, and whether they
// are the right ones, is the caller's business.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';
import { abortReason, throwIfAborted, whenAborted } from '../base/abort.ts';
import { startTool, type RunningTool, type ToolResult } from '../base/run-tool.ts';
import { createHeadReader, type ArchiveHead } from './archive-head.ts';
import { chooseEntries } from './choose-entries.ts';
import { findKeyEntries, type ForeignKey } from './find-key-entries.ts';
import { toDbnameArgument } from './connection.ts';
import type { ToolRequest } from './dump.ts';
import { judgeRestore, tablesMissingError } from './restore-errors.ts';
import { toStartError } from './tool-errors.ts';

export interface RestoreRequest extends ToolRequest {
  /** `schema.table` each, unquoted; empty or absent for everything. Their partitions come along. */
  readonly tables?: readonly string[] | undefined;
  /** Foreign keys that are in the archive and cannot be made, for rows they point to are not. */
  readonly skipKeys?: readonly ForeignKey[] | undefined;
  /** Leaves out owners and rights. */
  readonly withoutOwners?: boolean | undefined;
}

export interface RunningRestore {
  /**
   * Takes the dump. What pg_restore does not need any more is swallowed, so a whole archive can be written to its
   * end; when pg_restore fails, writing fails with EPIPE and `done` says why. Destroying it early ends pg_restore.
   */
  readonly stdin: Writable;
  /**
   * Resolves when everything asked for is in the database, with the complaints that do not matter. Rejects with the
   * first error that does, or the signal's reason. A table that is not in the archive: `input/not-found`.
   */
  readonly done: Promise<{ warnings: string[] }>;
}

/** Starts `pg_restore` into the target's database, which should be empty. */
export function startRestore(request: RestoreRequest): RunningRestore {
  const input = new PassThrough();
  // Its error is the caller's news from `pipeline`; `done` has the reason.
  input.on('error', () => undefined);
  const undo = whenAborted(request.signal, () => input.destroy());
  const done = runRestore(request, input).finally(undo);
  done.catch(() => undefined);
  return { stdin: input, done };
}

async function runRestore(request: RestoreRequest, input: PassThrough): Promise<{ warnings: string[] }> {
  const listDir = await mkdtemp(path.join(tmpdir(), 'pgkeep-restore-'));
  try {
    const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer, unknown, undefined>;
    const tables = request.tables ?? [];
    const skip = request.skipKeys ?? [];
    const chosen = tables.length + skip.length > 0 ? await chooseFrom(chunks, tables, skip) : noChoice;
    const args: string[] = [];
    if (chosen.dumpIds) {
      const list = path.join(listDir, 'entries');
      await writeFile(list, chosen.dumpIds.map((id) => `${String(id)};\n`).join(''), { mode: 0o600 });
      args.push(`--use-list=${list}`);
    }
    throwIfAborted(request.signal);
    return await feed(request, args, chosen.begin, chunks, input);
  } catch (error) {
    input.destroy();
    if (request.signal?.aborted) throw abortReason(request.signal);
    throw error instanceof AppError ? error : brokenInputError(error);
  } finally {
    await rm(listDir, { recursive: true, force: true });
  }
}

interface Chosen {
  /** What was read to get at the table of contents; pg_restore must have it too. */
  readonly begin: readonly Buffer[];
  /** Null: all. */
  readonly dumpIds: readonly number[] | null;
}

const noChoice: Chosen = { begin: [], dumpIds: null };

async function chooseFrom(
  chunks: AsyncIterator<Buffer, unknown, undefined>,
  tables: readonly string[],
  skip: readonly ForeignKey[],
): Promise<Chosen> {
  const reader = createHeadReader();
  const begin: Buffer[] = [];
  let head: ArchiveHead | null = null;
  while (!head) {
    const next = await chunks.next();
    if (next.done === true) throw new AppError('archive/damaged', 'the archive ends inside its table of contents');
    begin.push(next.value);
    const result = reader.write(next.value);
    if (result.state === 'done') head = result.head;
    // Then a key that cannot be made is an error of the restore.
    if (result.state === 'unknown' && tables.length === 0) return { begin, dumpIds: null };
    if (result.state === 'unknown') {
      const detail = `tables cannot be picked: ${result.reason}`;
      throw new AppError('pg/restore-failed', detail, { context: { detail } });
    }
  }
  const all = { dumpIds: head.toc.map(({ dumpId }) => dumpId), missing: [] };
  const { dumpIds, missing } = tables.length > 0 ? chooseEntries(head.toc, tables) : all;
  if (missing.length > 0) throw tablesMissingError(missing);
  const skipped = findKeyEntries(head.toc, skip);
  return { begin, dumpIds: dumpIds.filter((id) => !skipped.has(id)) };
}

/** Runs pg_restore on the bytes and judges its end. */
async function feed(
  request: RestoreRequest,
  args: readonly string[],
  begin: readonly Buffer[],
  chunks: AsyncIterator<Buffer, unknown, undefined>,
  input: PassThrough,
): Promise<{ warnings: string[] }> {
  const tool = startPgRestore(request, args);
  const ended: Promise<ToolResult> = tool.done.catch((error: unknown) => {
    throw toStartError('pg_restore', error);
  });
  ended.then(
    ({ exitCode }) => {
      if (exitCode !== 0) input.destroy(brokenPipe());
    },
    () => input.destroy(brokenPipe()),
  );
  let broken: unknown = null;
  try {
    for (const chunk of begin) await writeOrDrop(tool.stdin, chunk);
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      await writeOrDrop(tool.stdin, next.value);
    }
    tool.stdin.end();
  } catch (error) {
    broken = error;
    if (!isBrokenPipe(error)) tool.kill();
  }
  const result = await ended;
  if (request.signal?.aborted) throw abortReason(request.signal);
  if (broken !== null && !isBrokenPipe(broken)) throw brokenInputError(broken);
  return judgeRestore(result, request.target);
}

function startPgRestore(request: RestoreRequest, args: readonly string[]): RunningTool {
  const { tools, target, env, signal, withoutOwners } = request;
  const tool = startTool({
    path: tools.pgRestore,
    args: [
      ...['--format=custom', '--no-password', ...args],
      ...(withoutOwners === true ? ['--no-owner', '--no-privileges'] : []),
      toDbnameArgument(target.database),
    ],
    env,
    signal,
  });
  tool.stdout.resume();
  return tool;
}

/** Waits until the program has taken the bytes; one that has ended needs none, and its exit code says whether that is good. */
function writeOrDrop(stdin: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (stdin.destroyed) {
      resolve();
      return;
    }
    stdin.write(chunk, () => {
      resolve();
    });
  });
}

function brokenPipe(): Error {
  return Object.assign(new Error('pg_restore has ended'), { code: 'EPIPE' });
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** The archive's source broke off: nothing that PostgreSQL could be blamed for. */
function brokenInputError(error: unknown): AppError {
  const detail = error instanceof Error ? error.message : String(error);
  return new AppError('pg/restore-failed', `the archive broke off: ${detail}`, { retry: 'later', context: { detail } });
}
