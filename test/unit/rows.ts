// Rows as the store answers them, for tests that need one and care about a few of its fields.
import { usualGroups, type Job } from '../../shared/job.ts';
import type { Restore } from '../../shared/restore.ts';
import type { Run } from '../../shared/run.ts';
import type { SetFile, Snapshot } from '../../shared/snapshot.ts';

export function toJob(change: Partial<Job> = {}): Job {
  return {
    ...{ ...usualGroups, id: 'j1', name: 'shop', connectionId: 'c1', database: 'shop' },
    ...{ createdAt: '2026-11-01T00:00:00Z', ...change },
  };
}

export function toRun(change: Partial<Run> = {}): Run {
  return {
    id: 'r1',
    jobId: 'j1',
    database: 'shop',
    groupId: null,
    trigger: 'user',
    reason: null,
    state: 'succeeded',
    stage: null,
    createdAt: '2026-11-22T03:00:00Z',
    startedAt: '2026-11-22T03:00:00Z',
    endedAt: '2026-11-22T03:00:12Z',
    error: null,
    warnings: [],
    snapshotId: 's1',
    attempts: 0,
    nextTryAt: null,
    progress: null,
    ...change,
  };
}

export function toSetFile(change: Partial<SetFile> = {}): SetFile {
  const kind = change.kind ?? 'dump';
  return {
    kind,
    name: `shop_20261122T030000Z_a1b2c3.${kind}.age`,
    driveFileId: `file-${kind}`,
    sizeBytes: 400_000,
    sha256: 'a'.repeat(64),
    md5: 'b'.repeat(32),
    ...change,
  };
}

export function toSnapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    id: 's1',
    jobId: 'j1',
    runId: 'r1',
    database: 'shop',
    baseName: 'shop_20261122T030000Z_a1b2c3',
    createdAt: '2026-11-22T03:00:00Z',
    serverVersion: '15.18',
    dumpFormat: 'custom',
    compression: 'zstd',
    dumpBytes: 5_000_000,
    storedBytes: 1_200_000,
    tables: 3,
    rows: 1203,
    files: (['dump', 'manifest'] as const).map((kind) => toSetFile({ kind })),
    leftOut: null,
    pinned: false,
    pinPending: false,
    presence: 'ok',
    checkedAt: null,
    verifiedAt: null,
    ...change,
  };
}

export function toRestore(change: Partial<Restore> = {}): Restore {
  const report = { database: 'shop_2', equal: true, tables: 3, rows: 1203, bytes: 99 };
  return {
    id: 'x1',
    kind: 'restore',
    snapshotId: 's1',
    fileName: null,
    database: 'shop_2',
    state: 'succeeded',
    stage: null,
    startedAt: '2026-11-22T03:00:00Z',
    endedAt: '2026-11-22T03:00:12Z',
    progress: null,
    report: { ...report, differences: [], previousDatabase: null, warnings: [] },
    error: null,
    ...change,
  };
}
