// How a job stands and what needs a person, as pure functions of the facts.
import type { Account, AccountWarning } from '../../shared/account.ts';
import { describeError } from '../../shared/describe-error.ts';
import type { WireError } from '../../shared/errors.ts';
import type { CatalogCheck } from '../../shared/catalog.ts';
import { describeFreshness, freshnessOf, type Freshness } from '../../shared/freshness.ts';
import type { Job } from '../../shared/job.ts';
import {
  chooseOldestSnapshot,
  chooseWorst,
  listDatabaseStates,
  type DatabaseState,
} from '../../shared/job-databases.ts';
import type { Run } from '../../shared/run.ts';
import { describeUndelivered } from '../../shared/notification-settings.ts';
import { describeShort } from '../../shared/space.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import type { Facts } from './app-state.ts';

export interface Standing {
  readonly tone: 'good' | 'working' | 'waiting' | 'bad' | 'none';
  /** e.g. `Good`, `Last run failed`, `No backup yet`. */
  readonly words: string;
  readonly active: Run | null;
  readonly lastRun: Run | null;
  /** The newest good one. */
  readonly snapshot: Snapshot | null;
  /** Each database of the job; the fields above are those of the worst, and the snapshot is the oldest of the newest ones. */
  readonly databases: readonly DatabaseStanding[];
  /** Against the job's schedule. */
  readonly freshness: Freshness;
  /** `Late for 5 h`; null where no schedule promises anything. */
  readonly freshnessWords: string | null;
}

export interface DatabaseStanding extends DatabaseState {
  readonly tone: Standing['tone'];
  readonly words: string;
}

export function describeStanding(job: Job, facts: Pick<Facts, 'runs' | 'snapshots' | 'monitor'>, now: Date): Standing {
  const states = listDatabaseStates(job, facts.runs, facts.snapshots);
  const databases = states.map((state) => ({ ...state, ...choose(state.active, state.lastRun, state.snapshot) }));
  const { active, lastRun, snapshot } = chooseWorst(states);
  const due = facts.monitor.dues.find(({ jobId }) => jobId === job.id);
  const freshness: Freshness = due ? freshnessOf(due, now) : { state: 'by-hand', dueBy: null };
  const freshnessWords = describeFreshness(freshness, now, formatTime);
  const chosen = choose(active, lastRun, snapshot);
  const stands =
    job.connectionId === null ? needsConnection : applyFreshness(chosen, freshness, freshnessWords, snapshot);
  const bad = databases.filter(({ tone }) => tone === 'bad').length;
  const words =
    bad > 0 && stands.tone === 'bad' && databases.length > 1
      ? `${String(bad)} of ${String(databases.length)} failed`
      : stands.words;
  return {
    ...{ tone: stands.tone, words, active, lastRun, databases, freshness, freshnessWords },
    snapshot: job.scope === 'server' ? chooseOldestSnapshot(states) : snapshot,
  };
}

/** The schedule's promise is the headline, unless something goes on or went wrong. */
function applyFreshness(
  chosen: Pick<Standing, 'tone' | 'words'>,
  { state }: Freshness,
  words: string | null,
  snapshot: Snapshot | null,
): Pick<Standing, 'tone' | 'words'> {
  if (words === null || (chosen.tone !== 'good' && chosen.tone !== 'none')) return chosen;
  if (state === 'late') return { tone: 'bad', words };
  if (state === 'due' || state === 'paused') return { tone: 'waiting', words };
  return snapshot ? { tone: 'good', words } : chosen;
}

const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

function formatTime(at: Date): string {
  return timeFormat.format(at);
}

const needsConnection = { tone: 'waiting', words: 'Needs a connection' } as const;

function choose(active: Run | null, lastRun: Run | null, snapshot: Snapshot | null): Pick<Standing, 'tone' | 'words'> {
  if (active) {
    const words = { queued: 'Queued', waiting: 'Waiting', running: 'Backing up' } as const;
    return {
      tone: 'working',
      words: active.state === 'queued' || active.state === 'waiting' ? words[active.state] : words.running,
    };
  }
  if (lastRun?.state === 'failed') return { tone: 'bad', words: 'Last run failed' };
  if (lastRun?.state === 'interrupted') return { tone: 'bad', words: 'Last run interrupted' };
  return snapshot ? { tone: 'good', words: 'Good' } : { tone: 'none', words: 'No backup yet' };
}

/** What only a person can do. `step`: part of setting up; `problem`: backups do not happen until it is done. */
export type Need =
  | {
      readonly kind: 'connect' | 'sign-in' | 'signing-in' | 'enter-client' | 'add-job' | 'save-kit';
      readonly weight: 'step';
    }
  | { readonly kind: 'signed-out'; readonly weight: 'problem'; readonly account: Account }
  | { readonly kind: 'account-problem'; readonly weight: 'problem'; readonly error: WireError }
  | { readonly kind: 'account-warning'; readonly weight: 'step'; readonly warning: AccountWarning }
  | { readonly kind: 'job-connection'; readonly weight: 'problem'; readonly job: Job }
  | { readonly kind: 'lost-on-drive'; readonly weight: 'problem'; readonly check: CatalogCheck }
  | {
      readonly kind: 'undelivered';
      readonly weight: 'problem';
      readonly channel: 'mail' | 'webhook';
      readonly words: string;
    }
  | { readonly kind: 'space-short'; readonly weight: 'problem'; readonly words: string }
  | { readonly kind: 'late'; readonly weight: 'problem'; readonly job: Job; readonly standing: Standing }
  | { readonly kind: 'failed'; readonly weight: 'problem'; readonly job: Job; readonly run: Run };

/** Problems first, then the steps of setting up in the order in which they are done. */
export function listNeeds(facts: Facts, now: Date): readonly Need[] {
  const needs: Need[] = [];
  const { account } = facts;
  if (account.state === 'signed-out') needs.push({ kind: 'signed-out', weight: 'problem', account });
  if (account.problem) needs.push({ kind: 'account-problem', weight: 'problem', error: account.problem });
  for (const job of facts.jobs) {
    const standing = describeStanding(job, facts, now);
    const { tone, lastRun, databases } = standing;
    const failed = databases.some((database) => database.tone === 'bad');
    if (tone === 'bad' && failed && lastRun) needs.push({ kind: 'failed', weight: 'problem', job, run: lastRun });
    else if (tone === 'bad') needs.push({ kind: 'late', weight: 'problem', job, standing });
  }
  for (const job of facts.jobs) {
    // Without any connection there is nothing to choose from: that step comes first.
    if (job.connectionId === null && facts.connections.length > 0)
      needs.push({ kind: 'job-connection', weight: 'problem', job });
  }
  const { check } = facts;
  if (check && check.findings.length > 0) needs.push({ kind: 'lost-on-drive', weight: 'problem', check });
  const short = describeShort(facts.space);
  if (short !== null) needs.push({ kind: 'space-short', weight: 'problem', words: short });
  needs.push(...listUndelivered(facts, now));
  if (facts.connections.length === 0) needs.push({ kind: 'connect', weight: 'step' });
  if (account.state === 'signing-in') needs.push({ kind: 'signing-in', weight: 'step' });
  if (account.state === 'none') {
    needs.push({ kind: account.client === 'none' ? 'enter-client' : 'sign-in', weight: 'step' });
  }
  for (const warning of account.warnings) needs.push({ kind: 'account-warning', weight: 'step', warning });
  if (facts.jobs.length === 0) needs.push({ kind: 'add-job', weight: 'step' });
  if (facts.key.kitSavedAt === null) needs.push({ kind: 'save-kit', weight: 'step' });
  return needs;
}

/** Messages that do not arrive: whoever relies on them must know. */
function listUndelivered({ delivery }: Pick<Facts, 'delivery'>, now: Date): Need[] {
  const names = { mail: 'mail', webhook: 'webhook message' } as const;
  return (['mail', 'webhook'] as const).flatMap((channel): Need[] => {
    const state = delivery[channel];
    const words = describeUndelivered(names[channel], state, now, formatTimeOfDay);
    if (words === null) return [];
    const error = state.error === null ? '' : ` ${describeError(state.error).happened}`;
    return [{ kind: 'undelivered', weight: 'problem', channel, words: `${words}${error}` }];
  });
}

const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

function formatTimeOfDay(at: string): string {
  return dayAndTime.format(new Date(at));
}

/** A run's error, or words for one that ended without an error of its own. */
export function errorOfRun(run: Run): WireError | null {
  if (run.error) return run.error;
  if (run.state !== 'interrupted') return null;
  return { code: 'run/interrupted', message: 'the program ended', retry: 'later', context: {} };
}

/** The short title of why a run ended badly; null when it did not. */
export function describeRunFailure(run: Run): string | null {
  const error = errorOfRun(run);
  return error ? describeError(error).title : null;
}
