// Rows of restores and drills.
import { AppError, type WireError } from '../../../shared/errors.ts';
import {
  restoreSchema,
  type Restore,
  type RestoreReport,
  type RestoreStage,
  type RestoreState,
} from '../../../shared/restore.ts';
import type { Db } from './database.ts';
import { readJson } from './json.ts';

const columns = `id, kind, snapshot_id as snapshotId, file_name as fileName, database, state, stage, started_at as startedAt, ended_at as endedAt,
  report, error`;

export interface NewRestore {
  readonly restore: Restore;
  readonly connectionId: string;
  /** The database that is filled first; dropped when the work breaks off. */
  readonly scratch: string;
}

export function insertRestore(db: Db, { restore, connectionId, scratch }: NewRestore): void {
  db.prepare(
    `insert into restores (id, kind, snapshot_id, file_name, connection_id, database, scratch, state, stage, started_at)
     values (@id, @kind, @snapshotId, @fileName, @connectionId, @database, @scratch, @state, @stage, @startedAt)`,
  ).run({
    id: restore.id,
    kind: restore.kind,
    snapshotId: restore.snapshotId,
    fileName: restore.fileName,
    connectionId,
    database: restore.database,
    scratch,
    state: restore.state,
    stage: restore.stage,
    startedAt: restore.startedAt,
  });
}

export function getRestore(db: Db, id: string): Restore {
  const row = db.prepare(`select ${columns} from restores where id = ?`).get(id);
  if (row === undefined)
    throw new AppError('input/not-found', `no restore ${id}`, { context: { what: 'restore', id } });
  return toRestore(row);
}

/** Newest first. */
export function listRestores(db: Db, limit: number): Restore[] {
  return db
    .prepare(`select ${columns} from restores order by started_at desc, rowid desc limit ?`)
    .all(limit)
    .map(toRestore);
}

/** Restores that the end of the program met. */
export function listRunningRestores(db: Db): Restore[] {
  return db.prepare(`select ${columns} from restores where state = 'running'`).all().map(toRestore);
}

export interface Leftover {
  readonly id: string;
  readonly connectionId: string;
  readonly scratch: string;
}

/** Databases of ours that may still be there although their restore is over. */
export function listLeftovers(db: Db): Leftover[] {
  return db
    .prepare<[], Leftover>(
      `select id, connection_id as connectionId, scratch from restores where state <> 'running' and scratch is not null`,
    )
    .all();
}

/** The restore's own database is gone, or has got its final name. */
export function forgetScratch(db: Db, id: string): void {
  db.prepare('update restores set scratch = null where id = ?').run(id);
}

export interface RestoreChange {
  readonly state?: RestoreState;
  readonly stage?: RestoreStage | null;
  readonly endedAt?: string;
  readonly report?: RestoreReport;
  readonly error?: WireError;
}

/** Changes what is named; answers the row as it is then. */
export function updateRestore(db: Db, id: string, change: RestoreChange): Restore {
  const values: Record<string, string | null> = {};
  if (change.state !== undefined) values['state'] = change.state;
  if (change.stage !== undefined) values['stage'] = change.stage;
  if (change.endedAt !== undefined) values['ended_at'] = change.endedAt;
  if (change.report !== undefined) values['report'] = JSON.stringify(change.report);
  if (change.error !== undefined) values['error'] = JSON.stringify(change.error);
  const names = Object.keys(values);
  if (names.length > 0) {
    db.prepare(`update restores set ${names.map((name) => `${name} = @${name}`).join(', ')} where id = @id`).run({
      ...values,
      id,
    });
  }
  return getRestore(db, id);
}

function toRestore(row: unknown): Restore {
  const values = row as Record<string, unknown>;
  return restoreSchema.parse({
    ...values,
    report: readJson(values['report']),
    error: readJson(values['error']),
    progress: null,
  });
}
