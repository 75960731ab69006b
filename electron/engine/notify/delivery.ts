// The ways out: hands a message to the desktop, the mail server or the webhook, with the settings as they are at that moment.
import type { Alert } from '../../../shared/alert.ts';
import { AppError, assertNever } from '../../../shared/errors.ts';
import { formatLocal } from '../../../shared/local-time.ts';
import type { MailSettings } from '../../../shared/mail.ts';
import type { NotificationPatch } from '../../../shared/notification-settings.ts';
import type { Notice } from '../../../shared/settings.ts';
import type { Clock, SecretVault } from '../base/ports.ts';
import type { Db } from '../store/database.ts';
import type { OutboxRow } from '../store/outbox.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { toMailText } from './mail-text.ts';
import { createMailTokens } from './oauth-token.ts';
import type { Delivered } from './outbox.ts';
import { checkMailServer, sendMail, type MailOutcome } from './send-mail.ts';
import { sendWebhook } from './send-webhook.ts';
import { readSecret, secretNames } from './stored-settings.ts';

export interface DeliveryParts {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly version: string;
  readonly machine: string;
  readonly readZone: () => string;
  readonly showNotice: (notice: Notice) => void;
}

export interface Delivery {
  readonly bring: (row: OutboxRow, signal: AbortSignal) => Promise<Delivered>;
  /** `patch`: settings that are not stored yet, with their secrets. Rejects with `mail/…`, `mail/not-set-up` without any. */
  readonly sendMailNow: (
    alert: Alert,
    to: readonly string[] | null,
    patch: NotificationPatch,
    signal: AbortSignal,
  ) => Promise<MailOutcome>;
  /** Whether the stored mail server lets this program in. Rejects with `mail/…`. */
  readonly checkMail: (settings: MailSettings, signal: AbortSignal) => Promise<void>;
  /** Rejects with `webhook/…`. */
  readonly postWebhookNow: (alert: Alert, patch: NotificationPatch, signal: AbortSignal) => Promise<void>;
}

export function createDelivery(parts: DeliveryParts): Delivery {
  const { db, vault, clock, version, machine } = parts;
  const tokens = createMailTokens(clock, async (refreshToken) => {
    // Of the stored settings alone: what a form tries out is not stored yet.
    if (readSetting(db, 'mail')?.auth !== 'oauth2') return;
    await vault.write(secretNames.mailSecret, refreshToken);
    writeSetting(db, 'hasMailSecret', true);
  });

  const readLogin = async (
    settings: MailSettings,
    patch: NotificationPatch,
    signal: AbortSignal,
  ): Promise<string | null> => {
    if (settings.auth === 'none') return null;
    const secret = await readSecret(vault, 'mailSecret', patch);
    if (secret === null || secret === '') {
      const context = { host: settings.host, detail: 'No password is stored.' };
      throw new AppError('mail/auth-failed', 'no secret for the mail server', { context });
    }
    if (settings.auth === 'password') return secret;
    const clientSecret = (await readSecret(vault, 'oauthClientSecret', patch)) ?? '';
    return tokens.get({ settings, refreshToken: secret, clientSecret }, signal);
  };

  const sendMailNow: Delivery['sendMailNow'] = async (alert, to, patch, signal) => {
    const settings = patch.mail ?? readSetting(db, 'mail');
    if (!settings) throw new AppError('mail/not-set-up', 'no mail settings');
    const secret = await readLogin(settings, patch, signal);
    const origin = { machine, version, at: formatLocal(alert.at, parts.readZone()) };
    // Who is no recipient any more is not written to again.
    const left = to?.filter((address) => settings.recipients.includes(address)) ?? settings.recipients;
    if (left.length === 0) return { deferred: undefined, refused: undefined };
    const text = toMailText(alert, origin);
    const mail = { ...text, id: alert.id, thread: alert.thread, date: new Date(alert.at), to: left };
    try {
      return await sendMail({ settings, secret }, mail, signal);
    } catch (error) {
      if (error instanceof AppError && error.code === 'mail/auth-failed') tokens.forget();
      throw error;
    }
  };

  const postWebhookNow: Delivery['postWebhookNow'] = async (alert, patch, signal) => {
    const settings = patch.webhook ?? readSetting(db, 'webhook');
    if (!settings) throw new AppError('webhook/refused', 'no webhook', { context: { detail: 'no address is set' } });
    const secret = await readSecret(vault, 'webhookSecret', patch);
    await sendWebhook({ settings, secret, version, machine }, alert, clock.now(), signal);
  };

  return {
    checkMail: async (settings, signal) => {
      await checkMailServer({ settings, secret: await readLogin(settings, {}, signal) }, signal);
    },
    sendMailNow,
    postWebhookNow,
    bring: async ({ channel, alert, to }, signal) => {
      switch (channel) {
        case 'desktop':
          parts.showNotice(toNotice(alert));
          return { state: 'sent' };
        case 'mail':
          if (!readSetting(db, 'mail')) return { state: 'dropped' };
          return { state: 'sent', ...(await sendMailNow(alert, to, {}, signal)) };
        case 'webhook':
          if (!readSetting(db, 'webhook')) return { state: 'dropped' };
          await postWebhookNow(alert, {}, signal);
          return { state: 'sent' };
        default:
          return assertNever(channel);
      }
    },
  };
}

export function toNotice({ title, happened, toDo, tone, open }: Alert): Notice {
  const urgency = tone === 'bad' || tone === 'warn' ? 'critical' : 'normal';
  return { title, body: [happened, toDo].filter((part) => part !== '').join(' '), urgency, open };
}
