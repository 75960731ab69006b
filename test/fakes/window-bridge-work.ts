// Lets the double's runs and restores make progress by themselves, in small steps that a test can watch.
import type { PgKeepEmit } from '../../shared/ipc/contract.ts';
import type { Restore } from '../../shared/restore.ts';
import { noProgress, type Run, type RunProgress, type RunStage } from '../../shared/run.ts';
import { measureBackup } from '../../shared/run-estimate.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { createFiles, type World } from './window-bridge-data.ts';

/** Time between two events: the engine sends at most 4 a second, the double 10, so that tests do not wait. */
const tickMs = 100;

const whole: RunProgress = {
  tablesDone: 42,
  tablesTotal: 42,
  rows: 3_120_455,
  dumpBytes: 512_400_000,
  expectedDumpBytes: 520_000_000,
  storedBytes: 82_700_000,
  storedBytesTotal: 82_700_000,
  uploadedBytes: 82_700_000,
  estimate: { percent: 98, leftMs: 20_000 },
  waits: false,
  waitsFor: null,
};

function part(stage: RunStage, share: number): RunProgress {
  if (stage === 'plan') return noProgress;
  if (stage !== 'dump')
    return withEstimate(stage, { ...whole, uploadedBytes: Math.round(whole.uploadedBytes * share) });
  const scaled = (value: number): number => Math.round(value * share);
  return withEstimate(stage, {
    ...whole,
    tablesDone: scaled(42),
    rows: scaled(whole.rows),
    dumpBytes: scaled(whole.dumpBytes),
    storedBytes: scaled(whole.storedBytes),
    storedBytesTotal: null,
    uploadedBytes: scaled(30_000_000),
  });
}

function withEstimate(stage: RunStage, progress: RunProgress): RunProgress {
  const { percent } = measureBackup({ ...progress, stage });
  return { ...progress, estimate: { percent, leftMs: Math.round((100 - percent) * 2000) } };
}

const steps: readonly (readonly [RunStage, number])[] = [
  ['plan', 0],
  ...[0.1, 0.25, 0.4, 0.6, 0.8, 0.95].map((share) => ['dump', share] as const),
  ...[0.4, 0.55, 0.7, 0.9].map((share) => ['upload', share] as const),
  ['verify', 1],
  ['record', 1],
];

function put<T extends { readonly id: string }>(rows: T[], row: T): void {
  const index = rows.findIndex((candidate) => candidate.id === row.id);
  if (index < 0) rows.unshift(row);
  else rows[index] = row;
}

export function changeRun(world: World, emit: PgKeepEmit, run: Run): Run {
  put(world.runs, run);
  emit('runs.changed', run);
  return run;
}

export function changeRestore(world: World, emit: PgKeepEmit, restore: Restore): Restore {
  put(world.restores, restore);
  emit('restores.changed', restore);
  return restore;
}

/** Takes the queued run through its stages to a snapshot, unless it is cancelled on the way. */
export function workOnRun(world: World, emit: PgKeepEmit, id: string): void {
  let step = 0;
  const timer = setInterval(() => {
    const run = world.runs.find((candidate) => candidate.id === id);
    if (!run || (run.state !== 'queued' && run.state !== 'running')) {
      clearInterval(timer);
      return;
    }
    const next = steps[step];
    step += 1;
    if (next) {
      const [stage, share] = next;
      changeRun(world, emit, {
        ...run,
        state: 'running',
        stage,
        startedAt: run.startedAt ?? run.createdAt,
        progress: part(stage, share),
      });
      return;
    }
    clearInterval(timer);
    const snapshot = toSnapshot(world, run);
    put(world.snapshots, snapshot);
    emit('snapshots.changed', snapshot);
    const endedAt = new Date().toISOString();
    changeRun(world, emit, { ...run, state: 'succeeded', endedAt, progress: null, snapshotId: snapshot.id });
  }, tickMs);
}

function toSnapshot(world: World, run: Run): Snapshot {
  const database = world.jobs.find((job) => job.id === run.jobId)?.database ?? 'removed';
  return {
    id: `snapshot-of-${run.id}`,
    jobId: run.jobId,
    runId: run.id,
    database,
    baseName: `${database}_20261122T030000Z_a1b2`,
    createdAt: new Date().toISOString(),
    serverVersion: '15.18',
    dumpFormat: 'custom',
    compression: 'zstd',
    dumpBytes: whole.dumpBytes,
    storedBytes: whole.storedBytes,
    tables: 42,
    rows: whole.rows,
    files: createFiles(`${database}_20261122T030000Z_a1b2`),
    leftOut: null,
    pinned: false,
    pinPending: false,
    presence: 'ok',
    checkedAt: null,
    verifiedAt: null,
  };
}

/** Loads, compares and reports equal; a good drill marks its snapshot as verified. */
export function workOnRestore(world: World, emit: PgKeepEmit, id: string): void {
  const totalBytes = whole.dumpBytes;
  let share = 0;
  const timer = setInterval(() => {
    const restore = world.restores.find((candidate) => candidate.id === id);
    if (restore?.state !== 'running') {
      clearInterval(timer);
      return;
    }
    share += 0.125;
    if (share <= 1) {
      const stage = share < 0.9 ? 'load' : 'compare';
      changeRestore(world, emit, {
        ...restore,
        stage,
        progress: { doneBytes: Math.round(totalBytes * share), totalBytes },
      });
      return;
    }
    clearInterval(timer);
    const endedAt = new Date().toISOString();
    const report = { database: restore.database, equal: true, tables: 42, rows: whole.rows, bytes: totalBytes };
    changeRestore(world, emit, {
      ...restore,
      state: 'succeeded',
      stage: 'finish',
      endedAt,
      progress: null,
      report: { ...report, differences: [], previousDatabase: null, warnings: [] },
    });
    const snapshot = world.snapshots.find((candidate) => candidate.id === restore.snapshotId);
    if (restore.kind === 'drill' && snapshot) {
      const verified = { ...snapshot, verifiedAt: endedAt };
      put(world.snapshots, verified);
      emit('snapshots.changed', verified);
    }
  }, tickMs);
}
