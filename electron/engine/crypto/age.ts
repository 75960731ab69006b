// Encrypts and decrypts streams in the age format (https://age-encryption.org/v1), so that the `age` program reads what we
// write and the other way round. Where keys come from is keys.ts.
import { Decrypter, Encrypter } from 'age-encryption';
import { AppError } from '../../../shared/errors.ts';

/** Encrypts for all `recipients` (`age1…`). Output comes in pieces of up to 64 KiB, age's own chunk. */
export async function* encryptStream(
  recipients: readonly string[],
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  yield* readChunks(await encrypter.encrypt(toWebStream(source)));
}

/** Encrypts a small file in memory. */
export async function encryptBytes(recipients: readonly string[], data: Uint8Array): Promise<Buffer> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return Buffer.from(await encrypter.encrypt(data));
}

/**
 * Decrypts with any of `AGE-SECRET-KEY-1…` identities. Throws `crypto/wrong-key` when the file is for none of them and
 * `crypto/damaged-file` when its bytes were changed; errors of the source pass as they are.
 */
export async function* decryptStream(
  identities: readonly string[],
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    yield* readChunks(await decrypter.decrypt(toWebStream(source)));
  } catch (error) {
    throw toCryptoError(error);
  }
}

/** Decrypts a small file in memory. */
export async function decryptBytes(identities: readonly string[], source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of decryptStream(identities, source)) parts.push(part);
  return Buffer.concat(parts);
}

function toCryptoError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : '';
  // The library has no error codes; this sentence is its own for "no identity fits".
  if (text.includes('no identity matched')) {
    return new AppError('crypto/wrong-key', 'the file is encrypted for another key');
  }
  return new AppError('crypto/damaged-file', 'the encrypted file is damaged or no age file', {
    context: { detail: text },
  });
}

/** Pulls one piece at a time: nothing is buffered beside what the cipher holds. */
function toWebStream(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async () => {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        ended = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}
