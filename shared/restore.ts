// Bringing a snapshot back: into a database that stays (restore) or one that is compared and dropped (drill).
import { z } from 'zod';
import { dumpFormats } from './dump-choice.ts';
import { wireErrorSchema } from './errors.ts';

export const restoreKinds = ['restore', 'drill'] as const;
export type RestoreKind = (typeof restoreKinds)[number];

export const restoreStates = ['running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;
export type RestoreState = (typeof restoreStates)[number];

export const restoreStages = ['plan', 'load', 'compare', 'finish'] as const;
export type RestoreStage = (typeof restoreStages)[number];

export const restoreRequestSchema = z.object({
  snapshotId: z.string().min(1),
  /** Null: the connection of the snapshot's job. */
  connectionId: z.string().nullable(),
  /** The database that will hold the data. Must not exist, or be empty, unless `replace`. */
  database: z.string().min(1).max(63),
  /** Puts the restored database in the place of an existing one, which stays under another name. */
  replace: z.boolean(),
  /** `schema.table` each; empty for everything. */
  tables: z.array(z.string()),
  /** Leaves out owners and rights, for a server that lacks the roles. */
  withoutOwners: z.boolean(),
});
export type RestoreRequest = z.infer<typeof restoreRequestSchema>;

/** A backup file that a person picked, downloaded from Drive's own site for example; its manifest too, where it was found. */
export const pickedFileSchema = z.object({
  /** What `restores.startFromFile` takes; good until the program ends. */
  id: z.string(),
  /** The file's name, without its folder. */
  name: z.string(),
  sizeBytes: z.number(),
  dumpFormat: z.enum(dumpFormats),
  /** As the archive in the file says it; null when its version is not known here. */
  database: z.string().nullable(),
  serverVersion: z.string().nullable(),
  /** When it was made; null without a manifest. */
  createdAt: z.string().nullable(),
  /** The manifest's name; null: the file itself cannot be compared with what was backed up. */
  manifestName: z.string().nullable(),
  /** `schema.table` of what can be chosen; null when it is not known before everything was read, as in plain SQL. */
  tables: z.array(z.string()).nullable(),
  /** The file beside it that brings roles back; null when there is none. */
  globalsName: z.string().nullable(),
});
export type PickedFile = z.infer<typeof pickedFileSchema>;

export const fileRestoreRequestSchema = restoreRequestSchema.omit({ snapshotId: true, connectionId: true }).extend({
  fileId: z.string().min(1),
  connectionId: z.string().min(1),
});
export type FileRestoreRequest = z.infer<typeof fileRestoreRequestSchema>;

export const restoreReportSchema = z.object({
  database: z.string(),
  /** Null when nothing could be compared (no counts in the manifest). */
  equal: z.boolean().nullable(),
  tables: z.number(),
  rows: z.number(),
  bytes: z.number(),
  /** What differs, in words; at most 50 lines. */
  differences: z.array(z.string()),
  /** The name under which a replaced database still exists. */
  previousDatabase: z.string().nullable(),
  warnings: z.array(z.string()),
});
export type RestoreReport = z.infer<typeof restoreReportSchema>;

export const restoreSchema = z.object({
  id: z.string(),
  kind: z.enum(restoreKinds),
  /** Null when it came from a file. */
  snapshotId: z.string().nullable(),
  /** The name of the file that a person picked; null when it came from a snapshot. */
  fileName: z.string().nullable(),
  /** Where the data goes: the final name for a restore, the scratch name for a drill. */
  database: z.string(),
  state: z.enum(restoreStates),
  stage: z.enum(restoreStages).nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** Bytes of the dump handed to pg_restore so far, and in all. */
  progress: z.object({ doneBytes: z.number(), totalBytes: z.number() }).nullable(),
  report: restoreReportSchema.nullable(),
  error: wireErrorSchema.nullable(),
});
export type Restore = z.infer<typeof restoreSchema>;
