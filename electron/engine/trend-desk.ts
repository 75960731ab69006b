// Looks at each good backup beside those before it and puts what is unusual into the run's warnings, before anybody is told how
// the run ended.
import { toAppError } from '../../shared/errors.ts';
import type { Run } from '../../shared/run.ts';
import type { DataEntry, Snapshot } from '../../shared/snapshot.ts';
import {
  countFilled,
  judgeEmptied,
  judgeTrend,
  maxPoints,
  type FilledTable,
  type TrendPoint,
} from '../../shared/trends.ts';
import type { Clock, Log } from './base/ports.ts';
import type { Db } from './store/database.ts';
import { getRun, updateRun } from './store/runs.ts';
import { listTrendRows, readFilledTables, writeFilledTables } from './store/trends.ts';

export interface TrendDeskOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly logOf: (runId: string) => Log;
}

export interface TrendDesk {
  /** What a run's dump holds, as soon as that is known. */
  readonly noteContents: (runId: string, data: readonly DataEntry[] | null) => void;
  /** A run that waits takes as long as it waits: its length says nothing. */
  readonly noteRun: (run: Run) => void;
  /** In the transaction that records the snapshot: judges it, and keeps what the next one is judged by. */
  readonly judge: (runId: string, snapshot: Snapshot) => void;
}

export function createTrendDesk({ db, clock, logOf }: TrendDeskOptions): TrendDesk {
  const contents = new Map<string, readonly { readonly table: string; readonly rows: number }[]>();
  const waited = new Set<string>();
  const startedMs = clock.now().getTime();

  const readDuration = (run: Run): number | null => {
    const begunMs = run.startedAt === null ? null : Date.parse(run.startedAt);
    // One from before this start of the program was broken off in between.
    if (begunMs === null || begunMs < startedMs || waited.has(run.id)) return null;
    return Math.max(0, clock.now().getTime() - begunMs);
  };

  const judge = (runId: string, snapshot: Snapshot): void => {
    const run = getRun(db, runId);
    const { jobId, database } = snapshot;
    const newest: TrendPoint = { dumpBytes: snapshot.dumpBytes, durationMs: readDuration(run) };
    const before = listTrendRows(db, snapshot, maxPoints);
    const warnings = [...judgeTrend(newest, before)];
    const counts = contents.get(runId);
    if (counts) {
      const known: readonly FilledTable[] = readFilledTables(db, jobId, database);
      warnings.push(...judgeEmptied(counts, known));
      writeFilledTables(db, { jobId, database, tables: countFilled(counts, known) });
    }
    contents.delete(runId);
    waited.delete(runId);
    for (const warning of warnings) logOf(runId).warn(warning);
    const change = warnings.length > 0 ? { warnings: [...run.warnings, ...warnings] } : {};
    updateRun(db, runId, { ...change, plainMs: newest.durationMs });
  };

  return {
    noteContents: (runId, data) => {
      if (!data) return;
      const tables = data.filter(({ kind }) => kind === 'table');
      contents.set(
        runId,
        tables.map(({ schema, name, rows }) => ({ table: `${schema}.${name}`, rows })),
      );
    },
    noteRun: (run) => {
      if (run.state === 'waiting') waited.add(run.id);
      else if (run.endedAt !== null) {
        contents.delete(run.id);
        waited.delete(run.id);
      }
    },
    judge: (runId, snapshot) => {
      try {
        judge(runId, snapshot);
      } catch (error) {
        // A good backup stays one, whatever can be said about it.
        logOf(runId).warn(`not compared with the backups before: ${toAppError(error).message}`);
      }
    },
  };
}
