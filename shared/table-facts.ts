// A table of a server's database as a form offers it.
import { z } from 'zod';

export const tableFactsSchema = z.object({
  schema: z.string(),
  name: z.string(),
  kind: z.enum(['table', 'view']),
  /** With its partitions, by the server's last statistics; 0 where it has none yet. */
  sizeBytes: z.number(),
});
export type TableFacts = z.infer<typeof tableFactsSchema>;
