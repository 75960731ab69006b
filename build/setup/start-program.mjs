// Runs one program to its end as if it were this process: same terminal, same signals, same exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code; 128 + the signal's number when one ended it; rejects when it does not start
 */
export function startProgram(program, args) {
  const child = spawn(program, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl+C reaches everything on the terminal; a second copy would read as the impatient second press.
      if (signal !== 'SIGINT' || !hasTerminal()) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

function hasTerminal() {
  return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY === true);
}
