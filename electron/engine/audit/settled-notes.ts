// What the program notes by itself when work has ended: runs, restores and drills. Pure.
import type { AuditNote } from '../../../shared/audit.ts';
import type { Restore } from '../../../shared/restore.ts';
import type { Run } from '../../../shared/run.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';

/** The note of a snapshot that was made, with what identifies its files. */
export function toBackupNote(jobName: string, snapshot: Snapshot, run: Pick<Run, 'trigger'>): AuditNote {
  const dump = snapshot.files.find(({ kind }) => kind === 'dump');
  return {
    act: 'backup.made',
    subject: jobName,
    snapshotId: snapshot.id,
    details: {
      snapshot: snapshot.baseName,
      trigger: run.trigger,
      bytes: snapshot.storedBytes,
      rows: snapshot.rows,
      sha256: dump?.sha256 ?? null,
    },
  };
}

/** Null for a run that succeeded (its snapshot was noted with it) or is still to go on. */
export function toRunNote(jobName: string, { state, error, trigger }: Run): AuditNote | null {
  const details = { trigger };
  if (state === 'cancelled') return { act: 'backup.cancelled', subject: jobName, details };
  if (state !== 'failed' && state !== 'interrupted') return null;
  return { act: 'backup.failed', subject: jobName, details, outcome: error?.code ?? 'internal/unexpected' };
}

export function toRestoreNote(restore: Restore, snapshot: Snapshot | null): AuditNote | null {
  const { kind, state, database, report, error } = restore;
  if (state === 'running') return null;
  return {
    act: kind === 'drill' ? 'drill.ended' : 'restore.ended',
    subject: snapshot?.baseName ?? restore.fileName ?? '',
    snapshotId: restore.snapshotId,
    details: {
      database: kind === 'drill' ? null : database,
      previous: report?.previousDatabase ?? null,
      rows: report?.rows ?? null,
      equal: report?.equal ?? null,
    },
    outcome: state === 'succeeded' ? 'done' : (error?.code ?? `run/${state}`),
  };
}
