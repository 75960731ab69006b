// With what PgKeep signs in to Google: the client built into the program, the person's own, or a service account's key.
// Secrets are in the vault, the rest in the settings.
import { readFile } from 'node:fs/promises';
import { AppError, invalidInput, toAppError } from '../../../shared/errors.ts';
import type { EngineConfig, OAuthClientSettings, SecretVault } from '../base/ports.ts';
import type { ServiceAccountFile } from '../drive/credentials-file.ts';
import type { ServiceAccountKey } from '../drive/key-grant.ts';
import type { Db } from '../store/database.ts';
import { readSetting, writeSetting } from '../store/settings.ts';

/** The vault's name for the secret of the person's own OAuth client. */
export const clientSecretName = 'google/client-secret';
/** The vault's name for the private key of the service account. */
export const serviceAccountKeyName = 'google/service-account-key';

/** A credentials file has two or three kilobytes; more is something else. */
const maxFileBytes = 64 * 1024;

export type ClientSource = 'none' | 'built-in' | 'own';

export function chooseClientSource(db: Db, config: EngineConfig): ClientSource {
  if (readSetting(db, 'googleClientId') !== '') return 'own';
  return config.builtInClient ? 'built-in' : 'none';
}

/** The OAuth client that a sign-in and every refresh use. Throws `drive/client-missing`. */
export async function readOAuthClient(db: Db, vault: SecretVault, config: EngineConfig): Promise<OAuthClientSettings> {
  const clientId = readSetting(db, 'googleClientId');
  if (clientId !== '') {
    const secret = readSetting(db, 'hasGoogleClientSecret') ? await vault.read(clientSecretName) : null;
    return { clientId, clientSecret: secret ?? '' };
  }
  if (config.builtInClient) return config.builtInClient;
  throw new AppError('drive/client-missing', 'no Google OAuth client is set');
}

/** What is absent stays. An empty id stands for the built-in client. */
export async function writeOwnClient(
  db: Db,
  vault: SecretVault,
  change: { readonly clientId?: string | undefined; readonly clientSecret?: string | undefined },
): Promise<void> {
  const secret = change.clientId === '' ? '' : change.clientSecret;
  if (secret !== undefined) {
    if (secret === '') await vault.remove(clientSecretName);
    else await vault.write(clientSecretName, secret);
    writeSetting(db, 'hasGoogleClientSecret', secret !== '');
  }
  if (change.clientId !== undefined) writeSetting(db, 'googleClientId', change.clientId);
}

/** The id of the client in use; empty: none. */
export function readClientId(db: Db, config: EngineConfig): string {
  return readSetting(db, 'googleClientId') || (config.builtInClient?.clientId ?? '');
}

/**
 * The number that Google's client ids begin with. Clients of one project see each other's files, clients of different
 * projects do not.
 */
export function projectOf(clientId: string): string {
  return /^\d+/.exec(clientId)?.[0] ?? clientId;
}

/** The project of the client in use; empty with a service account, which sees what was shared with it, or without a client. */
export function readProject(db: Db, config: EngineConfig): string {
  return readSetting(db, 'serviceAccount') ? '' : projectOf(readClientId(db, config));
}

/** Null: a person signs in. Throws `drive/no-account` when the key store has lost the key. */
export async function readServiceAccountKey(db: Db, vault: SecretVault): Promise<ServiceAccountKey | null> {
  const stored = readSetting(db, 'serviceAccount');
  if (!stored) return null;
  const privateKey = await vault.read(serviceAccountKeyName);
  if (privateKey === null) throw new AppError('drive/no-account', 'the key of the service account is not there');
  const { clientEmail, privateKeyId, actsFor: subject, scope } = stored;
  return { clientEmail, privateKeyId, privateKey, subject, scope };
}

export async function writeServiceAccount(
  db: Db,
  vault: SecretVault,
  account: ServiceAccountFile & { readonly actsFor: string | null; readonly scope: string },
): Promise<void> {
  const { privateKey, clientEmail, privateKeyId, actsFor, scope } = account;
  await vault.write(serviceAccountKeyName, privateKey);
  writeSetting(db, 'serviceAccount', { clientEmail, privateKeyId, actsFor, scope });
}

export async function removeServiceAccount(db: Db, vault: SecretVault): Promise<void> {
  if (!readSetting(db, 'serviceAccount')) return;
  writeSetting(db, 'serviceAccount', null);
  await vault.remove(serviceAccountKeyName);
}

/** The text of a file that a person chose; empty for one that is much too large. Throws `input/invalid`. */
export async function readCredentialsText(file: string): Promise<string> {
  try {
    const content = await readFile(file);
    return content.length > maxFileBytes ? '' : content.toString('utf8');
  } catch (error) {
    throw invalidInput('credentials file', `it cannot be read (${toAppError(error).message})`);
  }
}
