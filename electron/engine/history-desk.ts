// The history of runs for the window and the command line: pages, one run, the export as a table, a log as a file, and the old
// logs that go.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EngineHandlers } from '../../shared/ipc/contract.ts';
import type { Run } from '../../shared/run.ts';
import {
  csvHeadLine,
  listCodesLike,
  maxPageRuns,
  runSearchSchema,
  toCsvLine,
  toLogText,
  type RunFilter,
  type RunPage,
  type RunSearch,
} from '../../shared/run-history.ts';
import { writeFileAtomic } from './base/atomic-file.ts';
import type { Clock } from './base/ports.ts';
import type { Db } from './store/database.ts';
import { listAllJobNames } from './store/jobs.ts';
import { searchRuns } from './store/search-runs.ts';
import { listLog, pruneLogs } from './store/run-log.ts';
import { getRun, listNewestRuns } from './store/runs.ts';

export interface HistoryDeskParts {
  readonly db: Db;
  readonly queue: { readonly withProgress: (run: Run) => Run };
}

/** Of each job and database: what the overview shows at a glance. */
const recentRuns = 30;

type HistoryHandlers = Pick<
  EngineHandlers['runs'],
  'search' | 'get' | 'listRecent' | 'getLog' | 'writeFile' | 'writeLog'
>;

export function createHistoryHandlers({ db, queue }: HistoryDeskParts): HistoryHandlers {
  return {
    search: (search) => {
      const { runs, next } = searchHistory(db, search);
      return { runs: runs.map((run) => ({ ...run, ...queue.withProgress(run) })), next };
    },
    get: ({ id }) => queue.withProgress(getRun(db, id)),
    listRecent: () => listNewestRuns(db, recentRuns).map(queue.withProgress),
    getLog: ({ id }) => listLog(db, id),
    writeFile: ({ path, ...filter }) => writeHistory(db, filter, path),
    writeLog: async ({ id, path }) => {
      const lines = listLog(db, getRun(db, id).id);
      await writeFileAtomic(path, `${toLogText(lines)}\n`);
      return { lines: lines.length };
    },
  };
}

function searchHistory(db: Db, search: RunSearch): RunPage {
  return searchRuns(db, search, search.text === '' ? [] : listCodesLike(search.text));
}

/** Writes every run that matches, newest first, as CSV. Answers how many. */
async function writeHistory(db: Db, filter: RunFilter, file: string): Promise<{ readonly runs: number }> {
  const names = listAllJobNames(db);
  const lines = [csvHeadLine];
  let search: RunSearch | null = runSearchSchema.parse({ ...filter, limit: maxPageRuns });
  while (search) {
    const page: RunPage = searchHistory(db, search);
    for (const run of page.runs) lines.push(toCsvLine(run, names.get(run.jobId) ?? ''));
    search = page.next && { ...search, before: page.next };
    await nextTurn();
  }
  await writeFileAtomic(file, lines.join(''));
  return { runs: lines.length - 1 };
}

const dayMs = 86_400_000;
/** Half a year of what each run said; a run's row with its error and warnings stays. */
export const logDays = 180;
/** All logs together. */
export const maxLogBytes = 64_000_000;

/** Takes away old logs. Ends early when the engine stops. */
export async function pruneHistory(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  const before = new Date(clock.now().getTime() - logDays * dayMs).toISOString();
  const work = pruneLogs(db, { before, maxBytes: maxLogBytes });
  while (!signal.aborted && work.next().done !== true) await nextTurn();
}
