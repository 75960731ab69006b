// What one job tells others besides the general settings: the address that is pinged at its start, success and failure.
import { z } from 'zod';
import { findUrlProblem } from './notification-settings.ts';

export const jobAlertsSchema = z
  .object({
    /** In the manner of Healthchecks: `<url>/start`, `<url>`, `<url>/fail`. Null: nobody is pinged. */
    pingUrl: z.string().trim().max(2000).nullable(),
    /** Without encryption, to other computers too. */
    allowHttp: z.boolean(),
  })
  .superRefine(({ pingUrl, allowHttp }, ctx) => {
    const problem = pingUrl === null ? null : findUrlProblem(pingUrl, allowHttp);
    if (problem !== null) ctx.addIssue({ code: 'custom', path: ['pingUrl'], message: problem });
  });
export type JobAlerts = z.infer<typeof jobAlertsSchema>;

export const noJobAlerts: JobAlerts = { pingUrl: null, allowHttp: false };
