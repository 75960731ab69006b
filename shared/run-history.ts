// The history of runs as it is looked through: the filter, one page of it, and the texts it is exported as. Pure.
import { z } from 'zod';
import { describeError } from './describe-error.ts';
import { errorCodes, type ErrorCode } from './errors.ts';
import { logLevels, runSchema, runStates, runTriggers, type LogLevel, type LogLine } from './run.ts';

export const runFilterSchema = z.object({
  jobId: z.string().nullable().default(null),
  state: z.enum(runStates).nullable().default(null),
  trigger: z.enum(runTriggers).nullable().default(null),
  database: z.string().nullable().default(null),
  /** Words in the error, a warning, the reason, the database's name or the log. */
  text: z.string().trim().max(200).default(''),
  /** From this time on, ISO; and before that one. */
  from: z.iso.datetime().nullable().default(null),
  to: z.iso.datetime().nullable().default(null),
});
export type RunFilter = z.infer<typeof runFilterSchema>;

/** A place between two runs, from the page before. */
export const runPlaceSchema = z.object({ createdAt: z.string(), row: z.number().int() });
export type RunPlace = z.infer<typeof runPlaceSchema>;

export const maxPageRuns = 500;
export const runSearchSchema = runFilterSchema.extend({
  /** Only older ones; null: from the newest. */
  before: runPlaceSchema.nullable().default(null),
  limit: z.number().int().min(1).max(maxPageRuns).default(50),
});
export type RunSearch = z.infer<typeof runSearchSchema>;

export const listedRunSchema = runSchema.extend({
  /** Of its snapshot; null without one. */
  storedBytes: z.number().nullable(),
});
export type ListedRun = z.infer<typeof listedRunSchema>;

export const runPageSchema = z.object({
  /** Newest first. May be fewer than asked for, also none, while `next` says that there is more to look through. */
  runs: z.array(listedRunSchema),
  /** Where the next page begins; null: this was all. */
  next: runPlaceSchema.nullable(),
});
export type RunPage = z.infer<typeof runPageSchema>;

/** Errors whose title has the text: a person searches for the words that are shown. */
export function listCodesLike(text: string): readonly ErrorCode[] {
  const wanted = text.toLowerCase();
  return errorCodes.filter((code) =>
    describeError({ code, message: '', retry: 'never', context: {} }).title.toLowerCase().includes(wanted),
  );
}

const csvHead = [
  ...['run', 'job', 'database', 'trigger', 'reason', 'state', 'created', 'started', 'ended', 'seconds', 'stored_bytes'],
  ...['snapshot', 'error', 'error_title', 'warnings'],
];

/** First line of an export. Starts with the mark by which spreadsheets know UTF-8. */
export const csvHeadLine = `\uFEFF${csvHead.join(',')}\r\n`;

/** One run as a line of CSV (RFC 4180). */
export function toCsvLine(run: ListedRun, jobName: string): string {
  const seconds =
    run.startedAt && run.endedAt ? ((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1) : '';
  const cells = [
    ...[run.id, jobName, run.database, run.trigger, run.reason, run.state, run.createdAt, run.startedAt, run.endedAt],
    ...[seconds, run.storedBytes === null ? '' : String(run.storedBytes), run.snapshotId, run.error?.code],
    ...[run.error ? describeError(run.error).title : '', run.warnings.join(' | ')],
  ];
  return `${cells.map((cell) => toCell(cell ?? '')).join(',')}\r\n`;
}

/**
 * Names of databases and texts of servers come from elsewhere: what a spreadsheet would take for a formula gets an apostrophe
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
function toCell(text: string): string {
  const safe = /^\s*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lines at least as grave as `level` that have the text. */
export function filterLog(lines: readonly LogLine[], level: LogLevel, text: string): readonly LogLine[] {
  const wanted = text.trim().toLowerCase();
  const rank = logLevels.indexOf(level);
  return lines.filter(
    (line) => logLevels.indexOf(line.level) >= rank && (wanted === '' || line.message.toLowerCase().includes(wanted)),
  );
}

/** The log as it is copied and saved. */
export function toLogText(lines: readonly LogLine[]): string {
  return lines.map((line) => `${line.at} ${line.level.padEnd(5)} ${line.message}`).join('\n');
}
