// Erasing everything of a job: what a person asks for, and what came of it.
import { z } from 'zod';
import { formatBytes, formatPlural } from './format.ts';

/** `trash`: files wait in Drive's trash for 30 days. `for-good`: nobody gets them back. */
export const eraseWays = ['trash', 'for-good'] as const;
export type EraseWay = (typeof eraseWays)[number];

export const eraseWishSchema = z.object({
  /** Of a job, also of one that was removed. */
  id: z.string().min(1),
  way: z.enum(eraseWays),
  /** For good: the job's name as the person has typed it. */
  confirm: z.string().default(''),
});
export type EraseWish = z.infer<typeof eraseWishSchema>;

export const eraseReportSchema = z.object({
  jobName: z.string(),
  way: z.enum(eraseWays),
  /** Files that Drive deleted, and those that lie in its trash. */
  deleted: z.number(),
  trashed: z.number(),
  /** Files that this account may neither delete nor bring into the trash. */
  kept: z.number(),
  bytes: z.number(),
  /** Rows here. */
  snapshots: z.number(),
  runs: z.number(),
});
export type EraseReport = z.infer<typeof eraseReportSchema>;

/** A job of which something is left, though nothing backs it up any more. */
export const removedJobSchema = z.object({
  id: z.string(),
  name: z.string(),
  removedAt: z.string(),
  snapshots: z.number(),
  runs: z.number(),
  /** It is being erased, and something kept that from its end. */
  erasing: z.boolean(),
});
export type RemovedJob = z.infer<typeof removedJobSchema>;

/** What came of it, in sentences. */
export function describeErased(report: EraseReport): string {
  const { jobName, deleted, trashed, kept, bytes, snapshots, runs } = report;
  const files = [
    ...(deleted > 0 ? [`${formatPlural(deleted, 'file was', 'files were')} deleted for good`] : []),
    ...(trashed > 0 ? [`${formatPlural(trashed, 'file lies', 'files lie')} in Drive’s trash`] : []),
  ].join(', ');
  return [
    `Everything of ${jobName} was erased: ${formatPlural(snapshots, 'snapshot')} and ${formatPlural(runs, 'run')} here`,
    files === '' ? '; on Drive there was nothing.' : `; on Drive ${files} (${formatBytes(bytes)}).`,
    kept > 0
      ? ` ${formatPlural(kept, 'file')} could not be removed: this account has no right to. Ask who manages the folder.`
      : '',
  ].join('');
}
