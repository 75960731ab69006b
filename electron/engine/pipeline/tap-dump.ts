// Looks at a dump as it flows by on its way into the spool: bytes and contents, and whether it is a whole dump at all.
import type { DumpFormat } from '../../../shared/dump-choice.ts';
import { AppError } from '../../../shared/errors.ts';
import type { DumpContents, DumpReader } from '../postgres/dump-contents.ts';
import { createDumpReader, dumpMarks } from '../postgres/dump-reader.ts';
import { hasPlainEnd } from '../postgres/plain-sql.ts';
import type { BackupContext } from './context.ts';
import { createDumpExpectation, type ExpectedDump } from './expect-dump.ts';

export interface TapPlan {
  readonly dumpFormat: DumpFormat;
  readonly expected: ExpectedDump;
}

export interface Tap {
  /** Throws `archive/damaged` when an archive is. */
  readonly take: (block: Buffer) => void;
  /** Throws `archive/damaged` when what flowed by is no whole dump. */
  readonly finish: () => {
    readonly bytes: number;
    /** Null when the reader did not understand it; a warning says so. */
    readonly contents: DumpContents | null;
    readonly warnings: readonly string[];
  };
}

/** Enough for the last lines of plain SQL. */
const endBytes = 256;

/**
 * A dump of a version that the reader does not know never stops the backup. An archive of one that it knows and finds damaged
 * or without its end does, for such a dump cannot be restored whatever pg_dump's exit code.
 */
export function createTap(ctx: Pick<BackupContext, 'log' | 'report'>, plan: TapPlan): Tap {
  const warnings: string[] = [];
  const expectation = createDumpExpectation(plan.expected);
  const mark = dumpMarks[plan.dumpFormat];
  let bytes = 0;
  let begin = '';
  let end = Buffer.alloc(0);
  let reader: DumpReader | null = createDumpReader(plan.dumpFormat, {
    onProgress: (progress) => {
      const { tablesDone, tablesTotal, rows } = progress;
      expectation.take(progress);
      ctx.report({ tablesDone, tablesTotal, rows });
    },
  });
  const giveUp = (error: unknown): void => {
    reader = null;
    const reason = error instanceof Error ? error.message : String(error);
    ctx.log.warn(`the dump could not be read along: ${reason}`);
    warnings.push('The rows of this backup could not be counted, so a drill cannot compare them.');
  };
  return {
    take: (block) => {
      bytes += block.byteLength;
      if (begin.length < mark.length) begin += block.toString('latin1', 0, mark.length - begin.length);
      end = Buffer.concat([end, block.subarray(-endBytes)]).subarray(-endBytes);
      try {
        reader?.write(block);
      } catch (error) {
        // SQL is free text: there the reader may be the one that is wrong.
        if (plan.dumpFormat === 'custom' && error instanceof AppError) throw error;
        giveUp(error);
      }
      ctx.report({ dumpBytes: bytes, expectedDumpBytes: Math.ceil(expectation.read(bytes)) });
    },
    finish: () => {
      if (begin !== mark) {
        throw new AppError('archive/damaged', `pg_dump wrote ${String(bytes)} bytes that are no dump`);
      }
      if (plan.dumpFormat === 'plain' && !hasPlainEnd(end)) {
        throw new AppError('archive/damaged', 'pg_dump ended before the last line of its SQL');
      }
      const read = reader?.finish() ?? null;
      if (read && 'unknown' in read) giveUp(new Error(read.unknown));
      const contents = read && !('unknown' in read) ? read : null;
      return { bytes, contents, warnings };
    },
  };
}
