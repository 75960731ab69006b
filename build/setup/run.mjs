// Runs a program to its end for the set-up. Its output goes to stderr: stdout belongs to the command that follows.
import { spawnSync } from 'node:child_process';
import { SetupProblem } from './report.mjs';

/** More than any of the programs says; a full buffer would end the program. */
const maxOutputBytes = 256 * 1024 * 1024;

/**
 * Shows the program's output as it comes (`quiet`: only when it fails); a failure is a `SetupProblem` with the given words.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, otherwise: string }} options
 */
export function run(program, args, options) {
  const sink = options.quiet ? 'pipe' : 2;
  const result = spawnSync(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', sink, sink],
    maxBuffer: maxOutputBytes,
    shell: needsShell(program),
  });
  if (!result.error && result.status === 0) return;
  process.stderr.write(`${String(result.stdout ?? '')}${String(result.stderr ?? '')}`);
  const ending = result.error ? result.error.message : `ended with ${String(result.status ?? result.signal)}`;
  throw new SetupProblem(`${options.otherwise} (${program}: ${ending})`);
}

/**
 * Keeps the output; never throws.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 */
export function ask(program, args, options = {}) {
  const result = spawnSync(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    encoding: 'utf8',
    timeout: options.timeoutMs,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: needsShell(program),
  });
  return { ok: result.status === 0, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
}

/** npm is a .cmd file on Windows, which Node starts through a shell only. */
function needsShell(program) {
  return process.platform === 'win32' && program === 'npm';
}
