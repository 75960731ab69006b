// Waits until a run or restore has settled, telling its progress; Ctrl-C cancels it, SIGTERM leaves it for the next start.
import { formatBytes, formatPercent } from '../../shared/format.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import type { Restore } from '../../shared/restore.ts';
import { isRunActive, isTidyingUp, type Run } from '../../shared/run.ts';
import { describeEstimate } from '../../shared/run-estimate.ts';
import type { Output } from './output.ts';

export async function waitForRun(client: PgKeepClient, output: Output, started: Run, name: string): Promise<Run> {
  const undoInterrupt = onInterrupt(() => client.runs.cancel({ id: started.id }));
  try {
    return await new Promise<Run>((resolve, reject) => {
      const look = (run: Run): void => {
        if (run.id !== started.id) return;
        if ((!isRunActive(run) && !isTidyingUp(run)) || run.state === 'waiting') {
          undo();
          resolve(run);
          return;
        }
        const { stage, progress } = run;
        output.progress({ run: run.id, state: run.state, stage, progress }, describeRun(name, run));
      };
      const undo = client.runs.onChanged(look);
      // It may have settled before anybody listened.
      void client.runs.list({ jobId: started.jobId, limit: 1000 }).then((runs) => {
        const now = runs.find((run) => run.id === started.id);
        if (now) look(now);
      }, reject);
    });
  } finally {
    undoInterrupt();
  }
}

export async function waitForRestore(client: PgKeepClient, output: Output, started: Restore): Promise<Restore> {
  const undoInterrupt = onInterrupt(() => client.restores.cancel({ id: started.id }));
  try {
    return await new Promise<Restore>((resolve, reject) => {
      const look = (restore: Restore): void => {
        if (restore.id !== started.id) return;
        if (restore.state !== 'running') {
          undo();
          resolve(restore);
          return;
        }
        const { stage, progress } = restore;
        const percent = progress ? ` ${formatPercent(progress.doneBytes, progress.totalBytes)}` : '';
        output.progress({ restore: restore.id, stage, progress }, `${restore.kind} ${stage ?? ''}${percent}`);
      };
      const undo = client.restores.onChanged(look);
      void client.restores.list({ limit: 5 }).then((restores) => {
        const now = restores.find((restore) => restore.id === started.id);
        if (now) look(now);
      }, reject);
    });
  } finally {
    undoInterrupt();
  }
}

function onInterrupt(cancel: () => Promise<unknown>): () => void {
  const listener = (): void => {
    cancel().catch(() => undefined);
  };
  process.once('SIGINT', listener);
  return () => process.removeListener('SIGINT', listener);
}

function describeRun(job: string, { database, groupId, stage, progress }: Run): string {
  const name = groupId !== null && database !== null ? `${job}, ${database}` : job;
  if (!progress) return `${name}: ${stage ?? 'queued'}`;
  const tables =
    progress.tablesTotal === null ? '' : `, ${String(progress.tablesDone)} of ${String(progress.tablesTotal)} tables`;
  const uploaded = `, ${formatBytes(progress.uploadedBytes)} of ${formatBytes(progress.storedBytes)} uploaded`;
  return `${name}: ${stage ?? ''} ${describeEstimate(progress)} (${formatBytes(progress.dumpBytes)}${tables}${uploaded})`;
}
