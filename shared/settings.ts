// Key, settings and check-up as the window and the command line see them.
import { z } from 'zod';
import { placeSchema } from './place.ts';

export const keySchema = z.object({
  /** age recipient (`age1…`), the public half. */
  recipient: z.string(),
  createdAt: z.string(),
  /** Null until the recovery kit was saved. */
  kitSavedAt: z.string().nullable(),
  /** Recipients of further keys that open older backups here; new ones are never encrypted for them. */
  former: z.array(z.string()),
});
export type Key = z.infer<typeof keySchema>;

/** 16 KiB a second at least: with less, a large upload would take longer than Google keeps it open. */
export const minUploadLimitBytesPerSecond = 16 * 1024;
export const maxUploadLimitBytesPerSecond = 10_000_000_000;

const uploadLimitSchema = z.number().int().min(minUploadLimitBytesPerSecond).max(maxUploadLimitBytesPerSecond);

/** A dump that does not fit on the disk passes over it through a window of this size, bytes. */
export const minSpoolWindowBytes = 32 * 1024 * 1024;
export const defaultSpoolWindowBytes = 256 * 1024 * 1024;
const spoolWindowSchema = z
  .number()
  .int()
  .min(minSpoolWindowBytes)
  .max(1024 ** 4);

/** `auto`: the whole dump where it fits, else a window. `window`: never more than the window. */
export const spoolUses = ['auto', 'window'] as const;
export type SpoolUse = (typeof spoolUses)[number];

/** How long a full window may stand still before the run ends, minutes: the server keeps the dump's locks meanwhile. */
export const defaultWindowPatienceMinutes = 30;
const windowPatienceSchema = z.number().int().min(1).max(1440);

/** What became of a recovery kit that was read. */
export const kitOutcomeSchema = z.object({
  key: keySchema,
  /**
   * `adopted`: it is this computer's key from now on, because nothing was backed up with another one here. `added`: it opens
   * older backups, new ones stay with this computer's own key. `known`: it was here already. `put-back`: it is this
   * computer's own key, which the key store had lost.
   */
  use: z.enum(['adopted', 'added', 'known', 'put-back']),
  /** Backups on Drive that were tried with it; null when Drive could not be asked. */
  opens: z.object({ tried: z.number(), opened: z.number() }).nullable(),
});
export type KitOutcome = z.infer<typeof kitOutcomeSchema>;

export const settingsSchema = z.object({
  /** The user's own Google OAuth client of type "Desktop app". */
  googleClientId: z.string(),
  hasGoogleClientSecret: z.boolean(),
  /** What uploads may take of the line, bytes a second; null: all of it. Counts at once. */
  uploadLimitBytesPerSecond: uploadLimitSchema.nullable(),
  spoolUse: z.enum(spoolUses),
  spoolWindowBytes: spoolWindowSchema,
  windowPatienceMinutes: windowPatienceSchema,
  /** Keep the computer from falling asleep while a backup runs. */
  keepAwake: z.boolean(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What a form sends; what is absent stays. */
export const settingsPatchSchema = z.object({
  googleClientId: z.string().trim().max(200).optional(),
  googleClientSecret: z.string().trim().max(200).optional(),
  uploadLimitBytesPerSecond: uploadLimitSchema.nullable().optional(),
  spoolUse: z.enum(spoolUses).optional(),
  spoolWindowBytes: spoolWindowSchema.optional(),
  windowPatienceMinutes: windowPatienceSchema.optional(),
  keepAwake: z.boolean().optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

export const checkSchema = z.object({
  /** `tools`, `server:<connection>`, `drive`, `key`, `disk`, … */
  id: z.string(),
  state: z.enum(['ok', 'warn', 'bad']),
  title: z.string(),
  detail: z.string(),
  /** What to do; null when nothing. */
  toDo: z.string().nullable(),
});
export type Check = z.infer<typeof checkSchema>;

/** A desktop notification. Clicking opens the window at `open`. */
export const noticeSchema = z.object({
  title: z.string(),
  body: z.string(),
  urgency: z.enum(['normal', 'critical']),
  open: placeSchema,
});
export type Notice = z.infer<typeof noticeSchema>;
