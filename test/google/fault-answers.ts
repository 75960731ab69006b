// The answers that faults give instead of the right ones.
import { apiError, GoogleError, oauthError } from './api-error.ts';
import { answerWords, type AnswerName, type AnswerWords } from './fault-words.ts';
import type { Action } from './faults.ts';
import type { RequestKind } from './request-kind.ts';

/** The refusal that a status stands for when a rule names nothing else. */
const usual: Readonly<Record<number, AnswerName>> = {
  ...{ 400: 'bad-request', 401: 'bad-token', 403: 'user-rate', 404: 'file-gone', 429: 'too-many', 500: 'internal' },
};

/** `retryAfterSeconds`: as the switch says; a rule's own header wins. */
export function toFaultError(
  action: Extract<Action, { do: 'respond' }>,
  kind: RequestKind,
  retryAfterSeconds: number | null,
): GoogleError {
  const made = makeError(action, kind);
  return new GoogleError(made.status, made.body, action.contentType ?? made.contentType, {
    ...made.headers,
    ...toRetryAfter(made, retryAfterSeconds),
    ...action.headers,
  });
}

/** The header where Google may send it: on refusals for a moment. */
export function toRetryAfter(error: GoogleError, seconds: number | null): Record<string, string> {
  const isRate = error.status === 403 && /RateLimit|Quota exceeded for/.test(error.body);
  const isForNow = error.status === 429 || error.status === 503 || isRate;
  return seconds === null || !isForNow ? {} : { 'Retry-After': String(seconds) };
}

function makeError(action: Extract<Action, { do: 'respond' }>, kind: RequestKind): GoogleError {
  const like: AnswerWords | undefined = action.like === undefined ? undefined : answerWords[action.like];
  const status = action.status ?? like?.status ?? 500;
  const body = action.body ?? like?.body;
  if (typeof body === 'string') {
    return new GoogleError(status, body, like?.contentType ?? 'text/plain; charset=utf-8');
  }
  if (body !== undefined) return new GoogleError(status, JSON.stringify(body), 'application/json; charset=UTF-8');
  const isToken = kind === 'token' || kind === 'revoke' || kind === 'token-info';
  const reason = action.reason ?? like?.reason ?? (isToken && status === 400 ? 'invalid_grant' : undefined);
  const message = action.message ?? like?.message ?? wordsOf(reason);
  if (isToken) return oauthError(status, reason ?? 'internal_failure', message);
  const byStatus: AnswerWords = answerWords[usual[status] ?? 'backend'];
  return apiError(status, reason ?? byStatus.reason ?? '', message ?? byStatus.message ?? '');
}

/** The message that goes with a reason. */
function wordsOf(reason: string | undefined): string | undefined {
  const all: readonly AnswerWords[] = Object.values(answerWords);
  return reason === undefined ? undefined : all.find((words) => words.reason === reason)?.message;
}

/** An answer's headers as they leave: with the server's clock, and with what rules make of them. */
export function toFinalHeaders(
  headers: Readonly<Record<string, string>>,
  more: {
    readonly length: number | null;
    readonly now: Date;
    readonly set: Readonly<Record<string, string | null>>;
    readonly move: ChangeLocation | null;
  },
): Record<string, string> {
  const final = new Map([['Date', more.now.toUTCString()], ...Object.entries(headers)]);
  if (more.length !== null) final.set('Content-Length', String(more.length));
  const location = final.get('Location');
  if (more.move && location !== undefined) final.set('Location', changeLocation(location, more.move));
  for (const [name, value] of Object.entries(more.set)) {
    for (const known of final.keys()) if (known.toLowerCase() === name.toLowerCase()) final.delete(known);
    if (value !== null) final.set(name, value);
  }
  return Object.fromEntries(final);
}

type ChangeLocation = Extract<Action, { do: 'change-location' }>;

/** Location with another host, query, or no host. */
function changeLocation(address: string, change: ChangeLocation): string {
  const url = new URL(address);
  const target = change.origin === undefined ? url : new URL(url.pathname + url.search, change.origin);
  for (const [name, value] of Object.entries(change.query ?? {})) {
    if (value === null) target.searchParams.delete(name);
    else target.searchParams.set(name, value);
  }
  return change.relative === true ? target.pathname + target.search : target.href;
}

/** Sets `set`'s keys in every object of the value that has them; null takes them out. The top object gets new keys, too. */
export function changeBody(value: unknown, set: Readonly<Record<string, unknown>>): unknown {
  const changed = changeKnown(value, set);
  if (changed === null || typeof changed !== 'object' || Array.isArray(changed)) return changed;
  const found = new Set<string>();
  collectKeys(value, found);
  const missing = Object.entries(set).filter(([name, to]) => !found.has(name) && to !== null);
  return { ...changed, ...Object.fromEntries(missing) };
}

function changeKnown(value: unknown, set: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item) => changeKnown(item, set));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, old]): [string, unknown][] => {
      if (!(name in set)) return [[name, changeKnown(old, set)]];
      return set[name] === null ? [] : [[name, set[name]]];
    }),
  );
}

function collectKeys(value: unknown, into: Set<string>): void {
  if (value === null || typeof value !== 'object') return;
  for (const [name, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) into.add(name);
    collectKeys(inner, into);
  }
}
