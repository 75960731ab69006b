// What is backed up: one database of one connection.
import { z } from 'zod';
import { dumpChoiceSchema } from './dump-choice.ts';
import { jobAlertsSchema } from './job-alerts.ts';
import { retentionSchema } from './retention.ts';
import { scheduleSchema } from './schedule.ts';

const fields = {
  name: z.string().trim().min(1).max(100),
  database: z.string().min(1).max(63),
};

export const jobSchema = z.object({
  id: z.string(),
  ...fields,
  /** Null for a job that was found on Drive: which server it is of, a person must say before it can run here. */
  connectionId: z.string().min(1).nullable(),
  dump: dumpChoiceSchema,
  retention: retentionSchema,
  schedule: scheduleSchema,
  alerts: jobAlertsSchema,
  createdAt: z.string(),
});
export type Job = z.infer<typeof jobSchema>;

export const jobDraftSchema = z.object({
  id: z.string().optional(),
  ...fields,
  connectionId: z.string().min(1),
  /** Absent: stays as it is; the usual for a new job. */
  dump: dumpChoiceSchema.optional(),
  /** Absent: stays as it is; the newest 30 for a new job. */
  retention: retentionSchema.optional(),
  /** Absent: stays as it is; a new job runs by hand only. */
  schedule: scheduleSchema.optional(),
  /** Absent: stays as it is; nobody is pinged for a new job. */
  alerts: jobAlertsSchema.optional(),
});
export type JobDraft = z.infer<typeof jobDraftSchema>;
