// Saves and removes jobs. What a draft does not name stays as it is; a new job gets the defaults.
import type { DumpChoice } from '../../shared/dump-choice.ts';
import { AppError, invalidInput } from '../../shared/errors.ts';
import type { PgKeepEmit } from '../../shared/ipc/contract.ts';
import { mergeGroups, type Job, type JobDraft } from '../../shared/job.ts';
import { isRunActive } from '../../shared/run.ts';
import { createId } from './base/ids.ts';
import type { Clock } from './base/ports.ts';
import type { HookDesk } from './hook-desk.ts';
import type { RunQueue } from './pipeline/run-queue.ts';
import { toPatternRegex } from './postgres/name-pattern.ts';
import { checkSchedule } from './schedule-desk.ts';
import type { Scheduler } from './schedule/scheduler.ts';
import { getConnection } from './store/connections.ts';
import type { Db } from './store/database.ts';
import { getLiveJob, listJobs, markJobRemoved, writeJob } from './store/jobs.ts';
import { listRuns } from './store/runs.ts';
import type { TrayFeed } from './tray-feed.ts';

export interface JobDeskParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly emit: PgKeepEmit;
  readonly tray: Pick<TrayFeed, 'refresh'>;
  readonly scheduler: Pick<Scheduler, 'noteChange' | 'look'>;
  readonly queue: Pick<RunQueue, 'enqueue'>;
  readonly hooks: Pick<HookDesk, 'resolve'>;
}

/**
 * Throws `input/not-found` for an unknown connection or job, `input/invalid` for a name that another job has, and for a schedule or
 * a pattern that cannot be used.
 */
export function saveJob({ db, clock, emit, tray, scheduler, queue, hooks }: JobDeskParts, draft: JobDraft): Job {
  if (draft.schedule) checkSchedule(draft.schedule);
  if (draft.dump) checkPatterns(draft.dump);
  getConnection(db, draft.connectionId);
  const old = draft.id === undefined ? null : getLiveJob(db, draft.id);
  const merged = toJob(draft, old, clock.now().toISOString());
  const job = draft.hooks ? { ...merged, hooks: hooks.resolve(draft.hooks, merged.hooks) } : merged;
  if (listJobs(db).some((other) => other.id !== job.id && other.name === job.name)) {
    throw invalidInput('name', `a job with the name ${job.name} exists`);
  }
  writeJob(db, job);
  // What lies behind is not caught up for times that a person has just chosen.
  if (JSON.stringify(job.schedule) !== JSON.stringify(old?.schedule)) scheduler.noteChange(job.id);
  emit('jobs.changed', listJobs(db));
  tray.refresh();
  if (draft.startNow === true) queue.enqueue(job.id, 'user');
  return job;
}

/** A pattern that cannot be read is refused here, and not in the night. */
function checkPatterns(dump: DumpChoice): void {
  const names = [...dump.includeSchemas, ...dump.excludeSchemas, ...dump.excludeDatabases];
  for (const pattern of names) toPatternRegex(pattern, 1);
  for (const pattern of [...dump.includeTables, ...dump.excludeTables, ...dump.excludeData]) toPatternRegex(pattern, 2);
}

function toJob(draft: JobDraft, old: Job | null, now: string): Job {
  const { name, connectionId } = draft;
  const groups = mergeGroups(draft, old);
  const database = groups.scope === 'server' ? null : draft.database;
  return { ...groups, id: old?.id ?? createId(), name, connectionId, database, createdAt: old?.createdAt ?? now };
}

/** Throws `run/already-active`. */
export function removeJob({ db, clock, emit, tray, scheduler }: JobDeskParts, id: string): void {
  const job = getLiveJob(db, id);
  const active = listRuns(db, { jobId: id, limit: 100 }).find(isRunActive);
  if (active)
    throw new AppError('run/already-active', `run ${active.id} is active`, {
      context: { what: 'backup', job: job.name },
    });
  markJobRemoved(db, id, clock.now().toISOString());
  scheduler.look();
  emit('jobs.changed', listJobs(db));
  tray.refresh();
}
