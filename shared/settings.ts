// Key, settings and check-up as the window and the command line see them.
import { z } from 'zod';

export const keySchema = z.object({
  /** age recipient (`age1…`), the public half. */
  recipient: z.string(),
  createdAt: z.string(),
  /** Null until the recovery kit was saved. */
  kitSavedAt: z.string().nullable(),
});
export type Key = z.infer<typeof keySchema>;

/** 16 KiB a second at least: with less, a large upload would take longer than Google keeps it open. */
export const minUploadLimitBytesPerSecond = 16 * 1024;
export const maxUploadLimitBytesPerSecond = 10_000_000_000;

const uploadLimitSchema = z.number().int().min(minUploadLimitBytesPerSecond).max(maxUploadLimitBytesPerSecond);

export const settingsSchema = z.object({
  /** The user's own Google OAuth client of type "Desktop app". */
  googleClientId: z.string(),
  hasGoogleClientSecret: z.boolean(),
  /** Desktop notification when a run that a person started succeeds. Failures always show. */
  notifyOnSuccess: z.boolean(),
  /** What uploads may take of the line, bytes a second; null: all of it. Counts at once. */
  uploadLimitBytesPerSecond: uploadLimitSchema.nullable(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What a form sends; what is absent stays. */
export const settingsPatchSchema = z.object({
  googleClientId: z.string().trim().max(200).optional(),
  googleClientSecret: z.string().trim().max(200).optional(),
  notifyOnSuccess: z.boolean().optional(),
  uploadLimitBytesPerSecond: uploadLimitSchema.nullable().optional(),
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
  open: z.enum(['overview', 'runs', 'snapshots', 'settings']),
});
export type Notice = z.infer<typeof noticeSchema>;
