// What to tell of events that are no runs: an ended sign-in, restores and drills, the comparison with Drive, news of a folder.
// Pure decisions.
import type { AlertDraft } from '../../../shared/alert.ts';
import { describeCheck, type CatalogCheck } from '../../../shared/catalog.ts';
import { describeError } from '../../../shared/describe-error.ts';
import { formatPlural } from '../../../shared/format.ts';
import type { Job } from '../../../shared/job.ts';
import { toPlace } from '../../../shared/place.ts';
import type { Restore } from '../../../shared/restore.ts';
import type { Notice } from '../../../shared/settings.ts';
import { dailyMs, everyChannel, isDueAgain, markTold, nothing, openCause, resolve, type Decision } from './cause.ts';
import type { Cause } from '../store/causes.ts';

type Words = Pick<AlertDraft, 'kind' | 'tone' | 'title' | 'happened' | 'toDo' | 'open'>;

function toAlert(words: Words, more: Partial<AlertDraft> = {}): AlertDraft {
  return { facts: [], log: [], job: null, database: null, runId: null, errorCode: null, ...words, ...more };
}

/** Told once when Google ended the sign-in, however many runs wait for a new one. */
export function noticeForSignedOut(email: string, open: readonly Cause[], now: Date): Decision {
  if (open.some(({ cause }) => cause === 'signed-out')) return nothing;
  const alert = toAlert({
    ...{ kind: 'signed-out', tone: 'bad', title: 'Google ended the sign-in' },
    happened: `Backups wait until you sign in again${email === '' ? '' : ` as ${email}`}. Those on Drive are safe.`,
    toDo: 'Open PgKeep and sign in to Google again.',
    open: toPlace('settings', { tab: 'google' }),
  });
  const cause = markTold(openCause('signed-out', 'signed-out', [], now), now);
  return { tell: [{ alert, channels: everyChannel, cause: cause.cause }], causes: [cause] };
}

/** The account can be used again, which the person who did it knows. */
export function noticeForSignedIn(open: readonly Cause[], now: Date): Decision {
  const causes = open.filter(({ cause }) => cause === 'signed-out' || cause === 'late/signed-out');
  return { tell: [], causes: causes.map((cause) => resolve(cause, now)) };
}

export interface RestoreFacts {
  readonly restore: Restore;
  /** The job of the snapshot; null for a file. */
  readonly job: Job | null;
  readonly open: readonly Cause[];
  readonly now: Date;
}

/** A restore is told to the person who waits for it; a drill that fails is told like a backup that fails. */
export function noticeForRestore(facts: RestoreFacts): Decision {
  const { restore } = facts;
  if (restore.state === 'succeeded' && restore.report) return noticeForRestored(facts, restore.report);
  if ((restore.state === 'failed' || restore.state === 'interrupted') && restore.error) return noticeForBroken(facts);
  return nothing;
}

function noticeForRestored(
  { restore, job, open, now }: RestoreFacts,
  report: NonNullable<Restore['report']>,
): Decision {
  const counts = `${formatPlural(report.tables, 'table')}, ${formatPlural(report.rows, 'row')}`;
  const isDrill = restore.kind === 'drill';
  const known = isDrill && job ? open.find(({ cause }) => cause === `drill/${job.id}`) : undefined;
  const words: Words = {
    ...{ kind: known ? 'drill-recovered' : 'restore-ended', tone: 'good', toDo: '', open: toPlace('snapshots') },
    title: `${isDrill ? `Restore test${job ? ` of ${job.name}` : ''}` : 'Restore'} succeeded${known ? ' again' : ''}`,
    happened: isDrill ? `Restored and compared: ${counts}, all equal.` : `Database ${report.database}: ${counts}.`,
  };
  const alert = toAlert(words, job ? { job: { id: job.id, name: job.name } } : {});
  if (!known) return { tell: [{ alert, channels: ['desktop'], cause: null }], causes: [] };
  return { tell: [{ alert, channels: everyChannel, cause: known.cause }], causes: [resolve(known, now)] };
}

function noticeForBroken({ restore, job, open, now }: RestoreFacts): Decision {
  if (!restore.error) return nothing;
  const isDrill = restore.kind === 'drill';
  const { happened, toDo } = describeError(restore.error);
  const words: Words = {
    ...{ kind: isDrill ? 'drill-failed' : 'restore-ended', tone: 'bad', happened, toDo, open: toPlace('snapshots') },
    title: `${isDrill ? `Restore test${job ? ` of ${job.name}` : ''}` : 'Restore'} failed`,
  };
  const more = { errorCode: restore.error.code, ...(job ? { job: { id: job.id, name: job.name } } : {}) };
  const alert = toAlert(words, more);
  const desktop = { tell: [{ alert, channels: ['desktop'], cause: null }], causes: [] } as const;
  if (!isDrill || !job || restore.state === 'interrupted') return desktop;
  const name = `drill/${job.id}`;
  const cause = open.find((known) => known.cause === name) ?? openCause(name, 'drill-failed', [], now);
  if (cause.tellings > 0 && !isDueAgain(cause, dailyMs, now)) return desktop;
  return { tell: [{ alert, channels: everyChannel, cause: name }], causes: [markTold(cause, now)] };
}

/** The same state of the comparison with Drive has the same text; empty when all is well. Unknown sets are no danger. */
function toCheckState({ findings }: CatalogCheck): string {
  return findings
    .map(({ snapshotId, presence }) => `${snapshotId}:${presence}`)
    .sort()
    .join(' ');
}

/** Each state is told once, however often it is found. A person who mends a part of it is not told the rest again. */
export function noticeForCheck(check: CatalogCheck, open: readonly Cause[], now: Date, byPerson = false): Decision {
  const detail = toCheckState(check);
  const known = open.find(({ cause }) => cause === 'catalogue');
  if (detail === '') return { tell: [], causes: known ? [resolve(known, now)] : [] };
  if (known?.detail === detail) return nothing;
  const cause = { ...(known ?? openCause('catalogue', 'catalogue', [], now)), detail };
  if (byPerson) return { tell: [], causes: [cause] };
  const alert = toAlert({
    ...{ kind: 'catalogue', tone: 'bad', title: 'Backups are not as they should be on Drive' },
    happened: describeCheck({ ...check, unknown: [] }),
    ...{ toDo: 'Open PgKeep to see which, and what can be done.', open: toPlace('snapshots') },
  });
  return { tell: [{ alert, channels: everyChannel, cause: 'catalogue' }], causes: [markTold(cause, now)] };
}

/** The job's folder on Drive was made anew or found elsewhere. */
export function noticeForFolder({ title, text }: { readonly title: string; readonly text: string }): Decision {
  const alert = toAlert({
    ...{ kind: 'folder-news', tone: 'info', title, happened: text, toDo: '' },
    open: toPlace('settings', { tab: 'google' }),
  });
  return { tell: [{ alert, channels: ['desktop'], cause: null }], causes: [] };
}

/** A server has another version, or none of the programs here fits it any more: the next backup will fail. */
export function noticeForServer({ title, body, urgency, open }: Notice): Decision {
  const bad = urgency === 'critical';
  const tone = bad ? 'bad' : 'info';
  const alert = toAlert({ kind: 'server-news', tone, title, happened: body, toDo: '', open });
  return { tell: [{ alert, channels: bad ? everyChannel : ['desktop'], cause: null }], causes: [] };
}
