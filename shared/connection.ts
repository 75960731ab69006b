// A PostgreSQL server the user backs up. The password is never part of it: it lies in the vault.
import { z } from 'zod';

/** libpq's sslmode values: https://www.postgresql.org/docs/current/libpq-ssl.html */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

const fields = {
  name: z.string().trim().min(1).max(100),
  /** Host name, address, or the folder of a Unix socket (begins with `/`). */
  host: z.string().trim().min(1).max(255),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1).max(63),
  /** The database to connect to for questions about the server, mostly `postgres`. */
  database: z.string().min(1).max(63),
  sslMode: z.enum(sslModes),
};

export const connectionSchema = z.object({
  id: z.string(),
  ...fields,
  hasPassword: z.boolean(),
  createdAt: z.string(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** What a form sends. Without `password` the stored one stays; an empty one removes it. */
export const connectionDraftSchema = z.object({
  id: z.string().optional(),
  ...fields,
  password: z.string().max(1000).optional(),
});
export type ConnectionDraft = z.infer<typeof connectionDraftSchema>;

/** What "Test" answers about a server that could be reached. */
export const connectionReportSchema = z.object({
  /** As the server says it, e.g. `15.18`. */
  serverVersion: z.string(),
  /** The user's databases that allow connections, by name. */
  databases: z.array(z.object({ name: z.string(), sizeBytes: z.number().nullable() })),
  /** The pg_dump that will be used; null when none on this machine is new enough. */
  pgDump: z.object({ path: z.string(), version: z.string() }).nullable(),
  /** Sentences about what will not work, with what to do. Empty when all is well. */
  warnings: z.array(z.string()),
});
export type ConnectionReport = z.infer<typeof connectionReportSchema>;
