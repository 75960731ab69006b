// Access tokens for every request: the lasting token rests in the vault, the short one in memory only. One refresh at a
// time; a sign-in that Google ended is told once.
import { AppError } from '../../../shared/errors.ts';
import { abortReason, throwIfAborted, whenAborted } from '../base/abort.ts';
import type { Clock, GoogleEndpoints, Log, SecretVault } from '../base/ports.ts';
import { createOAuthClient, toTokenError, type OAuthClientSettings } from './oauth-client.ts';
import { withRetry } from './pacer.ts';
import type { Grant } from './sign-in.ts';

/** Where the refresh token lies in the vault. */
export const refreshTokenName = 'google/refresh-token';

/** Refreshed this long before the end, so that no chunk of an upload is sent with a token about to die. */
const refreshAheadMs = 300_000;

/** Fewer than for a request: each request that needs a token has its own patience. */
const maxAttempts = 5;

export interface TokenOptions {
  readonly endpoints: GoogleEndpoints;
  /** Asked at each refresh, so that changed settings count at once. */
  readonly client: () => Promise<OAuthClientSettings>;
  readonly vault: SecretVault;
  readonly clock: Clock;
  /** Called once for a refresh token that Google refuses for good, and whenever there is none. */
  readonly onSignedOut: () => void;
  readonly log?: Log | undefined;
  readonly random?: (() => number) | undefined;
}

export interface AccessTokenRequest {
  /** Throws the token in memory away: the server has just refused it. */
  readonly forceRefresh?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Tokens {
  /**
   * Fails with `drive/no-account` (never signed in), `drive/signed-out`, `drive/client-missing`, and with
   * `drive/offline` or `drive/busy` when Google cannot be asked now.
   */
  readonly getAccessToken: (request?: AccessTokenRequest) => Promise<string>;
  /** Stores a fresh sign-in and uses it from now on. */
  readonly keep: (grant: Grant) => Promise<void>;
  /** Forgets the sign-in on this machine. Never revokes at Google: that would hide the backups from this program. */
  readonly forget: () => Promise<void>;
}

interface AccessToken {
  readonly value: string;
  readonly expiresAtMs: number;
}

export function createTokens(options: TokenOptions): Tokens {
  const { clock, vault } = options;
  let current: AccessToken | null = null;
  let refreshing: Promise<AccessToken> | null = null;
  /** A refresh token that Google has refused; asking again would change nothing. */
  let refused: string | null = null;
  /** Counts sign-ins, so that a refresh that was under way does not undo one. */
  let generation = 0;

  const refresh = async (): Promise<AccessToken> => {
    const startedIn = generation;
    const refreshToken = await vault.read(refreshTokenName);
    if (refreshToken === null) {
      options.onSignedOut();
      throw new AppError('drive/no-account', 'nobody is signed in to Google');
    }
    if (refreshToken === refused) throw signedOutError();
    try {
      const answer = await withRetry({ ...options, clock }, () => askForToken(options, refreshToken), { maxAttempts });
      if (startedIn === generation) {
        if (answer.rotated !== null) await vault.write(refreshTokenName, answer.rotated);
        current = answer.access;
      }
      return answer.access;
    } catch (error) {
      if (error instanceof AppError && error.code === 'drive/signed-out' && startedIn === generation) {
        refused = refreshToken;
        current = null;
        options.onSignedOut();
      }
      throw error;
    }
  };

  const startRefresh = (): Promise<AccessToken> => {
    const started = refresh();
    const done = (): void => {
      if (refreshing === started) refreshing = null;
    };
    started.then(done, done);
    refreshing = started;
    return started;
  };

  return {
    getAccessToken: async ({ forceRefresh = false, signal } = {}) => {
      throwIfAborted(signal);
      if (!forceRefresh && current && current.expiresAtMs - refreshAheadMs > clock.now().getTime()) {
        return current.value;
      }
      return (await untilAborted(refreshing ?? startRefresh(), signal)).value;
    },
    keep: async (grant) => {
      // Before the first wait: a refresh that ends meanwhile must not write the older sign-in over this one.
      generation += 1;
      await vault.write(refreshTokenName, grant.refreshToken);
      refused = null;
      refreshing = null;
      current = { value: grant.accessToken, expiresAtMs: grant.accessTokenExpiresAt.getTime() };
    },
    forget: async () => {
      generation += 1;
      refreshing = null;
      current = null;
      await vault.remove(refreshTokenName);
    },
  };
}

function signedOutError(): AppError {
  return new AppError('drive/signed-out', 'Google has ended the sign-in');
}

async function askForToken(
  options: TokenOptions,
  refreshToken: string,
): Promise<{ readonly access: AccessToken; readonly rotated: string | null }> {
  const client = createOAuthClient(options.endpoints, await options.client());
  client.setCredentials({ refresh_token: refreshToken });
  // The library puts the old refresh token back into its answer; only the event shows a new one.
  let rotated: string | null = null;
  client.on('tokens', (tokens) => {
    if (tokens.refresh_token && tokens.refresh_token !== refreshToken) rotated = tokens.refresh_token;
  });
  const askedAtMs = options.clock.now().getTime();
  const { credentials } = await client.refreshAccessToken().catch((error: unknown) => {
    throw toTokenError(error, 'token refresh', options.clock);
  });
  const { access_token: value, expiry_date: expiry } = credentials;
  if (!value) {
    throw new AppError('drive/busy', 'token refresh: an answer without a token', {
      retry: 'later',
      context: { endpoint: 'token' },
    });
  }
  const lifeMs = typeof expiry === 'number' ? expiry - Date.now() : 0;
  return { access: { value, expiresAtMs: askedAtMs + lifeMs }, rotated };
}

/** One caller's cancelling does not take the refresh away from the others. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const undo = whenAborted(signal, () => {
      reject(abortReason(signal));
    });
    promise.then(resolve, reject).finally(undo);
  });
}
