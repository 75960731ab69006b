// What the tray shows, as a pure function of the jobs, their runs and snapshots. The shell draws it and decides nothing.
import { z } from 'zod';
import { describeLateness, freshnessOf, type JobDue } from './freshness.ts';
import { formatAge, formatDuration, formatPlural } from './format.ts';
import type { Job } from './job.ts';
import { chooseOldestSnapshot, chooseWorst, listDatabaseStates, type DatabaseState } from './job-databases.ts';
import { chooseNextStart, describePause, formatSoon } from './schedule-words.ts';
import { pauseKinds, pauseWords, type ScheduleState } from './slot.ts';
import { isRunActive, waitsForPerson, type Run } from './run.ts';
import { describeEstimate } from './run-estimate.ts';
import type { Account, DriveTrouble } from './account.ts';
import type { Snapshot } from './snapshot.ts';

export const trayActionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('back-up-now'), jobIds: z.array(z.string()) }),
  z.object({ type: z.literal('cancel-runs'), runIds: z.array(z.string()) }),
  z.object({ type: z.literal('pause-schedule'), kind: z.enum(pauseKinds) }),
  z.object({ type: z.literal('resume-schedule') }),
  z.object({ type: z.literal('start-at-login'), enabled: z.boolean() }),
  z.object({ type: z.literal('open'), page: z.enum(['overview', 'restore', 'settings']) }),
  z.object({ type: z.literal('quit') }),
]);
export type TrayAction = z.infer<typeof trayActionSchema>;

const trayLeafSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), label: z.string() }),
  z.object({ kind: z.literal('action'), label: z.string(), enabled: z.boolean(), action: trayActionSchema }),
  /** A line with a mark that a click sets or takes away. */
  z.object({ kind: z.literal('check'), label: z.string(), checked: z.boolean(), action: trayActionSchema }),
  z.object({ kind: z.literal('separator') }),
]);
export type TrayLeaf = z.infer<typeof trayLeafSchema>;

const trayItemSchema = z.union([
  trayLeafSchema,
  z.object({ kind: z.literal('submenu'), label: z.string(), items: z.array(trayLeafSchema) }),
]);
export type TrayItem = z.infer<typeof trayItemSchema>;

export const trayModelSchema = z.object({
  icon: z.enum(['idle', 'working', 'attention', 'signed-out']),
  tooltip: z.string(),
  items: z.array(trayItemSchema),
  /** Runs that Quit would interrupt, by job name. */
  activeRuns: z.array(z.string()),
  /** A backup, a restore or a drill works, and the person wants the computer to stay awake meanwhile. */
  keepAwake: z.boolean(),
});
export type TrayModel = z.infer<typeof trayModelSchema>;

export interface TrayFacts {
  readonly now: Date;
  readonly jobs: readonly Job[];
  /** The newest run of each job and database, and every active one. */
  readonly runs: readonly Run[];
  /** The newest good snapshot of each job and database. */
  readonly snapshots: readonly Snapshot[];
  /** Snapshots that the last look into Drive did not find as they should be. */
  readonly lost: number;
  readonly account: Pick<Account, 'state' | 'trouble'>;
  /** When each job's next good backup has to be there. */
  readonly dues: readonly JobDue[];
  readonly schedule: ScheduleState;
  /** A restore or a drill is under way. */
  readonly restoring: boolean;
  /** The person's wish: no sleep while something works. */
  readonly keepAwake: boolean;
}

/** The tray for these facts. */
export function toTrayModel(facts: TrayFacts): TrayModel {
  const active = facts.runs.filter(isRunActive);
  // One that waits for Drive neither keeps the machine awake nor loses anything when the program ends.
  const working = active.filter((run) => run.state !== 'waiting');
  const lines = facts.jobs.map((job) => toStatusLine(job, facts));
  const status: TrayLeaf[] = (lines.length > 0 ? lines : ['No backup job yet']).map((label) => ({
    kind: 'status',
    label,
  }));
  if (facts.account.state === 'signed-out')
    status.unshift({ kind: 'status', label: 'Signed out of Google: backups wait' });
  const next = toScheduleLine(facts);
  if (next !== null) status.push({ kind: 'status', label: next });
  if (facts.lost > 0) {
    const label = `Drive lost or changed ${formatPlural(facts.lost, 'backup')}: open PgKeep`;
    status.push({ kind: 'status', label });
  }
  const items: TrayItem[] = [...status, { kind: 'separator' }, toBackUpItem(facts.jobs)];
  if (active.length > 0) {
    const action: TrayAction = { type: 'cancel-runs', runIds: active.map((run) => run.id) };
    items.push({ kind: 'action', label: 'Cancel', enabled: true, action });
  }
  items.push(
    {
      kind: 'action',
      label: 'Restore…',
      enabled: facts.snapshots.length > 0,
      action: { type: 'open', page: 'restore' },
    },
    { kind: 'action', label: 'Open PgKeep', enabled: true, action: { type: 'open', page: 'overview' } },
    ...toPauseItems(facts.schedule),
    { kind: 'separator' },
    { kind: 'action', label: 'Quit', enabled: true, action: { type: 'quit' } },
  );
  const activeRuns = working.map((run) => facts.jobs.find((job) => job.id === run.jobId)?.name ?? 'a removed job');
  return {
    icon: chooseIcon(facts, working.length > 0),
    tooltip: ['PgKeep', ...lines, ...(next === null ? [] : [next])].join('\n'),
    items,
    activeRuns,
    keepAwake: facts.keepAwake && (working.length > 0 || facts.restoring),
  };
}

/** `next: today 18:00`, `schedule paused until 18:00`; null while nothing starts by itself. */
function toScheduleLine({ schedule, now }: TrayFacts): string | null {
  if (schedule.pause) return `schedule paused ${describePause(schedule.pause, now, schedule.timeZone)}`;
  const at = chooseNextStart(schedule);
  return at === null ? null : `next: ${formatSoon(at, now, schedule.timeZone)}`;
}

/** Nothing where no job starts by itself: there is nothing to pause. */
function toPauseItems(schedule: ScheduleState): TrayItem[] {
  if (schedule.pause) {
    return [{ kind: 'action', label: 'Resume schedule', enabled: true, action: { type: 'resume-schedule' } }];
  }
  if (chooseNextStart(schedule) === null) return [];
  const items = pauseKinds.map((kind): TrayLeaf => ({
    kind: 'action',
    label: pauseWords[kind],
    enabled: true,
    action: { type: 'pause-schedule', kind },
  }));
  return [{ kind: 'submenu', label: 'Pause schedule', items }];
}

function toBackUpItem(jobs: readonly Job[]): TrayItem {
  const action = (jobIds: string[]): TrayAction => ({ type: 'back-up-now', jobIds });
  const label = 'Back up now';
  const usable = jobs.filter(({ connectionId }) => connectionId !== null);
  if (jobs.length < 2) {
    return { kind: 'action', label, enabled: usable.length === 1, action: action(usable.map((job) => job.id)) };
  }
  return {
    kind: 'submenu',
    label,
    items: [
      ...jobs.map((job): TrayLeaf => ({
        kind: 'action',
        label: job.name,
        enabled: job.connectionId !== null,
        action: action([job.id]),
      })),
      { kind: 'separator' },
      {
        kind: 'action',
        label: 'All',
        enabled: usable.length > 0,
        action: action(usable.map((job) => job.id)),
      },
    ],
  };
}

function chooseIcon(facts: TrayFacts, working: boolean): TrayModel['icon'] {
  if (facts.account.state === 'signed-out') return 'signed-out';
  if (working) return 'working';
  const failing = facts.jobs.some(
    (job) => job.connectionId === null || listDatabaseStates(job, facts.runs, facts.snapshots).some(hasFailed),
  );
  const late = facts.jobs.some((job) => describeLate(job, facts) !== null);
  return failing || late || facts.lost > 0 ? 'attention' : 'idle';
}

function hasFailed({ lastRun }: DatabaseState): boolean {
  return lastRun?.state === 'failed' || lastRun?.state === 'interrupted';
}

/** `shop: good 3 h ago, verified yesterday`, or what is going on right now. */
function toStatusLine(job: Job, facts: TrayFacts): string {
  const states = listDatabaseStates(job, facts.runs, facts.snapshots);
  const { active, lastRun, ...worst } = chooseWorst(states);
  if (active) {
    const left = states.filter((state) => state.active !== null).length - 1;
    const what = active.database !== null && job.scope === 'server' ? `${active.database} ` : '';
    const more = left > 0 ? `, ${formatPlural(left, 'more database')} to do` : '';
    return `${job.name}: ${what}${describeActive(active, facts.account.trouble)}${more}`;
  }
  const snapshot = job.scope === 'server' ? chooseOldestSnapshot(states) : worst.snapshot;
  const good = snapshot
    ? `good ${formatAge(snapshot.createdAt, facts.now)}, ${
        snapshot.verifiedAt ? `verified ${formatAge(snapshot.verifiedAt, facts.now)}` : 'not verified yet'
      }`
    : 'no good backup yet';
  if (job.connectionId === null) return `${job.name}: needs a connection; ${good}`;
  const failures = states.filter(hasFailed).length;
  const late = describeLate(job, facts);
  if (failures === 0 || !lastRun) return `${job.name}: ${late === null ? '' : `${late}; `}${good}`;
  const which = states.length > 1 ? `${String(failures)} of ${String(states.length)} databases failed` : '';
  const failed = which === '' ? `last run ${lastRun.state}` : which;
  return `${job.name}: ${late === null ? '' : `${late}, `}${failed}; ${good}`;
}

/** `late for 5 h`; null for a job that is in time, or to which no time was promised. */
function describeLate(job: Job, { dues, now }: TrayFacts): string | null {
  const due = dues.find(({ jobId }) => jobId === job.id);
  const { state, dueBy } = due ? freshnessOf(due, now) : { state: 'by-hand', dueBy: null };
  return state === 'late' && dueBy ? `late for ${describeLateness(dueBy, now)}` : null;
}

function describeActive(run: Run, trouble: DriveTrouble | null): string {
  if (run.state === 'queued') return 'queued';
  if (run.state === 'waiting') return waitsForPerson(run) ? 'waiting for you' : 'waiting for Google Drive';
  if (trouble !== null && (run.stage === 'upload' || run.stage === 'verify')) {
    return trouble === 'offline' ? 'no connection to Google Drive' : 'Google asks for patience';
  }
  const progress = run.progress;
  const verb = run.stage === 'upload' ? 'uploading' : run.stage === 'dump' ? 'copying' : null;
  if (verb !== null && progress) return `${verb} ${describeEstimate(progress)}`.replace(', about ', ', ');
  return run.stage === 'verify' ? 'checking the upload' : 'working';
}

/** How long a run took, for notices and lists; null while it is not over. */
export function describeRunLength(run: Pick<Run, 'startedAt' | 'endedAt'>): string | null {
  if (!run.startedAt || !run.endedAt) return null;
  return formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt));
}
