// Measured figures as tables in Markdown. Pure.
import { formatBytes } from '../../shared/format.ts';
import type { BenchFigures } from './bench-figures.ts';
import type { UploadFigures } from './upload-bench.ts';

/** The machine in words: `2 cores, 24 GiB of memory, Node 24.21.0`. */
export type Machine = string;

interface Row {
  readonly what: string;
  readonly seconds: number | null;
}

/** Everybody's time, and how it compares with ours: backups, then restores. */
export function listBackups(figures: BenchFigures): readonly Row[] {
  return [
    { what: 'the limit: `pg_dump -Fc -Z0 > /dev/null`', seconds: figures.limitSeconds },
    { what: '`pg_dump -f`, then `gzip`, then curl', seconds: figures.storySeconds },
    { what: '`pg_dump -Fc`, then curl', seconds: figures.nativeSeconds },
    { what: '`pg_dump -Fc -Z0 \\| zstd \\| age`, no upload', seconds: figures.programsSeconds },
    { what: 'the same, then curl', seconds: figures.programsUploadSeconds },
    { what: '**PgKeep**: dumped, compressed, encrypted, uploaded, verified', seconds: figures.oursSeconds },
  ].filter(({ seconds }) => seconds !== null);
}

export function listRestores(figures: BenchFigures): readonly Row[] {
  return [
    { what: '`pg_restore` of a file of `pg_dump -Fc` on this disk', seconds: figures.pgRestoreSeconds },
    {
      what: '**PgKeep**: downloaded, decrypted, restored, dumped again and compared',
      seconds: figures.oursRestoreSeconds,
    },
  ].filter(({ seconds }) => seconds !== null);
}

export function toBenchTables(figures: BenchFigures, machine: Machine): string {
  const { oursToLimit, storyToOurs, oursToPrograms } = figures.ratios;
  const facts = [
    ['Uncompressed dump, and what PgKeep stores of it', `${bytes(figures.sizeBytes)}, ${bytes(figures.storedBytes)}`],
    ['Machine', machine],
    ['Rounds, in turn; medians', String(figures.rounds)],
    ['PgKeep to the limit', ratio(oursToLimit)],
    ['The original way (dump, gzip, upload) to PgKeep', ratio(storyToOurs)],
    ['PgKeep to `pg_dump \\| zstd \\| age` without an upload', ratio(oursToPrograms)],
    ["Memory of the engine's process, idle", bytes(figures.engineIdleRssBytes)],
    ['… at most, during a backup', bytes(figures.enginePeakRssBytes)],
    ['… at most, during a restore', bytes(figures.restorePeakRssBytes)],
    ["Processor time of the engine's process in a backup", time(figures.engineCpuSeconds)],
    ['Event loop late, 99 of 100 looks', milliseconds(figures.eventLoopP99Ms)],
  ];
  return [
    ...toTable(
      ['Backup', 'Seconds'],
      listBackups(figures).map(({ what, seconds }) => [what, toSeconds(seconds)]),
    ),
    ...toTable(
      ['Restore', 'Seconds'],
      listRestores(figures).map(({ what, seconds }) => [what, toSeconds(seconds)]),
    ),
    ...toTable(
      ['', ''],
      facts.filter(([, value]) => value !== ''),
    ),
  ].join('\n');
}

/** What the terminal is told after the times. */
export function describeFigures(figures: BenchFigures): readonly string[] {
  const { ratios, upload } = figures;
  const facts = [
    ['PgKeep to the limit', ratio(ratios.oursToLimit)],
    ['the original way (dump, gzip, upload) to PgKeep', ratio(ratios.storyToOurs)],
    ['PgKeep to pg_dump, zstd and age', ratio(ratios.oursToPrograms)],
    ["engine's memory at most", bytes(figures.enginePeakRssBytes)],
    ['… in a restore', bytes(figures.restorePeakRssBytes)],
    ["engine's processor time", time(figures.engineCpuSeconds)],
    ['event loop late, 99 of 100 looks', milliseconds(figures.eventLoopP99Ms)],
    ['upload to curl', ratio(upload?.ratio ?? null)],
  ];
  return facts.filter(([, value]) => value !== '').map((fact) => fact.join(': '));
}

export function toUploadTable(figures: UploadFigures, machine: Machine): string {
  return toTable(
    ['', ''],
    [
      ['Size', `${bytes(figures.sizeBytes)}, ${String(figures.rounds)} rounds, medians`],
      ['Machine', machine],
      ['`curl --upload-file`', time(figures.curlSeconds)],
      ['PgKeep', time(figures.uploadSeconds)],
      ['Ratio', figures.ratio.toFixed(3)],
      ['Memory beyond that before the upload, at most', bytes(figures.peakExtraRssBytes)],
      ['Event loop late, 99 of 100 looks', milliseconds(figures.eventLoopP99Ms)],
    ],
  ).join('\n');
}

/** Prettier would pad its cells. */
function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return ['<!-- prettier-ignore -->', ...lines, ''];
}

function bytes(value: number | null): string {
  return value === null ? '' : formatBytes(value);
}

function time(value: number | null): string {
  return value === null ? '' : `${value.toFixed(2)} s`;
}

function milliseconds(value: number | null): string {
  return value === null ? '' : `${value.toFixed(1)} ms`;
}

function ratio(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}

function toSeconds(value: number | null): string {
  return value?.toFixed(2) ?? '';
}
