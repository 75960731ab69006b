// How full Drive is over time: one point a day from what Drive says anyway, and the forecast.
import { chooseShort, forecastFull, type Space } from '../../shared/space.ts';
import type { Clock } from './base/ports.ts';
import type { DriveAbout } from './drive/api.ts';
import type { Db } from './store/database.ts';
import { listJobs } from './store/jobs.ts';
import { readSharedDriveId } from './store/settings.ts';
import { listNewestSnapshots, sumStoredBytes } from './store/snapshots.ts';
import { forgetSpacePoints, listSpacePoints, writeSpacePoint } from './store/space-points.ts';

export interface SpaceDesk {
  readonly get: () => Space;
  /** Drive has said how full it is. */
  readonly record: (about: DriveAbout) => void;
  /** The account is no longer the one that was recorded. */
  readonly forget: () => void;
}

export interface SpaceDeskOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly onChanged: (space: Space) => void;
}

export function createSpaceDesk({ db, clock, onChanged }: SpaceDeskOptions): SpaceDesk {
  const get = (): Space => {
    const points = listSpacePoints(db);
    const forecast = forecastFull(points);
    const nextBytes = sumNextBackups(db);
    const newest = points.at(-1);
    return { points, forecast, nextBytes, short: newest ? chooseShort(newest, nextBytes, forecast) : null };
  };

  const forget = (): void => {
    if (listSpacePoints(db).length === 0) return;
    forgetSpacePoints(db);
    onChanged(get());
  };

  return {
    get,
    forget,
    record: ({ usageBytes, limitBytes, trashBytes }) => {
      // Google does not say how full a shared drive is; the account's own figures would be about something else.
      if (readSharedDriveId(db) !== null) {
        forget();
        return;
      }
      const at = clock.now().toISOString();
      writeSpacePoint(db, { at, usageBytes, limitBytes, trashBytes, ownBytes: sumStoredBytes(db) });
      onChanged(get());
    },
  };
}

/** One more backup of every database of every job, each as big as its newest good one. */
function sumNextBackups(db: Db): number {
  const jobs = new Set(listJobs(db).map(({ id }) => id));
  const newest = listNewestSnapshots(db).filter(({ jobId }) => jobs.has(jobId));
  return newest.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
}
