// Runs a person's own command: its output line by line and bounded, a time limit, and everything that it started ended with it
// when the time is over or the signal says so. It gets a clean environment, never the program's own.
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { whenAborted } from './abort.ts';
import type { Clock } from './ports.ts';

export interface CommandCall {
  /** `file`: the path of a program or script. `shell`: a line for the system's shell. */
  readonly way: 'file' | 'shell';
  readonly command: string;
  /** Added to the clean environment. No secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** `problem`: the second half of a sentence that begins with the command; null: it ended well. */
export interface CommandEnd {
  readonly problem: string | null;
  readonly end: 'ok' | 'failed' | 'timeout' | 'aborted';
}

/** What a script expects to find, and nothing that could hold a secret. */
const keptNames = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'XDG_RUNTIME_DIR'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'SystemRoot', 'SystemDrive', 'windir', 'ComSpec'],
  ...['PATHEXT', 'USERPROFILE', 'USERNAME', 'APPDATA', 'LOCALAPPDATA', 'ProgramData', 'ProgramFiles'],
];

/** Between being told to end and being killed. */
const killAfterMs = 5000;
/** What was written before the end is still read; who holds the pipe in the background is not waited for. */
const restOfOutputMs = 1000;

/** How much of the output is handed on: the first lines, and the last ones. */
export const outputLimits = { firstLines: 150, lastLines: 50, lineLength: 1000 } as const;

export async function runCommand(call: CommandCall): Promise<CommandEnd> {
  if (call.way === 'file') {
    const problem = await findFileProblem(call.command);
    if (problem !== null) return { problem: `cannot be started: ${problem}`, end: 'failed' };
  }
  const { program, args, verbatim } = toProgram(call.way, call.command);
  const child = spawn(program, args, {
    cwd: homedir(),
    env: toCommandEnv(call.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it starts can be ended with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
    windowsVerbatimArguments: verbatim,
  });
  const output = collectLines(call.onLine);
  output.read(child.stdout);
  output.read(child.stderr);
  const ended: { why: 'timeout' | 'aborted' | null } = { why: null };
  const over = new AbortController();
  const endFor = (reason: 'timeout' | 'aborted'): void => {
    if (ended.why !== null || over.signal.aborted) return;
    ended.why = reason;
    endGroup(child, 'SIGTERM');
    call.clock.wait(killAfterMs, over.signal).then(
      () => {
        endGroup(child, 'SIGKILL');
      },
      () => undefined,
    );
  };
  const undo = whenAborted(call.signal, () => {
    endFor('aborted');
  });
  call.clock.wait(call.timeoutMs, over.signal).then(
    () => {
      endFor('timeout');
    },
    () => undefined,
  );
  try {
    const problem = await whenEnded(child);
    // The group may have outlived its first process.
    if (ended.why !== null) endGroup(child, 'SIGKILL');
    return toEnd(ended.why, problem, call.timeoutMs);
  } finally {
    over.abort();
    undo();
    output.finish();
  }
}

function toEnd(why: 'timeout' | 'aborted' | null, problem: string | null, timeoutMs: number): CommandEnd {
  if (why === 'timeout') {
    return { problem: `took longer than ${String(Math.round(timeoutMs / 1000))} s and was ended`, end: why };
  }
  if (why === 'aborted') return { problem: 'was ended with the run', end: why };
  return { problem, end: problem === null ? 'ok' : 'failed' };
}

/** Why a path cannot be run as it stands; null: it can. */
export async function findFileProblem(file: string): Promise<string | null> {
  if (!path.isAbsolute(file)) return 'its path is not absolute';
  const facts = await stat(file).catch(() => null);
  if (facts?.isFile() !== true) return 'there is no such file';
  if (process.platform === 'win32') return null;
  // Whoever may change it could do anything in this user's name.
  if ((facts.mode & constants.S_IWOTH) !== 0) return 'everybody may change it (chmod o-w)';
  const mayRun = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  return mayRun ? null : 'it may not be run (chmod +x)';
}

export function toCommandEnv(extra: Readonly<Record<string, string>>): Record<string, string> {
  const kept = keptNames.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), ...extra };
}

/** Windows runs scripts by their interpreters only. */
export function toProgram(
  way: CommandCall['way'],
  command: string,
  platform: NodeJS.Platform = process.platform,
): { readonly program: string; readonly args: string[]; readonly verbatim: boolean } {
  if (platform !== 'win32') {
    return way === 'file'
      ? { program: command, args: [], verbatim: false }
      : { program: '/bin/sh', args: ['-c', command], verbatim: false };
  }
  const extension = path.win32.extname(command).toLowerCase();
  if (way === 'file' && extension === '.ps1') {
    const args = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', command];
    return { program: 'powershell.exe', args, verbatim: false };
  }
  if (way === 'file' && extension !== '.cmd' && extension !== '.bat') {
    return { program: command, args: [], verbatim: false };
  }
  const line = way === 'file' ? `"${command}"` : command;
  return { program: 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

/** Answers the problem, or null. */
function whenEnded(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(`cannot be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      const problem =
        code === 0 ? null : code === null ? `was ended by ${String(signal)}` : `ended with exit code ${String(code)}`;
      const timer = setTimeout(finish, restOfOutputMs);
      child.once('close', finish);
      function finish(): void {
        clearTimeout(timer);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(problem);
      }
    });
  });
}

function endGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

function collectLines(onLine: (line: string) => void) {
  const last: string[] = [];
  const rests: (() => void)[] = [];
  let count = 0;
  const take = (text: string): void => {
    // Colours and bells have no place in a log.
    const line = text
      .replace(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
      .trimEnd()
      .slice(0, outputLimits.lineLength);
    if (line === '') return;
    count += 1;
    if (count <= outputLimits.firstLines) onLine(line);
    else if (last.push(line) > outputLimits.lastLines) last.shift();
  };
  return {
    read: (stream: Readable): void => {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('error', () => undefined);
      stream.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = (lines.pop() ?? '').slice(0, outputLimits.lineLength);
        lines.forEach(take);
      });
      rests.push(() => {
        take(rest);
        rest = '';
      });
    },
    finish: (): void => {
      for (const flush of rests) flush();
      const leftOut = count - outputLimits.firstLines - last.length;
      if (leftOut > 0) onLine(`… ${String(leftOut)} lines are left out here …`);
      last.forEach(onLine);
    },
  };
}
