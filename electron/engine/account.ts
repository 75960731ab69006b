// The one Google account: signing in and out, whose it is, how full its Drive is. The tokens themselves are drive/token.ts.
import { AppError, toAppError } from '../../shared/errors.ts';
import type { Account } from '../../shared/settings.ts';
import type { BrowserOpener, Clock, EngineConfig, Log, SecretVault } from './base/ports.ts';
import type { DriveAccess } from './drive/access.ts';
import type { DriveAbout } from './drive/api.ts';
import type { OAuthClientSettings } from './drive/oauth-client.ts';
import { signIn, type Grant } from './drive/sign-in.ts';
import { rootFolderName } from './pipeline/drive-folders.ts';
import type { Db } from './store/database.ts';
import { readSetting, writeSetting } from './store/settings.ts';

/** The vault's name for the secret of the user's own OAuth client. */
export const clientSecretName = 'google/client-secret';

export interface AccountDeskOptions {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly browser: BrowserOpener;
  readonly drive: DriveAccess;
  /** Aborted when the engine stops. */
  readonly closing: AbortSignal;
  readonly onChanged: (account: Account) => void;
  /** The account can be used again: what waits for it goes on. */
  readonly onReady: () => void;
}

export interface AccountDesk {
  readonly get: () => Account;
  readonly signIn: () => Promise<Account>;
  readonly cancelSignIn: () => void;
  readonly signOut: () => Promise<Account>;
  /** Google refused the refresh token for good, or the key store has lost it. Nothing for somebody who never signed in. */
  readonly markSignedOut: () => void;
  /** Asks Drive for the used and free space; keeps the last figures when it cannot be asked. */
  readonly refreshQuota: () => Promise<void>;
}

/** The OAuth client that a sign-in and every refresh use. Throws `drive/client-missing`. */
export async function readOAuthClient(db: Db, vault: SecretVault): Promise<OAuthClientSettings> {
  const clientId = readSetting(db, 'googleClientId');
  if (clientId === '') throw new AppError('drive/client-missing', 'no Google OAuth client is set');
  const secret = readSetting(db, 'hasGoogleClientSecret') ? await vault.read(clientSecretName) : null;
  return { clientId, clientSecret: secret ?? '' };
}

export function createAccountDesk(options: AccountDeskOptions): AccountDesk {
  const { db, vault, config, clock, browser } = options;
  const { tokens, api } = options.drive;
  let signingIn: AbortController | null = null;
  let about: DriveAbout | null = null;

  const get = (): Account => {
    const stored = readSetting(db, 'account');
    const state = signingIn ? 'signing-in' : !stored ? 'none' : stored.signedOut ? 'signed-out' : 'ready';
    return {
      state,
      email: stored?.email ?? null,
      folderName: stored ? rootFolderName : null,
      usageBytes: about?.usageBytes ?? null,
      limitBytes: about?.limitBytes ?? null,
    };
  };

  const announce = (): Account => {
    const account = get();
    options.onChanged(account);
    return account;
  };

  /** Keeps the sign-in if it is of the account that the backups lie in. Until that is known nothing of it is stored. */
  const keep = async (grant: Grant): Promise<void> => {
    const { permissionId, email = '' } = grant;
    if (permissionId === undefined) {
      throw new AppError('drive/busy', 'Google did not say whose account it is', { retry: 'later' });
    }
    const stored = readSetting(db, 'account');
    if (stored && stored.permissionId !== permissionId) {
      throw new AppError('drive/other-account', 'the sign-in is of another Google account', {
        context: { expected: stored.email, found: email === '' ? 'another account' : email },
      });
    }
    await tokens.keep(grant);
    writeSetting(db, 'account', { permissionId, email, signedOut: false });
  };

  const refreshQuota: AccountDesk['refreshQuota'] = async () => {
    const stored = readSetting(db, 'account');
    if (!stored || stored.signedOut) return;
    try {
      about = await api.about(options.closing);
      announce();
    } catch (error) {
      options.log.debug(`Drive's space is unknown: ${toAppError(error).message}`);
    }
  };

  return {
    get,
    signIn: async () => {
      if (signingIn) throw new AppError('drive/sign-in-failed', 'a sign-in is under way', { retry: 'later' });
      const abort = new AbortController();
      signingIn = abort;
      announce();
      try {
        const client = await readOAuthClient(db, vault);
        await keep(await signIn({ endpoints: config.google, client, browser, clock, signal: abort.signal }));
      } finally {
        signingIn = null;
        announce();
      }
      options.onReady();
      await refreshQuota();
      return get();
    },
    cancelSignIn: () => {
      signingIn?.abort(new AppError('run/cancelled', 'the sign-in was cancelled'));
    },
    signOut: async () => {
      await tokens.forget();
      const stored = readSetting(db, 'account');
      if (stored) writeSetting(db, 'account', { ...stored, signedOut: true });
      about = null;
      return announce();
    },
    markSignedOut: () => {
      const stored = readSetting(db, 'account');
      if (!stored || stored.signedOut) return;
      writeSetting(db, 'account', { ...stored, signedOut: true });
      announce();
    },
    refreshQuota,
  };
}
