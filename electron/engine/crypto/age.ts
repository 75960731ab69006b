// Encrypts and decrypts streams in the age format (https://age-encryption.org/v1), so that the `age` program reads what we
// write and the other way round. The library makes and reads the header with its keys; the payload is age-payload.ts. Where
// keys come from is keys.ts.
import { Decrypter, Encrypter } from 'age-encryption';
import { AppError } from '../../../shared/errors.ts';
import { bestCipher, derivePayloadKey, openPayload, payloadNonceBytes, sealPayload } from './age-payload.ts';

/** Encrypts for all `recipients` (`age1…`). Pieces come as large as the source's. */
export async function* encryptStream(
  recipients: readonly string[],
  source: AsyncIterable<Uint8Array>,
  cipher = bestCipher,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { head, key } = await makeHead(recipients);
  yield head;
  yield* sealPayload(key, source, cipher);
}

interface Head {
  /** The header and the payload's nonce. */
  readonly head: Uint8Array;
  readonly key: Uint8Array;
}

/** What the library writes in front of an empty payload, and the key that goes with it. */
async function makeHead(recipients: readonly string[]): Promise<Head> {
  const encrypter = new Encrypter();
  const heard: Uint8Array[] = [];
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  // Adds nothing to the file: it only hears the key that the others wrap.
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      heard.push(Uint8Array.from(key));
      return [];
    },
  });
  const whole = await encrypter.encrypt(new Uint8Array(0));
  const [fileKey] = heard;
  if (recipients.length === 0 || !fileKey) throw new AppError('internal/unexpected', 'nobody to encrypt for');
  const head = whole.subarray(0, whole.length - sealedNothingBytes);
  return { head, key: derivePayloadKey(fileKey, head.subarray(head.length - payloadNonceBytes)) };
}

/** An empty payload is one empty chunk: its seal alone. */
const sealedNothingBytes = 16;

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
  cipher = bestCipher,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  const pieces = source[Symbol.asyncIterator]();
  try {
    const { header, nonce, rest } = await readHead(pieces);
    const key = derivePayloadKey(await decrypter.decryptHeader(header), nonce);
    yield* openPayload(key, continued(rest, pieces), cipher);
  } catch (error) {
    throw toCryptoError(error);
  } finally {
    await pieces.return?.();
  }
}

/** The first and the last line of a header; the last one ends with a line feed as every line does. */
const firstLine = 'age-encryption.org/v1\n';
const lastLine = '\n--- ';
/** A recipient takes about 100 bytes; what has no end after this many is no header. */
const maxHeaderBytes = 1024 * 1024;

async function readHead(
  pieces: AsyncIterator<Uint8Array>,
): Promise<{ readonly header: Uint8Array; readonly nonce: Uint8Array; readonly rest: Uint8Array }> {
  let begin: Buffer = Buffer.alloc(0);
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) throw new Error('the file ends inside its header');
    begin = Buffer.concat([begin, next.value]);
    const known = Math.min(begin.length, firstLine.length);
    if (begin.toString('latin1', 0, known) !== firstLine.slice(0, known)) throw new Error('no age file');
    const last = begin.indexOf(lastLine);
    const end = last < 0 ? -1 : begin.indexOf('\n', last + lastLine.length);
    const start = end + 1 + payloadNonceBytes;
    if (end >= 0 && begin.length >= start) {
      return { header: begin.subarray(0, end + 1), nonce: begin.subarray(end + 1, start), rest: begin.subarray(start) };
    }
    if (end < 0 && begin.length > maxHeaderBytes) throw new Error('a header without an end');
  }
}

async function* continued(
  first: Uint8Array,
  pieces: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
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
