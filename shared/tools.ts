// PostgreSQL's programs on this computer as the settings show them.
import { z } from 'zod';

export const toolsReportSchema = z.object({
  /** Newest first. `jobs` are the names of those that would use this set now. */
  sets: z.array(z.object({ dir: z.string(), version: z.string(), jobs: z.array(z.string()) })),
  /** Folders that a person chose; `found`: programs are in there. */
  folders: z.array(z.object({ id: z.string(), path: z.string(), found: z.boolean() })),
  /** Jobs whose server was newer than every set when it was last asked. */
  unmet: z.array(z.object({ job: z.string(), serverVersion: z.string(), install: z.string(), seenAt: z.string() })),
  /** Jobs whose server was never asked yet. */
  unasked: z.array(z.string()),
});
export type ToolsReport = z.infer<typeof toolsReportSchema>;
