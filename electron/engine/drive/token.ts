// Access tokens for every request, from a person's sign-in or a service account's key: what lasts rests in the vault, the
// short token in memory only. One refresh at a time; a sign-in that Google ended is told once.
import { AppError } from '../../../shared/errors.ts';
import { throwIfAborted, untilAborted } from '../base/abort.ts';
import type { Clock, GoogleEndpoints, Log, OAuthClientSettings, SecretVault } from '../base/ports.ts';
import { askByKey, type ServiceAccountKey } from './key-grant.ts';
import { createOAuthClient, readSignInEnd, toTokenError } from './oauth-client.ts';
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
  /** The key that stands in for a person's sign-in; null or absent: a person's sign-in is used. */
  readonly serviceAccount?: (() => Promise<ServiceAccountKey | null>) | undefined;
  readonly vault: SecretVault;
  readonly clock: Clock;
  /** Called once for a refresh token that Google refuses for good, and whenever it or the key is not there. */
  readonly onSignedOut: () => void;
  /** Called whenever Google gave an access token. */
  readonly onRefreshed?: ((facts: RefreshFacts) => void) | undefined;
  readonly log?: Log | undefined;
  readonly random?: (() => number) | undefined;
}

export interface RefreshFacts {
  /** When Google will end the sign-in; null: it did not say so. */
  readonly signInEndsAt: Date | null;
}

export interface AccessTokenRequest {
  /** Throws the token in memory away: the server has just refused it. */
  readonly forceRefresh?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Tokens {
  /**
   * Fails with `drive/no-account` (never signed in), `drive/signed-out`, `drive/client-missing`, `drive/client-refused`,
   * `drive/key-refused`, and with `drive/offline` or `drive/busy` when Google cannot be asked now.
   */
  readonly getAccessToken: (request?: AccessTokenRequest) => Promise<string>;
  /** Stores a fresh sign-in and uses it from now on. */
  readonly keep: (grant: Pick<Grant, 'refreshToken' | 'accessToken' | 'accessTokenExpiresAt'>) => Promise<void>;
  /** Forgets the sign-in on this machine. Never revokes at Google: that would hide the backups from this program. */
  readonly forget: () => Promise<void>;
  /** Throws the token in memory away: another key or client counts from now on. */
  readonly restart: () => void;
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
    const key = await readKey();
    const answer = await (key ? refreshByKey(key) : refreshBySignIn(startedIn));
    if (startedIn === generation) {
      if (answer.rotated !== null) await vault.write(refreshTokenName, answer.rotated);
      // Once more: the sign-in may have ended while the key store wrote.
      if (startedIn !== generation) return answer.access;
      current = answer.access;
      options.onRefreshed?.({ signInEndsAt: answer.signInEndsAt });
    }
    return answer.access;
  };

  const readKey = async (): Promise<ServiceAccountKey | null> => {
    try {
      return (await options.serviceAccount?.()) ?? null;
    } catch (error) {
      if (error instanceof AppError && error.code === 'drive/no-account') options.onSignedOut();
      throw error;
    }
  };

  const refreshByKey = async (key: ServiceAccountKey): Promise<Refreshed> => {
    const askedAtMs = clock.now().getTime();
    const ask = (): ReturnType<typeof askByKey> => askByKey(options.endpoints, clock, key);
    const { accessToken, lifeMs } = await withRetry({ ...options, clock }, ask, { maxAttempts });
    return { access: { value: accessToken, expiresAtMs: askedAtMs + lifeMs }, rotated: null, signInEndsAt: null };
  };

  const refreshBySignIn = async (startedIn: number): Promise<Refreshed> => {
    const refreshToken = await vault.read(refreshTokenName);
    if (refreshToken === null) {
      options.onSignedOut();
      throw new AppError('drive/no-account', 'nobody is signed in to Google');
    }
    if (refreshToken === refused) throw signedOutError();
    try {
      return await withRetry({ ...options, clock }, () => askForToken(options, refreshToken), { maxAttempts });
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
      // One caller's cancelling does not take the refresh away from the others.
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
    restart: () => {
      generation += 1;
      refreshing = null;
      refused = null;
      current = null;
    },
  };
}

function signedOutError(): AppError {
  return new AppError('drive/signed-out', 'Google has ended the sign-in');
}

interface Refreshed {
  readonly access: AccessToken;
  /** A new lasting token that takes the place of the one used; null: that one stays. */
  readonly rotated: string | null;
  readonly signInEndsAt: Date | null;
}

async function askForToken(options: TokenOptions, refreshToken: string): Promise<Refreshed> {
  const client = createOAuthClient(options.endpoints, await options.client());
  client.setCredentials({ refresh_token: refreshToken });
  // The library puts the old refresh token back into its answer; only the event shows a new one.
  let rotated: string | null = null;
  client.on('tokens', (tokens) => {
    if (tokens.refresh_token && tokens.refresh_token !== refreshToken) rotated = tokens.refresh_token;
  });
  const askedAt = options.clock.now();
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
  // The library counted from the system's clock; only the length of the token's life is taken from it.
  const lifeMs = typeof expiry === 'number' ? expiry - Date.now() : 0;
  return {
    access: { value, expiresAtMs: askedAt.getTime() + lifeMs },
    rotated,
    signInEndsAt: readSignInEnd(credentials, askedAt),
  };
}
