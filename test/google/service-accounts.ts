// Accounts of programs: each has an RSA key, made when it is first asked for and kept in the server's folder. Checks the
// signed assertions (RFC 7523) that such an account asks for tokens with.
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from './json-file.ts';
import type { GoogleAccount, RandomBytes, ServiceAccountRegistration } from './options.ts';

/** What Google's console gives a person as a file. */
export interface ServiceAccountKey {
  readonly type: 'service_account';
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly client_id: string;
  readonly auth_uri: string;
  readonly token_uri: string;
  readonly universe_domain: string;
}

interface StoredKey {
  readonly id: string;
  readonly pem: string;
}

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
  scope: z.string().optional(),
  sub: z.string().optional(),
});
export type Claims = z.infer<typeof claimsSchema>;

export class ServiceAccounts {
  readonly #file: string;
  readonly #random: RandomBytes;
  readonly #list: ServiceAccountRegistration[];
  readonly #keys: Map<string, StoredKey>;

  constructor(dir: string, random: RandomBytes, list: readonly ServiceAccountRegistration[]) {
    this.#file = path.join(dir, 'service-keys.json');
    this.#random = random;
    this.#list = [...list];
    this.#keys = new Map(Object.entries((readJson(this.#file) ?? {}) as Record<string, StoredKey>));
  }

  find(email: string): ServiceAccountRegistration | null {
    return this.#list.find((account) => account.email === email) ?? null;
  }

  findClient(clientId: string): ServiceAccountRegistration | null {
    return this.#list.find((account) => account.clientId === clientId) ?? null;
  }

  /** As Drive sees them: accounts without storage. */
  toAccounts(): GoogleAccount[] {
    return this.#list.map(({ email, permissionId }) => ({
      ...{ email, permissionId, displayName: email.replace(/@.*/, ''), limitBytes: 0, otherUsageBytes: 0 },
    }));
  }

  /** The key file of an account, for programs that reach the server under `origin`. */
  key(origin: string, email?: string): ServiceAccountKey {
    const account = email === undefined ? this.#list[0] : this.find(email);
    if (!account) throw new Error(`no service account ${email ?? ''}`);
    const { id, pem } = this.#storedKey(account.email);
    return {
      type: 'service_account',
      project_id: account.projectId,
      private_key_id: id,
      private_key: pem,
      client_email: account.email,
      client_id: account.clientId,
      auth_uri: `${origin}/o/oauth2/v2/auth`,
      token_uri: `${origin}/token`,
      universe_domain: 'googleapis.com',
    };
  }

  /** The claims of an assertion, or what Google says is wrong with it. */
  read(assertion: string): Claims | string {
    const [head = '', body = '', signature = ''] = assertion.split('.');
    const header = parsePart(head) as { alg?: unknown } | null;
    const claims = claimsSchema.safeParse(parsePart(body));
    if (!header || !claims.success) return 'Invalid JWT: Failed to parse the assertion.';
    const account = this.find(claims.data.iss);
    if (!account) return 'Invalid grant: account not found';
    const key = createPublicKey(this.#storedKey(account.email).pem);
    const signed = Buffer.from(`${head}.${body}`);
    const isGood = header.alg === 'RS256' && verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'));
    return isGood ? claims.data : 'Invalid JWT Signature.';
  }

  #storedKey(email: string): StoredKey {
    const there = this.#keys.get(email);
    if (there) return there;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const made = {
      id: this.#random(20).toString('hex'),
      pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    this.#keys.set(email, made);
    writeJson(this.#file, Object.fromEntries(this.#keys));
    return made;
  }
}

function parsePart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
