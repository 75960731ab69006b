// What a bench has measured, as `--json` prints it, and how it follows from the single laps. Null: not measured this time.
import type { Lap } from './contestants.ts';
import type { ContestantName } from './contestants.ts';
import type { EngineReport } from './engine-task.ts';
import { medianOrNull } from './median.ts';
import type { UploadFigures } from './upload-bench.ts';

export interface BenchFigures {
  /** Of the dump in custom format without compression; 0 when only the upload was measured. */
  readonly sizeBytes: number;
  /** Of PgKeep's files on Drive. */
  readonly storedBytes: number;
  readonly rounds: number;
  /** Seconds are medians of the rounds. */
  readonly limitSeconds: number | null;
  readonly storySeconds: number | null;
  readonly nativeSeconds: number | null;
  /** Followed by nothing, and with the upload of the file. */
  readonly programsSeconds: number | null;
  readonly programsUploadSeconds: number | null;
  readonly oursSeconds: number | null;
  readonly pgRestoreSeconds: number | null;
  readonly oursRestoreSeconds: number | null;
  /** The engine's process during backups: memory is the most of all rounds, the rest medians. */
  readonly engineIdleRssBytes: number | null;
  readonly enginePeakRssBytes: number | null;
  readonly eventLoopP99Ms: number | null;
  readonly engineCpuSeconds: number | null;
  /** The same during restores. */
  readonly restorePeakRssBytes: number | null;
  readonly restoreEventLoopP99Ms: number | null;
  /** An upload beside curl's of the same file. */
  readonly uploadSeconds: number | null;
  readonly curlSeconds: number | null;
  readonly upload: UploadFigures | null;
  readonly ratios: BenchRatios;
}

/** What the program is held to; null where one side was not measured. */
export interface BenchRatios {
  readonly oursToLimit: number | null;
  readonly storyToOurs: number | null;
  readonly oursToPrograms: number | null;
}

export type Laps = Readonly<Record<ContestantName, readonly Lap[]>>;

export function toFigures(laps: Laps, rounds: number, upload: UploadFigures | null): BenchFigures {
  const seconds = (name: ContestantName): number | null => medianOrNull(laps[name].map((lap) => lap.seconds));
  const reports = (name: ContestantName): readonly EngineReport[] =>
    laps[name].flatMap(({ engine }) => (engine ? [engine] : []));
  const backups = reports('ours');
  const restores = reports('ours-restore');
  const programsSeconds = medianOrNull(laps.programs.map((lap) => lap.dumpSeconds ?? lap.seconds));
  const [limitSeconds, storySeconds, oursSeconds] = [seconds('limit'), seconds('story'), seconds('ours')];
  const last = backups.at(-1) ?? restores.at(-1);
  return {
    ...{ sizeBytes: last?.dumpBytes ?? 0, storedBytes: last?.storedBytes ?? 0, rounds },
    ...{ limitSeconds, storySeconds, nativeSeconds: seconds('native') },
    ...{ programsSeconds, programsUploadSeconds: seconds('programs'), oursSeconds },
    ...{ pgRestoreSeconds: seconds('pg-restore'), oursRestoreSeconds: seconds('ours-restore') },
    engineIdleRssBytes: medianOrNull(backups.map((report) => report.idleRssBytes)),
    enginePeakRssBytes: maxOrNull(backups.map((report) => report.peakRssBytes)),
    eventLoopP99Ms: medianOrNull(backups.map((report) => report.eventLoopP99Ms)),
    engineCpuSeconds: medianOrNull(backups.map((report) => report.cpuSeconds)),
    restorePeakRssBytes: maxOrNull(restores.map((report) => report.peakRssBytes)),
    restoreEventLoopP99Ms: medianOrNull(restores.map((report) => report.eventLoopP99Ms)),
    ...{ uploadSeconds: upload?.uploadSeconds ?? null, curlSeconds: upload?.curlSeconds ?? null, upload },
    ratios: {
      oursToLimit: divide(oursSeconds, limitSeconds),
      storyToOurs: divide(storySeconds, oursSeconds),
      oursToPrograms: divide(oursSeconds, programsSeconds),
    },
  };
}

function maxOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function divide(above: number | null, below: number | null): number | null {
  return above === null || below === null ? null : above / below;
}
