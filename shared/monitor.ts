// What the program watches by itself, as one value.
import { z } from 'zod';
import { jobDueSchema } from './freshness.ts';

export const monitorSchema = z.object({
  /** One a job. */
  dues: z.array(jobDueSchema),
});
export type Monitor = z.infer<typeof monitorSchema>;
