// Runs a program of PostgreSQL: clean environment, no shell, stderr kept (bounded), ended with the signal. Secrets go in
// by files only, never by arguments or environment.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { whenAborted } from './abort.ts';

/** How much of a program's stderr is kept: the beginning names the cause, the end the last step. */
const maxStderrBytes = 64 * 1024;

/** How long a program may take to end after SIGTERM before SIGKILL. */
const killAfterMs = 5000;

export interface ToolCall {
  readonly path: string;
  readonly args: readonly string[];
  /** Added to the clean environment. No secrets: other programs of the same user can read it. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface ToolResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signalName: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface RunningTool {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly pid: number;
  /** Ends it: SIGTERM, then SIGKILL. */
  readonly kill: () => void;
  /** Resolves when the program has ended and its output is closed, whatever the exit code. Rejects when it cannot be started. */
  readonly done: Promise<ToolResult>;
}

/** Names that a PostgreSQL program needs from our own environment to run at all. */
const keptNames = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'APPDATA', 'LD_LIBRARY_PATH'];

/** Messages in English whatever the desktop's language: errors are told apart by them. */
export function toToolEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = { LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', LC_MESSAGES: 'C' };
  for (const name of keptNames) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...extra };
}

/** Starts the program. */
export function startTool(call: ToolCall): RunningTool {
  const child = spawn(call.path, [...call.args], {
    env: toToolEnv(call.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // A program that ends early closes its stdin; the exit code tells why, the broken pipe does not.
  child.stdin.on('error', () => undefined);
  const stderr = collectText(child.stderr);
  const kill = (): void => {
    endChild(child);
  };
  const undo = whenAborted(call.signal, kill);
  const done = new Promise<ToolResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signalName) => {
      resolve({ exitCode, signalName, stderr: stderr() });
    });
  }).finally(undo);
  done.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, pid: child.pid ?? 0, kill, done };
}

/** Runs a program with short output to its end. */
export async function runTool(call: ToolCall): Promise<ToolResult & { readonly stdout: string }> {
  const tool = startTool(call);
  tool.stdin.end();
  const chunks: Buffer[] = [];
  tool.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const result = await tool.done;
  return { ...result, stdout: Buffer.concat(chunks).toString('utf8') };
}

function endChild(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  timer.unref();
  child.once('exit', () => {
    clearTimeout(timer);
  });
}

/** Keeps the first and the last half of the allowed length. */
function collectText(stream: Readable): () => string {
  let head = '';
  let tail = '';
  let cut = false;
  const half = maxStderrBytes / 2;
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const room = half - head.length;
    head += text.slice(0, room);
    if (text.length <= room) return;
    tail += text.slice(room);
    if (tail.length > half) {
      tail = tail.slice(-half);
      cut = true;
    }
  });
  return () => (cut ? `${head}\n[…]\n${tail}` : head + tail);
}
