import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEncryptionDoubts } from '../../demo/prove-encryption.ts';

/** Text as a dump has it: repetitive, never the same. */
const dump = Buffer.from(
  Array.from({ length: 60_000 }, (_, n) => `${String(n)}\tcustomer${String((n * 7919) % 5003)}@example.com\n`).join(''),
);
let folder: string;
let encrypted: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-prove-'));
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(await generateX25519Identity()));
  encrypted = Buffer.from(await encrypter.encrypt(zstdCompressSync(dump)));
});
afterAll(() => rm(folder, { recursive: true }));

async function doubt(content: Uint8Array): Promise<string> {
  const file = path.join(folder, 'file');
  await writeFile(file, content);
  return (await findEncryptionDoubts(file, ['customer7@example', 'CREATE TABLE'])).join('; ');
}

/** An age header whose payload is something else. */
const withHeader = (payload: Buffer): Buffer => {
  const end = encrypted.indexOf('\n', encrypted.indexOf('\n--- ') + 1) + 1;
  return Buffer.concat([encrypted.subarray(0, end), payload]);
};

describe('doubts about a stored file', () => {
  it('are none when it is encrypted', async () => {
    expect(await doubt(encrypted)).toBe('');
  });

  it('come up when it is only compressed', async () => {
    expect(await doubt(zstdCompressSync(dump))).toMatch(/age’s header; its bytes are not spread/);
  });

  it('come up when an encrypted file’s header stands before compressed data', async () => {
    expect(await doubt(withHeader(zstdCompressSync(dump)))).toMatch(/^its bytes are not spread as random ones/);
  });

  it('come up when a plain text hides in an encrypted file, across the border of two reads as well', async () => {
    expect(await doubt(Buffer.concat([encrypted, Buffer.from('CREATE TABLE')]))).toBe(
      'it holds "CREATE TABLE" in plain text',
    );
    const filler = Buffer.alloc(1024 * 1024 - 6, 'x');
    expect(await doubt(Buffer.concat([filler, Buffer.from('CREATE TABLE')]))).toMatch(/it holds "CREATE TABLE"/);
  });

  it('come up when the header has no end or the file is empty', async () => {
    expect(await doubt(Buffer.from('age-encryption.org/v1\n-> X25519 abc\n'))).toBe('age’s header has no end');
    expect(await doubt(Buffer.alloc(0))).toBe('it does not begin with age’s header');
  });
});
