// nodemailer's errors -> this program's own: who refused what, in the server's words, without any secret. Pure.
import { AppError, type ErrorCode, type ErrorContext } from '../../../shared/errors.ts';
import type { MailSettings } from '../../../shared/mail.ts';
import { redact } from '../base/log.ts';

/** What is read of an error: https://nodemailer.com/errors and Node's own. */
interface MailerError {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly response?: unknown;
  readonly responseCode?: unknown;
  readonly recipient?: unknown;
  readonly rejectedErrors?: unknown;
  readonly message?: unknown;
}

type Server = Pick<MailSettings, 'host' | 'port' | 'from'>;

const detailLength = 250;
/** The server closes: RFC 5321, 3.8. */
const goesAway = 421;
/** It wants a sign-in before anything else: RFC 4954. */
const wantsSignIn = 530;

/** OpenSSL's and Node's words for a certificate or a handshake that is not accepted. */
const tlsCode =
  /^(ERR_(TLS|SSL)|EPROTO|ETLS|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|ERROR_IN_CERT)/;
const tlsWords = /certificate|altnames|wrong version number|ssl routines|tls/i;

export function toMailError(thrown: unknown, server: Server): AppError {
  const error: MailerError = thrown instanceof Error ? thrown : { message: String(thrown) };
  const code = toText(error.code);
  const reply = typeof error.responseCode === 'number' ? error.responseCode : null;
  const command = toText(error.command);
  const make = (own: ErrorCode, context: ErrorContext = {}): AppError => toError(own, error, server, context);
  if (reply === goesAway) return make('mail/busy');
  if (reply === wantsSignIn) return make('mail/auth-failed');
  if (code === 'EAUTH' || code === 'ENOAUTH') return make(isDeferred(reply) ? 'mail/busy' : 'mail/auth-failed');
  if (code === 'ETLS' || (reply === null && isAboutTls(code, toText(error.message)))) return make('mail/tls-failed');
  if (command.startsWith('RCPT')) return toWorstOfRecipients(error, server);
  if (reply !== null && isDeferred(reply)) return make('mail/busy');
  if (command.startsWith('MAIL') && reply !== null) return make('mail/rejected-sender', { address: server.from });
  if ((code === 'EENVELOPE' || code === 'EMESSAGE') && reply !== null) return make('mail/rejected');
  if (code === 'EMESSAGE') return make('mail/rejected');
  return make('mail/unreachable');
}

/** One recipient who was refused while others were not. */
export function toRecipientError(
  thrown: unknown,
  server: Server,
): { readonly address: string; readonly error: AppError } {
  const error: MailerError = thrown instanceof Error ? thrown : {};
  const address = toText(error.recipient);
  const deferred = typeof error.responseCode === 'number' && isDeferred(error.responseCode);
  return { address, error: toError(deferred ? 'mail/busy' : 'mail/rejected-recipient', error, server, { address }) };
}

/** All were refused. One who may be asked again makes the mail one that is tried again. */
function toWorstOfRecipients(error: MailerError, server: Server): AppError {
  const list: readonly unknown[] = Array.isArray(error.rejectedErrors) ? error.rejectedErrors : [error];
  const known = list.map((one) => toRecipientError(one, server).error);
  return known.find(({ retry }) => retry === 'later') ?? known[0] ?? toError('mail/rejected', error, server, {});
}

function toError(code: ErrorCode, error: MailerError, { host, port }: Server, more: ErrorContext): AppError {
  const text = typeof error.response === 'string' ? error.response : toText(error.message);
  const detail = redact(text).replace(/\s+/g, ' ').trim().slice(0, detailLength);
  const retry = code === 'mail/busy' || code === 'mail/unreachable' ? 'later' : 'never';
  return new AppError(code, `${host}: ${detail}`, { retry, context: { host, port, detail, ...more } });
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** 4xx: not now. */
function isDeferred(reply: number | null): boolean {
  return reply !== null && reply >= 400 && reply < 500;
}

function isAboutTls(code: string, message: string): boolean {
  return tlsCode.test(code) || (code === 'ESOCKET' && tlsWords.test(message));
}
