// Sends one mail by SMTP: encrypted as the settings say and never less, with a message id that stays the same however often
// it is tried, and within a few seconds of the signal's end.
import { rootCertificates } from 'node:tls';
import { createTransport } from 'nodemailer';
import { AppError } from '../../../shared/errors.ts';
import type { MailSettings } from '../../../shared/mail.ts';
import { throwIfAborted, untilAborted } from '../base/abort.ts';
import { toMailError, toRecipientError } from './mail-errors.ts';
import type { MailText } from './mail-text.ts';

export interface MailLogin {
  readonly settings: MailSettings;
  /** The password, or with OAuth2 an access token. */
  readonly secret: string | null;
}

export interface Mail extends MailText {
  /** Of the alert; makes the message id. */
  readonly id: string;
  /** The first message about the same matter; null for that one itself. */
  readonly thread: string | null;
  readonly date: Date;
  readonly to: readonly string[];
}

export interface MailOutcome {
  /** Recipients that the server wants to be asked for again, and why. */
  readonly deferred: { readonly to: readonly string[]; readonly error: AppError } | undefined;
  /** Of recipients who were refused for good while others were not. */
  readonly refused: AppError | undefined;
}

/** https://nodemailer.com/smtp, "Delivery status". */
interface SentInfo {
  readonly rejectedErrors?: readonly Error[];
}

/** A server that says nothing for so long is not there. */
const silenceMs = 30_000;
/** The whole of it, slow as the server may be. */
const wholeMs = 120_000;

/** Rejects with `mail/…` when nobody got it, or with the signal's reason. */
export async function sendMail(login: MailLogin, mail: Mail, signal: AbortSignal): Promise<MailOutcome> {
  const { settings } = login;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(wholeMs)]);
  const transport = createTransport(toTransportOptions(login));
  try {
    const info = (await transport.sendMail({
      from: { name: settings.fromName, address: settings.from },
      to: settings.recipients.map((address) => ({ name: '', address })),
      envelope: { from: settings.from, to: [...mail.to] },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      date: mail.date,
      messageId: toMessageId(mail.id, settings.from),
      ...(mail.thread === null
        ? {}
        : {
            inReplyTo: toMessageId(mail.thread, settings.from),
            references: [toMessageId(mail.thread, settings.from)],
          }),
      // Keeps out-of-office answers away: RFC 3834, and Exchange's own.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableFileAccess: true,
      disableUrlAccess: true,
      signal: patience,
    })) as SentInfo;
    const rejected = (info.rejectedErrors ?? []).map((error) => toRecipientError(error, settings));
    const waiting = rejected.filter(({ error }) => error.retry === 'later');
    const first = waiting[0];
    return {
      deferred: first ? { to: waiting.map(({ address }) => address), error: first.error } : undefined,
      refused: rejected.find(({ error }) => error.retry === 'never')?.error,
    };
  } catch (thrown) {
    throwIfAborted(signal);
    if (patience.aborted) {
      const { host, port } = settings;
      const context = { host, port, detail: 'it took longer than two minutes' };
      throw new AppError('mail/unreachable', `${host} took too long`, { retry: 'later', context });
    }
    throw hideSecret(toMailError(thrown, settings), login.secret);
  } finally {
    transport.close();
  }
}

/** Connects and signs in, and sends nothing. Rejects as `sendMail`. */
export async function checkMailServer(login: MailLogin, signal: AbortSignal): Promise<void> {
  const transport = createTransport(toTransportOptions(login));
  try {
    await untilAborted(transport.verify(), signal);
  } catch (thrown) {
    throwIfAborted(signal);
    throw hideSecret(toMailError(thrown, login.settings), login.secret);
  } finally {
    transport.close();
  }
}

export function toMessageId(id: string, from: string): string {
  return `<pgkeep.${id}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

function toTransportOptions({ settings, secret }: MailLogin): Parameters<typeof createTransport>[0] {
  const { host, port, security, auth, user, ca } = settings;
  const login =
    auth === 'oauth2' ? { type: 'OAuth2' as const, user, accessToken: secret ?? '' } : { user, pass: secret ?? '' };
  return {
    ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    // A server that does not say so is asked to sign in all the same: a mail without a sign-in would be refused in other words.
    ...(auth === 'none' ? {} : { auth: login, forceAuth: true }),
    tls: { minVersion: 'TLSv1.2', ...(ca === '' ? {} : { ca: [...rootCertificates, ca] }) },
    ...{ connectionTimeout: silenceMs, greetingTimeout: silenceMs, socketTimeout: silenceMs, dnsTimeout: silenceMs },
    ...{ socketCloseTimeout: 1000, logger: false, disableFileAccess: true, disableUrlAccess: true },
  };
}

/** Some servers repeat what they were told. */
function hideSecret(error: AppError, secret: string | null): AppError {
  const detail = error.context['detail'];
  if (secret === null || secret === '' || typeof detail !== 'string' || !detail.includes(secret)) return error;
  const { code, retry, context } = error;
  return new AppError(code, code, { retry, context: { ...context, detail: detail.replaceAll(secret, '…') } });
}
