// What a good run left on Drive, and the manifest that lies beside the dump.
import { z } from 'zod';

export const setFileKinds = ['dump', 'globals', 'manifest'] as const;
export type SetFileKind = (typeof setFileKinds)[number];

export const compressions = ['zstd', 'gzip'] as const;
export type Compression = (typeof compressions)[number];

/** One file of the set as it lies on Drive (encrypted). Hashes are lower-case hex. */
export const setFileSchema = z.object({
  kind: z.enum(setFileKinds),
  name: z.string(),
  driveFileId: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  md5: z.string(),
});
export type SetFile = z.infer<typeof setFileSchema>;

export const snapshotSchema = z.object({
  id: z.string(),
  jobId: z.string(),
  runId: z.string(),
  database: z.string(),
  /** `<database>_<UTC time>_<short id>`, the common beginning of the set's file names. */
  baseName: z.string(),
  createdAt: z.string(),
  serverVersion: z.string(),
  compression: z.enum(compressions),
  /** pg_dump's output before compression, and the encrypted set on Drive, in bytes. */
  dumpBytes: z.number(),
  storedBytes: z.number(),
  /** Null when the archive's version is not known to this program, so nothing was counted. */
  tables: z.number().nullable(),
  rows: z.number().nullable(),
  files: z.array(setFileSchema),
  pinned: z.boolean(),
  /** When a drill last restored and compared it with success. */
  verifiedAt: z.string().nullable(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** One entry of pg_dump's archive that has data: a table, or all large objects together. */
export const dataEntrySchema = z.object({
  kind: z.enum(['table', 'large-objects']),
  /** Schema and name as PostgreSQL has them, unquoted. Empty for large objects. */
  schema: z.string(),
  name: z.string(),
  /** Rows of the table, or number of large objects. */
  rows: z.number(),
  bytes: z.number(),
  sha256: z.string(),
});
export type DataEntry = z.infer<typeof dataEntrySchema>;

/** One line of the archive's table of contents. */
export const tocEntrySchema = z.object({
  dumpId: z.number(),
  /** pg_dump's description, e.g. `TABLE`, `TABLE DATA`, `FUNCTION`. */
  desc: z.string(),
  schema: z.string(),
  name: z.string(),
  owner: z.string(),
});
export type TocEntry = z.infer<typeof tocEntrySchema>;

/** The format of the set; a reader refuses a newer major. */
export const setFormatVersion = 1;

export const manifestSchema = z.object({
  format: z.literal(setFormatVersion),
  product: z.literal('PgKeep'),
  productVersion: z.string(),
  setId: z.string(),
  jobId: z.string(),
  jobName: z.string(),
  database: z.string(),
  createdAt: z.string(),
  serverVersion: z.string(),
  pgDumpVersion: z.string(),
  encoding: z.string(),
  collation: z.string(),
  ctype: z.string(),
  extensions: z.array(z.object({ name: z.string(), version: z.string(), schema: z.string() })),
  compression: z.enum(compressions),
  /** pg_dump's output before compression. */
  dump: z.object({ bytes: z.number(), sha256: z.string() }),
  /** The other files of the set as stored. */
  files: z.array(setFileSchema.omit({ driveFileId: true })),
  /** Null when the archive's version is unknown: then there is nothing to compare with. */
  contents: z.object({ toc: z.array(tocEntrySchema), data: z.array(dataEntrySchema) }).nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;
