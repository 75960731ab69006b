// Commands that a job runs before and after each of its backups. The window names a script by the id that its choice in a
// dialog of the shell got; a command line comes only from a `.env` file.
import { z } from 'zod';

export const hookKinds = ['before', 'after'] as const;
export type HookKind = (typeof hookKinds)[number];

/** `file`: a script or program by its path. `shell`: a line for the system's shell, as in a crontab. */
export const hookWays = ['file', 'shell'] as const;
export type HookWay = (typeof hookWays)[number];

export const hookCommandSchema = z.object({
  id: z.string().min(1),
  way: z.enum(hookWays),
  command: z.string().min(1).max(4000),
});
export type HookCommand = z.infer<typeof hookCommandSchema>;

export const hookTimeoutLimits = { min: 1, max: 86_400 } as const;
export const usualHookTimeout = 300;

const choices = {
  /** How long it may take before it is ended. */
  timeoutSeconds: z.number().int().min(hookTimeoutLimits.min).max(hookTimeoutLimits.max).default(usualHookTimeout),
  /** What a failure of the command before means. One of the command after is always a warning: the backup is made by then. */
  onFailure: z.enum(['fail', 'warn']).default('fail'),
};

export const hookSchema = hookCommandSchema.extend(choices);
export type Hook = z.infer<typeof hookSchema>;

export const jobHooksSchema = z.object({ before: hookSchema.nullable(), after: hookSchema.nullable() });
export type JobHooks = z.infer<typeof jobHooksSchema>;

export const noHooks: JobHooks = { before: null, after: null };

const hookDraftSchema = z.object({ id: z.string().min(1), ...choices });

/** What a form sends: commands by id. */
export const jobHooksDraftSchema = z.object({ before: hookDraftSchema.nullable(), after: hookDraftSchema.nullable() });
export type JobHooksDraft = z.infer<typeof jobHooksDraftSchema>;
