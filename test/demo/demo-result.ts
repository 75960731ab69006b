// What the demo found out, as one object for programs and as lines for people. Pure.
import { formatBytes, formatCount, formatDuration } from '../../shared/format.ts';

export interface StoredFile {
  readonly name: string;
  readonly sizeBytes: number;
}

export interface DemoResult {
  /** Everything below is as it should be, and the demo came to its end. */
  readonly ok: boolean;
  /** Why not, in words. */
  readonly problems: readonly string[];
  readonly database: string;
  /** The sample's tables and rows, as the server counts them. */
  readonly tables: number;
  readonly rows: number;
  /** The database as the server measures it, with indexes. */
  readonly sizeBytes: number;
  readonly serverVersion: string;
  /** pg_dump's output, and all files of the set as they lie in the storage. */
  readonly dumpBytes: number;
  readonly storedBytes: number;
  /** No stored file gives a reason to doubt that it is encrypted. */
  readonly encrypted: boolean;
  /** The drill restored the snapshot, and every table was equal. */
  readonly verified: boolean;
  /** An independent comparison of source and restored database found no difference. */
  readonly restoredEqual: boolean;
  /** The whole demo. */
  readonly seconds: number;
  readonly createSeconds: number;
  readonly backupSeconds: number;
  readonly drillSeconds: number;
  readonly restoreSeconds: number;
  readonly compareSeconds: number;
  /** Greatest memory of the process that made the backup; null when it did not say. */
  readonly enginePeakRssBytes: number | null;
  readonly files: readonly StoredFile[];
  /** Where the files were left; null when nothing was kept. */
  readonly keptIn: string | null;
}

export const emptyResult: DemoResult = {
  ok: false,
  problems: [],
  database: '',
  tables: 0,
  rows: 0,
  sizeBytes: 0,
  serverVersion: '',
  dumpBytes: 0,
  storedBytes: 0,
  encrypted: false,
  verified: false,
  restoredEqual: false,
  seconds: 0,
  createSeconds: 0,
  backupSeconds: 0,
  drillSeconds: 0,
  restoreSeconds: 0,
  compareSeconds: 0,
  enginePeakRssBytes: null,
  files: [],
  keptIn: null,
};

const labelWidth = 13;
const textWidth = 78;

/** One line of the report: what, how, how long. */
export function toStepLine(label: string, text: string, seconds?: number): string {
  const time = seconds === undefined ? '' : formatDuration(seconds * 1000).padStart(10);
  return `  ${label.padEnd(labelWidth)}${time === '' ? text : text.padEnd(textWidth)}${time}`;
}

/** `7.5 MB dump -> 1.8 MB stored (24 %, 4.2 : 1)`. */
export function describeSizes(dumpBytes: number, storedBytes: number): string {
  const sizes = `${formatBytes(dumpBytes)} dump -> ${formatBytes(storedBytes)} stored`;
  if (dumpBytes <= 0 || storedBytes <= 0) return sizes;
  const percent = ((storedBytes / dumpBytes) * 100).toFixed(0);
  return `${sizes} (${percent} %, ${(dumpBytes / storedBytes).toFixed(1)} : 1)`;
}

export function describeRows(tables: number, rows: number): string {
  return `${formatCount(tables)} tables, ${formatCount(rows)} rows`;
}

/** The last lines: the verdict, and why when it is not good. */
export function toVerdict(result: DemoResult): string[] {
  const time = formatDuration(result.seconds * 1000);
  const kept = result.keptIn === null ? [] : [`Kept in ${result.keptIn}: the stored files, the key and a README.`];
  if (result.ok) return [`The restored database equals the source. All of it took ${time}.`, ...kept];
  return ['NOT OK', ...result.problems.map((problem) => `  - ${problem}`), ...kept];
}
