// Starts psql on plain SQL that flows in. It comes whole or not at all: SQL has no table of contents to choose from. Whether
// the bytes are a whole dump is the caller's business, for psql takes the end of its input for the end of the work.
import { abortReason } from '../base/abort.ts';
import { startTool } from '../base/run-tool.ts';
import { toDbnameArgument } from './connection.ts';
import type { ToolRequest } from './dump.ts';
import { redactSecrets } from './pg-errors.ts';
import type { RunningRestore } from './restore-dump.ts';
import { classifyToolFailure, toStartError } from './tool-errors.ts';

/**
 * Starts `psql` on the target's database, which should be empty. The first error ends it: what follows a COPY that failed
 * would be taken for commands. Not as one transaction: the dump has its own around large objects, and a database that was
 * filled in part is dropped by whoever made it.
 */
export function startSqlRestore(request: ToolRequest): RunningRestore {
  const { tools, target, env, signal } = request;
  const tool = startTool({
    path: tools.psql,
    args: [
      ...['--no-psqlrc', '--quiet', '--no-password', '--set=ON_ERROR_STOP=1', '--file=-'],
      toDbnameArgument(target.database),
    ],
    env,
    signal,
  });
  tool.stdout.resume();
  const done = tool.done.then(
    (result) => {
      if (result.exitCode === 0) return { warnings: listWarnings(result.stderr) };
      if (signal?.aborted) throw abortReason(signal);
      throw classifyToolFailure('psql', result, target);
    },
    (error: unknown) => {
      throw toStartError('psql', error);
    },
  );
  done.catch(() => undefined);
  return { stdin: tool.stdin, done };
}

function listWarnings(stderr: string): string[] {
  const form = /^psql:<stdin>:\d+: WARNING: {2}(.*)$/;
  return stderr.split('\n').flatMap((line) => {
    const text = form.exec(line)?.[1];
    return text === undefined ? [] : [redactSecrets(`psql: ${text}`)];
  });
}
