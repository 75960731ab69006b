// The two voices of the command line: JSON lines on stdout for programs, text on stderr (and results on stdout) for people.
import { describeError } from '../../shared/describe-error.ts';
import { toWireError } from '../../shared/errors.ts';

export interface Output {
  /** A passing state. People see it on one line that replaces itself, on a terminal only. */
  readonly progress: (value: Readonly<Record<string, unknown>>, text: string) => void;
  /** Something that needs the person now, e.g. an address to open. */
  readonly ask: (value: Readonly<Record<string, unknown>>, text: string) => void;
  /** One of several things is over: a line of its own, on stderr for people. Without words it is no news to them. */
  readonly tell: (value: Readonly<Record<string, unknown>>, text: string) => void;
  /** A line for people alone, on stderr. */
  readonly note: (text: string) => void;
  /** The last line of a command that did what it was asked. */
  readonly result: (value: Readonly<Record<string, unknown>>, text: string) => void;
  /** The last line of a command that did not. */
  readonly error: (error: unknown) => void;
}

export interface Streams {
  readonly stdout: Pick<NodeJS.WriteStream, 'write'>;
  readonly stderr: Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };
}

export function createOutput({ stdout, stderr }: Streams, json: boolean): Output {
  let lineLength = 0;
  const clearLine = (): void => {
    if (lineLength > 0) stderr.write(`\r${' '.repeat(lineLength)}\r`);
    lineLength = 0;
  };
  const writeJson = (value: Readonly<Record<string, unknown>>): void => {
    stdout.write(`${JSON.stringify(value)}\n`);
  };
  return {
    progress: (value, text) => {
      if (json) writeJson({ type: 'progress', ...value });
      if (stderr.isTTY !== true) return;
      clearLine();
      stderr.write(text);
      lineLength = text.length;
    },
    ask: (value, text) => {
      clearLine();
      if (json) writeJson(value);
      stderr.write(`${text}\n`);
    },
    tell: (value, text) => {
      clearLine();
      if (json) writeJson(value);
      if (text !== '') stderr.write(`${text}\n`);
    },
    note: (text) => {
      clearLine();
      stderr.write(`${text}\n`);
    },
    result: (value, text) => {
      clearLine();
      if (json) writeJson({ type: 'result', ...value });
      else if (text !== '') stdout.write(`${text}\n`);
    },
    error: (error) => {
      clearLine();
      const wire = toWireError(error);
      const words = describeError(wire);
      if (json) writeJson({ type: 'error', ...wire, title: words.title, happened: words.happened, toDo: words.toDo });
      stderr.write(`${words.title}. ${words.happened}\n${words.toDo}\n(${wire.code})\n`);
    },
  };
}

/** Rows as aligned columns, the first line as heading. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const toLine = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(toLine).join('\n');
}
