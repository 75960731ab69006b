// Waits until runs have settled, and all that a start of a whole server's job has begun with them: tells their progress and the
// end of each. Ctrl-C cancels them, SIGTERM leaves them for the next start.
import { formatBytes } from '../../shared/format.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import { isRunActive, isTidyingUp, type Run } from '../../shared/run.ts';
import { describeEstimate } from '../../shared/run-estimate.ts';
import { describeRunChange } from './daemon-runs.ts';
import { onInterrupt } from './wait-for.ts';
import type { Output } from './output.ts';

/** More than a server has databases and a computer jobs. */
const mostRuns = 1000;

/** Answers them in the order in which they were begun; `waiting` counts as settled while nothing else is under way. */
export async function waitForRuns(
  client: PgKeepClient,
  output: Output,
  started: readonly Run[],
  nameOf: (jobId: string) => string,
): Promise<Run[]> {
  const ids = new Set(started.map(({ id }) => id));
  const groups = new Set(started.flatMap(({ groupId }) => groupId ?? []));
  const runs = new Map<string, Run>();
  const told = new Set<string>();
  const isOver = (run: Run): boolean => !isRunActive(run) && !isTidyingUp(run);

  const tellEnd = (run: Run): void => {
    if (told.has(run.id)) return;
    told.add(run.id);
    const job = nameOf(run.jobId);
    // Of one alone the last line says it.
    output.tell({ type: 'run', job, run }, runs.size > 1 ? describeRunChange(run, job, null).words : '');
  };

  const cancelAll = (): Promise<unknown> => {
    // What has not begun first: else it would take the place of what is cancelled.
    const open = [...runs.values()].filter(isRunActive);
    const inOrder = [...open.filter(({ state }) => state !== 'running'), ...open.filter(isRunning)];
    return Promise.all(inOrder.map(({ id }) => client.runs.cancel({ id })));
  };

  let isCancelled = false;
  const undoInterrupt = onInterrupt(() => {
    isCancelled = true;
    return cancelAll();
  });
  try {
    return await new Promise<Run[]>((resolve, reject) => {
      let isComplete = false;
      const take = (run: Run): void => {
        const isNew = !runs.has(run.id);
        const isOurs = ids.has(run.id) || (run.groupId !== null && groups.has(run.groupId));
        // Those of an earlier start that this one has joined, and that are over, are none of its.
        if (!isOurs || (isNew && isOver(run))) return;
        runs.set(run.id, run);
        if (isNew && isCancelled && isRunActive(run)) void client.runs.cancel({ id: run.id }).catch(() => undefined);
        const { id, state, stage, progress } = run;
        if (isOver(run)) tellEnd(run);
        else output.progress({ run: id, state, stage, progress }, describeRun(nameOf(run.jobId), run));
      };
      const endWhenOver = (): void => {
        const all = [...runs.values()];
        if (!isComplete || !all.every((run) => isOver(run) || run.state === 'waiting')) return;
        undo();
        for (const run of all) tellEnd(run);
        resolve(all);
      };
      for (const run of started) runs.set(run.id, run);
      const undo = client.runs.onChanged((run) => {
        take(run);
        endWhenOver();
      });
      // They may have settled, or begun others, before anybody listened.
      void client.runs.list({ jobId: null, limit: mostRuns }).then((listed) => {
        const began = started.map(({ createdAt }) => createdAt).sort()[0] ?? '';
        for (const run of listed.reverse()) {
          // Begun and ended since.
          if (isOver(run) && run.createdAt >= began && run.groupId !== null && groups.has(run.groupId)) ids.add(run.id);
          take(run);
        }
        isComplete = true;
        endWhenOver();
      }, reject);
    });
  } finally {
    undoInterrupt();
  }
}

function isRunning({ state }: Run): boolean {
  return state === 'running';
}

function describeRun(job: string, { database, groupId, stage, progress }: Run): string {
  const name = groupId !== null && database !== null ? `${job}, ${database}` : job;
  if (!progress) return `${name}: ${stage ?? 'queued'}`;
  const tables =
    progress.tablesTotal === null ? '' : `, ${String(progress.tablesDone)} of ${String(progress.tablesTotal)} tables`;
  const uploaded = `, ${formatBytes(progress.uploadedBytes)} of ${formatBytes(progress.storedBytes)} uploaded`;
  return `${name}: ${stage ?? ''} ${describeEstimate(progress)} (${formatBytes(progress.dumpBytes)}${tables}${uploaded})`;
}
