// The lines of the runs' logs. Bounded: of a very long log the beginning and the end stay, and old logs go as a whole, so that
// the file does not grow for ever.
import { formatPlural } from '../../../shared/format.ts';
import { logLineSchema, type LogLine } from '../../../shared/run.ts';
import type { Db } from './database.ts';

/** Lines that stay of a run: from its beginning, and from its end. */
export const firstLines = 500;
export const lastLines = 1500;
/** Deleted together, so that a long log is not a deletion for each line. */
const batchLines = 100;

/** Characters of one line; tools can put a whole statement into one. */
const maxLineLength = 8000;

/** Adds a line; of a log that gets too long, lines in the middle go. */
export function appendLog(db: Db, runId: string, line: LogLine): void {
  const message =
    line.message.length > maxLineLength
      ? `${line.message.slice(0, maxLineLength)}… (${formatPlural(line.message.length - maxLineLength, 'character')} left out)`
      : line.message;
  const write = db.transaction(() => {
    db.prepare('insert into run_log (run_id, at, level, message) values (?, ?, ?, ?)').run(
      runId,
      line.at,
      line.level,
      message,
    );
    db.prepare('update runs set log_lines = log_lines + 1 where id = ?').run(runId);
    const kept = readCounts(db, runId);
    if (kept.lines - kept.leftOut < firstLines + lastLines + batchLines) return;
    const { changes } = db
      .prepare(
        `delete from run_log where id in (
           select id from run_log where run_id = ? order by id limit ${String(batchLines)} offset ${String(firstLines)})`,
      )
      .run(runId);
    db.prepare('update runs set log_left_out = log_left_out + ? where id = ?').run(changes, runId);
  });
  write();
}

/** Oldest first; where lines were left out, one line says so. */
export function listLog(db: Db, runId: string): LogLine[] {
  const lines = db
    .prepare('select at, level, message from run_log where run_id = ? order by id')
    .all(runId)
    .map((row) => logLineSchema.parse(row));
  const { leftOut } = readCounts(db, runId);
  if (leftOut === 0) return lines;
  if (lines.length === 0) {
    const ended = db
      .prepare<[string], { at: string }>('select coalesce(ended_at, created_at) as at from runs where id = ?')
      .get(runId);
    const message = `The log (${formatPlural(leftOut, 'line')}) was removed: old logs go, runs stay.`;
    return [{ at: ended?.at ?? '', level: 'info', message }];
  }
  const at = lines[firstLines]?.at ?? lines.at(-1)?.at ?? '';
  const mark: LogLine = { at, level: 'info', message: `… ${formatPlural(leftOut, 'line')} left out` };
  return [...lines.slice(0, firstLines), mark, ...lines.slice(firstLines)];
}

function readCounts(db: Db, runId: string): { readonly lines: number; readonly leftOut: number } {
  const row = db
    .prepare<[string], { lines: number; leftOut: number }>(
      'select log_lines as lines, log_left_out as leftOut from runs where id = ?',
    )
    .get(runId);
  return row ?? { lines: 0, leftOut: 0 };
}

export interface LogLimits {
  /** Logs of runs that began before this go. */
  readonly before: string;
  /** Of what then is left, the oldest go until all take no more than this. */
  readonly maxBytes: number;
}

/** Takes away old logs, one run at each step, so that other work goes on between. Answers how many logs went. */
export function* pruneLogs(db: Db, { before, maxBytes }: LogLimits): Generator<undefined, number, undefined> {
  const size = db.prepare<[], { bytes: number | null }>('select sum(length(message) + 60) as bytes from run_log').get();
  let bytes = size?.bytes ?? 0;
  let pruned = 0;
  for (let oldest = findOldest(db, null); oldest; oldest = findOldest(db, oldest)) {
    if (oldest.createdAt >= before && bytes <= maxBytes) return pruned;
    if (oldest.isActive === 1) continue;
    bytes -= removeLog(db, oldest.id);
    pruned += 1;
    yield;
  }
  return pruned;
}

interface LoggedRun {
  readonly id: string;
  readonly row: number;
  readonly createdAt: string;
  readonly isActive: 0 | 1;
}

/** The oldest run that has a log, after another one. */
function findOldest(db: Db, after: LoggedRun | null): LoggedRun | undefined {
  return db
    .prepare<unknown[], LoggedRun>(
      `select id, rowid as row, created_at as createdAt, state in ('queued', 'running', 'waiting') as isActive
       from runs indexed by runs_with_log
       where log_lines > log_left_out and (created_at, rowid) > (@createdAt, @row)
       order by created_at, rowid limit 1`,
    )
    .get({ createdAt: after?.createdAt ?? '', row: after?.row ?? 0 });
}

/** Answers about how many bytes it had. */
function removeLog(db: Db, runId: string): number {
  const remove = db.transaction((): number => {
    const row = db
      .prepare<[string], { bytes: number | null }>(
        'select sum(length(message) + 60) as bytes from run_log where run_id = ?',
      )
      .get(runId);
    db.prepare('update runs set log_left_out = log_lines where id = ?').run(runId);
    db.prepare('delete from run_log where run_id = ?').run(runId);
    return row?.bytes ?? 0;
  });
  return remove();
}
