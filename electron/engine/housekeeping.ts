// What has to be done now and then while the program runs: pins that Drive does not know, the weekly comparison with Drive,
// the daily look at its space. Goes by stored times, so sleep and restarts lose nothing.
import { toAppError } from '../../shared/errors.ts';
import type { Clock, Log } from './base/ports.ts';
import type { Db } from './store/database.ts';
import { listActiveRuns } from './store/runs.ts';
import { readSetting } from './store/settings.ts';
import { readOldestSnapshotAt } from './store/snapshots.ts';
import { listSpacePoints } from './store/space-points.ts';

export interface HousekeepingOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the engine stops. */
  readonly signal: AbortSignal;
  /** Whether Drive can be asked. */
  readonly isReady: () => boolean;
  readonly pushPins: () => Promise<void>;
  /** What was to be removed and is not in Drive's trash yet. */
  readonly resumeRemovals: () => Promise<void>;
  readonly check: () => Promise<unknown>;
  readonly refreshSpace: () => Promise<unknown>;
  /** Whether PostgreSQL's programs still fit the servers. Needs no Drive. */
  readonly watchServers: () => Promise<unknown>;
  /** Old logs go. Needs no Drive. */
  readonly pruneLogs: () => Promise<unknown>;
}

/** Not at once: a start has other things to do first. */
const firstMs = 60_000;
const everyMs = 3_600_000;
const dayMs = 86_400_000;
export const checkEveryMs = 7 * dayMs;

/** Resolves when the signal is aborted and nothing is under way any more. */
export async function keepHouse(options: HousekeepingOptions): Promise<void> {
  const { clock, log, signal } = options;
  let watchedAt: string | undefined;
  let prunedAt: string | undefined;
  for (let waitMs = firstMs; !signal.aborted; waitMs = everyMs) {
    try {
      await clock.wait(waitMs, signal);
      watchedAt = await watchServers(options, watchedAt);
      prunedAt = await pruneLogs(options, prunedAt);
      if (options.isReady()) await tidy(options);
    } catch (error) {
      if (!isAborted(signal)) log.warn(`housekeeping: ${toAppError(error).message}`);
    }
  }
}

/** Several times a day: a server is upgraded in the evening, and the next backup is at night. */
const watchEveryMs = 6 * 3_600_000;

async function watchServers(options: HousekeepingOptions, lastAt: string | undefined): Promise<string | undefined> {
  const now = options.clock.now();
  if (!isOld(lastAt, watchEveryMs, now.getTime())) return lastAt;
  await options.watchServers();
  return now.toISOString();
}

async function pruneLogs(options: HousekeepingOptions, lastAt: string | undefined): Promise<string | undefined> {
  const now = options.clock.now();
  if (!isOld(lastAt, dayMs, now.getTime())) return lastAt;
  await options.pruneLogs();
  return now.toISOString();
}

/** Asked again after a wait, during which it may have become true. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function tidy(options: HousekeepingOptions): Promise<void> {
  const { db, clock } = options;
  const nowMs = clock.now().getTime();
  await options.pushPins();
  await options.resumeRemovals();
  if (isOld(listSpacePoints(db).at(-1)?.at, dayMs, nowMs)) await options.refreshSpace();
  const isRunning = listActiveRuns(db).some((run) => run.state === 'running');
  if (!isRunning && isCheckDue(db, nowMs)) await options.check();
}

/** A week after the last one. Before the first one, a week after the oldest backup. */
export function isCheckDue(db: Db, nowMs: number): boolean {
  const oldestAt = readOldestSnapshotAt(db);
  if (oldestAt === null) return false;
  return isOld(readSetting(db, 'catalogCheck')?.at ?? oldestAt, checkEveryMs, nowMs);
}

/** True for what never was, and for a time that lies ahead: the clock was wrong then or is now. */
function isOld(at: string | undefined, afterMs: number, nowMs: number): boolean {
  if (at === undefined) return true;
  const ageMs = nowMs - Date.parse(at);
  return ageMs >= afterMs || ageMs < -dayMs;
}
