// A PostgreSQL server that was found on this computer, or is named in one of its files.
import { z } from 'zod';
import { connectionFileSchema, sslModes } from './connection.ts';

/** `server`: it answers here. The others are files that name one. */
export const foundSources = ['server', 'service', 'passfile', 'env-file'] as const;

const file = connectionFileSchema.nullable();

export const foundServerSchema = z.object({
  /** Also what a draft takes the password over with. */
  id: z.string(),
  source: z.enum(foundSources),
  /** `shop on db.example.com`, `PostgreSQL on this computer, port 5432`. */
  title: z.string(),
  /** Where it was found: a file, a socket, a port. */
  where: z.string(),
  host: z.string(),
  port: z.number(),
  user: z.string(),
  database: z.string(),
  sslMode: z.enum(sslModes),
  connectTimeoutSeconds: z.number().nullable(),
  tls: z.object({ rootCert: file, cert: file, key: file, crl: file }),
  /** Its file holds a password, which never comes here. */
  hasPassword: z.boolean(),
  /** Where PostgreSQL lets the user of this computer in as it would let psql: what is there. Null: it asks for more. */
  answer: z.object({ version: z.string(), databases: z.array(z.string()) }).nullable(),
  /** What stands in the file and is not used, in words. */
  notes: z.array(z.string()),
});
export type FoundServer = z.infer<typeof foundServerSchema>;
