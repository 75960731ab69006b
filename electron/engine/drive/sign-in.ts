// Signing in to Google in the person's own browser: PKCE, one-time state, loopback address. Answers the tokens; storing
// them is the caller's part.
import { randomBytes } from 'node:crypto';
import { CodeChallengeMethod, type OAuth2Client } from 'google-auth-library';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { abortReason, throwIfAborted } from '../base/abort.ts';
import type { BrowserOpener, Clock, GoogleEndpoints, OAuthClientSettings } from '../base/ports.ts';
import { folderMimeType } from './drive-file.ts';
import { sendRequest } from './http.ts';
import { openLoopback, type LoopbackReturn } from './loopback.ts';
import type { SignInPage } from './sign-in-page.ts';
import { createOAuthClient, driveScope, readSignInEnd, toTokenError } from './oauth-client.ts';

/** How long the person may take in the browser. */
export const defaultSignInTimeoutMs = 300_000;

export interface SignInOptions {
  readonly endpoints: GoogleEndpoints;
  readonly client: OAuthClientSettings;
  readonly browser: BrowserOpener;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** The account that Google's page suggests. */
  readonly loginHint?: string | undefined;
  /** Also lets the person choose a folder on Google's page, which opens it to this program. */
  readonly pickFolder?: boolean | undefined;
  /** Takes the grant in before the browser is told that all is well; what it throws is what the sign-in fails with. */
  readonly accept?: ((grant: Grant) => Promise<void>) | undefined;
  /** Told the page's address, which is good for this sign-in only. */
  readonly onPage?: ((url: string) => void) | undefined;
}

/** Secrets, except for whose account it is. */
export interface Grant {
  readonly refreshToken: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly email?: string;
  /** Stays when the address of the account changes. Absent when Google did not say whose account it is. */
  readonly permissionId?: string;
  /** When Google will end the sign-in by itself; null: it did not say so. */
  readonly signInEndsAt: Date | null;
  /** What the person chose on Google's page. */
  readonly pickedIds: readonly string[];
}

/**
 * Opens Google's page and waits for the answer. Fails with `drive/sign-in-denied`, `drive/sign-in-timeout`,
 * `drive/scope-missing` (the person unticked the right), `drive/client-missing`, `drive/client-refused`,
 * `drive/sign-in-failed`,
 * `drive/offline`, `drive/busy`, `run/cancelled`.
 */
export async function signIn(options: SignInOptions): Promise<Grant> {
  throwIfAborted(options.signal);
  const state = randomBytes(32).toString('base64url');
  const loopback = await openLoopback(state);
  const watch = new AbortController();
  try {
    const client = createOAuthClient(options.endpoints, options.client, loopback.redirectUri);
    const { codeVerifier, codeChallenge } = await client.generateCodeVerifierAsync();
    if (codeChallenge === undefined) throw new AppError('drive/sign-in-failed', 'no PKCE challenge was made');
    const ended = endOfPatience(options, watch.signal);
    const url = client.generateAuthUrl({
      access_type: 'offline',
      prompt: 'consent',
      scope: driveScope,
      state,
      code_challenge: codeChallenge,
      code_challenge_method: CodeChallengeMethod.S256,
      ...(options.loginHint === undefined ? {} : { login_hint: options.loginHint }),
      ...(options.pickFolder === true ? pickerParameters : {}),
    });
    options.onPage?.(url);
    await Promise.race([options.browser.open(url), ended]);
    const returned = await Promise.race([loopback.returned, ended]);
    const exchanged = Promise.race([exchange(options, client, codeVerifier, returned), ended]);
    return await finish(options, exchanged, (page) =>
      Promise.race([returned.show(page), ended]).catch(() => undefined),
    );
  } finally {
    watch.abort();
    loopback.close();
  }
}

/** https://developers.google.com/workspace/drive/picker/guides/overview-desktop */
const pickerParameters = {
  trigger_onepick: 'true',
  allow_folder_selection: 'true',
  mimetypes: folderMimeType,
} as const;

/** Rejects when the time is up or the person cancels; never resolves. `watch` ends the watching. */
function endOfPatience(options: SignInOptions, watch: AbortSignal): Promise<never> {
  const timeoutMs = options.timeoutMs ?? defaultSignInTimeoutMs;
  const signal = options.signal ? AbortSignal.any([options.signal, watch]) : watch;
  const ended = options.clock.wait(timeoutMs, signal).then(
    () => {
      throw new AppError('drive/sign-in-timeout', `nobody finished the sign-in in ${String(timeoutMs / 1000)} s`);
    },
    () => {
      throw abortReason(signal);
    },
  );
  ended.catch(() => undefined);
  return ended;
}

/** What is being taken in is taken in: a sign-in that is cancelled or too late in that moment is a good one. */
async function finish(
  options: SignInOptions,
  exchanged: Promise<Grant>,
  show: (page: SignInPage) => Promise<void>,
): Promise<Grant> {
  try {
    const grant = await exchanged;
    throwIfAborted(options.signal);
    await options.accept?.(grant);
    await show('done');
    return grant;
  } catch (error) {
    await show(choosePage(error));
    throw error;
  }
}

function choosePage(error: unknown): SignInPage {
  switch (error instanceof AppError ? error.code : null) {
    case 'drive/sign-in-denied':
      return 'denied';
    case 'drive/scope-missing':
      return 'unticked';
    case 'drive/other-account':
      return 'other-account';
    default:
      return 'failed';
  }
}

async function exchange(
  options: SignInOptions,
  client: OAuth2Client,
  codeVerifier: string,
  returned: LoopbackReturn,
): Promise<Grant> {
  if (returned.error === 'access_denied') throw new AppError('drive/sign-in-denied', 'Google: access_denied');
  if (returned.error !== null || returned.code === null) {
    const reason = /^[a-z_]{1,60}$/.exec(returned.error ?? '')?.[0] ?? 'no-code';
    throw new AppError('drive/sign-in-failed', `Google: ${reason}`, { context: { reason } });
  }
  const askedAt = options.clock.now();
  const answered = await client.getToken({ code: returned.code, codeVerifier }).catch((error: unknown) => {
    throw toExchangeError(toTokenError(error, 'sign-in', options.clock));
  });
  const { access_token: accessToken, refresh_token: refreshToken, expiry_date: expiry, scope } = answered.tokens;
  // RFC 6749, 5.1: a scope that is left out is the one that was asked for.
  if (typeof scope === 'string' && !scope.split(' ').includes(driveScope)) {
    throw new AppError('drive/scope-missing', 'the sign-in was given without the right to store files');
  }
  if (!accessToken || !refreshToken) {
    throw new AppError('drive/sign-in-failed', 'Google gave no lasting token', {
      context: { reason: 'no-refresh-token' },
    });
  }
  const lifeMs = typeof expiry === 'number' ? expiry - Date.now() : 0;
  return {
    refreshToken,
    accessToken,
    accessTokenExpiresAt: new Date(askedAt.getTime() + lifeMs),
    signInEndsAt: readSignInEnd(answered.tokens, askedAt),
    pickedIds: returned.pickedIds,
    ...(await findUser(options, accessToken)),
  };
}

/** A code that is refused is no ended sign-in: there was none yet. */
function toExchangeError(error: AppError): AppError {
  if (error.code !== 'drive/signed-out') return error;
  return new AppError('drive/sign-in-failed', error.message, { context: error.context });
}

const userSchema = z.object({
  user: z.object({ emailAddress: z.string().optional(), permissionId: z.string().optional() }),
});

/** Whose Drive it is. What a grant without it is worth is for the caller to say, so nothing here fails. */
async function findUser(options: SignInOptions, accessToken: string): Promise<Pick<Grant, 'email' | 'permissionId'>> {
  try {
    const answer = await sendRequest({
      method: 'GET',
      url: `${options.endpoints.apiRoot}/drive/v3/about?fields=user`,
      what: 'about',
      endpoint: 'api',
      headers: { authorization: `Bearer ${accessToken}` },
      signal: options.signal,
      stallMs: 10_000,
    });
    const { user } = userSchema.parse(JSON.parse(answer.body));
    return {
      ...(user.emailAddress === undefined ? {} : { email: user.emailAddress }),
      ...(user.permissionId === undefined ? {} : { permissionId: user.permissionId }),
    };
  } catch {
    return {};
  }
}
