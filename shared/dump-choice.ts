// How and what of a database is dumped: a job's `dump`.
import { z } from 'zod';

/** `custom`: pg_dump's archive, from which single tables can be restored. `plain`: SQL text that psql reads. */
export const dumpFormats = ['custom', 'plain'] as const;
export type DumpFormat = (typeof dumpFormats)[number];

export const dumpChoiceSchema = z.object({
  format: z.enum(dumpFormats).default('custom'),
});
export type DumpChoice = z.infer<typeof dumpChoiceSchema>;

/** What a new job does until a person says otherwise. */
export const usualDump: DumpChoice = dumpChoiceSchema.parse({});
