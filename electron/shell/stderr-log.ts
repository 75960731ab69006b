// The shell's log: lines on stderr, where a terminal or the desktop's journal finds them.
import type { Log } from '../engine/base/ports.ts';

export function createStderrLog(source: string): Log {
  const write =
    (level: string) =>
    (message: string): void => {
      process.stderr.write(`${new Date().toISOString()} ${level} ${source}: ${message}\n`);
    };
  return { debug: () => undefined, info: write('info'), warn: write('warn'), error: write('error') };
}
