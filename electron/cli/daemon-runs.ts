// What the daemon says of its backups: each change of a run's state in one line, with what to do where something is to be done.
import { describeError } from '../../shared/describe-error.ts';
import { formatBytes } from '../../shared/format.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import { isTidyingUp, type LogLevel, type Run } from '../../shared/run.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { describeRunLength } from '../../shared/tray-model.ts';
import type { Log } from '../engine/base/ports.ts';
import type { Output } from './output.ts';

export function tellRuns(client: PgKeepClient, log: Log, output: Output): void {
  const told = new Map<string, string>();
  const names = new Map<string, string>();
  client.jobs.list(undefined).then(
    (jobs) => {
      for (const { id, name } of jobs) names.set(id, name);
    },
    () => undefined,
  );
  client.jobs.onChanged((jobs) => {
    for (const { id, name } of jobs) names.set(id, name);
  });
  const snapshots = new Map<string, Snapshot>();
  client.snapshots.onChanged((snapshot) => {
    snapshots.set(snapshot.id, snapshot);
  });
  client.runs.onChanged((run) => {
    // Told once, when what its success let go is in the trash, too.
    if (isTidyingUp(run)) return;
    const mark = `${run.state} ${run.error?.code ?? ''} ${String(run.attempts)}`;
    if (told.get(run.id) === mark) return;
    told.set(run.id, mark);
    const name = names.get(run.jobId) ?? run.jobId;
    output.progress({ run: run.id, job: name, state: run.state, stage: run.stage }, '');
    // The snapshot's own event comes right after that of its run.
    setImmediate(() => {
      const { level, words } = describeRunChange(run, name, snapshots.get(run.snapshotId ?? '') ?? null);
      log[level](words);
      if (run.endedAt === null) return;
      told.delete(run.id);
      snapshots.delete(run.snapshotId ?? '');
    });
  });
  client.notices.onRaised(({ title, body, urgency }) => {
    log[urgency === 'critical' ? 'warn' : 'info'](`${title}. ${body}`);
  });
}

/** Pure. */
export function describeRunChange(
  run: Run,
  job: string,
  snapshot: Snapshot | null,
): { readonly level: LogLevel; readonly words: string } {
  const name = run.groupId !== null && run.database !== null ? `${job}, ${run.database}` : job;
  const length = describeRunLength(run);
  switch (run.state) {
    case 'queued':
      return {
        level: 'info',
        words: `${name}: queued by ${run.trigger}${run.reason === null ? '' : `. ${run.reason}`}`,
      };
    case 'running':
      return { level: 'info', words: `${name}: running` };
    case 'succeeded': {
      const size = snapshot ? `, ${formatBytes(snapshot.storedBytes)} on Drive` : '';
      const warnings = run.warnings.map((warning) => ` ${warning}`).join('');
      const words = `${name}: succeeded${length === null ? '' : ` in ${length}`}${size}${warnings === '' ? '' : `.${warnings}`}`;
      return { level: run.warnings.length > 0 ? 'warn' : 'info', words };
    }
    case 'cancelled':
      return { level: 'info', words: `${name}: cancelled` };
    case 'waiting':
    case 'failed':
    case 'interrupted': {
      const error = run.error ? describeError(run.error) : null;
      const because = error ? `. ${error.title}. ${error.happened} ${error.toDo}` : '';
      const next = run.state === 'waiting' && run.nextTryAt !== null ? `, tried again at ${run.nextTryAt}` : '';
      return { level: run.state === 'waiting' ? 'warn' : 'error', words: `${name}: ${run.state}${next}${because}` };
    }
  }
}
