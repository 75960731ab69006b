// Rows of how full Drive was: the last word of each day.
import { spacePointSchema, type SpacePoint } from '../../../shared/space.ts';
import type { Db } from './database.ts';

/** More than the trend looks back on. */
const keptDays = 400;

const columns = `at, usage_bytes as usageBytes, limit_bytes as limitBytes, trash_bytes as trashBytes, own_bytes as ownBytes`;

/** Takes the place of an earlier point of the same day. */
export function writeSpacePoint(db: Db, point: SpacePoint): void {
  db.prepare(
    `insert or replace into space_points (day, at, usage_bytes, limit_bytes, trash_bytes, own_bytes)
     values (substr(@at, 1, 10), @at, @usageBytes, @limitBytes, @trashBytes, @ownBytes)`,
  ).run(point);
  db.prepare('delete from space_points where day not in (select day from space_points order by day desc limit ?)').run(
    keptDays,
  );
}

/** Oldest first. */
export function listSpacePoints(db: Db): SpacePoint[] {
  return db
    .prepare(`select ${columns} from space_points order by day`)
    .all()
    .map((row) => spacePointSchema.parse(row));
}

/** Another account: what was recorded is not of it. */
export function forgetSpacePoints(db: Db): void {
  db.prepare('delete from space_points').run();
}
