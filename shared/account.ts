// The Google account as the window and the command line see it: whose it is, how it stands, where new backups go, and
// what a person should know about it before it becomes a failure.
import { z } from 'zod';
import { wireErrorSchema } from './errors.ts';

/** Where the folder `PgKeep` lies, or will lie once the first backup makes it. */
export const backupFolderSchema = z.object({
  /** Null until it was made. */
  id: z.string().nullable(),
  /** Its name on Drive, which a person may have changed. */
  name: z.string(),
  /** The folder that a person chose to hold it; null: the top of My Drive. */
  parentId: z.string().nullable(),
  /** Its name; null where that says nothing, at the top of a drive. */
  parentName: z.string().nullable(),
  /** `My Drive`, or the name of the shared drive. */
  driveName: z.string(),
  onSharedDrive: z.boolean(),
});
export type BackupFolder = z.infer<typeof backupFolderSchema>;

/** Words for each kind: account-warnings.ts. */
export const accountWarningSchema = z.discriminatedUnion('kind', [
  /** Google said when it will end the sign-in. */
  z.object({ kind: z.literal('ends-at'), endsAt: z.string() }),
  /** Two sign-ins ended after a week: the client is in "Testing". */
  z.object({ kind: z.literal('ends-weekly') }),
  /** Google forgets a sign-in that nobody used for six months. */
  z.object({ kind: z.literal('long-unused'), lastUsedAt: z.string() }),
  /** The client belongs to another Google project than the one that made the older backups. */
  z.object({ kind: z.literal('other-project') }),
  /** Files may be added to the chosen folder, but not taken away. */
  z.object({ kind: z.literal('cannot-clean-up') }),
]);
export type AccountWarning = z.infer<typeof accountWarningSchema>;

/** Requests to Google keep failing and are tried again: no way to Google, or Google asks for patience. */
export const driveTroubleSchema = z.enum(['offline', 'busy']);
export type DriveTrouble = z.infer<typeof driveTroubleSchema>;

export const accountSchema = z.object({
  /** `none`: never signed in. `signed-out`: nobody is signed in now, backups wait. */
  state: z.enum(['none', 'signing-in', 'ready', 'signed-out']),
  /** Who ended the sign-in; `client`: it was of another OAuth client. Null unless signed out. */
  signedOutBy: z.enum(['google', 'person', 'client']).nullable(),
  kind: z.enum(['person', 'service-account']),
  /** The person's address, or the service account's own. */
  email: z.string().nullable(),
  /** The person in whose name a service account acts. */
  actsFor: z.string().nullable(),
  /** With which OAuth client a person signs in. `own` wins over the one built into the program. */
  client: z.enum(['none', 'built-in', 'own']),
  folder: backupFolderSchema.nullable(),
  usageBytes: z.number().nullable(),
  /** Null: unknown, or no limit. */
  limitBytes: z.number().nullable(),
  /** Why the last look at the account failed, when waiting does not mend it. */
  problem: wireErrorSchema.nullable(),
  /** Null: the last request came through, or nothing was asked yet. */
  trouble: driveTroubleSchema.nullable(),
  warnings: z.array(accountWarningSchema),
});
export type Account = z.infer<typeof accountSchema>;

/** What a service account needs besides its key file. */
export const serviceAccountWishSchema = z.object({
  /** The folder on a shared drive that will hold the backups, by address or id; null only with `actsFor`. */
  folder: z.string().trim().max(500).nullable(),
  /** The person in whose name it acts (delegation across the company); null: in its own. */
  actsFor: z.string().trim().max(200).nullable(),
});
export type ServiceAccountWish = z.infer<typeof serviceAccountWishSchema>;

/** `My Drive › Backups › PgKeep`: what a person reads as the place of the folder. */
export function describeFolder({ driveName, parentName, name }: BackupFolder): string {
  return [driveName, ...(parentName === null ? [] : [parentName]), name].join(' › ');
}

/** What an upload that stands still waits for. */
export function describeTrouble(trouble: DriveTrouble): string {
  return trouble === 'offline'
    ? 'No connection to Google Drive, trying again'
    : 'Google asks for patience, trying again';
}
