// Starts backups when their time has come, and accounts for every time that came: it started a run, or the reason why not is
// kept. Timers are only hints; each look goes by the clock and the store, so sleep, crashes and a clock that is set lose
// nothing and repeat nothing.
import { toAppError } from '../../../shared/errors.ts';
import type { RunTrigger } from '../../../shared/run.ts';
import type { NextStart, Pause, PauseKind, ScheduleState, SlotOutcome } from '../../../shared/slot.ts';
import type { Calendar, Clock, Log } from '../base/ports.ts';
import type { Db } from '../store/database.ts';
import { listScheduledJobs, writeSeenAt, type ScheduledJob } from '../store/scheduled-jobs.ts';
import { listRuns } from '../store/runs.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { countWaitedSlots, insertSlot, listSlotDues, markCaughtUp } from '../store/slots.ts';
import { chooseAgain } from './choose-again.ts';
import { chooseDue, type SlotGroup } from './choose-due.ts';
import { describeCatchUp, describeGap, type Gap } from './missed-reason.ts';
import { isPaused, toPause } from './pause.ts';
import { nextSlot, slotsSince, toSlotSource, type SlotSource } from './next-due.ts';

/** What the start of a backup came to. */
export interface Begun {
  readonly runId: string;
  /** `active`, `waiting`: the job's run before is not over and stands in the way. */
  readonly state: 'new' | 'active' | 'waiting';
}

export interface SchedulerOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly log: Log;
  /** Begins a backup within the transaction that keeps its slot. Throws `run/needs-connection`. */
  readonly begin: (jobId: string, trigger: RunTrigger, reason: string | null) => Begun;
  readonly onChanged: (state: ScheduleState) => void;
}

export interface Scheduler {
  readonly start: () => void;
  /** Remembers up to when all times were dealt with. */
  readonly stop: () => void;
  /** Looks at the clock and the store now; nothing before `start`. */
  readonly look: () => void;
  readonly get: () => ScheduleState;
  readonly pause: (kind: PauseKind) => ScheduleState;
  readonly resume: () => ScheduleState;
  /** The system is about to sleep, or has woken up. */
  readonly noteSleep: (phase: 'suspend' | 'resume') => void;
  /** A job was made, or its schedule changed: what lies behind is not caught up. */
  readonly noteChange: (jobId: string) => void;
  /** A run has succeeded: times that were left out because it waited are made up for. */
  readonly noteSuccess: (runId: string, jobId: string) => void;
}

/** The look each minute that notices sleep and a clock that was set, whatever the system says. */
const lookEveryMs = 60_000;
/** Nobody looked for longer than this: it slept, or the clock was set. */
const gapMs = 150_000;
/** How often jobs and time zone are read anew, whoever changed them; also after each gap. */
const rereadEveryMs = 900_000;
/** How often it is stored up to when all times were dealt with: no more than this is looked at twice after a crash. */
const rememberEveryMs = 300_000;

/** Enough for the last starts of a server with many databases. */
const recentRuns = 300;

interface Watched {
  readonly row: ScheduledJob;
  readonly zone: string;
  readonly source: SlotSource | null;
  readonly problem: string | null;
  /** All starts up to here are dealt with. */
  seenMs: number;
  nextMs: number | null;
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { db, clock, calendar, log } = options;
  const stopping = new AbortController();
  const watched = new Map<string, Watched>();
  let started = false;
  let zone = calendar.readTimeZone();
  let pause: Pause | null = null;
  let lastLookMs = 0;
  let rememberedMs = 0;
  let rereadMs: number | null = null;
  let armedMs: number | null = null;
  let suspendedMs: number | null = null;
  let gap: Gap | null = null;
  let told = '';
  let undoTimer = (): void => undefined;

  const nowMs = (): number => clock.now().getTime();

  const watch = (row: ScheduledJob, before: Watched | undefined, now: number): Watched => {
    const seenMs = before?.seenMs ?? chooseSeen([row.seenAt, readSetting(db, 'scheduleSeenAt')], now);
    try {
      const source = toSlotSource(row.schedule, zone);
      const next = source === null ? null : nextSlot(row.id, source, row.schedule.jitterMinutes, seenMs);
      return { row, zone: row.schedule.timeZone ?? zone, source, problem: null, seenMs, nextMs: next?.startMs ?? null };
    } catch (error) {
      const problem = toAppError(error).message;
      if (before?.problem !== problem) log.error(`the schedule of job ${row.id} cannot be read: ${problem}`);
      return { row, zone, source: null, problem, seenMs, nextMs: null };
    }
  };

  /** The third net: what the store says counts, whoever wrote it. */
  const reread = (now: number): void => {
    const zoneBefore = zone;
    zone = calendar.readTimeZone();
    if (zone !== zoneBefore) log.info(`the time zone is ${zone} now`);
    const rows = listScheduledJobs(db);
    for (const row of rows) {
      const before = watched.get(row.id);
      if (before?.row.text === row.text && zone === zoneBefore) continue;
      watched.set(row.id, watch(row, before, now));
      // From now on its times count, also over a restart.
      if (row.seenAt === null) writeSeenAt(db, row.id, toIso(now));
    }
    for (const id of [...watched.keys()]) if (!rows.some((row) => row.id === id)) watched.delete(id);
    pause = readSetting(db, 'schedulePause');
    rereadMs = now;
    armedMs = null;
  };

  const readGap = (now: number): void => {
    if (now < lastLookMs) {
      log.info(`the clock was set back by ${String(Math.round((lastLookMs - now) / 1000))} s`);
      for (const job of watched.values()) rewind(job, now);
      suspendedMs = null;
      rereadMs = null;
    } else if (now - lastLookMs > gapMs) {
      const fromMs = Math.max(suspendedMs ?? lastLookMs, lastLookMs);
      gap = { cause: suspendedMs === null ? 'unknown' : 'slept', fromMs, toMs: now };
      log.info(describeGap(gap, zone));
      suspendedMs = null;
      rereadMs = null;
    }
    lastLookMs = now;
  };

  /** What the clock shows again was dealt with, or is found in the store as dealt with. */
  const rewind = (job: Watched, now: number): void => {
    if (job.seenMs <= now) return;
    job.seenMs = now;
    const next = job.source ? nextSlot(job.row.id, job.source, job.row.schedule.jitterMinutes, now) : null;
    job.nextMs = next?.startMs ?? null;
  };

  const look = (): void => {
    if (!started || stopping.signal.aborted) return;
    const now = nowMs();
    readGap(now);
    let isNews = false;
    if (rereadMs === null || now - rereadMs >= rereadEveryMs) {
      reread(now);
      isNews = true;
    }
    for (const job of watched.values()) {
      try {
        if (job.seenMs > now) rewind(job, now);
        if (job.source && job.nextMs !== null && job.nextMs <= now) {
          isNews = true;
          settle(job, job.source, now);
        }
        job.seenMs = now;
      } catch (error) {
        // Not counted as seen: the next look tries again.
        log.error(`the times of job ${job.row.id}: ${toAppError(error).message}`);
      }
    }
    gap = null;
    if (pause && !isPaused(pause, now)) {
      writePause(null);
      isNews = true;
    }
    if (now - rememberedMs >= rememberEveryMs || now < rememberedMs) remember(now);
    arm(now);
    if (isNews) tell();
  };

  const settle = (job: Watched, source: SlotSource, now: number): void => {
    const { row } = job;
    const found = slotsSince(row.id, source, row.schedule.jitterMinutes, job.seenMs, now);
    const known = listSlotDues(db, row.id, toIso(found[0]?.dueMs ?? now));
    const slots = found.filter(({ dueMs }) => !known.has(toIso(dueMs)));
    const { skipped, onTime, missed } = chooseDue({ slots, nowMs: now, enabled: row.schedule.enabled, pause });
    db.transaction(() => {
      for (const group of skipped) keep(row.id, group, group.outcome, '', null);
      if (onTime ?? missed) begin(job, onTime, missed);
      writeSeenAt(db, row.id, toIso(now));
    })();
    job.nextMs = nextSlot(row.id, source, row.schedule.jitterMinutes, now)?.startMs ?? null;
  };

  /** One run for all that is due. */
  const begin = (job: Watched, onTime: SlotGroup | null, missed: SlotGroup | null): void => {
    const { id } = job.row;
    const because = missed ? describeGap(gap ?? { cause: 'unknown', fromMs: job.seenMs, toMs: nowMs() }, job.zone) : '';
    const reason = onTime || !missed ? null : describeCatchUp(missed.count, because);
    let begun: Begun | null = null;
    try {
      begun = options.begin(id, onTime ? 'schedule' : 'catch-up', reason);
    } catch (error) {
      if (toAppError(error).code !== 'run/needs-connection') throw error;
    }
    const left: SlotOutcome | null = begun === null ? 'needs-connection' : toLeftOut(begun.state);
    if (missed) keep(id, missed, left ?? 'caught-up', because, begun?.runId ?? null);
    if (onTime) keep(id, onTime, left ?? 'started', '', begun?.runId ?? null);
  };

  const keep = (jobId: string, group: SlotGroup, outcome: SlotOutcome, reason: string, runId: string | null): void => {
    const { firstDueMs, dueMs, count } = group;
    const times = { due: toIso(dueMs), firstDue: toIso(firstDueMs), recordedAt: toIso(nowMs()) };
    insertSlot(db, { jobId, ...times, count, outcome, reason, runId });
  };

  /** Backups that the end of the program interrupted. Of a job that is paused or switched off, none. */
  const beginAgain = (): void => {
    for (const { row } of watched.values()) {
      if (!row.schedule.enabled || isPaused(pause, nowMs())) continue;
      if (!chooseAgain(listRuns(db, { jobId: row.id, limit: recentRuns }))) continue;
      safely(() => {
        options.begin(row.id, 'catch-up', 'Makes up for a backup that was interrupted when PgKeep ended');
      });
    }
  };

  const remember = (now: number): void => {
    rememberedMs = now;
    writeSetting(db, 'scheduleSeenAt', toIso(now));
  };

  const arm = (now: number): void => {
    // What could not be begun is tried again at the next minute's look.
    const starts = [...watched.values()].flatMap(({ nextMs }) => (nextMs === null || nextMs <= now ? [] : [nextMs]));
    const firstMs = starts.length === 0 ? null : Math.min(...starts);
    if (firstMs === armedMs) return;
    undoTimer();
    armedMs = firstMs;
    undoTimer = firstMs === null ? () => undefined : calendar.at(new Date(firstMs), look);
  };

  const get = (): ScheduleState => {
    const now = nowMs();
    if (!started) {
      zone = calendar.readTimeZone();
      reread(now);
    }
    return {
      pause: isPaused(pause, now) ? pause : null,
      timeZone: zone,
      next: [...watched.values()].map((job) => toNextStart(job, pause, now)),
    };
  };

  const tell = (): void => {
    const state = get();
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    options.onChanged(state);
  };

  const writePause = (value: Pause | null): void => {
    pause = value;
    writeSetting(db, 'schedulePause', value);
  };

  const changePause = (value: Pause | null): ScheduleState => {
    // What has come before the change is dealt with as it was.
    look();
    writePause(value);
    tell();
    return get();
  };

  const tick = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.wait(lookEveryMs, stopping.signal);
      safely(look);
    }
  };

  const safely = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.error(`the schedules: ${toAppError(error).message}`);
    }
  };

  return {
    look: () => {
      rereadMs = null;
      safely(look);
    },
    get,
    start: () => {
      started = true;
      const now = nowMs();
      const seenAt = readSetting(db, 'scheduleSeenAt');
      lastLookMs = now;
      if (seenAt !== null && now - Date.parse(seenAt) > gapMs) {
        gap = { cause: 'off', fromMs: Date.parse(seenAt), toMs: now };
      }
      safely(look);
      safely(beginAgain);
      safely(() => {
        remember(now);
      });
      tick().catch((error: unknown) => {
        // The wait that `stop` aborts rejects too.
        if (!stopping.signal.aborted) log.error(`the schedules are not kept: ${toAppError(error).message}`);
      });
    },
    stop: () => {
      if (started && !stopping.signal.aborted)
        safely(() => {
          remember(nowMs());
        });
      stopping.abort();
      undoTimer();
    },
    pause: (kind) => changePause(toPause(kind, clock.now(), zone)),
    resume: () => changePause(null),
    noteSleep: (phase) => {
      if (phase === 'suspend') {
        suspendedMs = nowMs();
        safely(() => {
          if (started) remember(nowMs());
        });
      } else {
        rereadMs = null;
        safely(look);
        suspendedMs = null;
      }
    },
    noteChange: (jobId) => {
      const now = nowMs();
      writeSeenAt(db, jobId, toIso(now));
      watched.delete(jobId);
      rereadMs = null;
      if (started) safely(look);
      else safely(tell);
    },
    noteSuccess: (runId, jobId) => {
      const count = countWaitedSlots(db, runId);
      if (count === 0 || !started) return;
      const reason = 'the backup before waited, and is older than they are';
      safely(() => {
        db.transaction(() => {
          const begun = options.begin(jobId, 'catch-up', describeCatchUp(count, reason));
          if (begun.state === 'new') markCaughtUp(db, runId, { runId: begun.runId, reason });
        })();
      });
    },
  };
}

function toLeftOut(state: Begun['state']): SlotOutcome | null {
  if (state === 'new') return null;
  return state === 'active' ? 'run-active' : 'run-waiting';
}

/** The latest of what is stored. A time that lies ahead was written by a wrong clock; without any, nothing lies behind. */
function chooseSeen(stored: readonly (string | null)[], now: number): number {
  const times = stored.flatMap((at) => (at === null ? [] : [Date.parse(at)])).filter((ms) => ms <= now);
  return times.length === 0 || stored[0] === null ? now : Math.max(...times);
}

/** The first start that the pause does not leave out. */
function toNextStart({ row, nextMs, source, problem }: Watched, pause: Pause | null, now: number): NextStart {
  const base = { jobId: row.id, at: null, problem };
  if (nextMs === null || source === null || !row.schedule.enabled) return base;
  if (!isPaused(pause, Math.max(nextMs, now))) return { ...base, at: toIso(nextMs) };
  if (pause?.until == null) return base;
  const after = nextSlot(row.id, source, row.schedule.jitterMinutes, Date.parse(pause.until) - 1);
  return { ...base, at: after === null ? null : toIso(after.startMs) };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
