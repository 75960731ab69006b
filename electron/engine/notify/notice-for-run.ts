// What to tell of a run that settled, and through which channels: a pure decision from the job's history and from what was
// told before. One message for a state change, nothing twice for the same cause, success silent.
import { describeError } from '../../../shared/describe-error.ts';
import { formatLocal } from '../../../shared/local-time.ts';
import { waitsForPerson, type Run } from '../../../shared/run.ts';
import {
  addMember,
  dailyMs,
  everyChannel,
  isDueAgain,
  listMembersOf,
  markTold,
  nothing,
  openCause,
  resolve,
  toMember,
  type Decision,
  type Telling,
} from './cause.ts';
import type { Cause } from '../store/causes.ts';
import { toScope } from './failure-scope.ts';
import { noticeForUnusual } from './notice-for-unusual.ts';
import {
  describeFailure,
  describeGap,
  describeSnapshot,
  joinNames,
  toRunAlert,
  toSubject,
  type RunStory,
} from './run-words.ts';

export interface RunFacts extends RunStory {
  /** Runs of the same job and database before this one, newest first. Those that only wait or go on are left out. */
  readonly history: readonly Run[];
  /** What was open before this run settled. */
  readonly open: readonly Cause[];
  /** Names of the jobs behind `<job id>`, for messages about several. */
  readonly nameOf: (jobId: string) => string;
  /** Other jobs that the same trouble will meet. */
  readonly neighbours: readonly string[];
  readonly desktopOnSuccess: boolean;
}

/** So many failures in a row are told once more; from then on once a day. */
const stubbornAt = 3;

/** True when no further try follows by itself: what the queue will try again is no failure yet. */
export function isSettledAsFailed(run: Run): boolean {
  return (run.state === 'failed' || run.state === 'interrupted') && run.error !== null;
}

/** This failure and those right before it. A run that a person cancelled says nothing. */
export function countFailures(run: Run, history: readonly Run[]): number {
  if (!isSettledAsFailed(run)) return 0;
  const before = history.filter(({ state }) => state !== 'cancelled');
  // A start that found its databases did what one without a database failed at.
  const good = before.findIndex(
    ({ state, database }) => (state !== 'failed' && state !== 'interrupted') || database !== run.database,
  );
  return 1 + (good < 0 ? before.length : good);
}

/** `isTold`: one message is made for several runs of the same trouble, and another one of them makes it. */
export function noticeForRun(facts: RunFacts, isTold = false): Decision {
  const { run } = facts;
  if (run.state === 'succeeded') {
    const parts = [noticeForSuccess(facts), noticeForUnusual(facts)];
    return { tell: parts.flatMap(({ tell }) => tell), causes: parts.flatMap(({ causes }) => causes) };
  }
  if (isSettledAsFailed(run)) return noticeForFailure(facts, isTold);
  if (waitsForPerson(run)) return noticeForWaiting(facts);
  return nothing;
}

function noticeForSuccess(facts: RunFacts): Decision {
  const { run, job, database, snapshot, lastGood, open, now, desktopOnSuccess } = facts;
  const left = open.filter(isAboutRuns).map((cause) => ({ cause, rest: withoutRun(cause, facts) }));
  const causes = left
    .filter(({ cause, rest }) => rest.length < cause.members.length)
    .map(({ cause, rest }) => (rest.length === 0 ? resolve(cause, now) : { ...cause, members: rest }));
  const over = causes.filter(({ resolvedAt, tellings }) => resolvedAt !== null && tellings > 0);
  const size = snapshot ? `${describeSnapshot(run, snapshot)}.` : '';
  const [first] = over;
  if (first) {
    const gap = snapshot && describeGap(lastGood, snapshot);
    const names = joinNames([
      ...new Set([toSubject(job, database), ...over.flatMap((cause) => namesOf(cause, open, facts))]),
    ]);
    const alert = toRunAlert(facts, 'recovered', {
      tone: 'good',
      title: `${toSubject(job, database)} is backed up again`,
      happened: `The backup of ${database} succeeded: ${size}${gap === null ? '' : ` There had been no good one for ${gap}.`}`,
      toDo: '',
    });
    const others = names === toSubject(job, database) ? [] : [{ label: 'Was told about', value: names }];
    const told = { ...alert, facts: [...alert.facts, ...others] };
    return { tell: [{ alert: told, channels: everyChannel, cause: first.cause }], causes };
  }
  if (run.trigger !== 'user' || !desktopOnSuccess || !snapshot) return { tell: [], causes };
  const alert = toRunAlert(facts, 'succeeded', {
    ...{ tone: 'good', title: `${toSubject(job, database)} is backed up` },
    ...{ happened: describeSnapshot(run, snapshot), toDo: '' },
  });
  return { tell: [{ alert, channels: ['desktop'], cause: null }], causes };
}

function isAboutRuns({ cause }: Cause): boolean {
  return ['failing/', 'waiting/', 'late/', 'interrupted/'].some((head) => cause.startsWith(head));
}

/** Whose database is backed up was found, too. */
function withoutRun({ members }: Cause, { job, database }: RunFacts): readonly string[] {
  const over = listMembersOf(job.id, database);
  return members.filter((member) => !over.includes(member));
}

/** What a cause was about, as it was before. */
function namesOf({ cause }: Cause, open: readonly Cause[], facts: RunFacts): string[] {
  return nameMembers(open.find((before) => before.cause === cause)?.members ?? [], facts);
}

/** Jobs by their names; of this run's job, where it is of a whole server, the databases, unless it is all of them. */
function nameMembers(members: readonly string[], { job, nameOf }: RunFacts): string[] {
  const isWhole = job.scope !== 'server' || members.includes(toMember(job.id, null));
  const names = members.map((member) => {
    const jobId = member.split('/')[0] ?? '';
    return jobId === job.id && !isWhole ? toSubject(job, member.slice(jobId.length + 1)) : nameOf(jobId);
  });
  return [...new Set(names)];
}

function noticeForFailure(facts: RunFacts, isTold: boolean): Decision {
  const { run, job, database, open, now, history } = facts;
  const error = run.error;
  if (!error) return nothing;
  const failures = countFailures(run, history);
  const member = toMember(job.id, database);
  if (run.state === 'interrupted' && failures === 1) return noticeForInterruption(facts);

  const name = `failing/${toScope(error.code, job)}`;
  const signedOut = open.find(({ cause }) => cause === 'signed-out');
  if (name === 'failing/signed-out' && signedOut) {
    return { tell: personally(facts, failures), causes: [addMember(signedOut, member)] };
  }
  const known = open.find(({ cause }) => cause === name);
  // The reason changed, the state did not: what was told under the old reason counts.
  const earlier = open.find(
    ({ cause, members }) => cause.startsWith('failing/') && cause !== name && members.includes(member),
  );
  // The databases were found this time.
  const found =
    database === ''
      ? undefined
      : open.find(
          (other) => other !== earlier && other.cause !== name && other.members.includes(toMember(job.id, null)),
        );
  const moved = [
    ...(earlier ? leave(earlier, listMembersOf(job.id, database), now) : []),
    ...(found ? leave(found, [toMember(job.id, null)], now) : []),
  ];
  const cause = addMember(known ?? inherit(openCause(name, 'failed', [], now), earlier ?? null), member);
  const isNew = !known?.members.includes(member) && !earlier;
  if (isTold) return { tell: [], causes: [...moved, cause] };
  // Several databases of one job have their own troubles, which are not told by each other's message.
  const isOwn = isNew && name.startsWith('failing/job:');
  if (!isOwn && !isToBeTold(cause, failures, isNew, now)) {
    return { tell: personally(facts, failures), causes: [...moved, cause] };
  }
  const told = markTold(cause, now);
  return { tell: [tellFailure(facts, told, failures, everyChannel)], causes: [...moved, told] };
}

function isToBeTold(cause: Cause, failures: number, isNew: boolean, now: Date): boolean {
  if (cause.tellings === 0) return true;
  const dueAgain = isDueAgain(cause, dailyMs, now);
  if (isNew) return dueAgain;
  return failures >= stubbornAt && (cause.tellings === 1 || dueAgain);
}

function leave(cause: Cause, gone: readonly string[], now: Date): Cause[] {
  const members = cause.members.filter((member) => !gone.includes(member));
  return [members.length === 0 ? resolve(cause, now) : { ...cause, members }];
}

function inherit(cause: Cause, earlier: Cause | null): Cause {
  if (!earlier) return cause;
  const { firstSeenAt, lastToldAt, tellings } = earlier;
  return { ...cause, firstSeenAt, lastToldAt, tellings };
}

/** Who started a backup by hand hears of its end, whatever was told before. */
function personally(facts: RunFacts, failures: number): Telling[] {
  if (facts.run.trigger !== 'user') return [];
  return [tellFailure(facts, null, failures, ['desktop'])];
}

function tellFailure(
  facts: RunFacts,
  cause: Cause | null,
  failures: number,
  channels: readonly ('desktop' | 'mail' | 'webhook')[],
): Telling {
  const { run, job, database, neighbours, zone } = facts;
  const error = run.error ?? { code: 'internal/unexpected', message: '', retry: 'never', context: {} };
  const names = cause ? nameMembers(cause.members, facts) : [toSubject(job, database)];
  const stubborn = cause !== null && cause.tellings > 1;
  const what = names.length > 1 ? `Backups of ${joinNames(names)}` : `Backup of ${names[0] ?? job.name}`;
  const verb = stubborn ? (names.length > 1 ? 'still fail' : 'still fails') : 'failed';
  const inRow = failures > 1 ? ` (${String(failures)} times in a row)` : '';
  const databases = (cause?.members ?? [])
    .filter((member) => member.startsWith(`${job.id}/`))
    .map((member) => member.slice(job.id.length + 1))
    .filter((name) => name !== '');
  const jobs = cause
    ? [...new Set(cause.members.map((member) => facts.nameOf(member.split('/')[0] ?? '')))]
    : [job.name];
  const others = neighbours.filter((name) => !jobs.includes(name));
  const more = [
    ...(stubborn ? [{ label: 'Failing since', value: formatLocal(cause.firstSeenAt, zone) }] : []),
    ...(databases.length > 1 ? [{ label: 'Databases', value: databases.join(', ') }] : []),
    ...(jobs.length > 1 ? [{ label: 'Jobs that fail', value: jobs.join(', ') }] : []),
    ...(others.length > 0 ? [{ label: 'Will meet the same', value: others.join(', ') }] : []),
  ];
  const words = { tone: 'bad', title: `${what} ${verb}${stubborn ? inRow : ''}`, ...describeFailure(error) } as const;
  const alert = toRunAlert(facts, stubborn ? 'still-failing' : 'failed', words, more);
  return { alert, channels, cause: cause?.cause ?? null };
}

/** The computer or the program ended in the middle. Once is a matter for the desktop; a second one is a failure. */
function noticeForInterruption(facts: RunFacts): Decision {
  const { run, job, database } = facts;
  if (!run.error) return nothing;
  const words = {
    tone: 'bad',
    title: `Backup of ${toSubject(job, database)} was interrupted`,
    ...describeFailure(run.error),
  } as const;
  return { tell: [{ alert: toRunAlert(facts, 'interrupted', words), channels: ['desktop'], cause: null }], causes: [] };
}

/** A whole dump waits for a person. An ended sign-in is told for the account, however many runs wait for it. */
function noticeForWaiting(facts: RunFacts): Decision {
  const { run, job, database, open, now } = facts;
  if (!run.error) return nothing;
  const scope = toScope(run.error.code, job);
  const signedOut = open.find(({ cause }) => cause === 'signed-out');
  if (scope === 'signed-out' && signedOut) return nothing;
  const name = `waiting/${scope}/${run.error.code}`;
  const known = open.find(({ cause }) => cause === name);
  const cause = addMember(known ?? openCause(name, 'waiting', [], now), toMember(job.id, database));
  if (cause.tellings > 0 && !isDueAgain(cause, dailyMs, now)) return { tell: [], causes: [cause] };
  const { title, happened, toDo } = describeError(run.error);
  const kept = `The backup of ${toSubject(job, database)} is made and waits on this computer.`;
  const alert = toRunAlert(facts, 'waiting', { tone: 'bad', title, happened: `${happened} ${kept}`, toDo });
  return { tell: [{ alert, channels: everyChannel, cause: name }], causes: [markTold(cause, now)] };
}
