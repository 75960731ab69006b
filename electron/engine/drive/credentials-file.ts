// Reads the JSON files that Google's console offers for download: an OAuth client of the type "Desktop app", or the key of
// a service account. Everything else is refused with the name of what was found, never with its contents.
import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { parseJson } from '../base/parse-json.ts';
import type { OAuthClientSettings } from '../base/ports.ts';

/** A service account as its key file describes it. `privateKey` is a secret. */
export interface ServiceAccountFile {
  readonly clientEmail: string;
  readonly privateKeyId: string | null;
  /** PEM. */
  readonly privateKey: string;
}

export type CredentialsFile =
  | { readonly kind: 'client'; readonly client: OAuthClientSettings }
  | { readonly kind: 'service-account'; readonly account: ServiceAccountFile };

const clientSchema = z.object({
  installed: z.object({ client_id: z.string().min(1).max(200), client_secret: z.string().max(200).default('') }),
});

const serviceAccountSchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(3).max(300),
  private_key: z.string().min(1),
  private_key_id: z.string().max(200).nullish(),
});

/** Throws `drive/credentials-unusable` with what was found instead. */
export function parseCredentialsFile(text: string): CredentialsFile {
  const value = parseJson(text);
  const client = clientSchema.safeParse(value);
  if (client.success) {
    const { client_id: clientId, client_secret: clientSecret } = client.data.installed;
    return { kind: 'client', client: { clientId, clientSecret } };
  }
  const account = serviceAccountSchema.safeParse(value);
  if (account.success) {
    const { client_email: clientEmail, private_key: privateKey, private_key_id: privateKeyId } = account.data;
    if (!isPrivateKey(privateKey)) throw unusable('damaged-key');
    return { kind: 'service-account', account: { clientEmail, privateKey, privateKeyId: privateKeyId ?? null } };
  }
  throw unusable(nameOther(value));
}

/** The client of a file; throws for a service account's key, too. */
export function parseClientFile(text: string): OAuthClientSettings {
  const file = parseCredentialsFile(text);
  if (file.kind !== 'client') throw unusable('service-account');
  return file.client;
}

/** The service account of a file; throws for an OAuth client, too. */
export function parseServiceAccountFile(text: string): ServiceAccountFile {
  const file = parseCredentialsFile(text);
  if (file.kind !== 'service-account') throw unusable('client');
  return file.account;
}

function nameOther(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'no-json';
  if ('web' in value) return 'web';
  const type = 'type' in value ? value.type : null;
  return type === 'authorized_user' ? 'authorized_user' : 'unknown';
}

function unusable(found: string): AppError {
  return new AppError('drive/credentials-unusable', `the credentials file is of another kind: ${found}`, {
    context: { found },
  });
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
