// What to tell of how things stand, whatever runs do: late jobs, a recovery kit that was not saved, room that gets short, mail
// that does not arrive. A pure decision, asked regularly.
import type { AlertDraft } from '../../../shared/alert.ts';
import { describeError } from '../../../shared/describe-error.ts';
import { formatBytes } from '../../../shared/format.ts';
import type { Job } from '../../../shared/job.ts';
import { formatLocal } from '../../../shared/local-time.ts';
import { toPlace } from '../../../shared/place.ts';
import { isRunActive, type Run } from '../../../shared/run.ts';
import { describeForecast, describeShort, type Forecast, type Space } from '../../../shared/space.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import {
  dayMs,
  everyChannel,
  isDueAgain,
  listMembersOf,
  markTold,
  openCause,
  resolve,
  toMember,
  weeklyMs,
  type Decision,
  type Telling,
} from './cause.ts';
import type { Cause } from '../store/causes.ts';
import { describeLastGood, joinNames, toSubject } from './run-words.ts';

export interface JobStanding {
  readonly job: Job;
  /** Each database stands for itself. Null: those of a server are not known yet. */
  readonly database: string | null;
  /** When a good snapshot had to be there at the latest; null: none is due (by hand only, paused). */
  readonly dueBy: Date | null;
  readonly lastGood: Snapshot | null;
  readonly lastRun: Run | null;
}

export interface StateFacts {
  readonly now: Date;
  readonly zone: string;
  /** Since when the program runs without a break: its start, or the end of the computer's last sleep. */
  readonly upSince: Date;
  readonly jobs: readonly JobStanding[];
  readonly open: readonly Cause[];
  readonly key: { readonly createdAt: string; readonly kitSavedAt: string | null } | null;
  readonly hasSnapshots: boolean;
  readonly space: Space;
  /** What is free on the disk of the spool, and when it will be full; null: it could not be asked. */
  readonly disk: { readonly freeBytes: number; readonly forecast: Forecast } | null;
  /** What the biggest backup needs on it. */
  readonly diskNeedBytes: number;
  /** What does not arrive, in words, and whether some of it never will; null when all goes out. */
  readonly undelivered: { readonly words: string; readonly lost: boolean } | null;
}

/** After a start or a wake-up what was missed is caught up first. */
const catchUpMs = 30 * 60_000;
/** A run of the job may still bring it; one that takes longer than this is no excuse. */
const longestRunMs = 12 * 3_600_000;
const kitGraceMs = 24 * 3_600_000;
/** Below this a backup of any size is at risk. */
export const lowDiskBytes = 1024 * 1024 * 1024;
/** A forecast for the disk of a computer that is used says little about later. */
export const diskSoonDays = 10;

export function noticesForState(facts: StateFacts): Decision {
  const parts = [noticeForLate(facts), forKit(facts), forSpace(facts), forDisk(facts), forMail(facts), forGone(facts)];
  return { tell: parts.flatMap(({ tell }) => tell), causes: parts.flatMap(({ causes }) => causes) };
}

interface State {
  readonly cause: string;
  readonly detail: string;
  readonly againAfterMs: number;
  readonly channels: Telling['channels'];
  /** Null: all is well. */
  readonly alert: AlertDraft | null;
  /** Whether the new state is worse than the one that was told. */
  readonly isWorse?: (told: string) => boolean;
}

/** A state that is told when it begins, again after a while, and forgotten when it is over. */
function tellState(state: State, { open, now }: Pick<StateFacts, 'open' | 'now'>): Decision {
  const known = open.find(({ cause }) => cause === state.cause);
  if (!state.alert) return { tell: [], causes: known ? [resolve(known, now)] : [] };
  const cause = known ?? openCause(state.cause, state.alert.kind, [], now);
  const worse = state.isWorse?.(cause.detail) ?? false;
  if (!worse && !isDueAgain(cause, state.againAfterMs, now)) return { tell: [], causes: [] };
  const told = { ...markTold(cause, now), detail: state.detail };
  return { tell: [{ alert: state.alert, channels: state.channels, cause: state.cause }], causes: [told] };
}

function toStateAlert(
  words: Pick<AlertDraft, 'kind' | 'tone' | 'title' | 'happened' | 'toDo' | 'open'>,
  facts: AlertDraft['facts'] = [],
): AlertDraft {
  return { ...words, facts, log: [], job: null, database: null, runId: null, errorCode: null };
}

function forKit(facts: StateFacts): Decision {
  const { key, hasSnapshots, now } = facts;
  const isOld = key !== null && now.getTime() - Date.parse(key.createdAt) >= kitGraceMs;
  const missing = hasSnapshots && isOld && key.kitSavedAt === null;
  const alert = toStateAlert({
    ...{ kind: 'kit-unsaved', tone: 'warn', title: 'The recovery kit was not saved' },
    happened: 'Your backups are encrypted, and the key exists on this computer alone. Without it nobody can open them.',
    toDo: 'Save the recovery kit under Settings, Encryption key, and keep it away from this computer.',
    open: toPlace('settings', { tab: 'key' }),
  });
  const cause = { cause: 'kit', detail: '', againAfterMs: weeklyMs, channels: everyChannel } as const;
  return tellState({ ...cause, alert: missing ? alert : null }, facts);
}

function forSpace(facts: StateFacts): Decision {
  const body = describeShort(facts.space);
  const alert =
    body === null
      ? null
      : toStateAlert({
          ...{ kind: 'space-short', tone: 'warn', title: 'Google Drive is getting full', happened: body },
          toDo: 'Make room on Drive: empty its trash, let fewer backups be kept, or get more storage from Google.',
          open: toPlace('settings', { tab: 'google' }),
        });
  const detail = facts.space.short ?? '';
  const isWorse = (told: string): boolean => detail === 'backups' && told === 'days';
  return tellState({ cause: 'space', detail, againAfterMs: weeklyMs, channels: everyChannel, alert, isWorse }, facts);
}

function forDisk(facts: StateFacts): Decision {
  const { disk, diskNeedBytes, open } = facts;
  if (disk === null) return { tell: [], causes: [] };
  const { freeBytes, forecast } = disk;
  const known = open.find(({ cause }) => cause === 'disk');
  // Asked for a little more before all is well again, so that it does not come and go.
  const need = Math.max(lowDiskBytes, diskNeedBytes) * (known?.detail === 'low' ? 1.2 : 1);
  const soonDays = known?.detail === 'soon' ? diskSoonDays * 1.5 : diskSoonDays;
  const low = freeBytes < need;
  const soon = forecast.kind === 'full-in' && forecast.days < soonDays;
  const biggest = diskNeedBytes > 0 ? `; the biggest one took ${formatBytes(diskNeedBytes)}` : '';
  const happened = low
    ? `Only ${formatBytes(freeBytes)} are free. A backup passes over this disk${biggest}.`
    : `It will be ${describeForecast(forecast) ?? 'full soon'}; ${formatBytes(freeBytes)} are free now. A backup passes over this disk${biggest}.`;
  const alert = toStateAlert({
    ...{ kind: 'disk-short', tone: 'warn', title: 'This computer’s disk is getting full', happened },
    toDo: low
      ? `Free some room, so that at least ${formatBytes(need)} are free.`
      : 'Look at what fills it, and free some room.',
    open: toPlace('settings', { tab: 'checks' }),
  });
  const detail = low ? 'low' : 'soon';
  const isWorse = (told: string): boolean => low && told === 'soon';
  const state = { cause: 'disk', detail, againAfterMs: weeklyMs, channels: everyChannel, isWorse } as const;
  return tellState({ ...state, alert: low || soon ? alert : null }, facts);
}

/** By the desktop alone, of course. */
function forMail(facts: StateFacts): Decision {
  const { undelivered } = facts;
  const alert =
    undelivered === null
      ? null
      : toStateAlert({
          ...{ kind: 'mail-failing', tone: 'warn', title: 'Messages do not arrive', happened: undelivered.words },
          toDo: 'Look at the mail and notification settings and send a test.',
          open: toPlace('settings', { tab: 'mail' }),
        });
  const detail = undelivered?.lost === true ? 'lost' : 'waits';
  const isWorse = (told: string): boolean => detail === 'lost' && told !== 'lost';
  return tellState({ cause: 'mail', detail, againAfterMs: dayMs, channels: ['desktop'], alert, isWorse }, facts);
}

/** Jobs that were removed are no trouble any more. */
function forGone({ open, jobs, now }: StateFacts): Decision {
  const isHere = (member: string): boolean => jobs.some(({ job }) => job.id === member.split('/')[0]);
  const causes = open
    .filter(({ cause, members }) => members.length > 0 && !cause.startsWith('late/') && !members.every(isHere))
    .map((cause) => {
      const members = cause.members.filter(isHere);
      return members.length === 0 && cause.cause !== 'signed-out' ? resolve(cause, now) : { ...cause, members };
    });
  return { tell: [], causes };
}

/** Why nothing came in time. Jobs with the same reason are told together. */
type LateReason = 'signed-out' | 'waiting' | 'not-run' | 'computer-off' | 'failed';

function noticeForLate(facts: StateFacts): Decision {
  const { open, now, jobs } = facts;
  const late = jobs.filter((standing) => isLate(standing, facts));
  const groups = new Map<string, JobStanding[]>();
  for (const standing of late) {
    const cause = `late/${findReason(standing, facts)}`;
    groups.set(cause, [...(groups.get(cause) ?? []), standing]);
  }
  const told = [...groups].map(([name, members]) => tellLate(name, members, facts));
  const over = open.filter(({ cause }) => cause.startsWith('late/') && !groups.has(cause));
  return {
    tell: told.flatMap(({ tell }) => tell),
    causes: [...told.flatMap(({ causes }) => causes), ...over.map((cause) => resolve(cause, now))],
  };
}

function isLate({ job, database, dueBy, lastRun }: JobStanding, { now, upSince, open }: StateFacts): boolean {
  if (dueBy === null || now <= dueBy) return false;
  const own = listMembersOf(job.id, database);
  // Told of already, and again every day.
  const isTold = ({ cause, tellings, members }: Cause): boolean =>
    cause.startsWith('failing/') && tellings > 0 && members.some((member) => own.includes(member));
  if (open.some(isTold)) return false;
  if (now.getTime() - upSince.getTime() < catchUpMs) return false;
  const isUnderWay = lastRun !== null && isRunActive(lastRun) && lastRun.state !== 'waiting';
  return !isUnderWay || now.getTime() - Date.parse(lastRun.startedAt ?? lastRun.createdAt) > longestRunMs;
}

function findReason({ dueBy, lastRun }: JobStanding, { open, upSince }: StateFacts): LateReason {
  if (open.some(({ cause }) => cause === 'signed-out')) return 'signed-out';
  if (lastRun?.state === 'waiting') return 'waiting';
  if (lastRun?.error && (lastRun.state === 'failed' || lastRun.state === 'interrupted')) return 'failed';
  return dueBy !== null && dueBy < upSince ? 'computer-off' : 'not-run';
}

const reasonWords: Readonly<Record<LateReason, readonly [happened: string, toDo: string]>> = {
  'signed-out': ['Backups wait because Google ended the sign-in.', 'Sign in to Google again in PgKeep.'],
  waiting: ['A backup waits.', 'Open PgKeep to see what it waits for.'],
  failed: ['The last try did not succeed.', 'Open the run in PgKeep to see why.'],
  'not-run': ['No backup was made in that time.', 'Open PgKeep and start one by hand.'],
  'computer-off': [
    'The computer was off or asleep at that time, or PgKeep was not running.',
    'Leave the computer on for long enough, or start a backup by hand now.',
  ],
};

function tellLate(name: string, late: readonly JobStanding[], facts: StateFacts): Decision {
  const { open, now, zone } = facts;
  const known = open.find(({ cause }) => cause === name);
  const members = late.map(({ job, database }) => toMember(job.id, database));
  const isNew = members.some((member) => !(known?.members.includes(member) ?? false));
  const cause = { ...(known ?? openCause(name, 'late', [], now)), members };
  // One that joins an open cause is told with it the next time.
  if (known && !isDueAgain(known, dayMs, now)) return { tell: [], causes: isNew ? [cause] : [] };
  const [first] = late;
  if (!first) return { tell: [], causes: [] };
  const reason = name.slice('late/'.length) as LateReason;
  const [why, toDo] = reasonWords[reason];
  const waiting = reason === 'waiting' && first.lastRun?.error ? describeError(first.lastRun.error) : null;
  const subjects = nameLate(late, facts);
  const names = joinNames(subjects);
  const isOne = subjects.length === 1;
  const happened = isOne
    ? `It was due by ${first.dueBy ? formatLocal(first.dueBy, zone) : 'now'}. ${waiting?.happened ?? why}`
    : `There is no good backup of ${names} in time. ${waiting?.happened ?? why}`;
  const isOfOneJob = late.every(({ job }) => job.id === first.job.id);
  const alert: AlertDraft = {
    ...toStateAlert(
      {
        ...{ kind: 'late', tone: 'bad', title: `${isOne ? 'Backup' : 'Backups'} of ${names} late` },
        ...{ happened, toDo: waiting?.toDo ?? toDo, open: toPlace('overview') },
      },
      late.map(({ job, database, lastGood }) => ({
        label: late.length > 1 ? toSubject(job, database) : 'Last good backup',
        value: `${late.length > 1 ? 'last good backup ' : ''}${describeLastGood(lastGood, now, zone)}`,
      })),
    ),
    job: isOfOneJob ? { id: first.job.id, name: first.job.name } : null,
  };
  return { tell: [{ alert, channels: everyChannel, cause: name }], causes: [markTold(cause, now)] };
}

/** Jobs by their names; of a job of a whole server the databases, unless it is all of them. */
function nameLate(late: readonly JobStanding[], { jobs }: StateFacts): string[] {
  const names = late.map(({ job, database }) => {
    const isWhole = jobs.every((other) => other.job.id !== job.id || late.includes(other));
    return isWhole ? job.name : toSubject(job, database);
  });
  return [...new Set(names)];
}
