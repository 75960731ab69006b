// Says to pg_dump what it leaves out: exact names in quotes, never patterns, so that it can neither take more nor less than
// what was decided and recorded.
import { toNamePattern } from '../../../shared/dump-choice.ts';
import { AppError } from '../../../shared/errors.ts';
import type { LeftOut } from '../../../shared/left-out.ts';

/**
 * Bytes of a command line that every system takes: 32,767 characters on Windows, a quarter of the stack on Linux (2 MiB by
 * default), 1 MiB on macOS, with the environment beside it.
 */
export function mostArgumentBytes(platform: NodeJS.Platform): number {
  return platform === 'win32' ? 30_000 : 768 * 1024;
}

/** Throws `pg/choice-too-long` for more names than a command line takes. */
export function toContentsArgs(leftOut: LeftOut, mostBytes: number): string[] {
  const args = [
    ...leftOut.schemas.map((schema) => `--exclude-schema=${toNamePattern(schema)}`),
    ...leftOut.tables.map(({ schema, name }) => `--exclude-table=${toNamePattern(schema, name)}`),
    ...leftOut.rows.map(({ schema, name }) => `--exclude-table-data=${toNamePattern(schema, name)}`),
    // Its name since PostgreSQL 8.0, which every version takes; the word in the long form changed with 16.
    ...(leftOut.largeObjects ? ['-B'] : []),
  ];
  // Each takes a pointer and an end mark besides.
  const bytes = args.reduce((sum, arg) => sum + Buffer.byteLength(arg) + 9, 0);
  if (bytes <= mostBytes) return args;
  throw new AppError('pg/choice-too-long', `${String(args.length)} names to leave out take ${String(bytes)} bytes`, {
    context: { count: args.length },
  });
}
