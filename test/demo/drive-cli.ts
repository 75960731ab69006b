// Runs the command line as a person's shell would: a child process per command, with --json lines on stdout.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const cliFile = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));

const lineSchema = z.looseObject({ type: z.string() });
export type CliLine = z.infer<typeof lineSchema>;

const errorSchema = z.looseObject({ code: z.string(), message: z.string().default('') });
/** A run or a restore that did not end well; its command still has a result. */
const failedSchema = z.looseObject({ state: z.string(), error: errorSchema });

export interface CliOutcome {
  /** The object of the `result` line. */
  readonly result: CliLine;
  readonly seconds: number;
  readonly peakRssBytes: number | null;
}

export interface Cli {
  /** Throws with the command, its code and words when it does not end well. */
  readonly run: (args: readonly string[], onLine?: (line: CliLine) => void) => Promise<CliOutcome>;
  /** Ends what runs, and resolves when it has ended. */
  readonly stop: () => Promise<void>;
}

export interface CliPlace {
  readonly dataDir: string;
  readonly envFile: string;
}

export function createCli(place: CliPlace): Cli {
  const running = new Map<ChildProcess, Promise<unknown>>();
  const run: Cli['run'] = async (args, onLine) => {
    const startedAt = performance.now();
    const all = [cliFile, '--data-dir', place.dataDir, '--env-file', place.envFile, '--json', ...args];
    const child = spawn(process.execPath, all, {
      cwd: path.dirname(path.dirname(cliFile)),
      env: toCliEnv(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: CliLine[] = [];
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = parseLine(text);
      if (!line) return;
      if (line.type !== 'progress') lines.push(line);
      onLine?.(line);
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    running.set(child, ended);
    const exitCode = await ended.finally(() => running.delete(child));
    const last = lines.at(-1);
    if (exitCode !== 0 || last?.type !== 'result') throw toCliError(args, exitCode, lines, stderr);
    const peak = z.number().safeParse(last['peakRssBytes']);
    return {
      result: last,
      seconds: Math.round(performance.now() - startedAt) / 1000,
      peakRssBytes: peak.success ? peak.data : null,
    };
  };
  const stop = async (): Promise<void> => {
    for (const child of running.keys()) child.kill('SIGTERM');
    const timer = setTimeout(() => {
      for (const child of running.keys()) child.kill('SIGKILL');
    }, 10_000);
    await Promise.allSettled(running.values());
    clearTimeout(timer);
  };
  return { run, stop };
}

/** Our environment without what would point the command line at another server or account. */
function toCliEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(PG(?!KEEP_RUNTIME)|DATABASE_URL$|BACKUP_|GDRIVE_|SMTP_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

function parseLine(text: string): CliLine | null {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function toCliError(
  args: readonly string[],
  exitCode: number | null,
  lines: readonly CliLine[],
  stderr: string,
): Error {
  const line = errorSchema.safeParse(lines.findLast(({ type }) => type === 'error'));
  const error = line.success ? line.data : findInResult(lines.at(-1), failedSchema)?.error;
  const words = error ? `${error.code}: ${error.message}` : stderr.trim() || 'no result';
  return new Error(`pgkeep ${args.join(' ')} ended with code ${String(exitCode)}: ${words}`);
}

/** The first value of a result that has the shape: the result itself, one of its values, or one in its lists. */
export function findInResult<T>(result: unknown, schema: z.ZodType<T>): T | null {
  if (result === null || typeof result !== 'object') return null;
  const values: unknown[] = Object.values(result);
  const listed = values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []));
  for (const candidate of [result, ...values, ...listed]) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  return null;
}
