// The double's notification settings: mail that works, or a mail server that refuses the password.
import { AppError, toWireError } from '../../shared/errors.ts';
import type { EngineHandlers, PgKeepEmit } from '../../shared/ipc/contract.ts';
import type { ChannelState, DeliveryState, NotificationSettings } from '../../shared/notification-settings.ts';
import type { World } from './window-bridge-data.ts';

export const noNotifications: NotificationSettings = {
  ...{ desktopOnSuccess: true, muted: [], quietHours: null, weeklyDigest: false, timeZone: null },
  ...{ mail: null, webhook: null, hasMailSecret: false, hasOAuthClientSecret: false, hasWebhookSecret: false },
};

const idle: ChannelState = {
  ...{ waiting: 0, waitingSince: null, error: null, lastSentAt: null, lost: 0, lostSince: null },
};
export const noDelivery: DeliveryState = { mail: idle, webhook: idle };

export function createNotifications(): NotificationSettings {
  return {
    ...noNotifications,
    quietHours: { from: '22:00', to: '07:00' },
    mail: {
      ...{ provider: 'fastmail', host: 'smtp.fastmail.com', port: 465, security: 'tls', auth: 'password' },
      ...{ user: 'anna@office.example', from: 'anna@office.example', fromName: 'PgKeep' },
      ...{ recipients: ['anna@office.example', 'ben@office.example'], oauthClientId: '', oauthTokenUrl: '', ca: '' },
    },
    hasMailSecret: true,
  };
}

export const refusedMail = new AppError('mail/auth-failed', 'refused', {
  context: { host: 'smtp.fastmail.com', port: 465, detail: '535 5.7.8 Username and Password not accepted' },
});

/** Three mails have waited for two hours. */
export function createFailingDelivery(at: (agoMs: number) => string): DeliveryState {
  const mail = { ...idle, waiting: 3, waitingSince: at(7_200_000), error: toWireError(refusedMail) };
  return { mail, webhook: idle };
}

export function createNotificationHandlers(world: World, emit: PgKeepEmit): EngineHandlers['notifications'] {
  return {
    get: () => world.notifications,
    save: ({ mailSecret, oauthClientSecret, webhookSecret, ...patch }) => {
      const flag = (secret: string | undefined, stored: boolean): boolean =>
        secret === undefined ? stored : secret !== '';
      const before = world.notifications;
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      world.notifications = {
        ...{ ...before, ...given },
        hasMailSecret: flag(mailSecret, before.hasMailSecret),
        hasOAuthClientSecret: flag(oauthClientSecret, before.hasOAuthClientSecret),
        hasWebhookSecret: flag(webhookSecret, before.hasWebhookSecret),
      };
      world.delivery = noDelivery;
      emit('notifications.deliveryChanged', world.delivery);
      return world.notifications;
    },
    testMail: ({ mail, mailSecret }) => {
      if (mailSecret === 'wrong') throw refusedMail;
      return { recipients: mail?.recipients ?? [] };
    },
    testWebhook: () => undefined,
    getDelivery: () => world.delivery,
    deliver: () => world.delivery,
  };
}
