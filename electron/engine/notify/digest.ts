// The weekly mail about what went well and what did not: when it is due, and what it says. Pure.
import type { AlertDraft } from '../../../shared/alert.ts';
import { formatBytes, formatPlural } from '../../../shared/format.ts';
import type { Job } from '../../../shared/job.ts';
import { formatLocal, toLocalClock } from '../../../shared/local-time.ts';
import { toPlace } from '../../../shared/place.ts';
import type { Run } from '../../../shared/run.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { describeSpace, type Space } from '../../../shared/space.ts';

const dayMs = 86_400_000;
/** Monday morning. */
const digestWeekday = 1;
const digestMinutes = 8 * 60;

/** Once a week, from Monday 08:00 on; a computer that was off then catches up. */
export function isDigestDue(lastAt: string | null, now: Date, zone: string): boolean {
  const { weekday, minutes } = toLocalClock(now, zone);
  const sinceMs = (((weekday - digestWeekday + 7) % 7) * 24 * 60 + minutes - digestMinutes) * 60_000;
  // Before 08:00 on a Monday the last one was a week ago.
  const dueMs = now.getTime() - (sinceMs < 0 ? sinceMs + 7 * dayMs : sinceMs);
  if (lastAt === null) return true;
  const last = Date.parse(lastAt);
  return last < dueMs || last > now.getTime() + dayMs;
}

export interface DigestFacts {
  readonly now: Date;
  readonly zone: string;
  readonly jobs: readonly {
    readonly job: Job;
    readonly runs: readonly Run[];
    readonly snapshots: readonly Snapshot[];
  }[];
  readonly space: Space;
}

export function toDigest({ now, zone, jobs, space }: DigestFacts): AlertDraft {
  const from = now.getTime() - 7 * dayMs;
  const lines = jobs.map(({ job, runs, snapshots }) => {
    const recent = runs.filter(({ createdAt }) => Date.parse(createdAt) >= from);
    const good = recent.filter(({ state }) => state === 'succeeded').length;
    const bad = recent.filter(({ state }) => state === 'failed' || state === 'interrupted').length;
    const newest = snapshots[0];
    const verified = snapshots
      .flatMap(({ verifiedAt }) => verifiedAt ?? [])
      .sort()
      .at(-1);
    const parts = [
      `${String(good)} good${bad > 0 ? `, ${String(bad)} failed` : ''}`,
      newest ? `newest ${formatLocal(newest.createdAt, zone)}, ${formatBytes(newest.storedBytes)}` : 'no backup yet',
      verified === undefined ? 'never verified by a restore' : `last verified ${formatLocal(verified, zone)}`,
    ];
    return { label: job.name, value: parts.join('; '), good, bad };
  });
  const good = lines.reduce((sum, line) => sum + line.good, 0);
  const bad = lines.reduce((sum, line) => sum + line.bad, 0);
  const [free] = describeSpace(space);
  return {
    kind: 'digest',
    tone: bad > 0 ? 'warn' : 'info',
    title: `Your week: ${formatPlural(good, 'good backup')}${bad > 0 ? `, ${String(bad)} failed` : ''}`,
    happened: `These are the last seven days of ${formatPlural(jobs.length, 'job')}.`,
    toDo: '',
    facts: [...lines.map(({ label, value }) => ({ label, value })), { label: 'Google Drive', value: free ?? '' }],
    log: [],
    open: toPlace('overview'),
    ...{ job: null, database: null, runId: null, errorCode: null },
  };
}
