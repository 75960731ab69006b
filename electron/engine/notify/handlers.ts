// What the window and the command line ask about notifications: settings, tests, and whether messages arrive.
import type { Alert, AlertDraft } from '../../../shared/alert.ts';
import type { EngineHandlers } from '../../../shared/ipc/contract.ts';
import type { DeliveryState } from '../../../shared/notification-settings.ts';
import { toPlace } from '../../../shared/place.ts';
import type { Clock, SecretVault } from '../base/ports.ts';
import type { Db } from '../store/database.ts';
import type { Delivery } from './delivery.ts';
import { readNotificationSettings, saveNotificationSettings } from './stored-settings.ts';

export interface NotificationHandlersParts {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly delivery: Delivery;
  readonly seal: (draft: AlertDraft, thread: null) => Alert;
  readonly getDelivery: () => DeliveryState;
  readonly onSaved: () => void;
  readonly deliver: (patienceMs: number) => Promise<void>;
  readonly signal: AbortSignal;
}

export function createNotificationHandlers(parts: NotificationHandlersParts): EngineHandlers['notifications'] {
  const { db, delivery, signal } = parts;
  return {
    get: () => readNotificationSettings(db),
    save: async (patch) => {
      const saved = await saveNotificationSettings(parts, patch);
      parts.onSaved();
      return saved;
    },
    testMail: async (patch) => {
      const alert = parts.seal(toTestAlert('Mail from PgKeep arrives', 'mail'), null);
      const { deferred, refused } = await delivery.sendMailNow(alert, null, patch, signal);
      const problem = refused ?? deferred?.error;
      if (problem) throw problem;
      return { recipients: (patch.mail ?? readNotificationSettings(db).mail)?.recipients ?? [] };
    },
    testWebhook: async (patch) => {
      const alert = parts.seal(toTestAlert('The webhook of PgKeep works', 'notifications'), null);
      await delivery.postWebhookNow(alert, patch, signal);
    },
    getDelivery: parts.getDelivery,
    deliver: async ({ patienceMs }) => {
      await parts.deliver(patienceMs);
      return parts.getDelivery();
    },
  };
}

function toTestAlert(title: string, tab: string): AlertDraft {
  return {
    ...{ kind: 'test', tone: 'info', title, toDo: '', facts: [], log: [], open: toPlace('settings', { tab }) },
    happened: 'This is a test that was asked for in the settings. Failures of backups come the same way.',
    ...{ job: null, database: null, runId: null, errorCode: null },
  };
}
