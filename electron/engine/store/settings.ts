// Small values by name, each with its schema. Secrets are not here.
import { z } from 'zod';
import { catalogCheckSchema } from '../../../shared/catalog.ts';
import { mailSettingsSchema } from '../../../shared/mail.ts';
import { quietHoursSchema, webhookSettingsSchema } from '../../../shared/notification-settings.ts';
import { defaultSpoolWindowBytes, defaultWindowPatienceMinutes, spoolUses } from '../../../shared/settings.ts';
import { eraseWays } from '../../../shared/erase.ts';
import { pauseSchema } from '../../../shared/slot.ts';
import type { Db } from './database.ts';

/** Times are ISO. What is missing in a row of an older version has its default. */
const accountSchema = z.object({
  /** Google's stable id of the user. */
  permissionId: z.string(),
  email: z.string(),
  kind: z.enum(['person', 'service-account']).default('person'),
  signedOut: z.boolean(),
  signedOutBy: z.enum(['google', 'person', 'client']).nullable().default(null),
  signedInAt: z.string().nullable().default(null),
  /** When Google last gave an access token. */
  lastUsedAt: z.string().nullable().default(null),
  /** When Google said that it will end the sign-in. */
  signInEndsAt: z.string().nullable().default(null),
  /** How many sign-ins in a row Google ended about a week after they were made. */
  weeklyEnds: z.number().default(0),
  /** Google's number of the project whose client made the sign-in; empty: unknown. */
  project: z.string().default(''),
  /** Backups older than this were made under another project. */
  projectSince: z.string().nullable().default(null),
});

/** Every stored value: its schema and what it is before anyone set it. */
const entries = {
  /** The user's own OAuth client; its secret is in the vault. */
  googleClientId: { schema: z.string(), initial: '' },
  hasGoogleClientSecret: { schema: z.boolean(), initial: false },
  /** Desktop notification when a run that a person started succeeds. */
  notifyOnSuccess: { schema: z.boolean(), initial: true },
  /** Groups of messages that are not sent. */
  mutedAlerts: { schema: z.array(z.string()), initial: [] },
  quietHours: { schema: quietHoursSchema.nullable(), initial: null },
  weeklyDigest: { schema: z.boolean(), initial: false },
  /** When the last digest was sent, or digests were switched on. */
  digestAt: { schema: z.string().nullable(), initial: null },
  /** IANA name of the zone of times in messages; null: this computer's. */
  messageTimeZone: { schema: z.string().nullable(), initial: null },
  /** The passwords, tokens and keys of these are in the vault. */
  mail: { schema: mailSettingsSchema.nullable(), initial: null },
  webhook: { schema: webhookSettingsSchema.nullable(), initial: null },
  hasMailSecret: { schema: z.boolean(), initial: false },
  hasOAuthClientSecret: { schema: z.boolean(), initial: false },
  hasWebhookSecret: { schema: z.boolean(), initial: false },
  /** Runs that ended until then were looked at for messages. */
  noticedRunsUntil: { schema: z.string().nullable(), initial: null },
  /** Each job's schedule as text, and since when it is so: nothing is late before. */
  watchedSchedules: { schema: z.record(z.string(), z.object({ text: z.string(), since: z.string() })), initial: {} },
  /** How full the disk of the spool was, once a day. */
  diskPoints: {
    schema: z.array(z.object({ at: z.string(), freeBytes: z.number(), totalBytes: z.number() })),
    initial: [],
  },
  /** Folders with PostgreSQL's programs that a person chose. */
  toolDirs: { schema: z.array(z.string()), initial: [] },
  /** What was told of programs that do not fit a server, so that a state is told once. Empty: nothing to tell. */
  toldTools: { schema: z.string(), initial: '' },
  /** The age recipient that sets are encrypted for; null before the first start made one. */
  key: {
    schema: z.object({ recipient: z.string(), createdAt: z.string(), kitSavedAt: z.string().nullable() }).nullable(),
    initial: null,
  },
  /** Recipients of the keys in the vault that only open older backups. */
  formerRecipients: { schema: z.array(z.string()), initial: [] },
  /** The key came from a recovery kit, so another kit does not take its place. */
  keyFromKit: { schema: z.boolean(), initial: false },
  /** What the last comparison with Drive found; null before the first one. */
  catalogCheck: { schema: catalogCheckSchema.nullable(), initial: null },
  /** Whose Drive it is. */
  account: { schema: accountSchema.nullable(), initial: null },
  /** The service account in use; its private key is in the vault. Null: a person signs in. */
  serviceAccount: {
    schema: z
      .object({
        clientEmail: z.string(),
        privateKeyId: z.string().nullable(),
        /** The person in whose name it acts. */
        actsFor: z.string().nullable(),
        scope: z.string(),
      })
      .nullable(),
    initial: null,
  },
  /** The folder that a person chose to hold `PgKeep/`; null: the top of My Drive. */
  backupPlace: {
    schema: z
      .object({
        parentId: z.string(),
        parentName: z.string(),
        driveId: z.string().nullable(),
        driveName: z.string().nullable(),
      })
      .nullable(),
    initial: null,
  },
  /** Bytes a second that uploads may take; null: no limit. */
  uploadLimitBytesPerSecond: { schema: z.number().int().positive().nullable(), initial: null },
  /** Jobs whose erasing is not done yet. */
  erasures: { schema: z.array(z.object({ id: z.string(), way: z.enum(eraseWays) })), initial: [] },
  /** When a dump passes through a window, how large that is, and how long it may stand still. */
  spoolUse: { schema: z.enum(spoolUses), initial: 'auto' },
  spoolWindowBytes: { schema: z.number().int().positive(), initial: defaultSpoolWindowBytes },
  windowPatienceMinutes: { schema: z.number().int().positive(), initial: defaultWindowPatienceMinutes },
  /** Google refuses uploads, and since when; ISO times. */
  uploadPause: {
    schema: z.object({
      refusedSince: z.string().nullable(),
      refusedLast: z.string().nullable(),
      until: z.string().nullable(),
    }),
    initial: { refusedSince: null, refusedLast: null, until: null },
  },
  /** Up to when the times of all schedules were dealt with, ISO; null before the first look. */
  scheduleSeenAt: { schema: z.string().nullable(), initial: null },
  /** A person has stopped all schedules; null: nobody has. */
  schedulePause: { schema: pauseSchema.nullable(), initial: null },
  /** Keep the computer from falling asleep while a backup runs. */
  keepAwake: { schema: z.boolean(), initial: true },
  /** `PgKeep/` on Drive, saved before it is made there. */
  rootFolderId: { schema: z.string().nullable(), initial: null },
} as const;

type Entries = typeof entries;
export type SettingName = keyof Entries;
export type SettingValue<N extends SettingName> = z.infer<Entries[N]['schema']>;

export function readSetting<N extends SettingName>(db: Db, name: N): SettingValue<N> {
  const row = db.prepare<[string], { value: string }>('select value from settings where key = ?').get(name);
  const { schema, initial } = entries[name];
  return (row === undefined ? initial : schema.parse(JSON.parse(row.value))) as SettingValue<N>;
}

export function writeSetting<N extends SettingName>(db: Db, name: N, value: SettingValue<N>): void {
  db.prepare('insert or replace into settings (key, value) values (?, ?)').run(name, JSON.stringify(value));
}

/** The shared drive that the backups go to; null: My Drive. */
export function readSharedDriveId(db: Db): string | null {
  return readSetting(db, 'backupPlace')?.driveId ?? null;
}
