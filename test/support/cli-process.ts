// The command line as a process of its own that can be killed at any moment.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const cliFile = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));
const clockFile = new URL('movable-clock.ts', import.meta.url).href;

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
  /** Those so far. */
  readonly lines: readonly CliLine[];
  /** Resolves with the first JSON line that is accepted, past or coming; rejects when the process ends without one. */
  readonly whenLine: (accepts: (line: CliLine) => boolean) => Promise<CliLine>;
  readonly ended: Promise<CliEnd>;
  /** SIGKILL, as a crash or a power cut would end it. */
  readonly kill: () => Promise<CliEnd>;
  /** With a movable clock: sets it so far ahead of the real one, as if the time between had passed awake. */
  readonly moveClock: (aheadMs: number) => Promise<void>;
}

export interface CliOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly hasMovableClock?: boolean;
}

export function startCli(
  dataDir: string,
  args: readonly string[],
  { env = process.env, hasMovableClock = false }: CliOptions = {},
): CliProcess {
  const nodeArgs = hasMovableClock ? ['--import', clockFile] : [];
  const child = spawn(process.execPath, [...nodeArgs, cliFile, '--data-dir', dataDir, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(hasMovableClock ? (['ipc'] as const) : [])],
    env,
  });
  const { stdout: out, stderr: err } = child;
  if (!out || !err) throw new Error('the pipes of pgkeep are missing');
  const lines: CliLine[] = [];
  const watchers = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  let open = '';
  out.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const parts = (open + text).split('\n');
    open = parts.pop() ?? '';
    for (const part of parts) lines.push(lineSchema.parse(JSON.parse(part)));
    for (const look of [...watchers]) look();
  });
  err.setEncoding('utf8').on('data', (text: string) => {
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
    lines,
    ended,
    moveClock: (aheadMs) =>
      new Promise((resolve, reject) => {
        child.once('message', () => {
          resolve();
        });
        child.send({ aheadMs }, (error) => {
          if (error) reject(error);
        });
      }),
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
