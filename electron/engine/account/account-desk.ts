// The one Google account: signing in and out, whose it is, how it stands, where its backups go. The tokens themselves are
// drive/token.ts; what is shown and warned of is account-view.ts.
import type { Account, DriveTrouble, ServiceAccountWish } from '../../../shared/account.ts';
import { AppError, invalidInput } from '../../../shared/errors.ts';
import { createAccountRecord } from './account-record.ts';
import { createAccountSight } from './account-sight.ts';
import type { StoredAccount } from './account-view.ts';
import { checkFolder, readFolderId, useFolder, writePlace } from './backup-folder.ts';
import { createBrowserSignIn } from './browser-sign-in.ts';
import type { BrowserOpener, Clock, EngineConfig, Log, SecretVault } from '../base/ports.ts';
import type { DriveAccess } from '../drive/access.ts';
import type { DriveAbout } from '../drive/api.ts';
import { parseClientFile, parseServiceAccountFile, type ServiceAccountFile } from '../drive/credentials-file.ts';
import { wholeDriveScope } from '../drive/oauth-client.ts';
import type { Grant } from '../drive/sign-in.ts';
import type { RefreshFacts } from '../drive/token.ts';
import {
  readClientId,
  readCredentialsText,
  readOAuthClient,
  readProject,
  removeServiceAccount,
  writeOwnClient,
  writeServiceAccount,
} from './google-client.ts';
import type { Db } from '../store/database.ts';
import { probeServiceAccount } from './service-account.ts';
import { listActiveRuns } from '../store/runs.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { hasSnapshots } from '../store/snapshots.ts';

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
  /** Drive has said how full it is. */
  readonly onAbout: (about: DriveAbout) => void;
  /** The account can be used again: what waits for it goes on. */
  readonly onReady: () => void;
  /** Google ended the sign-in. */
  readonly onEnded: (email: string) => void;
}

export interface AccountDesk {
  readonly get: () => Account;
  readonly signIn: () => Promise<Account>;
  readonly cancelSignIn: () => void;
  readonly openSignInAgain: () => Promise<void>;
  /** Null when no sign-in is under way. */
  readonly getSignInLink: () => string | null;
  readonly signOut: () => Promise<Account>;
  readonly forget: () => Promise<Account>;
  /** Sets the person's own OAuth client; an empty id stands for the built-in one. A sign-in of another client ends. */
  readonly saveClient: (change: { readonly clientId?: string; readonly clientSecret?: string }) => Promise<Account>;
  readonly useClientFile: (file: string) => Promise<Account>;
  readonly useServiceAccountFile: (wish: ServiceAccountWish & { readonly path: string }) => Promise<Account>;
  readonly setFolder: (reference: string | null) => Promise<Account>;
  readonly pickFolder: () => Promise<Account>;
  /** Google refused the sign-in for good, or the key store has lost it. Nothing for somebody who never signed in. */
  readonly markSignedOut: () => void;
  /** Requests keep failing and are tried again; null: they come through again. */
  readonly noteTrouble: (trouble: DriveTrouble | null) => void;
  /** Google gave an access token. */
  readonly noteRefresh: (facts: RefreshFacts) => void;
  /** Asks Google how the account stands; keeps the last figures when it cannot be asked. Never rejects. */
  readonly refresh: () => Promise<Account>;
  /** Ends a sign-in that is under way. The look that is under way ends with `closing`. */
  readonly stop: () => void;
  /** Resolves when nothing here uses the store any more; after `closing`. */
  readonly stopped: () => Promise<unknown>;
}

export function createAccountDesk(options: AccountDeskOptions): AccountDesk {
  const { db, vault, config, clock } = options;
  const { tokens, api } = options.drive;
  const record = createAccountRecord(db, clock);

  /** Keeps the sign-in if it is of the account that the backups lie in. Until that is known nothing of it is stored. */
  const keep = async (grant: Grant): Promise<void> => {
    const { email = '' } = grant;
    const permissionId = record.requireSame(grant.permissionId, email);
    await tokens.keep(grant);
    await removeServiceAccount(db, vault);
    const signInEndsAt = grant.signInEndsAt?.toISOString() ?? null;
    record.writeSignedIn({ permissionId, email, kind: 'person', project: readProject(db, config), signInEndsAt });
    sight.clear();
  };

  const inBrowser = createBrowserSignIn({
    ...{ endpoints: config.google, browser: options.browser, clock, accept: keep },
    client: () => readOAuthClient(db, vault, config),
    loginHint: () => record.read()?.email ?? '',
    onChanged: () => {
      sight.announce();
    },
  });

  const sight = createAccountSight({
    ...{ db, config, clock, log: options.log, api, record, closing: options.closing },
    ...{ onChanged: options.onChanged, onAbout: options.onAbout },
    isSigningIn: inBrowser.isActive,
  });
  const { get, announce, refresh, refreshFolder } = sight;

  const makeReady = async (): Promise<Account> => {
    options.onReady();
    return refresh();
  };

  const endSignIn = (by: NonNullable<StoredAccount['signedOutBy']>): void => {
    record.writeEnd(by);
    sight.clear();
  };

  /** Forgets what the requests sign in with. */
  const leave = async (): Promise<void> => {
    await tokens.forget();
    await removeServiceAccount(db, vault);
    // A request between the two may have got one more token with the key.
    tokens.restart();
  };

  const saveClient: AccountDesk['saveClient'] = async (change) => {
    const before = readClientId(db, config);
    await writeOwnClient(db, vault, change);
    const stored = record.read();
    const sameKept = readClientId(db, config) === before || readSetting(db, 'serviceAccount') !== null;
    sight.clear();
    if (sameKept) {
      tokens.restart();
      if (stored && !stored.signedOut) options.onReady();
    } else {
      // Google takes a lasting token from the client alone that it was made for.
      await tokens.forget();
      if (stored && !stored.signedOut) endSignIn('client');
    }
    return announce();
  };

  /** The same key, person and folder as now: there is nothing to ask Google. */
  const isInUse = (file: ServiceAccountFile, wish: ServiceAccountWish): boolean => {
    const used = readSetting(db, 'serviceAccount');
    if (used?.privateKeyId == null || record.read()?.signedOut !== false) return false;
    const folder = readSetting(db, 'backupPlace')?.parentId ?? null;
    const wanted = wish.folder === null ? null : readFolderId(wish.folder);
    const sameKey = used.clientEmail === file.clientEmail && used.privateKeyId === file.privateKeyId;
    return sameKey && used.actsFor === wish.actsFor && folder === wanted;
  };

  return {
    get,
    refresh,
    saveClient,
    signIn: async () => {
      await inBrowser.go({ pickFolder: false });
      return makeReady();
    },
    cancelSignIn: inBrowser.cancel,
    openSignInAgain: inBrowser.openAgain,
    getSignInLink: inBrowser.getLink,
    signOut: async () => {
      await leave();
      endSignIn('person');
      return announce();
    },
    forget: async () => {
      requireUnused(db);
      await leave();
      writePlace(db, null);
      writeSetting(db, 'rootFolderId', null);
      writeSetting(db, 'account', null);
      sight.clear();
      return announce();
    },
    useClientFile: async (file) => {
      const { clientId, clientSecret } = parseClientFile(await readCredentialsText(file));
      return saveClient({ clientId, clientSecret });
    },
    useServiceAccountFile: async (wish) => {
      const file = parseServiceAccountFile(await readCredentialsText(wish.path));
      if (isInUse(file, wish)) return get();
      const requireSame = (of: DriveAbout): string => record.requireSame(of.permissionId, of.email ?? file.clientEmail);
      const probeOptions = { config, vault, clock, log: options.log, signal: options.closing, requireSame };
      const probed = await probeServiceAccount(probeOptions, file, wish);
      const { actsFor, scope } = probed;
      await tokens.forget();
      await writeServiceAccount(db, vault, { ...file, actsFor, scope });
      tokens.restart();
      record.writeSignedIn({
        ...{ permissionId: requireSame(probed.about), email: probed.about.email ?? file.clientEmail },
        ...{ kind: 'service-account', project: '', signInEndsAt: null },
      });
      sight.clear();
      if (probed.folder) await useFolder(db, probed.api, probed.folder, options.closing);
      return makeReady();
    },
    setFolder: async (reference) => {
      const wanted = reference === null ? null : readFolderId(reference);
      if (wanted !== null && wanted === readSetting(db, 'backupPlace')?.parentId) return get();
      const serviceAccount = readSetting(db, 'serviceAccount');
      if (reference === null || reference === '') {
        if (serviceAccount?.actsFor === null) {
          throw new AppError('drive/no-storage', 'a service account without a shared drive');
        }
        writePlace(db, null);
      } else {
        const rules = {
          sharedDriveOnly: serviceAccount?.actsFor === null,
          byServiceAccount: serviceAccount?.scope === wholeDriveScope,
        };
        const folder = await checkFolder(api, reference, rules, options.closing);
        await useFolder(db, api, folder, options.closing);
      }
      return refreshFolder();
    },
    pickFolder: async () => {
      if (readSetting(db, 'serviceAccount')) {
        throw invalidInput(
          'folder',
          'a service account has no page to choose on; give the address or id of the folder',
        );
      }
      const { pickedIds } = await inBrowser.go({ pickFolder: true });
      options.onReady();
      const [picked] = pickedIds;
      if (picked === undefined) {
        throw new AppError('drive/folder-unusable', 'nothing was chosen on Google’s page', {
          context: { reason: 'none-picked' },
        });
      }
      const rules = { sharedDriveOnly: false, byServiceAccount: false };
      await useFolder(db, api, await checkFolder(api, picked, rules, options.closing), options.closing);
      return refreshFolder();
    },
    markSignedOut: () => {
      const stored = record.read();
      if (!stored || stored.signedOut) return;
      // Stored as ended before it is told: the next start does not tell it again.
      endSignIn('google');
      announce();
      options.onEnded(stored.email);
    },
    noteTrouble: sight.noteTrouble,
    noteRefresh: record.noteRefresh,
    stop: inBrowser.cancel,
    // A sign-in that was being stored is looked at once more.
    stopped: () => inBrowser.ended().then(sight.stopped),
  };
}

/** Throws `input/in-use` while something of this program lies in the account, or is on its way there. */
function requireUnused(db: Db): void {
  const by = hasSnapshots(db)
    ? 'the backups that lie in it'
    : listActiveRuns(db).length > 0
      ? 'a backup that waits'
      : null;
  if (by === null) return;
  throw new AppError('input/in-use', `the account is needed by ${by}`, { context: { what: 'account', by } });
}
