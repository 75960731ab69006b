// How the account stands, as last seen at Google: space, folder, what is wrong. Keeps the last figures when Google cannot be
// asked. Changes nothing there.
import type { Account } from '../../../shared/account.ts';
import { toWireError, type WireError } from '../../../shared/errors.ts';
import type { AccountRecord } from './account-record.ts';
import { listWarnings, toAccount, type AccountFacts } from './account-view.ts';
import { describeBackupFolder } from './backup-folder.ts';
import type { Clock, EngineConfig, Log } from '../base/ports.ts';
import type { DriveAbout, DriveApi } from '../drive/api.ts';
import type { DriveFile } from '../drive/drive-file.ts';
import { chooseClientSource, readProject } from './google-client.ts';
import type { Db } from '../store/database.ts';
import { readSetting } from '../store/settings.ts';
import { hasSnapshots } from '../store/snapshots.ts';

export interface AccountSightOptions {
  readonly db: Db;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly api: DriveApi;
  readonly record: AccountRecord;
  /** Aborted when the engine stops. */
  readonly closing: AbortSignal;
  readonly isSigningIn: () => boolean;
  readonly onChanged: (account: Account) => void;
  /** Drive has said how full it is. */
  readonly onAbout: (about: DriveAbout) => void;
}

export interface AccountSight {
  readonly get: () => Account;
  /** Tells everybody how it stands, and answers that. */
  readonly announce: () => Account;
  /** Asks Google. Never rejects. */
  readonly refresh: () => Promise<Account>;
  /** The account, or what it signs in with, is another one: nothing seen so far counts. */
  readonly clear: () => void;
  /** The folder is another one: asks Google about it. */
  readonly refreshFolder: () => Promise<Account>;
  /** Requests keep failing and are tried again; null: they come through again. */
  readonly noteTrouble: (trouble: AccountFacts['trouble']) => void;
  /** Resolves when nothing here uses the store any more; after `closing`. */
  readonly stopped: () => Promise<unknown>;
}

export function createAccountSight(options: AccountSightOptions): AccountSight {
  const { db, config, clock, api, record } = options;
  let about: DriveAbout | null = null;
  let rootFolder: DriveFile | null = null;
  let problem: WireError | null = null;
  let trouble: AccountFacts['trouble'] = null;
  let lastLook: Promise<unknown> = Promise.resolve();

  const get = (): Account => {
    const stored = record.read();
    const warnings = listWarnings({
      stored,
      now: clock.now(),
      project: readProject(db, config),
      hasBackups: (before) => hasSnapshots(db, before ?? undefined),
      canCleanUp: rootFolder?.rights.canTrash ?? null,
    });
    return toAccount({
      ...{ stored, problem, trouble, warnings },
      serviceAccount: readSetting(db, 'serviceAccount'),
      signingIn: options.isSigningIn(),
      client: chooseClientSource(db, config),
      folder: describeBackupFolder(db, rootFolder),
      usage: about,
    });
  };

  const announce = (): Account => {
    const account = get();
    options.onChanged(account);
    return account;
  };

  const look = async (): Promise<Account> => {
    const stored = record.read();
    if (!stored || stored.signedOut) return get();
    try {
      about = await api.about(options.closing);
      options.onAbout(about);
      const rootId = readSetting(db, 'rootFolderId');
      rootFolder = rootId === null ? null : await api.getFile(rootId, options.closing);
      problem = null;
    } catch (error) {
      const wire = toWireError(error);
      options.log.debug(`the account could not be looked at: ${wire.message}`);
      // What waiting mends, and an ended sign-in, which is a state of its own, are no problems of the account.
      problem = wire.retry === 'never' && record.read()?.signedOut === false ? wire : null;
    }
    return announce();
  };

  /** One look after the other: each sees what was changed before it was asked for. */
  const refresh = (): Promise<Account> => {
    const next = lastLook.then(look);
    lastLook = next.catch(() => undefined);
    return next;
  };

  return {
    get,
    announce,
    refresh,
    clear: () => {
      about = null;
      rootFolder = null;
      problem = null;
    },
    refreshFolder: () => {
      rootFolder = null;
      announce();
      return refresh();
    },
    noteTrouble: (value) => {
      trouble = value;
      announce();
    },
    stopped: () => lastLook,
  };
}
