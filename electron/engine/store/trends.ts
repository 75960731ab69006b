// What a new backup is compared with: sizes and lengths of the good ones before it, and the tables that had many rows.
import { z } from 'zod';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { FilledTable, TrendPoint } from '../../../shared/trends.ts';
import type { Db } from './database.ts';

/** Those before this one of the same database and the same kind of dump, newest first. */
export function listTrendRows(
  db: Db,
  { id, jobId, database, createdAt, dumpFormat, leftOut }: Snapshot,
  limit: number,
): TrendPoint[] {
  return db
    .prepare<unknown[], TrendPoint>(
      `select nullif(dump_bytes, 0) as dumpBytes, (select plain_ms from runs where runs.id = run_id) as durationMs
       from snapshots
       where job_id = @jobId and database = @database and created_at <= @createdAt and id <> @id
         and dump_format = @dumpFormat and left_out is @leftOut
       order by created_at desc, rowid desc limit @limit`,
    )
    .all({ id, jobId, database, createdAt, dumpFormat, limit, leftOut: leftOut ? JSON.stringify(leftOut) : null });
}

const filledSchema = z.array(z.tuple([z.string(), z.number(), z.number()]));

/** Of the last good backup; empty before the first. */
export function readFilledTables(db: Db, jobId: string, database: string): readonly FilledTable[] {
  const row = db
    .prepare<[string, string], { tables: string }>('select tables from filled_tables where job_id = ? and database = ?')
    .get(jobId, database);
  if (!row) return [];
  return filledSchema.parse(JSON.parse(row.tables)).map(([table, rows, times]) => ({ table, rows, times }));
}

export function writeFilledTables(
  db: Db,
  {
    jobId,
    database,
    tables,
  }: { readonly jobId: string; readonly database: string; readonly tables: readonly FilledTable[] },
): void {
  db.prepare(
    `insert into filled_tables (job_id, database, tables) values (?, ?, ?)
     on conflict (job_id, database) do update set tables = excluded.tables`,
  ).run(jobId, database, JSON.stringify(tables.map(({ table, rows, times }) => [table, rows, times])));
}
