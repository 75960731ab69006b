// Turns what a PostgreSQL connection fails with (SQLSTATEs, network and TLS errors) into the program's errors. What the
// command-line programs print is tool-errors.ts.
import { AppError, type ErrorCode, type ErrorContext, type RetryKind } from '../../../shared/errors.ts';
import type { PgTarget } from './target.ts';

/** Where it happened; goes into the error's context. A whole PgTarget may be passed: only these fields are read. */
export type PgPlace = Pick<PgTarget, 'host' | 'port' | 'user' | 'database'>;

type Verdict = readonly [ErrorCode, RetryKind];

/** https://www.postgresql.org/docs/current/errcodes-appendix.html; a two-letter key stands for its whole class. */
const verdictBySqlState: Readonly<Record<string, Verdict>> = {
  '08': ['pg/server-gone', 'later'],
  '28': ['pg/auth-failed', 'never'],
  '3D000': ['pg/database-missing', 'never'],
  '42501': ['pg/permission-denied', 'never'],
  '42P04': ['pg/database-exists', 'never'],
  '53100': ['pg/disk-full', 'never'],
  '53300': ['pg/too-many-connections', 'later'],
  '53200': ['pg/query-failed', 'later'],
  '55006': ['pg/database-in-use', 'later'],
  '55P03': ['pg/timeout', 'later'],
  '57014': ['pg/timeout', 'later'],
  '57P01': ['pg/server-gone', 'later'],
  '57P02': ['pg/server-gone', 'later'],
  '57P03': ['pg/server-starting', 'later'],
};

const verdictByErrno: Readonly<Record<string, Verdict>> = {
  ENOTFOUND: ['pg/host-not-found', 'later'],
  EAI_AGAIN: ['pg/host-not-found', 'later'],
  ECONNREFUSED: ['pg/connection-refused', 'later'],
  // A Unix socket that is not there, or that we may not open.
  ENOENT: ['pg/connection-refused', 'later'],
  EACCES: ['pg/connection-refused', 'later'],
  ETIMEDOUT: ['pg/timeout', 'later'],
  EHOSTUNREACH: ['pg/timeout', 'later'],
  ENETUNREACH: ['pg/timeout', 'later'],
  ECONNRESET: ['pg/server-gone', 'later'],
  EPIPE: ['pg/server-gone', 'later'],
};

/** Sentences of node-postgres that come without a code. */
const verdictByMessage: readonly (readonly [RegExp, Verdict])[] = [
  [/does not support SSL|SSL connection|certificate|TLS/i, ['pg/ssl-failed', 'never']],
  [/client password must be|SASL|password/i, ['pg/auth-failed', 'never']],
  [/timeout/i, ['pg/timeout', 'later']],
  [/Connection terminated|Connection ended|not queryable|Client was closed/i, ['pg/server-gone', 'later']],
];

/** Anything a connection fails with -> an AppError. AppErrors pass. */
export function toPgError(error: unknown, place: PgPlace): AppError {
  if (error instanceof AppError) return error;
  const { code, message } = readError(error);
  const [appCode, retry] = judge(code, message);
  return new AppError(appCode, message, { retry, context: { ...toContext(place), detail: message } });
}

/** True when the same connection without TLS may work: the server has none, or refuses it for this address. */
export function isTlsRefusal(error: unknown): boolean {
  const { code, message } = readError(error);
  return code === '28000' || judge(code, message)[0] === 'pg/ssl-failed';
}

export function toContext(place: PgPlace): ErrorContext {
  return { host: place.host, port: place.port, user: place.user, database: place.database };
}

function judge(code: string, message: string): Verdict {
  const known = verdictBySqlState[code] ?? verdictByErrno[code];
  if (known) return known;
  if (isSqlState(code)) return verdictBySqlState[code.slice(0, 2)] ?? ['pg/query-failed', 'never'];
  if (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) return ['pg/ssl-failed', 'never'];
  return verdictByMessage.find(([pattern]) => pattern.test(message))?.[1] ?? ['pg/query-failed', 'never'];
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

/** A host with several addresses fails with one error for each; the first one tells. */
function readError(error: unknown): { code: string; message: string } {
  const first: unknown = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  const code: unknown = first instanceof Error && 'code' in first ? first.code : '';
  const message = first instanceof Error ? first.message : String(first);
  return { code: typeof code === 'string' ? code : '', message: redactSecrets(message) };
}

/** Takes out what servers and programs repeat of a password: in commands, as a hash, in an address. */
export function redactSecrets(text: string): string {
  return text
    .replace(/(password\s*=?\s*)'(?:[^']|'')*'/gi, "$1'…'")
    .replace(/(\bpassword=)[^\s'"&]+/gi, '$1…')
    .replace(/SCRAM-SHA-256\$[^\s'"]+/g, '…')
    .replace(/\bmd5[0-9a-f]{32}\b/g, '…')
    .replace(/(\b[a-z]+:\/\/[^\s:/@]*):[^\s@]*@/gi, '$1:…@');
}
