// The rows that uploads hang on: a connection, a job and a run whose dump is whole.
import { connectionOptionsSchema } from '../../shared/connection.ts';
import { usualGroups } from '../../shared/job.ts';
import type { Db } from '../../electron/engine/store/database.ts';
import { writeConnection } from '../../electron/engine/store/connections.ts';
import { writeJob } from '../../electron/engine/store/jobs.ts';
import { insertRun, updateRun, type Dumped } from '../../electron/engine/store/runs.ts';

/** A running run of the job `upload`; answers what its dump left. */
export function addDumpedRun(db: Db, runId: string, files: Dumped['files'], createdAt: string): Dumped {
  const server = { host: '127.0.0.1', port: 5432, user: 'clerk', database: 'postgres', sslMode: 'disable' } as const;
  writeConnection(db, {
    id: 'upload',
    name: 'upload',
    ...server,
    ...connectionOptionsSchema.parse({}),
    seen: null,
    hasPassword: false,
    createdAt,
  });
  const job = { id: 'upload', name: 'upload', connectionId: 'upload', database: 'shop' } as const;
  writeJob(db, { ...usualGroups, ...job, createdAt });
  insertRun(db, {
    ...{ database: 'shop', groupId: null },
    ...{ id: runId, jobId: 'upload', trigger: 'cli', state: 'running', stage: 'upload', createdAt },
    ...{ startedAt: null, endedAt: null, error: null, warnings: [], snapshotId: null, progress: null },
    ...{ reason: null, attempts: 0, nextTryAt: null },
  });
  const dumped: Dumped = {
    ...{ setId: runId, baseName: 'shop', createdAt, database: 'shop', serverVersion: '18.0' },
    ...{ dumpFormat: 'custom', compression: 'zstd', dumpBytes: 1, tables: null, rows: null, files, leftOut: null },
  };
  updateRun(db, runId, { dumped });
  return dumped;
}
