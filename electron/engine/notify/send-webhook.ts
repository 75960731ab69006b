// A webhook message: what happened as JSON, signed so that the receiver can tell who sent it and when. docs/alerts.md is its
// description.
import { createHmac } from 'node:crypto';
import type { Alert } from '../../../shared/alert.ts';
import type { WebhookSettings } from '../../../shared/notification-settings.ts';
import { postUrl } from './post-url.ts';

export interface WebhookTarget {
  readonly settings: WebhookSettings;
  /** Null: the message is not signed. */
  readonly secret: string | null;
  readonly version: string;
  readonly machine: string;
}

export const webhookVersion = 1;

/** What is posted. Fields are added in later versions, never changed. */
export function toWebhookBody(alert: Alert, { version, machine }: Pick<WebhookTarget, 'version' | 'machine'>): string {
  const { id, kind, tone, at, title, happened, toDo, facts, log, job, database, runId, errorCode, thread } = alert;
  return JSON.stringify({
    ...{ version: webhookVersion, id, kind, tone, at, title, happened, toDo, facts, log, job, database },
    ...{ run: runId, error: errorCode, thread, sender: { program: 'PgKeep', version, machine } },
    // Chat programs show this.
    text: [title, happened, toDo].filter((part) => part !== '').join('\n'),
  });
}

/** `v1=` and the HMAC-SHA256 of `<timestamp>.<body>`, in hex. */
export function signWebhook(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** `now`: the time of this try, which the signature holds. Rejects with `webhook/…`. */
export async function sendWebhook(target: WebhookTarget, alert: Alert, now: Date, signal: AbortSignal): Promise<void> {
  const body = toWebhookBody(alert, target);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const { url, allowHttp } = target.settings;
  const headers = {
    'content-type': 'application/json',
    'user-agent': `PgKeep/${target.version}`,
    'x-pgkeep-id': alert.id,
    'x-pgkeep-event': alert.kind,
    'x-pgkeep-timestamp': timestamp,
    ...(target.secret === null || target.secret === ''
      ? {}
      : { 'x-pgkeep-signature': signWebhook(target.secret, timestamp, body) }),
  };
  await postUrl({ url, allowHttp, headers, body }, signal);
}
