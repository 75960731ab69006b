// The words of the window for states, stages and triggers, and the pure sentences about progress.
import { describeTrouble, type DriveTrouble } from '../../shared/account.ts';
import type { AuditGroup } from '../../shared/audit.ts';
import { formatBytes, formatCount, formatPercent, formatPlural } from '../../shared/format.ts';
import type { Restore, RestoreStage, RestoreState } from '../../shared/restore.ts';
import { waitsForPerson, type Run, type RunStage, type RunState, type RunTrigger } from '../../shared/run.ts';
import { describeEstimate, formatEstimatePercent } from '../../shared/run-estimate.ts';

export const runStateWords: Readonly<Record<RunState, string>> = {
  queued: 'Queued',
  running: 'Running',
  waiting: 'Waiting',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
};

export const triggerWords: Readonly<Record<RunTrigger, string>> = {
  schedule: 'Schedule',
  user: 'By hand',
  'catch-up': 'Catch-up',
  cli: 'Command line',
};

export const stageWords: Readonly<Record<RunStage, string>> = {
  plan: 'Prepare',
  dump: 'Copy and encrypt',
  upload: 'Upload',
  verify: 'Check the upload',
  record: 'Record',
  retain: 'Remove old snapshots',
};

export const restoreStageWords: Readonly<Record<RestoreStage, string>> = {
  plan: 'Preparing',
  load: 'Downloading and loading',
  compare: 'Comparing with the backup',
  finish: 'Finishing',
};

export const restoreStateWords: Readonly<Record<RestoreState, string>> = {
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
};

export interface Progress {
  /** What goes on, e.g. `Uploading`. */
  readonly label: string;
  /** 0 to 100; null while the whole is unknown. */
  readonly percent: number | null;
  /** e.g. `62 %`; empty while unknown. */
  readonly percentText: string;
  /** e.g. `12 of 40 tables · 1 200 rows · 38 MB`. */
  readonly detail: string;
}

/** An active run's progress in words: one percent for all of it. */
export function describeRunProgress(run: Run, trouble: DriveTrouble | null): Progress {
  const progress = run.progress;
  if (run.state === 'queued') return { label: 'Waiting for its turn', percent: null, percentText: '', detail: '' };
  if (!progress) return { label: stageLabel(run, trouble), percent: null, percentText: '', detail: '' };
  const dumping = run.stage === 'plan' || run.stage === 'dump' || run.stage === null;
  const tables =
    progress.tablesTotal === null
      ? progress.tablesDone === 0
        ? ''
        : formatPlural(progress.tablesDone, 'table')
      : `${formatCount(progress.tablesDone)} of ${formatCount(progress.tablesTotal)} tables`;
  const uploaded = `${formatBytes(progress.uploadedBytes)} of ${formatBytes(progress.storedBytesTotal ?? progress.storedBytes)} uploaded`;
  const detail = dumping ? [tables, `${formatBytes(progress.dumpBytes)} read`, uploaded] : [uploaded];
  return {
    label: stageLabel(run, trouble),
    percent: progress.estimate.percent,
    percentText: run.state === 'waiting' ? formatEstimatePercent(progress.estimate) : describeEstimate(progress),
    detail: detail.filter((part) => part !== '').join(' · '),
  };
}

function stageLabel(run: Run, trouble: DriveTrouble | null): string {
  if (run.state === 'waiting') return waitsForPerson(run) ? 'Waiting for you' : 'Waiting for Google Drive';
  // The dump goes on without Google.
  if (trouble !== null && run.stage !== 'dump' && run.stage !== 'record') return describeTrouble(trouble);
  switch (run.stage) {
    case null:
    case 'plan':
      return 'Preparing';
    case 'dump':
      return 'Copying and encrypting';
    case 'upload':
      return 'Uploading';
    case 'verify':
      return 'Checking the upload';
    case 'record':
      return 'Recording the snapshot';
    case 'retain':
      return 'Removing old snapshots';
  }
}

/** A running restore or drill in words. */
export function describeRestoreProgress(restore: Restore): Progress {
  const label = restore.stage === null ? 'Preparing' : restoreStageWords[restore.stage];
  const progress = restore.progress;
  if (!progress || progress.totalBytes <= 0) return { label, percent: null, percentText: '', detail: '' };
  return {
    label,
    percent: Math.min(100, (progress.doneBytes / progress.totalBytes) * 100),
    percentText: formatPercent(progress.doneBytes, progress.totalBytes),
    detail: `${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)}`,
  };
}

export const auditGroupWords: Readonly<Record<AuditGroup, string>> = {
  backup: 'Backups',
  snapshot: 'Snapshots',
  restore: 'Restores',
  drill: 'Restore tests',
  job: 'Jobs',
  connection: 'Connections',
  schedule: 'Schedule',
  account: 'Google account',
  key: 'Encryption key',
  settings: 'Settings',
  catalog: 'List of backups',
  program: 'Program',
  audit: 'This log',
};

export const auditWayWords: Readonly<Record<string, string>> = {
  window: 'in the window',
  command: 'command line',
  daemon: 'daemon',
  program: 'by itself',
};
