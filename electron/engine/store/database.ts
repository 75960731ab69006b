// Opens the installation's SQLite file: one process at a time, WAL, every commit on disk, migrated with a copy kept
// beside it. Knows no table.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';
import { migrations } from './migrations.ts';

export type Db = Database.Database;

export interface OpenOptions {
  /** A build of better-sqlite3's binding for a runtime that its own prebuilds do not fit. */
  readonly nativeBinding?: string | null;
  /** The schema's steps; the program's own unless given. */
  readonly steps?: readonly string[];
}

export interface OpenDatabase {
  readonly db: Db;
  readonly close: () => void;
}

/**
 * Opens (and makes) the file. Throws `store/in-use` when another process has it open, `store/newer-version` when a newer
 * PgKeep wrote it, `store/damaged` when SQLite finds it broken; in all three cases nothing was changed.
 */
export function openDatabase(file: string, options: OpenOptions = {}): OpenDatabase {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const native = options.nativeBinding ? { nativeBinding: options.nativeBinding } : {};
  const lock = takeLock(`${file}.lock`, native);
  try {
    const db = new Database(file, native);
    try {
      prepare(db, file, options.steps ?? migrations);
    } catch (error) {
      db.close();
      throw error;
    }
    return {
      db,
      close: () => {
        db.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw toStoreError(error, file);
  }
}

/**
 * One process per data folder. The lock is an SQLite transaction on a file of its own, so the operating system frees it
 * whatever ends the process.
 */
function takeLock(file: string, native: Database.Options): Db {
  const lock = new Database(file, { ...native, timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    if (!readCode(error).startsWith('SQLITE_BUSY')) throw error;
    throw new AppError('store/in-use', 'another PgKeep process uses this data folder', {
      cause: error,
      context: { folder: path.dirname(file) },
    });
  }
}

function prepare(db: Db, file: string, steps: readonly string[]): void {
  db.pragma('journal_mode = wal');
  // A commit that was answered must survive a power cut: a run is `succeeded` in this file only.
  db.pragma('synchronous = full');
  db.pragma('foreign_keys = on');
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > steps.length) {
    throw new AppError('store/newer-version', `the file has version ${String(version)}`, {
      context: { found: version, known: steps.length },
    });
  }
  if (version > 0 && db.pragma('quick_check', { simple: true }) !== 'ok') {
    throw new AppError('store/damaged', 'quick_check failed', { context: { file } });
  }
  if (version === steps.length) return;
  const copy = version > 0 ? chooseCopyName(file, version) : null;
  try {
    if (copy !== null) db.prepare('vacuum into ?').run(copy);
    db.transaction(() => {
      for (const migration of steps.slice(version)) db.exec(migration);
      db.pragma(`user_version = ${String(steps.length)}`);
    }).exclusive();
  } catch (error) {
    // Nothing was changed, so the copy says no more than the file; every further start would add one.
    if (copy !== null) rmSync(copy, { force: true });
    throw error;
  }
}

/** `pgkeep.before-2.<time>.db` beside the file. */
function chooseCopyName(file: string, version: number): string {
  const { dir, name, ext } = path.parse(file);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  return path.join(dir, `${name}.before-${String(version + 1)}.${time}${ext}`);
}

function readCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function toStoreError(error: unknown, file: string): unknown {
  const code = readCode(error);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new AppError('store/damaged', `SQLite: ${code}`, { cause: error, context: { file } });
  }
  return error;
}
