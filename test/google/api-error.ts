// Errors as Google words them: JSON for the API, plain text on session URIs, two keys for OAuth.

/** An answer that is not the wished-for one. Thrown by handlers; the server sends it. */
export class GoogleError extends Error {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: string, contentType: string, headers: Readonly<Record<string, string>> = {}) {
    super(`${String(status)} ${body.slice(0, 200)}`);
    this.name = 'GoogleError';
    this.status = status;
    this.body = body;
    this.contentType = contentType;
    this.headers = headers;
  }
}

export interface ErrorPlace {
  readonly domain?: string;
  readonly location?: string;
  readonly locationType?: 'parameter' | 'header' | 'other';
}

/** The body of Drive's API errors: `{error: {errors: [{domain, reason, message}], code, message}}`. */
export function apiError(status: number, reason: string, message: string, place: ErrorPlace = {}): GoogleError {
  const detail = {
    domain: place.domain ?? (/rateLimit|dailyLimit/i.test(reason) ? 'usageLimits' : 'global'),
    reason,
    message,
    ...(place.location === undefined
      ? {}
      : { locationType: place.locationType ?? 'parameter', location: place.location }),
  };
  const body = JSON.stringify({ error: { errors: [detail], code: status, message } });
  const headers: Record<string, string> =
    status === 401 ? { 'WWW-Authenticate': 'Bearer realm="https://accounts.google.com/"' } : {};
  return new GoogleError(status, body, 'application/json; charset=UTF-8', headers);
}

/** Errors of session URIs are plain text. */
export function plainError(status: number, text: string): GoogleError {
  return new GoogleError(status, text, 'text/plain; charset=utf-8');
}

/** `{error, error_description}` of the token and revocation addresses. */
export function oauthError(status: number, error: string, description?: string): GoogleError {
  const body = JSON.stringify(description === undefined ? { error } : { error, error_description: description });
  return new GoogleError(status, body, 'application/json; charset=utf-8');
}

/** Google can do this and the local Google cannot: said aloud instead of a silent success. */
export function notImplemented(what: string): GoogleError {
  return apiError(501, 'notImplemented', `The local Google does not have ${what}.`);
}

export function invalidParameter(name: string, message: string): GoogleError {
  return apiError(400, 'invalidParameter', message, { location: name });
}

export function fileNotFound(id: string): GoogleError {
  return apiError(404, 'notFound', `File not found: ${id}.`, { location: 'fileId' });
}
