// The programs a desktop session consists of: started without a shell, ended for certain.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Program {
  readonly pid: number;
  /** The next line on stdout; rejects with what the program said when it ends first. */
  readonly readLine: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** How long a program may take to end after SIGTERM. */
const endsWithinMs = 3000;

/** `input` is written to its stdin, which is then closed. */
export function startProgram(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Program {
  const child = spawn(name, [...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  let failure: Error | null = null;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = new Error(`${name} did not start: ${error.message}`);
      resolve();
    });
    child.once('exit', () => {
      resolve();
    });
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    readLine: async () => {
      const line = await lines.next();
      if (line.done !== true) return line.value;
      await ended;
      throw failure ?? new Error(`${name} ended: ${said}`);
    },
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
