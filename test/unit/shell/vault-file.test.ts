import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVaultCalls } from '../../../electron/shell/vault-calls.ts';
import { createFileVault, type SecretCipher } from '../../../electron/engine/base/vault-file.ts';
import { AppError } from '../../../shared/errors.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-vault-'));
  file = path.join(folder, 'vault.json');
});
afterEach(() => rm(folder, { recursive: true }));

/** Real encryption with a key that only this cipher has, as a key store's would be. */
function createCipher(): SecretCipher {
  const key = randomBytes(32);
  return {
    scheme: 'safe-storage',
    encrypt: (plainText) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
      return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), body]));
    },
    decrypt: async (data) => {
      const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12));
      decipher.setAuthTag(data.subarray(12, 28));
      return Promise.resolve(Buffer.concat([decipher.update(data.subarray(28)), decipher.final()]).toString('utf8'));
    },
  };
}

describe('the vault’s file', () => {
  it('keeps many secrets written at once, readable by a vault that is opened later, for the owner alone', async () => {
    const cipher = createCipher();
    const vault = createFileVault(file, cipher);
    const names = Array.from({ length: 20 }, (_, index) => `connection/${String(index)}/password`);
    await Promise.all(names.map((name) => vault.write(name, `secret of ${name} ✓`)));
    const later = createFileVault(file, cipher);
    for (const name of names) expect(await later.read(name)).toBe(`secret of ${name} ✓`);
    expect(await readFile(file, 'utf8')).not.toContain('secret of');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('answers null for what is not there, also for names that objects have by nature', async () => {
    const vault = createFileVault(file, createCipher());
    for (const name of ['drive/token', 'toString', 'constructor']) expect(await vault.read(name)).toBeNull();
    await vault.write('a', '1');
    await vault.remove('a');
    await vault.remove('a');
    expect(await vault.read('a')).toBeNull();
  });

  it('says so when another key store made an entry, and keeps that entry', async () => {
    await createFileVault(file, createCipher()).write('a', '1');
    const content = JSON.parse(await readFile(file, 'utf8')) as { entries: Record<string, unknown> };
    content.entries['b'] = { scheme: 'passphrase', data: 'AA==', salt: 'BB==' };
    await writeFile(file, JSON.stringify(content));
    const other = createFileVault(file, createCipher());
    for (const name of ['a', 'b']) {
      await expect(other.read(name)).rejects.toMatchObject({ code: 'vault/locked-elsewhere' });
    }
    await other.write('c', '3');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      entries: { a: content.entries['a'], b: content.entries['b'] },
    });
  });

  it.each(['', '{', '[]', '{"version":2,"entries":{}}'])('leaves a damaged file alone: %j', async (text) => {
    await writeFile(file, text);
    const vault = createFileVault(file, createCipher());
    await expect(vault.read('a')).rejects.toMatchObject({ code: 'store/damaged' });
    await expect(vault.write('a', '1')).rejects.toMatchObject({ code: 'store/damaged' });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('writes nothing when the key store cannot be reached', async () => {
    const refuse = () => Promise.reject(new AppError('vault/unavailable', 'no keyring'));
    const vault = createFileVault(file, { scheme: 'safe-storage', encrypt: refuse, decrypt: refuse });
    await expect(vault.write('a', '1')).rejects.toMatchObject({ code: 'vault/unavailable' });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the engine’s reverse calls', () => {
  it('read, write and remove, and refuse everything else', async () => {
    const answer = createVaultCalls(createFileVault(file, createCipher()));
    expect(await answer('vault.write', { name: 'a', value: '1' })).toEqual({ ok: true, value: null });
    expect(await answer('vault.read', { name: 'a' })).toEqual({ ok: true, value: '1' });
    expect(await answer('vault.remove', { name: 'a' })).toEqual({ ok: true, value: null });
    expect(await answer('vault.read', { name: 'a' })).toEqual({ ok: true, value: null });
    for (const [name, input] of [
      ['vault.list', {}],
      ['toString', {}],
      ['vault.write', { name: 'a' }],
      ['vault.read', null],
    ] as const) {
      expect(await answer(name, input)).toMatchObject({ ok: false });
    }
  });
});
