// Our encryption against the age program, both ways; the key, and the recovery kit as age reads it.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decryptBytes, decryptStream, encryptBytes, encryptStream } from '../../../electron/engine/crypto/age.ts';
import { createDigest } from '../../../electron/engine/crypto/digest.ts';
import { ensureKey, identityName, readIdentity, toRecoveryKit } from '../../../electron/engine/crypto/keys.ts';
import { AppError } from '../../../shared/errors.ts';
import { createMemoryVault } from '../../support/memory-vault.ts';

let folder: string;
let kitFile: string;
let recipient: string;
let identity: string;
const createdAt = '2026-11-22T03:00:00.000Z';

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgkeep-age-'));
  const vault = createMemoryVault();
  recipient = await ensureKey(vault, null);
  identity = await readIdentity(vault);
  kitFile = path.join(folder, 'kit.txt');
  writeFileSync(kitFile, toRecoveryKit({ identity, recipient, createdAt, email: 'me@example.com' }));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** As pg_dump's output comes: in pieces of any size. */
async function* inPieces(data: Uint8Array, size = 50_000): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < data.length; at += size) yield await Promise.resolve(data.subarray(at, at + size));
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

const age = (args: readonly string[], input?: Uint8Array): Buffer =>
  execFileSync('age', args, { ...(input ? { input } : {}), maxBuffer: 64 * 1024 * 1024 });

// Around age's own chunk of 64 KiB, where an off-by-one would show.
const sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003];

describe('what we encrypt', () => {
  it.each(sizes)('is opened by age with the recovery kit alone (%i bytes)', async (size) => {
    const data = randomBytes(size);
    const file = path.join(folder, `ours-${String(size)}.age`);
    writeFileSync(file, await collect(encryptStream([recipient], inPieces(data))));
    expect(age(['-d', '-i', kitFile, file]).equals(data)).toBe(true);
  });

  it('is opened by every one of its recipients', async () => {
    const other = createMemoryVault();
    const second = await ensureKey(other, null);
    const sealed = await encryptBytes([recipient, second], Buffer.from('for two'));
    for (const key of [identity, await readIdentity(other)]) {
      expect((await decryptBytes([key], inPieces(sealed))).toString()).toBe('for two');
    }
  });
});

describe('what age encrypts', () => {
  it.each(sizes)('is opened by us (%i bytes)', async (size) => {
    const data = randomBytes(size);
    const sealed = age(['-r', recipient], data);
    expect((await decryptBytes([identity], inPieces(sealed, 1000))).equals(data)).toBe(true);
  });
});

describe('a file that cannot be opened', () => {
  it('for another key says so', async () => {
    const other = createMemoryVault();
    const sealed = await encryptBytes([await ensureKey(other, null)], Buffer.from('not for us'));
    await expect(decryptBytes([identity], inPieces(sealed))).rejects.toMatchObject({ code: 'crypto/wrong-key' });
  });

  const damages: [string, (sealed: Buffer) => Buffer][] = [
    ['one flipped byte in the data', (sealed) => flip(sealed, sealed.length - 1000)],
    ['one flipped byte in the last chunk', (sealed) => flip(sealed, sealed.length - 1)],
    ['one flipped byte in the seal of its header', (sealed) => flip(sealed, sealed.indexOf('--- ') + 10)],
    ['no end', (sealed) => sealed.subarray(0, sealed.length - 1)],
    ['no last chunk', (sealed) => sealed.subarray(0, sealed.length - (100_000 - 65_536) - 16)],
    ['something behind its end', (sealed) => Buffer.concat([sealed, Buffer.from('x')])],
    ['nothing in it', () => Buffer.alloc(0)],
    ['another format', () => Buffer.from('PGDMP is no age file\n'.repeat(10))],
  ];
  it.each(damages)('with %s is damaged', async (_, damage) => {
    const sealed = damage(await encryptBytes([recipient], randomBytes(100_000)));
    await expect(collect(decryptStream([identity], inPieces(sealed)))).rejects.toMatchObject({
      code: 'crypto/damaged-file',
    });
  });

  it('because its source breaks off passes that error on', async () => {
    const sealed = await encryptBytes([recipient], randomBytes(200_000));
    const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield sealed.subarray(0, 100_000);
      await Promise.resolve();
      throw new AppError('drive/offline', 'gone');
    };
    await expect(collect(decryptStream([identity], source()))).rejects.toMatchObject({ code: 'drive/offline' });
  });
});

function flip(data: Buffer, at: number): Buffer {
  const copy = Buffer.from(data);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('the key', () => {
  it('is made once, and a lost one is never replaced by another', async () => {
    const vault = createMemoryVault();
    const first = await ensureKey(vault, null);
    expect(first).toMatch(/^age1[a-z0-9]{58}$/);
    expect(await ensureKey(vault, first)).toBe(first);
    expect(await ensureKey(vault, null)).toBe(first);
    await vault.remove(identityName);
    await expect(ensureKey(vault, first)).rejects.toMatchObject({ code: 'crypto/key-missing' });
    await expect(readIdentity(vault)).rejects.toMatchObject({ code: 'crypto/key-missing' });
    expect(vault.secrets.size).toBe(0);
  });

  it('is in the kit with the words that a person needs, and age-keygen reads the same public key from it', () => {
    const kit = readFileSync(kitFile, 'utf8');
    expect(execFileSync('age-keygen', ['-y', kitFile]).toString().trim()).toBe(recipient);
    expect(kit).toContain('me@example.com');
    expect(kit.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([identity]);
  });
});

describe('size and hashes as bytes pass', () => {
  it('are those of the whole', () => {
    const data = randomBytes(100_000);
    const digest = createDigest();
    for (let at = 0; at < data.length; at += 777) digest.update(data.subarray(at, at + 777));
    const hash = (name: string): string => createHash(name).update(data).digest('hex');
    expect(digest.finish()).toEqual({ sizeBytes: 100_000, sha256: hash('sha256'), md5: hash('md5') });
  });
});
