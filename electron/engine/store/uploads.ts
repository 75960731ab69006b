// Rows of files on their way to Drive: what is needed to go on after a crash without a second copy on Drive.
import { z } from 'zod';
import { setFileKinds, type SetFileKind } from '../../../shared/snapshot.ts';
import type { Db } from './database.ts';

const uploadSchema = z.object({
  runId: z.string(),
  kind: z.enum(setFileKinds),
  name: z.string(),
  folderId: z.string(),
  /** Pre-generated, and stored here before Drive hears of it. */
  fileId: z.string(),
  hasSession: z.boolean(),
  sessionStartedAt: z.string().nullable(),
  confirmedBytes: z.number(),
  /** Drive confirmed the whole file. */
  done: z.boolean(),
});
export type Upload = z.infer<typeof uploadSchema>;

/** The vault's name for an upload session's address: who has it can write the file. */
export function sessionName(runId: string, kind: SetFileKind): string {
  return `upload/${runId}/${kind}/session`;
}

const columns = `run_id as runId, kind, name, folder_id as folderId, file_id as fileId, has_session as hasSession,
  session_started_at as sessionStartedAt, confirmed_bytes as confirmedBytes, done`;

export function listUploads(db: Db, runId: string): Upload[] {
  return db.prepare(`select ${columns} from uploads where run_id = ?`).all(runId).map(toUpload);
}

export function findUpload(db: Db, runId: string, kind: SetFileKind): Upload | null {
  const row = db.prepare(`select ${columns} from uploads where run_id = ? and kind = ?`).get(runId, kind);
  return row === undefined ? null : toUpload(row);
}

export function writeUpload(db: Db, upload: Upload): void {
  db.prepare(
    `insert or replace into uploads
       (run_id, kind, name, folder_id, file_id, has_session, session_started_at, confirmed_bytes, done)
     values (@runId, @kind, @name, @folderId, @fileId, @hasSession, @sessionStartedAt, @confirmedBytes, @done)`,
  ).run({ ...upload, hasSession: upload.hasSession ? 1 : 0, done: upload.done ? 1 : 0 });
}

export function removeUpload(db: Db, runId: string, kind: SetFileKind): void {
  db.prepare('delete from uploads where run_id = ? and kind = ?').run(runId, kind);
}

export function removeUploads(db: Db, runId: string): void {
  db.prepare('delete from uploads where run_id = ?').run(runId);
}

/** Ids of all files on their way to Drive: what lies there of them is no backup yet. */
export function listUploadFileIds(db: Db): string[] {
  return db
    .prepare<[], { fileId: string }>('select file_id as fileId from uploads')
    .all()
    .map(({ fileId }) => fileId);
}

/** Runs that have files on their way to Drive, or left there. */
export function listUploadingRuns(db: Db): string[] {
  return db
    .prepare<[], { runId: string }>('select distinct run_id as runId from uploads')
    .all()
    .map(({ runId }) => runId);
}

function toUpload(row: unknown): Upload {
  const values = row as Record<string, unknown>;
  return uploadSchema.parse({ ...values, hasSession: values['hasSession'] === 1, done: values['done'] === 1 });
}
