// How the set-up speaks: short plain lines on stderr, so that stdout stays the program's own.

/** A reason to stop that the person can act on: printed without a stack. */
export class SetupProblem extends Error {}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}

/** @param {unknown} error */
export function toMessage(error) {
  return error instanceof Error ? error.message : String(error);
}
