// The files that Google's console offers for download: two kinds are of use, every other one is refused by its name.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  parseClientFile,
  parseCredentialsFile,
  parseServiceAccountFile,
} from '../../../electron/engine/drive/credentials-file.ts';
import { AppError } from '../../../shared/errors.ts';

const pem = (type: 'rsa' | 'ec'): string =>
  (type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  ).privateKey
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();

const serviceAccount = {
  type: 'service_account',
  client_email: 'robot@p.iam.gserviceaccount.com',
  private_key_id: 'abc',
  private_key: pem('rsa'),
  token_uri: 'https://evil.example/token',
};

/** The name of what was found in place of what is needed. */
function foundIn(parse: (text: string) => unknown, content: unknown): unknown {
  try {
    parse(typeof content === 'string' ? content : JSON.stringify(content));
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(`${error.message} ${JSON.stringify(error.context)}`).not.toMatch(/PRIVATE KEY|s3cret/u);
    return error.context['found'];
  }
}

describe('a credentials file', () => {
  it('of a desktop client gives id and secret, with and without a secret, and with a byte order mark', () => {
    const text = '{"installed":{"client_id":"1-a","client_secret":"s3cret","auth_uri":"x"}}';
    const client = { clientId: '1-a', clientSecret: 's3cret' };
    expect(parseCredentialsFile(text)).toEqual({ kind: 'client', client });
    expect(parseClientFile(`\uFEFF${text}`)).toEqual(client);
    expect(parseClientFile('{"installed":{"client_id":"1-a"}}')).toEqual({ clientId: '1-a', clientSecret: '' });
  });

  it('of a service account gives address and key, and never an address for tokens', () => {
    const account = parseServiceAccountFile(JSON.stringify(serviceAccount));
    expect(Object.keys(account).toSorted()).toEqual(['clientEmail', 'privateKey', 'privateKeyId']);
    expect(account.clientEmail).toBe('robot@p.iam.gserviceaccount.com');
  });

  it.each([
    ['web', { web: { client_id: 'a', client_secret: 's3cret' } }],
    ['authorized_user', { type: 'authorized_user', refresh_token: 's3cret' }],
    ['unknown', { installed: {} }],
    ['unknown', { type: 'service_account', client_email: 'a@b' }],
    ['damaged-key', { ...serviceAccount, private_key: 's3cret' }],
    ['damaged-key', { ...serviceAccount, private_key: pem('ec') }],
    ['no-json', 's3cret'],
    ['no-json', ''],
    ['no-json', 'null'],
  ])('is refused as %s', (found, content) => {
    expect(foundIn(parseCredentialsFile, content)).toBe(found);
  });

  it('of the one kind is not taken for the other', () => {
    expect(foundIn(parseClientFile, serviceAccount)).toBe('service-account');
    expect(foundIn(parseServiceAccountFile, { installed: { client_id: 'a' } })).toBe('client');
  });
});
