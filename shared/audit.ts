// The audit log: who did which act on which backup, key or setting, and when. Entries are chained by hashes; how they are
// kept is store/audit.ts, the sentences are audit-words.ts.
import { z } from 'zod';

/** What is written down, by the noun it is about. */
export const auditActs = [
  'program.started',
  'job.added',
  'job.changed',
  'job.removed',
  'job.erased',
  'connection.added',
  'connection.changed',
  'connection.removed',
  'backup.asked',
  'backup.made',
  'backup.failed',
  'backup.cancelled',
  'snapshot.pinned',
  'snapshot.unpinned',
  'snapshot.downloaded',
  'snapshot.opened',
  'snapshot.removed',
  'snapshot.untrashed',
  'restore.started',
  'restore.ended',
  'drill.started',
  'drill.ended',
  'catalog.rebuilt',
  'account.signed-in',
  'account.signed-out',
  'account.ended',
  'account.changed',
  'key.made',
  'key.kit-saved',
  'key.kit-opened',
  'settings.changed',
  'schedule.paused',
  'schedule.resumed',
  'audit.exported',
] as const;
export type AuditAct = (typeof auditActs)[number];

/** The groups that a list is filtered by: the part of an act before the point. */
export const auditGroups = [
  'backup',
  'snapshot',
  'restore',
  'drill',
  'job',
  'connection',
  'schedule',
  'account',
  'key',
  'settings',
  'catalog',
  'program',
  'audit',
] as const;
export type AuditGroup = (typeof auditGroups)[number];

/** By which way an act came: the window, a command, the daemon, or the program by itself (schedule, rules, Google). */
export const auditWays = ['window', 'command', 'daemon', 'program'] as const;
export type AuditWay = (typeof auditWays)[number];

/** Further facts of an act by name; texts of people, sizes, reasons. Never a secret. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>;

/** What whoever acts hands over; the rest the log knows. */
export interface AuditNote {
  readonly act: AuditAct;
  /** The name of what it was done to, as the person knows it: a job, a snapshot's base name, an account. Empty: itself. */
  readonly subject: string;
  /** The id of a snapshot, where the act is about one. */
  readonly snapshotId?: string | null;
  readonly details?: AuditDetails;
  /** `done`, or the code of the error that ended it. Absent: done. */
  readonly outcome?: string;
}

export const auditEntrySchema = z.object({
  /** 1 for the first entry, without gaps. */
  seq: z.number().int(),
  at: z.string(),
  /** One of `auditActs`, or an act that a newer version knows. */
  act: z.string(),
  user: z.string(),
  machine: z.string(),
  /** The program's version. */
  version: z.string(),
  /** One of `auditWays`. */
  way: z.string(),
  subject: z.string(),
  snapshotId: z.string().nullable(),
  outcome: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** SHA-256 over the entry and the hash of the one before, lower-case hex. */
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditFilterSchema = z.object({
  group: z.enum(auditGroups).nullable(),
  /** Found in subject, act, user or details, whatever the case. Empty: everything. */
  search: z.string().trim().max(200),
  /** Entries before this number; null: the newest. */
  before: z.number().int().nullable(),
  limit: z.number().int().min(1).max(500),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** Why a chain does not hold, and at which entry. */
export const auditFaults = ['changed', 'missing', 'cut', 'unguarded', 'other-history'] as const;
export type AuditFault = (typeof auditFaults)[number];

export const auditVerdictSchema = z.object({
  /** Entries that were read. */
  count: z.number(),
  /** Null: intact. */
  fault: z.enum(auditFaults).nullable(),
  /** The first entry that does not hold; null when it is none in particular. */
  seq: z.number().nullable(),
  /** The newest entry's hash: noted elsewhere, it proves later that nothing before it was changed. Empty for no entry. */
  head: z.string(),
  /** How many backups on Drive carry a note of the chain that was compared, too. Null: Drive was not asked. */
  witnesses: z.number().nullable(),
});
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;

/** Where the log stood when a backup was made; it lies in the encrypted manifest, so that no local change can reach it. */
export const auditMarkSchema = z.object({
  /** The hash of the very first entry, which tells this log from every other. */
  first: z.string(),
  /** The newest entry then. */
  seq: z.number().int(),
  hash: z.string(),
});
export type AuditMark = z.infer<typeof auditMarkSchema>;
