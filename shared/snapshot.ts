// What a good run left on Drive, and the manifest that lies beside the dump.
import { z } from 'zod';
import { dumpFormats } from './dump-choice.ts';
import { auditMarkSchema } from './audit.ts';
import { databaseSettingsSchema } from './database-settings.ts';
import { leftOutSchema, leftOutSummarySchema } from './left-out.ts';

export const setFileKinds = ['dump', 'globals', 'manifest'] as const;
export type SetFileKind = (typeof setFileKinds)[number];

export const compressions = ['zstd', 'gzip'] as const;
export type Compression = (typeof compressions)[number];

/** One file of a set (encrypted) as this program made it. Hashes are lower-case hex. */
export const madeFileSchema = z.object({
  kind: z.enum(setFileKinds),
  name: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  md5: z.string(),
});

/** The same as it lies on Drive. A file that was found there has the hashes that Drive says: now and then none. */
export const setFileSchema = madeFileSchema.extend({
  driveFileId: z.string(),
  sha256: z.string().nullable(),
  md5: z.string().nullable(),
});
export type SetFile = z.infer<typeof setFileSchema>;

/**
 * What the last look into Drive found of a snapshot's files: all there, in the trash, gone, or with another size or hash.
 * `ok` until a look found otherwise. `removing`: this program is about to bring them into the trash.
 */
export const presences = ['ok', 'trashed', 'missing', 'changed', 'removing'] as const;
export type Presence = (typeof presences)[number];

export const snapshotSchema = z.object({
  id: z.string(),
  jobId: z.string(),
  /** Null for a snapshot that was found on Drive: its run is not known here. */
  runId: z.string().nullable(),
  database: z.string(),
  /** `<database>_<UTC time>_<short id>`, the common beginning of the set's file names. */
  baseName: z.string(),
  createdAt: z.string(),
  serverVersion: z.string(),
  /** What the dump is: pg_dump's archive, or SQL text. */
  dumpFormat: z.enum(dumpFormats),
  compression: z.enum(compressions),
  /** pg_dump's output before compression, in bytes; null when only the lost manifest said it. */
  dumpBytes: z.number().nullable(),
  /** The encrypted set on Drive, in bytes. */
  storedBytes: z.number(),
  /** Null when the dump could not be read along, so nothing was counted. */
  tables: z.number().nullable(),
  rows: z.number().nullable(),
  files: z.array(setFileSchema),
  /** What of the database is not in it because the job leaves it out; null: nothing that is known here. */
  leftOut: leftOutSummarySchema.nullable(),
  pinned: z.boolean(),
  /** The pin, or its removal, is not noted on Drive yet. */
  pinPending: z.boolean(),
  presence: z.enum(presences),
  /** When the files were last compared with what Drive has; null before the first time. */
  checkedAt: z.string().nullable(),
  /** When a drill last restored and compared it with success. */
  verifiedAt: z.string().nullable(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/**
 * Whether a snapshot may be called a good backup: whole, and there when it was last looked for. One without a manifest may
 * be what a broken-off run of a lost computer left.
 */
export function isGoodSnapshot({ presence, files }: Pick<Snapshot, 'presence' | 'files'>): boolean {
  return presence === 'ok' && ['dump', 'manifest'].every((kind) => files.some((file) => file.kind === kind));
}

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

/** Where a sequence stood. */
export const sequenceStateSchema = z.object({
  schema: z.string(),
  name: z.string(),
  /** A 64-bit number, in decimal digits. */
  lastValue: z.string(),
  /** False: `lastValue` was not given out yet. */
  isCalled: z.boolean(),
});
export type SequenceState = z.infer<typeof sequenceStateSchema>;

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
  /** Absent in sets of before there was a choice. */
  dumpFormat: z.enum(dumpFormats).default('custom'),
  compression: z.enum(compressions),
  /** pg_dump's output before compression. */
  dump: z.object({ bytes: z.number() }),
  /** The other files of the set as stored. */
  files: z.array(madeFileSchema),
  /** Null when the archive's version is unknown: then there is nothing to compare with. */
  contents: z
    .object({
      /** Empty for plain SQL, which has none. */
      toc: z.array(tocEntrySchema),
      data: z.array(dataEntrySchema),
      /** Absent in sets of before they were noted. */
      sequences: z.array(sequenceStateSchema).optional(),
    })
    .nullable(),
  /** Where the audit log of the computer that made it stood. */
  audit: auditMarkSchema.optional(),
  /** Of the database itself; absent in sets of before. */
  databaseSettings: databaseSettingsSchema.optional(),
  /** What the job left out; absent: nothing. */
  leftOut: leftOutSchema.optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** `newer`: written by a PgKeep whose format this one does not know. `damaged`: no manifest at all. */
export type ParsedManifest = Manifest | 'newer' | 'damaged';

export function parseManifest(text: string): ParsedManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'damaged';
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const head = z.object({ product: z.literal('PgKeep'), format: z.number().gt(setFormatVersion) }).safeParse(value);
  return head.success ? 'newer' : 'damaged';
}
