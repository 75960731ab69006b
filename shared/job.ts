// What is backed up: one database of one connection.
import { z } from 'zod';

const fields = {
  name: z.string().trim().min(1).max(100),
  connectionId: z.string().min(1),
  database: z.string().min(1).max(63),
};

export const jobSchema = z.object({ id: z.string(), ...fields, createdAt: z.string() });
export type Job = z.infer<typeof jobSchema>;

export const jobDraftSchema = z.object({ id: z.string().optional(), ...fields });
export type JobDraft = z.infer<typeof jobDraftSchema>;
