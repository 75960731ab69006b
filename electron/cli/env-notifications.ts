// Mail, webhook and ping address from an `.env` file. A line that is absent leaves what is stored, an empty one removes it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { invalidInput } from '../../shared/errors.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import { jobAlertsSchema } from '../../shared/job-alerts.ts';
import type { Job } from '../../shared/job.ts';
import { mailProviders } from '../../shared/mail-providers.ts';
import { mailSettingsSchema, type MailSettings } from '../../shared/mail.ts';
import { quietHoursSchema, webhookSettingsSchema, type NotificationPatch } from '../../shared/notification-settings.ts';
import { readSwitch, type EnvValues } from './env-choice.ts';

/** `dir`: where the file lies. Throws `input/invalid` naming the line, never its value. */
export async function applyEnvNotifications(client: PgKeepClient, values: EnvValues, dir: string): Promise<void> {
  const ca = values['SMTP_CA_FILE'] ?? '';
  const patch = readEnvNotifications(values, ca === '' ? '' : await readCertificate(path.resolve(dir, ca)));
  if (Object.keys(patch).length > 0) await client.notifications.save(patch);
}

export function readEnvNotifications(values: EnvValues, ca: string): NotificationPatch {
  const digest = readSwitch(values, 'BACKUP_WEEKLY_DIGEST');
  return {
    ...readMail(values, ca),
    ...readWebhook(values),
    ...readQuietHours(values),
    ...(digest === null ? {} : { weeklyDigest: digest }),
  };
}

/** The same job, with the file's ping address. */
export async function applyEnvPing(client: PgKeepClient, job: Job, values: EnvValues): Promise<Job> {
  const url = values['BACKUP_PING_URL'];
  if (url === undefined) return job;
  const parsed = jobAlertsSchema.safeParse({ pingUrl: url === '' ? null : url, allowHttp: false });
  if (!parsed.success) throw invalidInput('BACKUP_PING_URL', readProblem(parsed.error));
  if (isDeepStrictEqual(parsed.data, job.alerts)) return job;
  const { id, name, database, scope, connectionId } = job;
  return client.jobs.save({ id, name, database, scope, connectionId: connectionId ?? '', alerts: parsed.data });
}

function readMail(values: EnvValues, ca: string): NotificationPatch {
  const to = values['BACKUP_NOTIFICATION_EMAIL'];
  const url = values['SMTP_URL'];
  if (to === undefined) return {};
  const recipients = to.split(/[,;\s]+/).filter((address) => address !== '');
  if (recipients.length === 0) return { mail: null };
  if (url === undefined || url === '') {
    throw invalidInput(
      'SMTP_URL',
      'the mail server is needed for BACKUP_NOTIFICATION_EMAIL, e.g. smtps://user:password@host',
    );
  }
  const { password, ...server } = parseSmtpUrl(url);
  const from = values['BACKUP_MAIL_FROM'] ?? '';
  const sender = from !== '' ? from : server.user.includes('@') ? server.user : (recipients[0] ?? '');
  const auth = server.user === '' ? 'none' : 'password';
  const mail = {
    ...{ ...server, auth, recipients, from: sender, fromName: 'PgKeep', oauthClientId: '', oauthTokenUrl: '', ca },
    provider: mailProviders.find(({ host }) => host === server.host)?.id ?? 'custom',
  };
  const parsed = mailSettingsSchema.safeParse(mail);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? '');
    const names: Readonly<Record<string, string>> = {
      recipients: 'BACKUP_NOTIFICATION_EMAIL',
      from: 'BACKUP_MAIL_FROM',
    };
    const problem = field === 'recipients' || field === 'from' ? 'it takes mail addresses' : readProblem(parsed.error);
    throw invalidInput(names[field] ?? (field === 'ca' ? 'SMTP_CA_FILE' : 'SMTP_URL'), problem);
  }
  return { mail: parsed.data, ...(auth === 'none' ? {} : { mailSecret: password }) };
}

type SmtpServer = Pick<MailSettings, 'host' | 'port' | 'security' | 'user'> & { readonly password: string };

/** `smtps://` is TLS from the first byte, `smtp://` STARTTLS, which is required unless `?tls=none` says otherwise. */
export function parseSmtpUrl(text: string): SmtpServer {
  const wrong = (problem: string): Error => invalidInput('SMTP_URL', problem);
  if (!URL.canParse(text)) throw wrong('it is no address; an example is smtp://user:password@mail.example.org:587');
  const url = new URL(text);
  const tls = url.protocol === 'smtps:';
  if (!tls && url.protocol !== 'smtp:') throw wrong('it must begin with smtp:// or smtps://');
  const plain = url.searchParams.get('tls') === 'none';
  const read = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      throw wrong('signs such as % in user and password are written as %25');
    }
  };
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 465 : plain ? 25 : 587) : Number(url.port),
    security: tls ? 'tls' : plain ? 'none' : 'starttls',
    user: read(url.username),
    password: read(url.password),
  };
}

function readWebhook(values: EnvValues): NotificationPatch {
  const url = values['BACKUP_WEBHOOK_URL'];
  const secret = values['BACKUP_WEBHOOK_SECRET'];
  if (url === undefined) return {};
  if (url === '') return { webhook: null, webhookSecret: '' };
  const parsed = webhookSettingsSchema.safeParse({ url, allowHttp: false });
  if (!parsed.success) throw invalidInput('BACKUP_WEBHOOK_URL', readProblem(parsed.error));
  return { webhook: parsed.data, ...(secret === undefined ? {} : { webhookSecret: secret }) };
}

function readQuietHours(values: EnvValues): NotificationPatch {
  const text = values['BACKUP_QUIET_HOURS'];
  if (text === undefined) return {};
  if (text === '') return { quietHours: null };
  const [from = '', to = ''] = text.split('-').map((part) => part.trim());
  const parsed = quietHoursSchema.safeParse({ from, to });
  if (!parsed.success) throw invalidInput('BACKUP_QUIET_HOURS', 'it takes two times such as 22:00-07:00');
  return { quietHours: parsed.data };
}

function readProblem(error: {
  readonly issues: readonly { readonly code: string; readonly message: string }[];
}): string {
  const [issue] = error.issues;
  return issue?.code === 'custom' ? issue.message : 'it is not complete';
}

async function readCertificate(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw invalidInput('SMTP_CA_FILE', `it cannot be read (${code})`);
  }
}
