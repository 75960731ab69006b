// The payload of an age file (https://age-encryption.org/v1, "Payload"): chunks of 64 KiB, each sealed with
// ChaCha20-Poly1305 under a counter and a flag for the last one. The runtime's own cipher does the work where it has one;
// Electron's BoringSSL has none, and there it is noble's in JavaScript, a tenth as fast.
import { createCipheriv, createDecipheriv, getCiphers, hkdfSync } from 'node:crypto';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { release } from '../base/release.ts';

/** Plain bytes of every chunk but the last, which has 1 to this many; none only when the whole payload is empty. */
export const chunkBytes = 64 * 1024;
/** Poly1305's tag behind each chunk. */
const tagBytes = 16;
export const payloadNonceBytes = 16;

export interface ChunkCipher {
  /** The sealed bytes, in one piece or more. */
  readonly seal: (key: Uint8Array, nonce: Uint8Array, plain: Uint8Array) => readonly Uint8Array[];
  /** Throws when the bytes are not what was sealed. */
  readonly open: (key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array) => Uint8Array;
}

const cipherName = 'chacha20-poly1305';

export const nativeCipher: ChunkCipher = {
  seal: (key, nonce, plain) => {
    const cipher = createCipheriv(cipherName, key, nonce, { authTagLength: tagBytes });
    const body = cipher.update(plain);
    cipher.final();
    return [body, cipher.getAuthTag()];
  },
  open: (key, nonce, sealed) => {
    if (sealed.length < tagBytes) throw new Error('a chunk is shorter than its seal');
    const decipher = createDecipheriv(cipherName, key, nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const plain = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
    decipher.final();
    return plain;
  },
};

export const scriptCipher: ChunkCipher = {
  seal: (key, nonce, plain) => [chacha20poly1305(key, nonce).encrypt(plain)],
  open: (key, nonce, sealed) => chacha20poly1305(key, nonce).decrypt(sealed),
};

export const bestCipher: ChunkCipher = getCiphers().includes(cipherName) ? nativeCipher : scriptCipher;

/** The key that the chunks are sealed with. */
export function derivePayloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/** Seals what comes, in chunks that go on together: one piece out for each piece in, as long as a chunk is full. */
export async function* sealPayload(
  key: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  cipher = bestCipher,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* eachChunk(source, chunkBytes, createCounter(), (nonce, plain) => cipher.seal(key, nonce, plain));
}

/** Throws when bytes were changed, added, cut off or put in another order; what came before that is the true begin. */
export async function* openPayload(
  key: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  cipher = bestCipher,
): AsyncGenerator<Uint8Array, void, undefined> {
  const counter = createCounter();
  yield* eachChunk(source, chunkBytes + tagBytes, counter, (nonce, sealed) => {
    const plain = cipher.open(key, nonce, sealed);
    if (plain.length === 0 && !counter.isFirst()) throw new Error('the last chunk is empty');
    return [plain];
  });
}

/** Cuts the bytes into chunks. A full one is held back until more comes, for the last one is marked. */
async function* eachChunk(
  source: AsyncIterable<Uint8Array>,
  size: number,
  counter: NonceCounter,
  work: (nonce: Uint8Array, chunk: Uint8Array) => readonly Uint8Array[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const held = Buffer.allocUnsafeSlow(size);
  let fill = 0;
  for await (const piece of source) {
    const done: Uint8Array[] = [];
    let at = 0;
    while (at < piece.length) {
      if (fill === size) {
        done.push(...work(counter.next(), held));
        fill = 0;
      }
      // A chunk that lies whole in the piece, with more behind it, is worked on where it lies.
      if (fill === 0 && piece.length - at > size) {
        done.push(...work(counter.next(), piece.subarray(at, at + size)));
        at += size;
        continue;
      }
      const taken = Math.min(size - fill, piece.length - at);
      held.set(piece.subarray(at, at + taken), fill);
      fill += taken;
      at += taken;
    }
    if (done.length > 0) yield join(done);
  }
  yield join(work(counter.last(), held.subarray(0, fill)));
}

/** The parts are given up: their memory goes back at once. */
function join(parts: readonly Uint8Array[]): Uint8Array {
  const [only, second] = parts;
  if (only && !second) return only;
  const whole = Buffer.concat(parts);
  for (const part of parts) release(part);
  return whole;
}

interface NonceCounter {
  readonly next: () => Uint8Array;
  /** The same with the mark of the last chunk. */
  readonly last: () => Uint8Array;
  /** No chunk came before the current one. */
  readonly isFirst: () => boolean;
}

/** Eleven bytes that count, most significant first, and the mark: 2^53 chunks are more than any disk holds. */
function createCounter(): NonceCounter {
  let count = 0;
  const toNonce = (mark: number): Uint8Array => {
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(Math.floor(count / 2 ** 32), 1, 6);
    nonce.writeUInt32BE(count % 2 ** 32, 7);
    nonce[11] = mark;
    count += 1;
    return nonce;
  };
  return { next: () => toNonce(0), last: () => toNonce(1), isFirst: () => count === 1 };
}
