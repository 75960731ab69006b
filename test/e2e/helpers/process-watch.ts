// Remembers what every process that starts meanwhile showed of itself: arguments and environment are open to all users of
// the machine, or to the same user, and a child may live for a moment only.
import { readdirSync, readFileSync } from 'node:fs';

/** Between two looks; shorter than any program takes to start and end. */
const pauseMs = 20;

export interface ProcessWatch {
  /** Ends the watch; answers each different text that was seen. */
  readonly stop: () => readonly string[];
}

export function watchProcesses(): ProcessWatch {
  const older = new Set(listPids());
  const seen = new Set<string>();
  const look = (): void => {
    for (const pid of listPids().filter((name) => !older.has(name))) {
      for (const what of ['cmdline', 'environ']) {
        try {
          seen.add(readFileSync(`/proc/${pid}/${what}`, 'latin1'));
        } catch {
          // It has just ended, or belongs to somebody else.
        }
      }
    }
    timer = setTimeout(look, pauseMs);
  };
  let timer = setTimeout(look, 0);
  return {
    stop: () => {
      clearTimeout(timer);
      return [...seen];
    },
  };
}

function listPids(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}
