// Which old backups stay: the rules of a job, what a look at them answers, and why each backup stays or goes.
import { z } from 'zod';

const count = (max: number) => z.number().int().min(1).max(max).nullable();

/**
 * Rules in any mix: what one of them keeps, stays. Null: no such rule. Without any rule everything stays. They count good
 * backups of one database; days, weeks, months and years are those of the job's time zone.
 */
export const retentionSchema = z.object({
  /** So many of the newest. */
  last: count(10_000),
  /** Those that are not older than this, counted from the newest one and not from now. */
  days: count(36_500),
  /** The newest of each of the last so many days, weeks (from Monday), months and years in which there is a backup. */
  daily: count(3660),
  weekly: count(1000),
  monthly: count(1000),
  yearly: count(200),
  /** So many of the newest stay whatever the rules say. */
  minimum: z.number().int().min(1).max(1000),
});
export type Retention = z.infer<typeof retentionSchema>;

const noRule = { last: null, days: null, daily: null, weekly: null, monthly: null, yearly: null } as const;

export const usualMinimum = 3;

/** Of a job that was there before there were rules, or came back from Drive: a person decides. */
export const keepEverything: Retention = { ...noRule, minimum: usualMinimum };

/** Of a new job. */
export const usualRetention: Retention = { ...noRule, last: 30, minimum: usualMinimum };

export const ruleNames = ['last', 'days', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type RuleName = (typeof ruleNames)[number];

/** A retention of the named rules only. */
export function toRetention(rules: Partial<Record<RuleName, number>>, minimum = usualMinimum): Retention {
  return { ...noRule, ...rules, minimum };
}

export function keepsEverything(retention: Retention): boolean {
  return ruleNames.every((name) => retention[name] === null);
}

export function isSameRetention(a: Retention, b: Retention): boolean {
  return a.minimum === b.minimum && ruleNames.every((name) => a[name] === b[name]);
}

/** Rules of the calendar, from the shortest period to the longest. */
export const periodNames = ['daily', 'weekly', 'monthly', 'yearly'] as const;
export type PeriodName = (typeof periodNames)[number];

/** Why a snapshot stays. `period` reads `2026-11-22`, `2026-W47`, `2026-11` or `2026`. */
export const keepReasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pinned') }),
  /** The newest good backup. */
  z.object({ kind: z.literal('last-good') }),
  /** The newest one that a drill has restored. */
  z.object({ kind: z.literal('last-verified') }),
  z.object({ kind: z.literal('minimum'), count: z.number() }),
  z.object({ kind: z.literal('last'), count: z.number() }),
  z.object({ kind: z.literal('days'), days: z.number() }),
  z.object({ kind: z.enum(periodNames), period: z.string() }),
  z.object({ kind: z.literal('no-rules') }),
  /** A restore, a drill or a download reads it. */
  z.object({ kind: z.literal('in-use') }),
  /** Made at a time that has not come yet: a clock was wrong, so its age says nothing. */
  z.object({ kind: z.literal('future') }),
  /** No rule touches what is not a good backup, nor counts it. */
  z.object({ kind: z.literal('not-on-drive') }),
  z.object({ kind: z.literal('in-trash') }),
  z.object({ kind: z.literal('changed') }),
  z.object({ kind: z.literal('incomplete') }),
  z.object({ kind: z.literal('removing') }),
]);
export type KeepReason = z.infer<typeof keepReasonSchema>;

/** Why a rule lets a snapshot go: what each rule that there is says of it. */
export const removeReasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('not-last'), count: z.number() }),
  z.object({ kind: z.literal('older'), days: z.number() }),
  z.object({ kind: z.enum(['not-daily', 'not-weekly', 'not-monthly', 'not-yearly']), count: z.number() }),
]);
export type RemoveReason = z.infer<typeof removeReasonSchema>;

export const verdictSchema = z.discriminatedUnion('kept', [
  z.object({ snapshotId: z.string(), kept: z.literal(true), reasons: z.array(keepReasonSchema).min(1) }),
  z.object({ snapshotId: z.string(), kept: z.literal(false), reasons: z.array(removeReasonSchema).min(1) }),
]);
export type Verdict = z.infer<typeof verdictSchema>;

/** A snapshot with its verdict, as lists show it. */
export const judgedSchema = z.object({
  snapshotId: z.string(),
  baseName: z.string(),
  jobId: z.string(),
  database: z.string(),
  createdAt: z.string(),
  storedBytes: z.number(),
  verdict: verdictSchema,
});
export type Judged = z.infer<typeof judgedSchema>;

/** What the rules come to in the long run, if one backup is made every `everyHours` and stays as big as the newest. */
export const steadySchema = z.object({
  count: z.number(),
  /** Null while there is no backup to go by. */
  bytes: z.number().nullable(),
  everyHours: z.number(),
});
export type Steady = z.infer<typeof steadySchema>;

export const retentionPreviewSchema = z.object({
  /** Newest first, database by database. */
  snapshots: z.array(judgedSchema),
  removeCount: z.number(),
  /** What the removed ones take on Drive now. */
  removeBytes: z.number(),
  /** Null when everything is kept. */
  steady: steadySchema.nullable(),
});
export type RetentionPreview = z.infer<typeof retentionPreviewSchema>;

/** Why a snapshot was removed: by which rules, or by a person. */
export const removalCauseSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('rule'), reasons: z.array(removeReasonSchema).min(1) }),
  z.object({ by: z.literal('person') }),
]);
export type RemovalCause = z.infer<typeof removalCauseSchema>;

/** What is left in the history of a snapshot that was removed. */
export const removedSnapshotSchema = z.object({
  snapshotId: z.string(),
  jobId: z.string(),
  database: z.string(),
  baseName: z.string(),
  createdAt: z.string(),
  storedBytes: z.number(),
  removedAt: z.string(),
  cause: removalCauseSchema,
});
export type RemovedSnapshot = z.infer<typeof removedSnapshotSchema>;

/** https://support.google.com/drive/answer/2375102: Google empties the trash after 30 days. */
export const trashDays = 30;

/** Until when Google keeps what was removed at a time. ISO. */
export function toTrashEnd(removedAt: string): string {
  return new Date(Date.parse(removedAt) + trashDays * 86_400_000).toISOString();
}

/** What a pass of the rules came to. */
export const pruneReportSchema = z.object({
  removed: z.array(removedSnapshotSchema),
  freedBytes: z.number(),
  /** Sentences about what could not be removed; it is tried again. */
  warnings: z.array(z.string()),
});
export type PruneReport = z.infer<typeof pruneReportSchema>;
