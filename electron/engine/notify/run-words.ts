// The words of messages about runs: title, facts, what happened and what to do. Pure.
import type { AlertDraft, AlertKind } from '../../../shared/alert.ts';
import { describeError } from '../../../shared/describe-error.ts';
import type { WireError } from '../../../shared/errors.ts';
import { formatAge, formatBytes, formatPlural, formatRoughly } from '../../../shared/format.ts';
import type { Job } from '../../../shared/job.ts';
import { formatLocal } from '../../../shared/local-time.ts';
import { toPlace } from '../../../shared/place.ts';
import type { Run } from '../../../shared/run.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { describeRunLength } from '../../../shared/tray-model.ts';

/** What a run's messages are made from. */
export interface RunStory {
  readonly run: Run;
  readonly job: Job;
  readonly database: string;
  /** `user@host:port` or the connection's name; null: the job has none. */
  readonly server: string | null;
  /** The newest good snapshot of the job and database, before this run. */
  readonly lastGood: Snapshot | null;
  /** What this run left. */
  readonly snapshot: Snapshot | null;
  /** The end of the run's log. */
  readonly log: readonly string[];
  readonly now: Date;
  readonly zone: string;
}

export function toRunAlert(
  story: RunStory,
  kind: AlertKind,
  words: Pick<AlertDraft, 'tone' | 'title' | 'happened' | 'toDo'>,
  facts: AlertDraft['facts'] = [],
): AlertDraft {
  const { run, job, database, log } = story;
  const page = kind === 'waiting' ? toPlace('settings', { tab: 'google' }) : toPlace('runs', { run: run.id });
  return {
    ...words,
    kind,
    facts: [...toFacts(story), ...facts],
    log: words.tone === 'bad' ? [...log] : [],
    open: kind === 'succeeded' || kind === 'recovered' ? toPlace('snapshots') : page,
    job: { id: job.id, name: job.name },
    database,
    runId: run.id,
    errorCode: run.error?.code ?? null,
  };
}

function toFacts({ run, job, database, server, lastGood, now, zone }: RunStory): AlertDraft['facts'] {
  return [
    { label: 'Job', value: job.name },
    { label: 'Database', value: server === null ? database : `${database} on ${server}` },
    { label: run.endedAt === null ? 'Started' : 'Tried', value: formatLocal(run.endedAt ?? run.createdAt, zone) },
    { label: 'Last good backup', value: describeLastGood(lastGood, now, zone) },
  ];
}

const quarterMs = 15 * 60_000;

export function describeLastGood(snapshot: Pick<Snapshot, 'createdAt'> | null, now: Date, zone: string): string {
  if (!snapshot) return 'none yet';
  return `${formatLocal(snapshot.createdAt, zone)} (${formatAge(snapshot.createdAt, now)})`;
}

/** What a message is about: the job, and of a job of a whole server the database: `crm (office)`. */
export function toSubject(job: Pick<Job, 'name' | 'scope'>, database: string | null): string {
  return job.scope === 'server' && database !== null && database !== '' ? `${database} (${job.name})` : job.name;
}

/** `shop`, `shop and crm`, `shop, crm and 3 others`. */
export function joinNames(names: readonly string[]): string {
  const [first = '', second = ''] = names;
  if (names.length <= 1) return first;
  if (names.length === 2) return `${first} and ${second}`;
  return names.length === 3
    ? `${first}, ${second} and ${names[2] ?? ''}`
    : `${first}, ${second} and ${String(names.length - 2)} others`;
}

export function describeFailure(error: WireError): Pick<AlertDraft, 'happened' | 'toDo'> {
  const { happened, toDo } = describeError(error);
  return { happened, toDo };
}

/** `1 203 rows, 1.2 MB, 12 s`. */
export function describeSnapshot(run: Run, snapshot: Snapshot): string {
  const counts = snapshot.rows === null ? [] : [formatPlural(snapshot.rows, 'row')];
  const length = describeRunLength(run);
  return [...counts, formatBytes(snapshot.storedBytes), ...(length ? [length] : [])].join(', ');
}

/** How long there was no good backup; null when there was none before. */
export function describeGap(lastGood: Pick<Snapshot, 'createdAt'> | null, snapshot: Snapshot): string | null {
  if (!lastGood) return null;
  // To the quarter of an hour: two days are no 47 hours because one of both began a second later.
  const gapMs = Date.parse(snapshot.createdAt) - Date.parse(lastGood.createdAt);
  return formatRoughly(gapMs < quarterMs ? gapMs : Math.round(gapMs / quarterMs) * quarterMs);
}
