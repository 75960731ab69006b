// Judges how pg_restore ended. It goes on after most errors and then says how many it ignored; only those that are
// known to leave data and structure whole are let through, every other one is a failed restore.
import { AppError } from '../../../shared/errors.ts';
import type { ToolResult } from '../base/run-tool.ts';
import { redactSecrets, toContext, type PgPlace } from './pg-errors.ts';
import { classifyToolFailure } from './tool-errors.ts';

interface Harmless {
  readonly error: RegExp;
  readonly command: RegExp;
}

const harmlessErrors: readonly Harmless[] = [
  // plpgsql is there in every database and belongs to the superuser; its comment is the same everywhere.
  { error: /must be owner of extension/, command: /^COMMENT ON EXTENSION / },
  // A new database has the schema public already.
  { error: /schema "public" already exists/, command: /^CREATE SCHEMA public;/ },
  // A newer pg_dump switches off time limits that an older server does not have.
  { error: /unrecognized configuration parameter "\w+"/, command: /^SET \w+ = (0|off|false|heap|''|content);$/ },
];

/** pg_restore's complaints that do not matter; throws the AppError for the first one that does. */
export function judgeRestore(result: ToolResult, place: PgPlace): { warnings: string[] } {
  const errors = splitErrors(result.stderr);
  const bad = errors.find((block) => !isHarmless(block));
  if (bad !== undefined) throw classifyToolFailure('pg_restore', { ...result, stderr: bad }, place);
  const ignored = Number(/errors ignored on restore: (\d+)/.exec(result.stderr)?.[1] ?? 0);
  if (result.exitCode !== 0 && ignored === 0) throw classifyToolFailure('pg_restore', result, place);
  if (ignored !== errors.length) {
    // The text is cut in the middle: what cannot be seen may be of any kind.
    const detail = `${String(ignored)} errors, of which ${String(errors.length)} were shown`;
    throw new AppError('pg/restore-failed', `pg_restore: ${detail}`, { context: { ...toContext(place), detail } });
  }
  return { warnings: [...errors.map(toSentence), ...listWarnings(result.stderr)] };
}

/** Archive entries that were asked for and are not there. */
export function tablesMissingError(missing: readonly string[]): AppError {
  const names = missing.join(', ');
  return new AppError('input/not-found', `not in the backup: ${names}`, { context: { what: names } });
}

function splitErrors(stderr: string): string[] {
  return stderr
    .split(/^(?=pg_restore: )/m)
    .filter((block) => block.startsWith('pg_restore: error: '))
    .map((block) => block.trim());
}

function isHarmless(block: string): boolean {
  const command = /^Command was: ([^]*)$/m.exec(block)?.[1]?.trim() ?? '';
  return harmlessErrors.some((harmless) => harmless.error.test(block) && harmless.command.test(command));
}

function listWarnings(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('pg_restore: warning: ') && !line.includes('errors ignored on restore'))
    .map((line) => redactSecrets(line.replace('pg_restore: warning: ', '')));
}

function toSentence(block: string): string {
  const message = /ERROR: {2}(.*)/.exec(block)?.[1] ?? block.split('\n')[0] ?? block;
  return redactSecrets(`pg_restore: ${message}`);
}
