// What is backed up: one database of one connection, or all databases of its server.
import { z } from 'zod';
import { dumpChoiceSchema, usualDump } from './dump-choice.ts';
import { jobAlertsSchema, noJobAlerts } from './job-alerts.ts';
import { jobHooksDraftSchema, jobHooksSchema, noHooks } from './job-hooks.ts';
import { retentionSchema, usualRetention } from './retention.ts';
import { noSchedule, scheduleSchema } from './schedule.ts';

/** `server`: every database that is there when the job runs, each with a run and a snapshot of its own. */
export const jobScopes = ['database', 'server'] as const;
export type JobScope = (typeof jobScopes)[number];

const fields = {
  name: z.string().trim().min(1).max(100),
  /** Null for a job of a whole server. */
  database: z.string().min(1).max(63).nullable(),
};

export const jobSchema = z.object({
  id: z.string(),
  ...fields,
  scope: z.enum(jobScopes),
  /** Null for a job that was found on Drive: which server it is of, a person must say before it can run here. */
  connectionId: z.string().min(1).nullable(),
  dump: dumpChoiceSchema,
  retention: retentionSchema,
  schedule: scheduleSchema,
  alerts: jobAlertsSchema,
  hooks: jobHooksSchema,
  createdAt: z.string(),
});
export type Job = z.infer<typeof jobSchema>;

/** What is absent stays as it is; a new job gets the default. */
export const jobDraftSchema = z
  .object({
    id: z.string().optional(),
    ...fields,
    scope: z.enum(jobScopes).optional(),
    connectionId: z.string().min(1),
    dump: dumpChoiceSchema.optional(),
    retention: retentionSchema.optional(),
    schedule: scheduleSchema.optional(),
    /** Nobody is pinged for a new job. */
    alerts: jobAlertsSchema.optional(),
    /** Commands go by the id that choosing them gave. */
    hooks: jobHooksDraftSchema.optional(),
    /** Backs up at once after the job was saved. */
    startNow: z.boolean().optional(),
  })
  .refine((draft) => draft.scope === 'server' || (draft.database !== null && draft.database !== ''), {
    path: ['database'],
    error: 'Fill this in',
  });
export type JobDraft = z.infer<typeof jobDraftSchema>;

/** The groups of a new job until a person says otherwise. */
export const usualGroups: Pick<Job, 'scope' | 'dump' | 'retention' | 'schedule' | 'alerts' | 'hooks'> = {
  scope: 'database',
  dump: usualDump,
  retention: usualRetention,
  schedule: noSchedule,
  alerts: noJobAlerts,
  hooks: noHooks,
};

/** The groups of a job after a person has saved a draft of it; which commands its ids mean, the engine knows. */
export function mergeGroups(draft: JobDraft, old: Job | null): Pick<Job, keyof typeof usualGroups> {
  const { scope, dump, retention, schedule, alerts, hooks } = old ?? usualGroups;
  return {
    scope: draft.scope ?? scope,
    dump: draft.dump ?? dump,
    retention: draft.retention ?? retention,
    schedule: draft.schedule ?? schedule,
    alerts: draft.alerts ?? alerts,
    hooks,
  };
}

/** What a job backs up, in a few words. */
export function describeJobScope({ scope, database }: Pick<Job, 'scope' | 'database'>): string {
  return scope === 'server' ? 'All databases' : (database ?? '');
}
