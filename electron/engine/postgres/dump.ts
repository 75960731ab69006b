// Starts pg_dump and reads the server's globals with pg_dumpall. Where the bytes go is the caller's business; whether
// they are good is said by the exit code alone.
import type { Readable } from 'node:stream';
import type { DumpFormat } from '../../../shared/dump-choice.ts';
import { AppError } from '../../../shared/errors.ts';
import { abortReason } from '../base/abort.ts';
import { runTool, startTool, type ToolResult } from '../base/run-tool.ts';
import { toDbnameArgument } from './connection.ts';
import { toOutputBufferEnv } from './output-buffer.ts';
import type { PgTarget } from './target.ts';
import type { ToolSet } from './find-tools.ts';
import { undoTextMode } from './text-mode.ts';
import { classifyToolFailure, toStartError, type PgProgram } from './tool-errors.ts';

export interface ToolRequest {
  readonly tools: ToolSet;
  readonly target: PgTarget;
  /** From withPassfile; must stay valid until the program has ended. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface DumpRequest extends ToolRequest {
  /** Default: custom. */
  readonly format?: DumpFormat | undefined;
  /** What is left out, as pg_dump's arguments. */
  readonly contents?: readonly string[] | undefined;
  readonly lockTimeoutSeconds?: number | undefined;
  /** What pg_dump calls itself at the server. */
  readonly applicationName?: string | undefined;
}

export interface RunningDump {
  /** The dump, not compressed. It must be read to its end, else `done` never comes. */
  readonly stdout: Readable;
  /**
   * Resolves when pg_dump has ended with exit code 0 and only then. Rejects with a `pg/*` AppError, or with the
   * signal's reason (`run/cancelled`).
   */
  readonly done: Promise<void>;
  readonly pid: number;
}

/** How long pg_dump waits for its locks where no job says it. */
const usualLockTimeoutSeconds = 120;

/** Starts `pg_dump -Fc -Z0` or `pg_dump -Fp` of the target's database. */
export function startDump(request: DumpRequest): RunningDump {
  const { tools, target, signal, format = 'custom', contents = [] } = request;
  const { lockTimeoutSeconds = usualLockTimeoutSeconds, applicationName } = request;
  const name = applicationName === undefined ? {} : { PGAPPNAME: applicationName };
  const tool = startTool({
    path: tools.pgDump,
    args: [
      ...[`--format=${format}`, '--compress=0', '--no-password', ...contents],
      ...[`--lock-wait-timeout=${String(lockTimeoutSeconds * 1000)}`, toDbnameArgument(target.database)],
    ],
    env: { ...request.env, ...name, ...toOutputBufferEnv() },
    signal,
  });
  tool.stdin.end();
  const done = tool.done.then(
    (result) => {
      requireSuccess('pg_dump', result, request);
    },
    (error: unknown) => {
      throw toStartError('pg_dump', error);
    },
  );
  done.catch(() => undefined);
  const isText = format === 'plain' && process.platform === 'win32';
  return { stdout: isText ? undoTextMode(tool.stdout) : tool.stdout, done, pid: tool.pid };
}

export interface Globals {
  /** Roles and tablespaces as SQL; empty when the server gives none. */
  readonly sql: string;
  /** What is left out, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Roles, their memberships and tablespaces. Only a superuser may read passwords; others get the roles without, and where
 * even that is refused a warning, since the data does not depend on it. A server that goes away still is a failure.
 */
export async function readGlobals(request: ToolRequest): Promise<Globals> {
  const whole = await tryGlobals(request, []);
  if (typeof whole === 'string') return { sql: whole, warnings: [] };
  const open = await tryGlobals(request, ['--no-role-passwords']);
  if (typeof open === 'string') {
    return { sql: open, warnings: ['Roles were saved without their passwords: only a superuser may read them.'] };
  }
  const reason = String(open.context['detail'] ?? open.code);
  return { sql: '', warnings: [`Roles and tablespaces of the server were not saved: ${reason}`] };
}

async function tryGlobals(request: ToolRequest, args: readonly string[]): Promise<string | AppError> {
  const { tools, target, env, signal } = request;
  const call = {
    path: tools.pgDumpall,
    args: ['--globals-only', '--no-password', ...args, toDbnameArgument(target.database)],
    env,
    signal,
  };
  const result = await runTool(call).catch((error: unknown) => {
    throw toStartError('pg_dumpall', error);
  });
  try {
    requireSuccess('pg_dumpall', result, request);
    return result.stdout;
  } catch (error) {
    const refused = error instanceof AppError && error.retry === 'never' && error.code !== 'run/cancelled';
    if (refused) return error;
    throw error;
  }
}

function requireSuccess(program: PgProgram, result: ToolResult, { target, signal }: ToolRequest): void {
  if (result.exitCode === 0) return;
  if (signal?.aborted) throw abortReason(signal);
  throw classifyToolFailure(program, result, target);
}
