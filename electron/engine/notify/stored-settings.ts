// The settings of notifications as they are stored: values in the settings' table, secrets in the vault.
import type { AlertGroup } from '../../../shared/alert.ts';
import { alertGroupNames } from '../../../shared/alert.ts';
import { invalidInput } from '../../../shared/errors.ts';
import type { NotificationPatch, NotificationSettings } from '../../../shared/notification-settings.ts';
import type { Clock, SecretVault } from '../base/ports.ts';
import type { Db } from '../store/database.ts';
import { readSetting, writeSetting } from '../store/settings.ts';

/** The vault's names. */
export const secretNames = {
  mailSecret: 'mail/secret',
  oauthClientSecret: 'mail/oauth-client-secret',
  webhookSecret: 'webhook/secret',
} as const;

const flagNames = {
  mailSecret: 'hasMailSecret',
  oauthClientSecret: 'hasOAuthClientSecret',
  webhookSecret: 'hasWebhookSecret',
} as const;

type SecretField = keyof typeof secretNames;
const secretFields = Object.keys(secretNames) as SecretField[];

export function readNotificationSettings(db: Db): NotificationSettings {
  const muted = readSetting(db, 'mutedAlerts');
  return {
    desktopOnSuccess: readSetting(db, 'notifyOnSuccess'),
    // A group of a newer version is not known here.
    muted: muted.filter((name): name is AlertGroup => (alertGroupNames as readonly string[]).includes(name)),
    quietHours: readSetting(db, 'quietHours'),
    weeklyDigest: readSetting(db, 'weeklyDigest'),
    timeZone: readSetting(db, 'messageTimeZone'),
    mail: readSetting(db, 'mail'),
    webhook: readSetting(db, 'webhook'),
    hasMailSecret: readSetting(db, 'hasMailSecret'),
    hasOAuthClientSecret: readSetting(db, 'hasOAuthClientSecret'),
    hasWebhookSecret: readSetting(db, 'hasWebhookSecret'),
  };
}

export interface SettingsParts {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly clock: Clock;
}

/** Secrets first: without the vault nothing is changed. Throws `input/invalid` for a sign-in without its secret. */
export async function saveNotificationSettings(
  { db, vault, clock }: SettingsParts,
  patch: NotificationPatch,
): Promise<NotificationSettings> {
  requireSecret(db, patch);
  for (const field of secretFields) {
    const value = patch[field];
    if (value === undefined) continue;
    if (value === '') await vault.remove(secretNames[field]);
    else await vault.write(secretNames[field], value);
  }
  db.transaction(() => {
    for (const field of secretFields) {
      const value = patch[field];
      if (value !== undefined) writeSetting(db, flagNames[field], value !== '');
    }
    if (patch.desktopOnSuccess !== undefined) writeSetting(db, 'notifyOnSuccess', patch.desktopOnSuccess);
    if (patch.muted !== undefined) writeSetting(db, 'mutedAlerts', patch.muted);
    if (patch.quietHours !== undefined) writeSetting(db, 'quietHours', patch.quietHours);
    if (patch.timeZone !== undefined) writeSetting(db, 'messageTimeZone', patch.timeZone);
    if (patch.mail !== undefined) writeSetting(db, 'mail', patch.mail);
    if (patch.webhook !== undefined) writeSetting(db, 'webhook', patch.webhook);
    if (patch.weeklyDigest !== undefined) {
      // The first one comes next Monday, not at once.
      if (patch.weeklyDigest && !readSetting(db, 'weeklyDigest'))
        writeSetting(db, 'digestAt', clock.now().toISOString());
      writeSetting(db, 'weeklyDigest', patch.weeklyDigest);
    }
  })();
  return readNotificationSettings(db);
}

function requireSecret(db: Db, { mail, mailSecret }: NotificationPatch): void {
  if (!mail || mail.auth === 'none') return;
  const will = mailSecret === undefined ? readSetting(db, 'hasMailSecret') : mailSecret !== '';
  if (will) return;
  throw invalidInput(mail.auth === 'password' ? 'password' : 'refresh token', 'the mail server needs it to sign in');
}

/** What the form brings, else what is stored. */
export async function readSecret(
  vault: SecretVault,
  field: SecretField,
  patch: NotificationPatch = {},
): Promise<string | null> {
  return patch[field] ?? (await vault.read(secretNames[field]));
}
