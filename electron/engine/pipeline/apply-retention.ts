// The last step of a good run: what the rules of its job let go is brought into Drive's trash, oldest first. Before anything
// goes, the newest backup of the database is looked at on Drive. Fails with nothing but an abort: all else is a warning.
import { describeError } from '../../../shared/describe-error.ts';
import { toAppError, toWireError } from '../../../shared/errors.ts';
import { formatPlural } from '../../../shared/format.ts';
import type { Job } from '../../../shared/job.ts';
import type { PruneReport, RemovedSnapshot, Verdict } from '../../../shared/retention.ts';
import { isGoodSnapshot, type Snapshot } from '../../../shared/snapshot.ts';
import type { InTurn } from '../base/in-turn.ts';
import { judgeFiles } from '../drive/judge-file.ts';
import { chooseExpired } from '../retention/choose-expired.ts';
import { listJobs } from '../store/jobs.ts';
import { listPendingRemovals } from '../store/removals.ts';
import { findSnapshot, listSnapshots, markPresence } from '../store/snapshots.ts';
import { lookAt, removeSet, resumeRemoval, type RemovalContext, type StayReason } from './remove-set.ts';

export interface RetentionContext extends RemovalContext {
  /** IANA name of the zone by whose clock the job's days begin. */
  readonly timeZoneOf: (job: Pick<Job, 'schedule'>) => string;
  /** Ids of snapshots that something reads now. */
  readonly listInUse: () => ReadonlySet<string>;
  /** Rejects when the sign-in is of another account than the backups: what that one does not see is not gone. */
  readonly checkAccount: () => Promise<void>;
  /** Removing a set and taking one out of the trash do not meet. */
  readonly inTurn: InTurn;
}

type JudgeContext = Pick<RetentionContext, 'db' | 'clock' | 'timeZoneOf' | 'listInUse'>;

export function judgeJob(
  ctx: JudgeContext,
  job: Pick<Job, 'retention' | 'schedule'>,
  snapshots: readonly Snapshot[],
): Verdict[] {
  return chooseExpired({
    snapshots,
    retention: job.retention,
    timeZone: ctx.timeZoneOf(job),
    nowMs: ctx.clock.now().getTime(),
    inUse: ctx.listInUse(),
  });
}

/** A removed job has no rules: its backups stay until a person deletes them. */
function findLiveJob(ctx: JudgeContext, jobId: string): Job | null {
  return listJobs(ctx.db).find(({ id }) => id === jobId) ?? null;
}

/** Asked at the last moment, of what the store says then. */
function isExpired(ctx: JudgeContext, { id, jobId }: Snapshot): boolean {
  const job = findLiveJob(ctx, jobId);
  if (!job) return false;
  // One that is being removed is judged as what it was.
  const rows = listSnapshots(ctx.db, jobId).map((row) => (row.id === id ? ({ ...row, presence: 'ok' } as const) : row));
  return judgeJob(ctx, job, rows).some(({ snapshotId, kept }) => snapshotId === id && !kept);
}

export async function applyRetention(ctx: RetentionContext, job: Job): Promise<PruneReport> {
  const pass = createPass(ctx);
  await pass.guard(async () => {
    const expired = (): Verdict[] => judgeJob(ctx, job, listSnapshots(ctx.db, job.id)).filter(({ kept }) => !kept);
    if (listPendingRemovals(ctx.db, job.id).length === 0 && expired().length === 0) return;
    await ctx.checkAccount();
    await pass.resume(job.id);
    const databases = new Map<string, boolean>();
    for (const verdict of expired().reverse()) {
      const snapshot = findSnapshot(ctx.db, verdict.snapshotId);
      if (!snapshot || verdict.kept) continue;
      const { database } = snapshot;
      if (!databases.has(database)) databases.set(database, await pass.proveNewest(job.id, database));
      if (databases.get(database) === false) continue;
      const cause = { by: 'rule', reasons: verdict.reasons } as const;
      const outcome = await ctx.inTurn(() => removeSet(ctx, snapshot, cause, () => isExpired(ctx, snapshot)));
      if (outcome.removed) pass.removed.push(outcome.removed);
      else if (!pass.stays(snapshot, outcome.stays)) return;
    }
  });
  return pass.report();
}

/** Ends what an earlier end of the program or a lost network broke off; of one job, or of all. */
export async function resumeRemovals(ctx: RetentionContext, jobId: string | null): Promise<PruneReport> {
  const pass = createPass(ctx);
  await pass.guard(async () => {
    if (listPendingRemovals(ctx.db, jobId).length === 0) return;
    await ctx.checkAccount();
    await pass.resume(jobId);
  });
  return pass.report();
}

/** Further ahead than this, it is the clock of this computer that is wrong. */
const aheadMs = 86_400_000;

function createPass(ctx: RetentionContext) {
  const removed: RemovedSnapshot[] = [];
  const warnings: string[] = [];
  const moved: string[] = [];
  const foreign: string[] = [];

  /** False when no other set will fare better. */
  const stays = ({ baseName }: Snapshot, reason: StayReason): boolean => {
    if (reason === 'moved') moved.push(baseName);
    if (reason === 'not-ours') foreign.push(baseName);
    if (reason !== 'no-right') return true;
    warnings.push(
      `Old snapshots stay: this Google account may not move ${baseName} into the trash. On a shared drive that takes the role “Content manager”.`,
    );
    return false;
  };

  const resume = async (jobId: string | null): Promise<void> => {
    for (const { snapshot } of listPendingRemovals(ctx.db, jobId)) {
      const outcome = await ctx.inTurn(async () => {
        const pending = listPendingRemovals(ctx.db, jobId).find((row) => row.snapshot.id === snapshot.id);
        if (!pending) return null;
        const byPerson = pending.removal.cause.by === 'person';
        return resumeRemoval(ctx, pending, () => byPerson || isExpired(ctx, snapshot));
      });
      if (outcome?.removed) removed.push(outcome.removed);
      else if (outcome) stays(snapshot, outcome.stays);
    }
  };

  /** Nothing old goes before the newest was seen whole on Drive, by its files' ids. */
  const proveNewest = async (jobId: string, database: string): Promise<boolean> => {
    const nowMs = ctx.clock.now().getTime();
    const newest = listSnapshots(ctx.db, jobId).find(
      (row) => row.database === database && isGoodSnapshot(row) && Date.parse(row.createdAt) <= nowMs,
    );
    if (!newest) return false;
    const found = await lookAt(ctx, newest);
    const presence = judgeFiles(newest.files, (id) => found.get(id) ?? null);
    if (presence !== 'ok') {
      ctx.onChanged(markPresence(ctx.db, newest.id, presence, ctx.clock.now().toISOString()));
      warnings.push(`No old snapshot of ${database} was removed: the newest one is not whole on Drive any more.`);
      return false;
    }
    const storedAt = [...found.values()].flatMap((file) => (file?.createdTime ? [Date.parse(file.createdTime)] : []));
    if (newest.runId === null || storedAt.every((at) => Date.parse(newest.createdAt) <= at + aheadMs)) return true;
    warnings.push(`No old snapshot of ${database} was removed: this computer’s clock is ahead of Google’s.`);
    return false;
  };

  const report = (): PruneReport => {
    const toList = (names: readonly string[]): string =>
      names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${String(names.length - 3)} more` : names.join(', ');
    const because = (names: readonly string[], one: string, many: string): string[] =>
      names.length === 0
        ? []
        : [
            `${formatPlural(names.length, 'snapshot')} ${names.length === 1 ? 'stays' : 'stay'} although the rules let ${
              names.length === 1 ? `it go: ${one}` : `them go: ${many}`
            } (${toList(names)}).`,
          ];
    return {
      removed: [...removed],
      freedBytes: removed.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
      warnings: [
        ...warnings,
        ...because(moved, 'it does not lie in the job’s folder', 'they do not lie in the job’s folder'),
        ...because(foreign, 'its files are not those of the list', 'their files are not those of the list'),
      ],
    };
  };

  const guard = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const { code, message } = toAppError(error);
      if (code === 'run/cancelled' || code === 'engine/stopped') throw error;
      ctx.log.warn(`old snapshots: ${code}: ${message}`);
      const { title } = describeError(toWireError(error));
      warnings.push(`Old snapshots stay for now (${title}). It is tried again by itself.`);
    }
  };

  return { removed, stays, resume, proveNewest, report, guard };
}
