// Our own sealing of an age file's payload, with the runtime's cipher and with the one in JavaScript, against the age program
// and the library, at every size where chunks begin and end, and against hands that change the file.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decryptStream, encryptStream } from '../../../electron/engine/crypto/age.ts';
import { nativeCipher, openPayload, scriptCipher } from '../../../electron/engine/crypto/age-payload.ts';

const chunk = 65_536;
const sealedChunk = chunk + 16;
/** The last one has more chunks than a byte counts. */
const sizes = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1, 5 * chunk, 258 * chunk + 7];
const ciphers = [
  ['the native cipher', nativeCipher],
  ['the cipher in JavaScript', scriptCipher],
] as const;

let folder: string;
let identity: string;
let identityFile: string;
let recipient: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgkeep-age-'));
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  identityFile = path.join(folder, 'key.txt');
  writeFileSync(identityFile, `${identity}\n`, { mode: 0o600 });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function* inPieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < data.length; at += size) yield await Promise.resolve(data.subarray(at, at + size));
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(Uint8Array.from(part));
  return Buffer.concat(parts);
}

const age = (args: readonly string[], input: Uint8Array): Buffer =>
  execFileSync('age', args, { input, maxBuffer: 64 * 1024 * 1024 });

describe.each(ciphers)('with %s', (_, cipher) => {
  it.each(sizes)('age and the library open what we seal, and we what they seal (%i bytes)', async (size) => {
    const data = randomBytes(size);
    // Pieces that end before, on and after the ends of chunks.
    for (const pieceBytes of size > 1_000_000 ? [3 * chunk + 5] : [50_000, chunk, 3 * chunk + 5, 4 * chunk]) {
      const ours = await collect(encryptStream([recipient], inPieces(data, pieceBytes), cipher));
      expect(age(['-d', '-i', identityFile], ours).equals(data)).toBe(true);
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      expect(data.equals(await decrypter.decrypt(ours))).toBe(true);
    }
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    for (const theirs of [age(['-r', recipient], data), await encrypter.encrypt(data)]) {
      for (const pieceBytes of [sealedChunk, 200_000]) {
        const opened = await collect(decryptStream([identity], inPieces(theirs, pieceBytes), cipher));
        expect(opened.equals(data)).toBe(true);
      }
    }
  });

  it('reads a file that comes byte by byte', async () => {
    const data = randomBytes(3000);
    const sealed = await collect(encryptStream([recipient], inPieces(data, 7), cipher));
    expect((await collect(decryptStream([identity], inPieces(sealed, 1), cipher))).equals(data)).toBe(true);
  });

  const damages: [string, (head: Buffer, chunks: Buffer[]) => Buffer[]][] = [
    ['two chunks in each other’s place', (head, [a, b, ...more]) => [head, ...list(b, a), ...more]],
    ['a chunk twice', (head, [a, ...more]) => [head, ...list(a, a), ...more]],
    ['a chunk left out', (head, [, ...more]) => [head, ...more]],
    ['the last chunk left out', (head, chunks) => [head, ...chunks.slice(0, -1)]],
    [
      'a seal cut off',
      (head, chunks) => [head, ...chunks.slice(0, -1), list(chunks.at(-1))[0]?.subarray(0, -1) ?? head],
    ],
    ['less than a seal at its end', (head, chunks) => [head, ...chunks, Buffer.alloc(15)]],
    ['the same bytes once more behind its end', (head, chunks) => [head, ...chunks, ...chunks]],
    ['only its header', (head) => [head]],
    ['half a nonce', (head) => [head.subarray(0, head.length - 8)]],
    ['another nonce', (head, chunks) => [flip(head, head.length - 1), ...chunks]],
    [
      'a flipped byte in its first chunk',
      (head, [a, ...more]) => [head, ...list(a).map((one) => flip(one, 0)), ...more],
    ],
    ['a flipped byte in a recipient', (head, chunks) => [flip(head, head.indexOf('X25519') + 20), ...chunks]],
  ];
  it.each(damages)('a file with %s is damaged', async (_name, damage) => {
    const data = randomBytes(3 * chunk + 100);
    const sealed = await collect(encryptStream([recipient], inPieces(data, chunk), cipher));
    const start = sealed.length - (data.length + 4 * 16);
    const chunks = [0, 1, 2, 3].map((index) =>
      sealed.subarray(start + index * sealedChunk, Math.min(sealed.length, start + (index + 1) * sealedChunk)),
    );
    const changed = Buffer.concat(damage(sealed.subarray(0, start), chunks));
    const opening = collect(decryptStream([identity], inPieces(changed, 100_000), cipher));
    await expect(opening).rejects.toMatchObject({
      code: expect.stringMatching(/^crypto\/(damaged-file|wrong-key)$/) as string,
    });
    expect(() => execFileSync('age', ['-d', '-i', identityFile], { input: changed, stdio: 'pipe' })).toThrow();
  });

  it('an empty last chunk behind full ones is damaged, sealed as it may be', async () => {
    const key = randomBytes(32);
    const nonce = (counter: number, last: number): Buffer => Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, counter, last]);
    const full = cipher.seal(key, nonce(0, 0), randomBytes(chunk));
    const empty = cipher.seal(key, nonce(1, 1), Buffer.alloc(0));
    const opening = collect(openPayload(key, inPieces(Buffer.concat([...full, ...empty]), 50_000), cipher));
    await expect(opening).rejects.toThrow('empty');
  });
});

function list(...parts: (Buffer | undefined)[]): Buffer[] {
  return parts.filter((part) => part !== undefined);
}

function flip(data: Buffer, at: number): Buffer {
  const copy = Buffer.from(data);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
