// docs/command-line.md against the program itself: what `--help` says of every command and option, the exit codes, and the
// names that an .env file may have.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../../electron/cli/exit-codes.ts';
import { readCodes, readPage, readSection, readTable, root } from './markdown.ts';

const execute = promisify(execFile);
const page = readPage('docs/command-line.md');

/** Each start of the program takes a third of a second, on a busy machine several. */
const helpLimitMs = 180_000;

interface Command {
  readonly name: string;
  readonly alias: string | null;
  /** As in `--job <job>`, without the help option. */
  readonly options: readonly string[];
}

let globalOptions: readonly string[];
let commands: readonly Command[];

async function readHelp(...words: string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, [path.join(root, 'electron/cli.ts'), ...words, '--help']);
  return stdout;
}

function readOptions(help: string): string[] {
  return [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+(?: <[^>]+>)?)/gm)].map(([, option = '']) => option);
}

beforeAll(async () => {
  const help = await readHelp();
  globalOptions = readOptions(help);
  const list = help.slice(help.indexOf('\nCommands:'));
  const names = [...list.matchAll(/^ {2}([a-z-]+)(?:\|([a-z-]+))?/gm)];
  commands = await Promise.all(
    names.map(async ([, name = '', alias = null]) => {
      const options = name === 'help' ? [] : readOptions(await readHelp(name));
      return { name, alias, options: options.filter((option) => option !== '--help') };
    }),
  );
}, helpLimitMs);

describe('docs/command-line.md', () => {
  it('has the program’s commands, in its order, and no other', () => {
    const headings = [...readSection(page, '## Commands').matchAll(/^### `([a-z-]+)`$/gm)].map(([, name]) => name);
    expect(commands.length).toBeGreaterThan(10);
    expect(headings).toEqual(commands.map(({ name }) => name));
  });

  it('spells every command, with its other name', () => {
    for (const { name, alias } of commands) {
      const codes = readCodes(readSection(page, `### \`${name}\``));
      expect(codes.some((code) => code.startsWith(`pgkeep ${name}`))).toBe(true);
      if (alias !== null) expect(codes).toContain(alias);
    }
  });

  it('has every option of every command, and no other', () => {
    const documented = commands.map(({ name }) => {
      const rows = readTable(readSection(page, `### \`${name}\``));
      return { name, options: rows.flatMap(([option = '']) => readCodes(option)).toSorted() };
    });
    expect(documented).toEqual(commands.map(({ name, options }) => ({ name, options: options.toSorted() })));
  });

  it('has every option before the command, and no other', () => {
    const documented = readTable(readSection(page, '## Options before the command'))
      .flatMap(([option = '']) => readCodes(option))
      .filter((option) => option.startsWith('--'));
    expect(documented.toSorted()).toEqual(globalOptions.toSorted());
  });

  it('has every exit code', () => {
    const codes = readTable(readSection(page, '## Exit codes')).map(([code]) => Number(code));
    expect(codes).toEqual(Object.values(exitCodes).toSorted((a, b) => a - b));
  });

  it('says what every command answers in JSON', () => {
    const section = readSection(page, '## Output');
    const results = readTable(section.slice(section.indexOf('| command')));
    const answering = commands.map(({ name }) => name).filter((name) => name !== 'help');
    expect(results.map(([command = '']) => readCodes(command)[0])).toEqual(answering);
  });

  it('has the names that an .env file may have', () => {
    const folder = path.join(root, 'electron/cli');
    const sources = readdirSync(folder).filter((name) => /^env-.*\.ts$/.test(name));
    const names = sources.flatMap((name) =>
      // `values['NAME']`, `readSwitch(values, 'NAME')`, and the keys of a table of names.
      [...readPage(`electron/cli/${name}`).matchAll(/(?:values(?:\[|, )'|^ {2})([A-Z]+_[A-Z_]+)(?:'|: )/gm)].map(
        ([, found]) => found,
      ),
    );
    const read = [...new Set(names)];
    const rows = readTable(readSection(page, '## Setting up without a window'));
    expect(rows.map(([name = '']) => readCodes(name)[0]).toSorted()).toEqual(read.toSorted());
  });
});
