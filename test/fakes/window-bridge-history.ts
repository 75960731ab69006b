// The history of the window's test double: the same pages as the engine's, over the rows in memory.
import { AppError } from '../../shared/errors.ts';
import type { EngineHandlers } from '../../shared/ipc/contract.ts';
import type { Run } from '../../shared/run.ts';
import type { RunFilter } from '../../shared/run-history.ts';
import type { World } from './window-bridge-data.ts';
import { createLog } from './window-bridge-files.ts';

type HistoryHandlers = Pick<
  EngineHandlers['runs'],
  'search' | 'get' | 'listRecent' | 'getLog' | 'writeFile' | 'writeLog'
>;

export function createHistoryHandlers(world: World): HistoryHandlers {
  const getRun = (id: string): Run => {
    const run = world.runs.find((candidate) => candidate.id === id);
    if (!run) throw new AppError('input/not-found', `no run ${id}`);
    return run;
  };
  return {
    search: ({ before, limit, ...filter }) => {
      const start = before ? world.runs.length - before.row : 0;
      const rest = world.runs.slice(start).filter((run) => matches(run, filter));
      const runs = rest.slice(0, limit).map((run) => ({
        ...run,
        storedBytes: world.snapshots.find(({ id }) => id === run.snapshotId)?.storedBytes ?? null,
      }));
      const last = runs.at(-1);
      const place = world.runs.findIndex(({ id }) => id === last?.id);
      const next =
        last && rest.length > limit ? { createdAt: last.createdAt, row: world.runs.length - place - 1 } : null;
      return { runs, next };
    },
    get: ({ id }) => getRun(id),
    listRecent: () => world.runs.slice(0, 60),
    getLog: ({ id }) => createLog(getRun(id)),
    writeFile: () => ({ runs: world.runs.length }),
    writeLog: () => ({ lines: 9 }),
  };
}

function matches(run: Run, filter: RunFilter): boolean {
  const text = JSON.stringify([run.error, run.warnings, run.reason]).toLowerCase();
  return (
    (filter.jobId === null || run.jobId === filter.jobId) &&
    (filter.state === null || run.state === filter.state) &&
    (filter.trigger === null || run.trigger === filter.trigger) &&
    (filter.from === null || run.createdAt >= filter.from) &&
    (filter.to === null || run.createdAt < filter.to) &&
    text.includes(filter.text.toLowerCase())
  );
}
