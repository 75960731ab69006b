// What belongs to a database itself and to nothing in it: pg_dump keeps it out of what a restore into another name runs.
import { z } from 'zod';

export const databaseSettingsSchema = z.object({
  owner: z.string(),
  comment: z.string().nullable(),
  /** -1 for no limit. */
  connectionLimit: z.number().int(),
  /** ALTER DATABASE … SET, and ALTER ROLE … IN DATABASE … SET where there is a role. */
  settings: z.array(z.object({ role: z.string().nullable(), name: z.string(), value: z.string() })),
  /** Of others than the owner; an empty grantee is PUBLIC. Null: those that every new database has. */
  rights: z.array(z.object({ grantee: z.string(), privilege: z.string(), grantable: z.boolean() })).nullable(),
});
export type DatabaseSettings = z.infer<typeof databaseSettingsSchema>;
