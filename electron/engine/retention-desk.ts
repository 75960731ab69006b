// Retention as the rest of the engine holds it: the step after a good run, a look at what rules would do, a pass that a person
// asks for, deleting one snapshot, and going on with what was broken off.
import { AppError } from '../../shared/errors.ts';
import type { EngineHandlers, PgKeepEmit } from '../../shared/ipc/contract.ts';
import type { Job } from '../../shared/job.ts';
import { isScheduled, noSchedule, type Schedule } from '../../shared/schedule.ts';
import {
  keepEverything,
  toTrashEnd,
  type PruneReport,
  type RemovedSnapshot,
  type Retention,
  type RetentionPreview,
} from '../../shared/retention.ts';
import { describeRemovalCause } from '../../shared/retention-words.ts';
import { isGoodSnapshot, type Snapshot } from '../../shared/snapshot.ts';
import type { AuditDesk } from './audit/audit-desk.ts';
import { createTurns, type InTurn } from './base/in-turn.ts';
import type { Calendar, Clock, Log } from './base/ports.ts';
import { refuseOtherAccount } from './catalogue/check.ts';
import type { DriveAccess } from './drive/access.ts';
import { applyRetention, judgeJob, resumeRemovals, type RetentionContext } from './pipeline/apply-retention.ts';
import { removeSet } from './pipeline/remove-set.ts';
import { measureEveryHours, toPreview } from './retention/preview.ts';
import { toSlotSource } from './schedule/next-due.ts';
import { isTimeZone } from './schedule/zone-time.ts';
import type { Db } from './store/database.ts';
import { getLiveJob, listJobs } from './store/jobs.ts';
import { listRemoved } from './store/removals.ts';
import { listRunningRestores } from './store/restores.ts';
import { getSnapshot, listSnapshots } from './store/snapshots.ts';

export interface RetentionDeskOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly drive: DriveAccess;
  readonly log: Log;
  /** Aborted when the engine stops. */
  readonly signal: AbortSignal;
  readonly audit: Pick<AuditDesk, 'note' | 'noteOwn'>;
  readonly emit: PgKeepEmit;
  /** The list is another one. */
  readonly onChanged: () => void;
}

export interface RetentionDesk {
  readonly inTurn: InTurn;
  /** The last step of a good run. Answers warnings; rejects only when the run is told to end. */
  readonly retain: (
    jobId: string,
    work: { readonly signal: AbortSignal; readonly log: Log },
  ) => Promise<readonly string[]>;
  /** Goes on with removals that were broken off. Never fails. */
  readonly resume: () => Promise<void>;
  /** While the work lasts no rule removes the snapshot. */
  readonly whileRead: <T>(snapshotId: string, work: () => Promise<T>) => Promise<T>;
  readonly handlers: EngineHandlers['retention'];
  readonly remove: EngineHandlers['snapshots']['remove'];
}

/** A run ends in time; what is left goes with the next one. */
const patienceMs = 300_000;

export function createRetentionDesk(options: RetentionDeskOptions): RetentionDesk {
  const { db, clock, calendar, drive, emit } = options;
  const inTurn = createTurns();
  const readers = new Map<string, number>();

  const listInUse = (): ReadonlySet<string> => {
    const restores = listRunningRestores(db).flatMap(({ snapshotId }) => (snapshotId === null ? [] : [snapshotId]));
    return new Set([...restores, ...readers.keys()]);
  };

  const timeZoneOf = ({ schedule }: Pick<Job, 'schedule'>): string => {
    const wish = schedule.timeZone ?? calendar.readTimeZone();
    return isTimeZone(wish) ? wish : 'UTC';
  };

  const createContext = (signal: AbortSignal, log: Log, byPerson = false): RetentionContext => ({
    ...{ db, clock, drive, log, signal, timeZoneOf, listInUse, inTurn },
    checkAccount: () => refuseOtherAccount({ db, drive, signal }),
    note: (removed) => {
      const act = { act: 'snapshot.removed', subject: removed.baseName, snapshotId: removed.snapshotId } as const;
      const details = {
        reason: describeRemovalCause(removed.cause),
        bytes: removed.storedBytes,
        'in the trash until': toTrashEnd(removed.removedAt).slice(0, 10),
      };
      if (byPerson) options.audit.note({ ...act, details });
      else options.audit.noteOwn({ ...act, details });
    },
    onRemoved: (removed) => {
      emit('retention.removed', removed);
      options.onChanged();
    },
    onChanged: (snapshot) => {
      emit('snapshots.changed', snapshot);
      options.onChanged();
    },
  });

  const preview = (
    job: Job | null,
    jobId: string,
    rules: Retention | null,
    schedule: Schedule | null,
  ): RetentionPreview => {
    const snapshots = listSnapshots(db, jobId);
    // A removed job has no rules any more.
    const retention = rules ?? job?.retention ?? keepEverything;
    const when = schedule ?? job?.schedule ?? noSchedule;
    const nowMs = clock.now().getTime();
    const verdicts = judgeJob({ db, clock, timeZoneOf, listInUse }, { retention, schedule: when }, snapshots);
    const everyHours = measureSchedule(when, timeZoneOf({ schedule: when }), nowMs) ?? measureEveryHours(snapshots);
    return toPreview({ snapshots, verdicts, retention, everyHours: everyHours ?? 24, nowMs });
  };

  const remove = async (id: string, lastGood: boolean): Promise<RemovedSnapshot> => {
    const snapshot = getSnapshot(db, id);
    const refusal = chooseRefusal(snapshot, {
      lastGood,
      inUse: listInUse().has(id),
      isLastGood: isLastGood(db, snapshot),
    });
    if (refusal) throw refusal;
    const ctx = createContext(options.signal, options.log, true);
    await ctx.checkAccount();
    const isWanted = (): boolean => {
      const row = getSnapshot(db, id);
      return !row.pinned && row.presence !== 'removing' && !listInUse().has(id) && (lastGood || !isLastGood(db, row));
    };
    const outcome = await inTurn(() => removeSet(ctx, getSnapshot(db, id), { by: 'person' }, isWanted));
    if (outcome.removed) return outcome.removed;
    throw toRefusal(snapshot, outcome.stays);
  };

  return {
    inTurn,
    remove: ({ id, lastGood }) => remove(id, lastGood),
    retain: async (jobId, { signal, log }) => {
      const job = listJobs(db).find((row) => row.id === jobId);
      if (!job) return [];
      const late = AbortSignal.timeout(patienceMs);
      const ctx = createContext(AbortSignal.any([signal, options.signal, late]), log);
      try {
        return (await applyRetention(ctx, job)).warnings;
      } catch (error) {
        if (signal.aborted || options.signal.aborted) throw error;
        return ['Not all old snapshots could be removed in five minutes. The next run goes on with it.'];
      }
    },
    resume: async () => {
      await resumeRemovals(createContext(options.signal, options.log), null).catch(() => undefined);
    },
    whileRead: async (snapshotId, work) => {
      readers.set(snapshotId, (readers.get(snapshotId) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = (readers.get(snapshotId) ?? 1) - 1;
        if (left > 0) readers.set(snapshotId, left);
        else readers.delete(snapshotId);
      }
    },
    handlers: {
      preview: ({ jobId, retention, schedule }) => {
        if (jobId !== null) {
          const job = listJobs(db).find((row) => row.id === jobId) ?? null;
          return preview(job, jobId, retention, schedule);
        }
        const jobs = listJobs(db);
        const ids = new Set([...jobs.map(({ id }) => id), ...listSnapshots(db, null).map((row) => row.jobId)]);
        return sumPreviews(
          [...ids].map((id) => preview(jobs.find((job) => job.id === id) ?? null, id, retention, schedule)),
        );
      },
      prune: async ({ jobId }) => {
        const jobs = jobId === null ? listJobs(db) : [getLiveJob(db, jobId)];
        const ctx = createContext(options.signal, options.log, true);
        const reports: PruneReport[] = [];
        for (const job of jobs) reports.push(await applyRetention(ctx, job));
        return {
          removed: reports.flatMap(({ removed }) => removed),
          freedBytes: reports.reduce((sum, report) => sum + report.freedBytes, 0),
          warnings: [...new Set(reports.flatMap(({ warnings }) => warnings))],
        };
      },
      listRemoved: (filter) => listRemoved(db, filter),
    },
  };
}

/** How far apart the schedule's times are on the average; null for a job that runs by hand. */
function measureSchedule(schedule: Schedule, timeZone: string, nowMs: number): number | null {
  if (!isScheduled(schedule)) return null;
  const source = toSlotSource(schedule, timeZone);
  if (!source) return null;
  const dates: number[] = [];
  for (let at = source.next(nowMs); at !== null && dates.length < 61; at = source.next(at)) dates.push(at);
  const [first] = dates;
  const last = dates.at(-1);
  if (first === undefined || last === undefined || dates.length < 2) return null;
  return Math.max(1, Math.round((last - first) / (dates.length - 1) / 3_600_000));
}

function sumPreviews(previews: readonly RetentionPreview[]): RetentionPreview {
  return {
    snapshots: previews.flatMap(({ snapshots }) => snapshots),
    removeCount: previews.reduce((sum, { removeCount }) => sum + removeCount, 0),
    removeBytes: previews.reduce((sum, { removeBytes }) => sum + removeBytes, 0),
    // Of several jobs there is no one rhythm to say.
    steady: previews.length === 1 ? (previews[0]?.steady ?? null) : null,
  };
}

function isLastGood(db: Db, { id, jobId, database }: Snapshot): boolean {
  const newest = listSnapshots(db, jobId).find((row) => row.database === database && isGoodSnapshot(row));
  return newest?.id === id;
}

function chooseRefusal(
  snapshot: Snapshot,
  facts: { readonly lastGood: boolean; readonly inUse: boolean; readonly isLastGood: boolean },
): AppError | null {
  if (snapshot.pinned) return toRefusal(snapshot, 'pinned');
  const context = { snapshot: snapshot.baseName, database: snapshot.database };
  if (facts.inUse) return new AppError('retention/in-use', `${snapshot.id} is being read`, { retry: 'later', context });
  if (!facts.isLastGood || facts.lastGood) return null;
  return new AppError('retention/last-good', `${snapshot.id} is the newest good one`, { context });
}

function toRefusal({ id, baseName }: Snapshot, stays: string): AppError {
  const context = { snapshot: baseName };
  if (stays === 'pinned') return new AppError('retention/pinned', `${id} is pinned`, { context });
  if (stays === 'unwanted') return new AppError('retention/in-use', `${id} is in use or being removed`, { context });
  if (stays === 'no-right')
    return new AppError('retention/no-right', `${id} may not be moved to the trash`, { context });
  return new AppError('retention/not-ours', `${id}: ${stays}`, { context });
}
