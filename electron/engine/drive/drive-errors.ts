// Turns what Google or the network answered into an AppError: one table for every request. Keeps status, reason and a
// cleaned line of text; the raw answer, its addresses and everything that can hold a token stay outside.
import { AppError, type ErrorCode, type RetryKind } from '../../../shared/errors.ts';
import { parseJson } from '../base/parse-json.ts';

/** Which door of Google answered; the same status means different things at each. */
export type DriveEndpoint = 'api' | 'session' | 'download' | 'token';

export interface DriveErrorContext {
  /** The request in words that hold no secret, e.g. `files.get`. */
  readonly what: string;
  readonly endpoint: DriveEndpoint;
  /** For Retry-After given as a date. */
  readonly now: Date;
}

/** Header names are lower case, as Node gives them. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

interface Verdict {
  readonly code: ErrorCode;
  readonly retry: RetryKind;
}

const busy: Verdict = { code: 'drive/busy', retry: 'later' };
const full: Verdict = { code: 'drive/quota-full', retry: 'never' };
const forbidden: Verdict = { code: 'drive/forbidden', retry: 'never' };
const signedOut: Verdict = { code: 'drive/signed-out', retry: 'never' };
const rejected: Verdict = { code: 'drive/rejected', retry: 'never' };
const sessionLost: Verdict = { code: 'drive/session-lost', retry: 'now' };

/** Reasons of Drive v3: https://developers.google.com/workspace/drive/api/guides/handle-errors */
const reasonVerdicts: Readonly<Record<string, Verdict>> = {
  userRateLimitExceeded: busy,
  rateLimitExceeded: busy,
  sharingRateLimitExceeded: busy,
  dailyLimitExceeded: busy,
  downloadQuotaExceeded: busy,
  storageQuotaExceeded: full,
  quotaExceeded: full,
  teamDriveFileLimitExceeded: full,
  numChildrenInNonRootLimitExceeded: full,
  activeItemCreationLimitExceeded: full,
  serviceAccountWithoutStorage: full,
};

/** Google's own sentence is all that tells this from a Drive that is full. */
const serviceAccountReason = 'serviceAccountWithoutStorage';

/** Reasons that ask for less haste. */
const rateReasons: ReadonlySet<string> = new Set(['userRateLimitExceeded', 'rateLimitExceeded', '']);

/** A cap that the owner of the OAuth client set ends with the day in California; asked again every few hours. */
const dailyLimitPauseMs = 4 * 3_600_000;

/** Reasons that a few minutes do not change: trying again in the same step only burns quota. */
const longReasons: ReadonlySet<string> = new Set(['dailyLimitExceeded', 'downloadQuotaExceeded']);

/** OAuth errors that mean: this program's client is wrong, not the person's sign-in. */
const clientReasons: ReadonlySet<string> = new Set(['invalid_client', 'deleted_client', 'unauthorized_client']);

/** For an answer that is no success. `body` is the text as received, JSON or not, or the value parsed from it. */
export function toDriveError(
  status: number,
  body: unknown,
  headers: ResponseHeaders,
  context: DriveErrorContext,
): AppError {
  const { reason: said, text } = readErrorBody(body);
  const reason =
    said === 'storageQuotaExceeded' && /service accounts do not have storage/i.test(text) ? serviceAccountReason : said;
  const verdict = judge(status, reason, text, context.endpoint);
  const asked = readRetryAfterMs(headers, context.now);
  const retryAfterMs = asked === null && reason === 'dailyLimitExceeded' ? dailyLimitPauseMs : asked;
  const says = [reason, text].filter((part) => part !== '').join(': ');
  return new AppError(verdict.code, `${context.what}: HTTP ${String(status)}${says ? ` ${says}` : ''}`, {
    retry: verdict.retry,
    context: {
      what: context.what,
      endpoint: context.endpoint,
      status,
      ...(reason ? { reason } : {}),
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    },
  });
}

function judge(status: number, reason: string, text: string, endpoint: DriveEndpoint): Verdict {
  if (status === 408 || status === 429 || status >= 500) return busy;
  if (endpoint === 'token') {
    if (clientReasons.has(reason)) return { code: 'drive/client-refused', retry: 'never' };
    if (reason === 'invalid_grant') return signedOut;
    return { code: 'drive/sign-in-failed', retry: 'never' };
  }
  if (status === 401) return signedOut;
  if (status === 403) {
    const known = Object.hasOwn(reasonVerdicts, reason) ? reasonVerdicts[reason] : undefined;
    if (known) return known;
    // The quota of calls is also reported without a reason; the beginning of the text is then all there is.
    if (reason === '' && /^(quota exceeded for quota metric|(user )?rate limit exceeded)/i.test(text)) return busy;
    if (reason !== '' || endpoint !== 'session') return forbidden;
  }
  // A session that answers anything else is dead; a new one may live.
  if (endpoint === 'session') return sessionLost;
  if (status === 404) return { code: 'drive/not-found', retry: 'never' };
  if (endpoint === 'download' && status === 416) return { code: 'drive/download-damaged', retry: 'never' };
  return rejected;
}

/** A request that got no answer: no network, a reset, no name, a stall, a certificate nobody trusts. */
export function toNetworkError(error: unknown, context: Pick<DriveErrorContext, 'what' | 'endpoint'>): AppError {
  if (error instanceof AppError) return error;
  const networkCode = findNetworkCode(error);
  return new AppError('drive/offline', `${context.what}: no answer from Google (${networkCode})`, {
    retry: 'later',
    context: { what: context.what, endpoint: context.endpoint, networkCode },
  });
}

/** The system's name for the failure, searched through the causes; `unknown` when there is none. */
function findNetworkCode(error: unknown): string {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Za-z0-9_]{2,60}$/.test(code)) return code;
    current = cause;
  }
  return 'unknown';
}

/**
 * True when the same step may be tried again after a pause. False for what a person must solve, for limits that last
 * hours, and for an error that comes out of a retry loop that already gave up.
 */
export function isTransient(error: unknown): error is AppError {
  return (
    error instanceof AppError &&
    error.retry !== 'never' &&
    error.code !== 'drive/upload-limit' &&
    error.context['attempts'] === undefined &&
    !longReasons.has(reasonOf(error))
  );
}

/** An answer that says: the service is in trouble or wants less of everything. A broken network is not the service's. */
export function isServiceFailure(error: unknown): boolean {
  return error instanceof AppError && error.code === 'drive/busy' && statusOf(error) !== null && isTransient(error);
}

/** A 403 about rates, which is also how Google says that a day's uploads are used up. */
export function isRateRefusal(error: unknown): boolean {
  const isBusy = error instanceof AppError && error.code === 'drive/busy';
  return isBusy && statusOf(error) === 403 && rateReasons.has(reasonOf(error));
}

function reasonOf(error: unknown): string {
  return error instanceof AppError ? String(error.context['reason'] ?? '') : '';
}

/** The HTTP status an error was made from; null for any other error. */
export function statusOf(error: unknown): number | null {
  const status = error instanceof AppError ? error.context['status'] : undefined;
  return typeof status === 'number' ? status : null;
}

/** Milliseconds that the server asks to wait; null when it does not say or says nonsense. */
export function readRetryAfterMs(headers: ResponseHeaders, now: Date): number | null {
  const value = headers['retry-after'];
  const text = (typeof value === 'string' ? value : (value?.[0] ?? '')).trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}

/** Drive: `{error: {errors: [{reason}], message, details}}`; OAuth: `{error: 'invalid_grant'}`; anything else: nothing. */
export function readErrorBody(body: unknown): { readonly reason: string; readonly text: string } {
  const value = typeof body === 'string' ? parseJson(body) : body;
  if (!isRecord(value)) return { reason: '', text: '' };
  const error = value['error'];
  if (typeof error === 'string') return { reason: cleanReason(error), text: '' };
  if (!isRecord(error)) return { reason: '', text: '' };
  const errors: unknown[] = Array.isArray(error['errors']) ? error['errors'] : [];
  const first = errors.find(isRecord);
  return {
    reason: cleanReason(first?.['reason']),
    text: cleanText(error['message'] ?? first?.['message']),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reasons are single words; anything longer is not one and may be anything. */
function cleanReason(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z_]{1,60}$/.test(value) ? value : '';
}

/** One line without addresses and without words long enough to be a token. File ids (33) stay. */
function cleanText(value: unknown): string {
  if (typeof value !== 'string') return '';
  return value
    .replace(/\s+/g, ' ')
    .replace(/\S*:\/\/\S*/g, '[address]')
    .replace(/\S*(?:upload_id|token|secret|code)=\S*/gi, '[hidden]')
    .replace(/(?:ya29\.|1\/\/|4\/)\S+/g, '[hidden]')
    .replace(/[A-Za-z0-9_\-./+]{45,}/g, '[hidden]')
    .slice(0, 200)
    .trim();
}
