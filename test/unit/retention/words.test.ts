// Rules, verdicts and previews as people read them.
import { describe, expect, it } from 'vitest';
import {
  keepEverything,
  toRetention,
  usualRetention,
  type KeepReason,
  type RemoveReason,
} from '../../../shared/retention.ts';
import {
  describeKeepReason,
  describePreview,
  describeRemovalCause,
  describeRemoveReason,
  describeRetention,
} from '../../../shared/retention-words.ts';

describe('rules in words', () => {
  it.each([
    [keepEverything, 'everything'],
    [usualRetention, 'the newest 30'],
    [toRetention({ last: 1 }), 'the newest'],
    [toRetention({ days: 1 }), 'all of the last 1 day'],
    [toRetention({ days: 90, yearly: 5 }), 'all of the last 90 days and one a year for 5 years'],
    [
      toRetention({ daily: 7, weekly: 4, monthly: 12 }),
      'one a day for 7 days, one a week for 4 weeks and one a month for 12 months',
    ],
  ])('%j', (retention, words) => {
    expect(describeRetention(retention)).toBe(words);
  });
});

describe('reasons in words', () => {
  it('each has its own', () => {
    const kept: KeepReason[] = [
      { kind: 'pinned' },
      { kind: 'last-good' },
      { kind: 'last-verified' },
      { kind: 'minimum', count: 3 },
      { kind: 'minimum', count: 1 },
      { kind: 'last', count: 30 },
      { kind: 'last', count: 1 },
      { kind: 'days', days: 7 },
      { kind: 'daily', period: '2026-11-22' },
      { kind: 'weekly', period: '2026-W47' },
      { kind: 'monthly', period: '2026-11' },
      { kind: 'yearly', period: '2026' },
      { kind: 'no-rules' },
      { kind: 'in-use' },
      { kind: 'future' },
      { kind: 'not-on-drive' },
      { kind: 'in-trash' },
      { kind: 'changed' },
      { kind: 'incomplete' },
      { kind: 'removing' },
    ];
    const removed: RemoveReason[] = [
      { kind: 'not-last', count: 30 },
      { kind: 'older', days: 1 },
      { kind: 'not-daily', count: 7 },
      { kind: 'not-weekly', count: 1 },
      { kind: 'not-monthly', count: 12 },
      { kind: 'not-yearly', count: 5 },
    ];
    expect([...kept.map(describeKeepReason), ...removed.map(describeRemoveReason)]).toMatchInlineSnapshot(`
      [
        "pinned",
        "the newest good backup",
        "the newest one that a restore test has proven",
        "one of the newest 3, which always stay",
        "the newest one always stays",
        "one of the newest 30",
        "the newest one",
        "not older than 7 days",
        "the last one of the day 2026-11-22",
        "the last one of the week 2026-W47",
        "the last one of the month 2026-11",
        "the last one of the year 2026",
        "the job keeps everything",
        "in use: a restore, a restore test or a download reads it",
        "made at a time that has not come yet: a clock was wrong",
        "not to be seen on Drive: no rule counts or touches it",
        "in Drive’s trash: no rule counts or touches it",
        "not as it was stored: no rule counts or touches it",
        "without its manifest: no rule counts or touches it",
        "on its way to Drive’s trash",
        "not among the newest 30",
        "older than 1 day",
        "none of the 7 daily ones",
        "none of the 1 weekly one",
        "none of the 12 monthly ones",
        "none of the 5 yearly ones",
      ]
    `);
    expect(describeRemovalCause({ by: 'person' })).toBe('deleted by hand');
    expect(describeRemovalCause({ by: 'rule', reasons: removed.slice(0, 2) })).toBe(
      'not among the newest 30; older than 1 day',
    );
  });
});

describe('a preview in words', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ snapshotId: String(index), baseName: '', jobId: 'j', database: 'shop', createdAt: '', storedBytes: 1 },
      verdict: { snapshotId: String(index), kept: true as const, reasons: [{ kind: 'pinned' as const }] },
    }));
  const steady = { count: 30, bytes: 3_400_000_000, everyHours: 24 };

  it.each([
    [40, 9, steady, 'Of 40 snapshots 31 stay, 9 go: 1.2 GB. In the long run about 30 snapshots, 3.4 GB.'],
    [2, 1, { ...steady, bytes: null }, 'Of 2 snapshots 1 stays, 1 goes: 1.2 GB. In the long run about 30 snapshots.'],
    [3, 0, steady, 'All 3 snapshots stay. In the long run about 30 snapshots, 3.4 GB.'],
    [1, 0, null, 'The one snapshot stays. Every backup stays on Drive until you delete it.'],
    [0, 0, steady, 'There is no snapshot yet. In the long run about 30 snapshots, 3.4 GB.'],
  ])('%i snapshots of which %i go', (count, removeCount, then, words) => {
    const preview = { snapshots: rows(count), removeCount, removeBytes: 1_200_000_000, steady: then };
    expect(describePreview(preview)).toBe(words);
  });
});
