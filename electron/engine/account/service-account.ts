// Tries a service account's key before anything of it is kept: does Google take it, whose Drive does it open, and can the
// folder hold backups. A service account has no storage of its own.
import type { ServiceAccountWish } from '../../../shared/account.ts';
import { AppError } from '../../../shared/errors.ts';
import { checkFolder } from './backup-folder.ts';
import type { Clock, EngineConfig, Log, SecretVault } from '../base/ports.ts';
import { createDriveAccess } from '../drive/access.ts';
import type { DriveAbout, DriveApi } from '../drive/api.ts';
import type { ServiceAccountFile } from '../drive/credentials-file.ts';
import type { DriveFile } from '../drive/drive-file.ts';
import { driveScope, wholeDriveScope } from '../drive/oauth-client.ts';

export interface ProbeOptions {
  readonly config: EngineConfig;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Throws when it is not the account that the backups lie in. */
  readonly requireSame: (about: DriveAbout) => void;
}

export interface Probed {
  readonly about: DriveAbout;
  /** The right that the key is used with. */
  readonly scope: string;
  readonly actsFor: string | null;
  /** Null: the top of the person's My Drive. */
  readonly folder: DriveFile | null;
  /** Works with the new key, whatever is stored. */
  readonly api: DriveApi;
}

/** Throws `drive/no-storage`, `drive/key-refused`, `drive/folder-unusable` and what every request may throw. */
export async function probeServiceAccount(
  options: ProbeOptions,
  account: ServiceAccountFile,
  wish: ServiceAccountWish,
): Promise<Probed> {
  const actsFor = wish.actsFor === '' ? null : wish.actsFor;
  const reference = wish.folder === '' ? null : wish.folder;
  if (actsFor === null && reference === null) {
    throw new AppError('drive/no-storage', 'a service account without a shared drive and without a person');
  }
  // A folder that PgKeep did not make is seen with the whole right only: a service account has no page to open it on.
  const scope = reference === null ? driveScope : wholeDriveScope;
  const { config, vault, clock, log, signal } = options;
  const { api } = createDriveAccess({
    ...{ endpoints: config.google, vault, clock, log },
    client: () => Promise.reject(new AppError('drive/client-missing', 'a service account has no client')),
    serviceAccount: () => Promise.resolve({ ...account, subject: actsFor, scope }),
    onSignedOut: () => undefined,
  });
  const about = await api.about(signal);
  options.requireSame(about);
  const rules = { sharedDriveOnly: actsFor === null, byServiceAccount: true };
  const folder = reference === null ? null : await checkFolder(api, reference, rules, signal);
  return { about, scope, actsFor, folder, api };
}
