// What is told, when and where: the settings of notifications, mail and webhook, and how their delivery stands. Secrets are
// never part of them: they lie in the vault.
import { z } from 'zod';
import { alertGroupNames } from './alert.ts';
import { wireErrorSchema } from './errors.ts';
import { isTimeZone } from './local-time.ts';
import { mailSettingsSchema } from './mail.ts';

/** Hours and minutes of a day, e.g. `22:00`. */
const clockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const quietHoursSchema = z.object({ from: clockTimeSchema, to: clockTimeSchema });
export type QuietHours = z.infer<typeof quietHoursSchema>;

/** Addresses that a message may be sent to without encryption: this computer itself. */
const ownHosts = ['localhost', '127.0.0.1', '[::1]'];

/** Null when the address may be used; else the second half of a sentence that says why not. */
export function findUrlProblem(url: string, allowHttp: boolean): string | null {
  if (!URL.canParse(url)) return 'it is no web address';
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return 'it must not hold a user name or password';
  if (protocol === 'https:') return null;
  if (protocol !== 'http:') return 'it must begin with https://';
  return allowHttp || ownHosts.includes(hostname) ? null : 'it must begin with https://';
}

const secretSchema = z.string().max(500);

export const webhookSettingsSchema = z
  .object({
    url: z.string().trim().max(2000),
    /** Without encryption, to other computers too. */
    allowHttp: z.boolean(),
  })
  .superRefine(({ url, allowHttp }, ctx) => {
    const problem = findUrlProblem(url, allowHttp);
    if (problem !== null) ctx.addIssue({ code: 'custom', path: ['url'], message: problem });
  });
export type WebhookSettings = z.infer<typeof webhookSettingsSchema>;

const fields = {
  /** Desktop notification when a backup that a person started succeeds. */
  desktopOnSuccess: z.boolean(),
  /** Groups of messages that are not sent. */
  muted: z.array(z.enum(alertGroupNames)),
  /** Desktop notifications and mails wait until they are over; null: there are none. */
  quietHours: quietHoursSchema.nullable(),
  /** A mail a week about what went well. */
  weeklyDigest: z.boolean(),
  /** IANA name of the zone of all times in messages; null: this computer's. */
  timeZone: z.string().refine(isTimeZone, 'there is no such time zone').nullable(),
  mail: mailSettingsSchema.nullable(),
  webhook: webhookSettingsSchema.nullable(),
};

export const notificationSettingsSchema = z.object({
  ...fields,
  hasMailSecret: z.boolean(),
  hasOAuthClientSecret: z.boolean(),
  hasWebhookSecret: z.boolean(),
});
export type NotificationSettings = z.infer<typeof notificationSettingsSchema>;

/** Without a secret the stored one stays; an empty one removes it. */
export const notificationSecretsSchema = z.object({
  /** The password, or the refresh token with OAuth2. */
  mailSecret: z.string().max(5000).optional(),
  oauthClientSecret: secretSchema.optional(),
  /** Signs webhook messages. */
  webhookSecret: secretSchema.optional(),
});
export type NotificationSecrets = z.infer<typeof notificationSecretsSchema>;

/** What a form sends; what is absent stays. */
export const notificationPatchSchema = z.object(fields).partial().extend(notificationSecretsSchema.shape);
export type NotificationPatch = z.infer<typeof notificationPatchSchema>;

export const channelStateSchema = z.object({
  waiting: z.number(),
  /** Since when the oldest of them waits. */
  waitingSince: z.string().nullable(),
  /** Why the newest try failed; null when it did not. */
  error: wireErrorSchema.nullable(),
  lastSentAt: z.string().nullable(),
  /** Messages that were given up since the last one arrived, in the last 30 days, and since when. */
  lost: z.number(),
  lostSince: z.string().nullable(),
});
export type ChannelState = z.infer<typeof channelStateSchema>;

export const deliveryStateSchema = z.object({ mail: channelStateSchema, webhook: channelStateSchema });
export type DeliveryState = z.infer<typeof deliveryStateSchema>;

const notDeliveredAfterMs = 3_600_000;

/** What a person should know about messages that do not arrive; null when all is well. */
export function describeUndelivered(
  name: string,
  { waiting, waitingSince, error, lost, lostSince }: ChannelState,
  now: Date,
  formatWhen: (iso: string) => string,
): string | null {
  const waitsLong = waitingSince !== null && now.getTime() - Date.parse(waitingSince) > notDeliveredAfterMs;
  const count = (number: number): string => (number === 1 ? `1 ${name}` : `${String(number)} ${name}s`);
  if (error !== null && waitsLong) {
    return `${count(waiting)} could not be delivered since ${formatWhen(waitingSince)}.`;
  }
  if (lost > 0 && lostSince !== null)
    return `${count(lost)} could not be delivered since ${formatWhen(lostSince)} and ${lost === 1 ? 'was' : 'were'} given up.`;
  return null;
}
