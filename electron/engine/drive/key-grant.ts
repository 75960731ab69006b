// Access tokens for a service account: a request signed with its private key (RFC 7523) against a token of an hour. There
// is no lasting token; the key itself is the lasting secret.
import { createSign } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { Clock, GoogleEndpoints } from '../base/ports.ts';
import { toDriveError } from './drive-errors.ts';
import { sendRequest, type HttpAnswer } from './http.ts';

/** What signs the request. `privateKey` is a secret. */
export interface ServiceAccountKey {
  readonly clientEmail: string;
  readonly privateKeyId: string | null;
  /** PEM. */
  readonly privateKey: string;
  /** The person in whose name it acts; null: in its own. */
  readonly subject: string | null;
  /** An address of https://www.googleapis.com/auth/…. */
  readonly scope: string;
}

export interface KeyGrant {
  readonly accessToken: string;
  readonly lifeMs: number;
}

/** https://developers.google.com/identity/protocols/oauth2/service-account: an hour at most. */
const lifeSeconds = 3600;

/** Below this a refusal has nothing to do with this computer's clock. */
const noticeableSkewMs = 30_000;

const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/**
 * Asks once, and once more by Google's time when this computer's clock is off. Fails with `drive/key-refused`,
 * `drive/offline`, `drive/busy`, `drive/sign-in-failed`.
 */
export async function askByKey(endpoints: GoogleEndpoints, clock: Clock, key: ServiceAccountKey): Promise<KeyGrant> {
  const first = await send(endpoints, key, clock.now());
  if (first.status === 200) return readGrant(first);
  const googleTime = Date.parse(first.headers.date ?? '');
  const skewMs = Number.isNaN(googleTime) ? 0 : googleTime - clock.now().getTime();
  if (first.status !== 400 || Math.abs(skewMs) < noticeableSkewMs) throw toFailure(first, clock);
  const second = await send(endpoints, key, new Date(clock.now().getTime() + skewMs));
  if (second.status === 200) return readGrant(second);
  throw toFailure(second, clock);
}

function send(endpoints: GoogleEndpoints, key: ServiceAccountKey, now: Date): Promise<HttpAnswer> {
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: signAssertion(key, endpoints.tokenUrl, now),
  });
  return sendRequest({
    ...{ method: 'POST', url: endpoints.tokenUrl, what: 'service account token', endpoint: 'token' },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
  });
}

/** The key file's own `token_uri` is not used: whoever changed it would be sent signed requests. */
function signAssertion(key: ServiceAccountKey, audience: string, now: Date): string {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(key.privateKeyId === null ? {} : { kid: key.privateKeyId }) };
  const claims = {
    ...{ iss: key.clientEmail, scope: key.scope, aud: audience, iat: issuedAt, exp: issuedAt + lifeSeconds },
    ...(key.subject === null ? {} : { sub: key.subject }),
  };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key.privateKey, 'base64url')}`;
}

function readGrant(answer: HttpAnswer): KeyGrant {
  try {
    const { access_token: accessToken, expires_in: seconds } = answerSchema.parse(JSON.parse(answer.body));
    return { accessToken, lifeMs: seconds * 1000 };
  } catch {
    throw new AppError('drive/busy', 'service account token: an answer without a token', {
      retry: 'later',
      context: { endpoint: 'token' },
    });
  }
}

/** What ends a person's sign-in, or refuses a client, refuses the key here. */
function toFailure(answer: HttpAnswer, clock: Clock): AppError {
  const what = 'service account token';
  const error = toDriveError(answer.status, answer.body, answer.headers, { what, endpoint: 'token', now: clock.now() });
  if (error.code !== 'drive/signed-out' && error.code !== 'drive/client-refused') return error;
  return new AppError('drive/key-refused', error.message, { context: error.context });
}
