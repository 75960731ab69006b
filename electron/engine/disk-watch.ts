// How full the disk is that backups pass over: what is free now, and when it will be full by the trend of the last weeks.
import { mkdir, statfs } from 'node:fs/promises';
import { forecastFull, type Forecast } from '../../shared/space.ts';
import type { Clock, Paths } from './base/ports.ts';
import type { Db } from './store/database.ts';
import { readSetting, writeSetting } from './store/settings.ts';

export interface DiskState {
  readonly freeBytes: number;
  readonly forecast: Forecast;
}

const keptPoints = 120;

/** Keeps one point a day. Null where the disk cannot be asked. */
export async function lookAtDisk({
  db,
  clock,
  paths,
}: {
  readonly db: Db;
  readonly clock: Clock;
  readonly paths: Paths;
}): Promise<DiskState | null> {
  try {
    await mkdir(paths.dataDir, { recursive: true, mode: 0o700 });
    const { bavail, bsize, blocks } = await statfs(paths.dataDir);
    const point = { at: clock.now().toISOString(), freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    const stored = readSetting(db, 'diskPoints');
    const before = stored.filter(({ at }) => at.slice(0, 10) < point.at.slice(0, 10));
    const points = [...before, point].slice(-keptPoints);
    // The first of each day: a look must not wake a disk that sleeps.
    if (stored.at(-1)?.at.slice(0, 10) !== point.at.slice(0, 10)) writeSetting(db, 'diskPoints', points);
    return { freeBytes: point.freeBytes, forecast: forecastDisk(points) };
  } catch {
    return null;
  }
}

/** The same trend as of Drive's space. A disk of another size is another disk. */
export function forecastDisk(
  points: readonly { readonly at: string; readonly freeBytes: number; readonly totalBytes: number }[],
): Forecast {
  const total = points.at(-1)?.totalBytes ?? 0;
  return forecastFull(
    points
      .filter(({ totalBytes }) => totalBytes === total)
      .map(({ at, freeBytes }) => ({
        ...{ at, usageBytes: total - freeBytes, limitBytes: total, trashBytes: 0, ownBytes: 0 },
      })),
  );
}
