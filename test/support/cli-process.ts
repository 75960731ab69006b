// The command line as a process of its own that can be killed at any moment.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const cliFile = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));

const lineSchema = z.looseObject({ type: z.string() });
export type CliLine = z.infer<typeof lineSchema>;

export interface CliEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly lines: readonly CliLine[];
  /** The last line's object: the result or the error. */
  readonly last: CliLine | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  /** Resolves with the first JSON line that is accepted, past or coming; rejects when the process ends without one. */
  readonly whenLine: (accepts: (line: CliLine) => boolean) => Promise<CliLine>;
  readonly ended: Promise<CliEnd>;
  /** SIGKILL, as a crash or a power cut would end it. */
  readonly kill: () => Promise<CliEnd>;
}

export function startCli(dataDir: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): CliProcess {
  const child = spawn(process.execPath, [cliFile, '--data-dir', dataDir, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  const lines: CliLine[] = [];
  const watchers = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  let open = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const parts = (open + text).split('\n');
    open = parts.pop() ?? '';
    for (const part of parts) lines.push(lineSchema.parse(JSON.parse(part)));
    for (const look of [...watchers]) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<CliEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, lines, last: lines.at(-1), stdout, stderr });
    });
  });
  return {
    child,
    ended,
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
    whenLine: (accepts) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(accepts);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        void ended.then(() => {
          reject(new Error(`pgkeep ended without the awaited line: ${stderr}`));
        });
      }),
  };
}

/** Runs a command to its end. */
export function runCli(dataDir: string, args: readonly string[]): Promise<CliEnd> {
  return startCli(dataDir, args).ended;
}
