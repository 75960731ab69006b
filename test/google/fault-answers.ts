// The answers that faults give instead of the right ones.
import { apiError, GoogleError, oauthError, plainError } from './api-error.ts';
import type { Action } from './faults.ts';
import type { RequestKind } from './request-kind.ts';

/** Reason and message that Drive gives with a status when a rule names none. */
const usual: Readonly<Record<number, readonly [string, string]>> = {
  400: ['badRequest', 'Bad Request'],
  401: ['authError', 'Invalid Credentials'],
  403: ['userRateLimitExceeded', 'User Rate Limit Exceeded'],
  404: ['notFound', 'File not found.'],
  429: ['rateLimitExceeded', 'Rate Limit Exceeded'],
  500: ['internalError', 'Internal Error'],
};

/** Messages that go with a reason. */
const messages: Readonly<Record<string, string>> = {
  userRateLimitExceeded: 'User Rate Limit Exceeded',
  rateLimitExceeded: 'Rate Limit Exceeded',
  storageQuotaExceeded: "The user's Drive storage quota has been exceeded.",
  dailyLimitExceeded: 'Daily Limit Exceeded',
  insufficientFilePermissions: 'The user does not have sufficient permissions for this file.',
  cannotDownloadAbusiveFile: 'This file has been identified as malware or spam and cannot be downloaded.',
  downloadQuotaExceeded: 'The download quota for this file has been exceeded.',
  invalid_grant: 'Token has been expired or revoked.',
};

export function toFaultError(action: Extract<Action, { do: 'respond' }>, kind: RequestKind): GoogleError {
  const made = makeError(action, kind);
  return new GoogleError(made.status, made.body, action.contentType ?? made.contentType, {
    ...made.headers,
    ...action.headers,
  });
}

function makeError(action: Extract<Action, { do: 'respond' }>, kind: RequestKind): GoogleError {
  const { status, reason, body } = action;
  if (typeof body === 'string') return plainError(status, body);
  if (body !== undefined) return new GoogleError(status, JSON.stringify(body), 'application/json; charset=UTF-8');
  const [usualReason, usualMessage] = usual[status] ?? ['backendError', 'Backend Error'];
  const message = action.message ?? messages[reason ?? ''] ?? usualMessage;
  if (kind === 'token' || kind === 'revoke') {
    const error = reason ?? (status === 400 ? 'invalid_grant' : 'internal_failure');
    return oauthError(status, error, action.message ?? messages[error]);
  }
  return apiError(status, reason ?? usualReason, message);
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
