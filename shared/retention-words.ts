// The rules of a job, and why each backup stays or goes, in words: the same in the window and on the command line.
import { formatBytes, formatPlural } from './format.ts';
import {
  keepsEverything,
  type KeepReason,
  type RemovalCause,
  type RemoveReason,
  type Retention,
  type RetentionPreview,
  type Verdict,
} from './retention.ts';

/** `everything`, `the newest 30`, `7 days, then one a month for 12 months`; the second half of a sentence that says “keeps”. */
export function describeRetention(retention: Retention): string {
  if (keepsEverything(retention)) return 'everything';
  const { last, days, daily, weekly, monthly, yearly } = retention;
  const parts = [
    last === null ? null : last === 1 ? 'the newest' : `the newest ${String(last)}`,
    days === null ? null : `all of the last ${formatPlural(days, 'day')}`,
    daily === null ? null : `one a day for ${formatPlural(daily, 'day')}`,
    weekly === null ? null : `one a week for ${formatPlural(weekly, 'week')}`,
    monthly === null ? null : `one a month for ${formatPlural(monthly, 'month')}`,
    yearly === null ? null : `one a year for ${formatPlural(yearly, 'year')}`,
  ].filter((part) => part !== null);
  const end = parts.pop() ?? '';
  return parts.length === 0 ? end : `${parts.join(', ')} and ${end}`;
}

/** Without a full stop; begins with a small letter. */
export function describeKeepReason(reason: KeepReason): string {
  switch (reason.kind) {
    case 'pinned':
      return 'pinned';
    case 'last-good':
      return 'the newest good backup';
    case 'last-verified':
      return 'the newest one that a restore test has proven';
    case 'minimum':
      return reason.count === 1
        ? 'the newest one always stays'
        : `one of the newest ${String(reason.count)}, which always stay`;
    case 'last':
      return reason.count === 1 ? 'the newest one' : `one of the newest ${String(reason.count)}`;
    case 'days':
      return `not older than ${formatPlural(reason.days, 'day')}`;
    case 'daily':
      return `the last one of the day ${reason.period}`;
    case 'weekly':
      return `the last one of the week ${reason.period}`;
    case 'monthly':
      return `the last one of the month ${reason.period}`;
    case 'yearly':
      return `the last one of the year ${reason.period}`;
    case 'no-rules':
      return 'the job keeps everything';
    case 'in-use':
      return 'in use: a restore, a restore test or a download reads it';
    case 'future':
      return 'made at a time that has not come yet: a clock was wrong';
    case 'not-on-drive':
      return 'not to be seen on Drive: no rule counts or touches it';
    case 'in-trash':
      return 'in Drive’s trash: no rule counts or touches it';
    case 'changed':
      return 'not as it was stored: no rule counts or touches it';
    case 'incomplete':
      return 'without its manifest: no rule counts or touches it';
    case 'removing':
      return 'on its way to Drive’s trash';
  }
}

/** The same of why it goes. */
export function describeRemoveReason(reason: RemoveReason): string {
  switch (reason.kind) {
    case 'not-last':
      return `not among the newest ${String(reason.count)}`;
    case 'older':
      return `older than ${formatPlural(reason.days, 'day')}`;
    case 'not-daily':
      return `none of the ${formatPlural(reason.count, 'daily one')}`;
    case 'not-weekly':
      return `none of the ${formatPlural(reason.count, 'weekly one')}`;
    case 'not-monthly':
      return `none of the ${formatPlural(reason.count, 'monthly one')}`;
    case 'not-yearly':
      return `none of the ${formatPlural(reason.count, 'yearly one')}`;
  }
}

export function describeVerdictReasons(verdict: Verdict): string {
  const reasons = verdict.kept ? verdict.reasons.map(describeKeepReason) : verdict.reasons.map(describeRemoveReason);
  return reasons.join('; ');
}

export function describeRemovalCause(cause: RemovalCause): string {
  return cause.by === 'person' ? 'deleted by hand' : cause.reasons.map(describeRemoveReason).join('; ');
}

/** `Of 40 snapshots 31 stay, 9 go: 1.2 GB.` and what it comes to. */
export function describePreview({ snapshots, removeCount, removeBytes, steady }: RetentionPreview): string {
  const now =
    snapshots.length === 0
      ? 'There is no snapshot yet.'
      : removeCount === 0
        ? `${snapshots.length === 1 ? 'The one snapshot stays' : `All ${formatPlural(snapshots.length, 'snapshot')} stay`}.`
        : `Of ${formatPlural(snapshots.length, 'snapshot')} ${String(snapshots.length - removeCount)} ${
            snapshots.length - removeCount === 1 ? 'stays' : 'stay'
          }, ${String(removeCount)} ${removeCount === 1 ? 'goes' : 'go'}: ${formatBytes(removeBytes)}.`;
  if (steady === null) return `${now} Every backup stays on Drive until you delete it.`;
  const bytes = steady.bytes === null ? '' : `, ${formatBytes(steady.bytes)}`;
  return `${now} In the long run about ${formatPlural(steady.count, 'snapshot')}${bytes}.`;
}
