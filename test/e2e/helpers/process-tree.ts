// Which processes belong to a run of the program: its main process, everything that descends from it, and everything that
// names its data folder. Remembers whom it has seen, so that an orphan is still known after its parent has gone.
import { readdir, readFile } from 'node:fs/promises';

interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  /** Clock ticks since boot; tells a process from a later one with the same id. */
  readonly startedAt: string;
  readonly command: string;
}

export interface ProcessTree {
  /** Ids of the members that are alive. */
  readonly list: () => Promise<number[]>;
}

export function watchProcessTree(mainPid: number, dataDir: string): ProcessTree {
  const known = new Set<string>();
  const keyOf = (row: ProcessRow): string => `${String(row.pid)}:${row.startedAt}`;
  return {
    list: async () => {
      const rows = await readProcesses();
      const members = new Map<number, ProcessRow>();
      const isMember = (row: ProcessRow): boolean =>
        row.pid === mainPid || known.has(keyOf(row)) || members.has(row.parentPid) || row.command.includes(dataDir);
      // A child can stand before its parent in the list: until nothing is new.
      for (let size = -1; size !== members.size;) {
        size = members.size;
        for (const row of rows) if (isMember(row)) members.set(row.pid, row);
      }
      for (const row of members.values()) known.add(keyOf(row));
      return [...members.keys()];
    },
  };
}

/** All processes of the machine but those that have ended and only wait for their parent. */
async function readProcesses(): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const rows = await Promise.all(pids.map(readProcess));
  return rows.filter((row) => row !== null);
}

async function readProcess(pid: string): Promise<ProcessRow | null> {
  try {
    const [stat, command] = await Promise.all(
      ['stat', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
    );
    // Fields after the name in brackets, which may hold spaces: state, parent, … (proc(5)).
    const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return { pid: Number(pid), parentPid: Number(fields[1]), startedAt: fields[19] ?? '', command: command ?? '' };
  } catch {
    return null;
  }
}
