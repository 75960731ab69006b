// One stored content: appended to piece by piece, hashed on the way, so that its size never shows in memory. What is in
// the file is what was acknowledged; a writer opened on an existing file reads it once to take the hashes up again.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';

/** Google keeps an unfinished upload in multiples of this many bytes. */
export const granuleBytes = 256 * 1024;

/** Hashes are lower-case hex. */
export interface ContentFacts {
  readonly size: number;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

export class BlobWriter {
  readonly file: string;
  #size: number;
  #hashes: readonly [Hash, Hash, Hash] | null;
  #fd: number | null = null;
  #pending = Buffer.allocUnsafe(0);
  #pendingSize = 0;

  constructor(file: string) {
    this.file = file;
    this.#size = existsSync(file) ? statSync(file).size : 0;
    this.#hashes = this.#size === 0 ? newHashes() : null;
  }

  /** Bytes that are kept whatever happens next. */
  get size(): number {
    return this.#size;
  }

  /** Must be awaited before the first `append` to a writer whose file may hold bytes from before. */
  async prepare(): Promise<void> {
    if (this.#hashes) return;
    const hashes = newHashes();
    for await (const piece of createReadStream(this.file, { highWaterMark: granuleBytes })) {
      for (const hash of hashes) hash.update(piece as Buffer);
    }
    // Another request may have prepared it meanwhile; both read the same bytes.
    this.#hashes ??= hashes;
  }

  /** Takes bytes; keeps whole granules at once and the rest when it is complete or `flush` is called. */
  append(data: Buffer): void {
    let rest = data;
    while (rest.length > 0) {
      if (this.#pendingSize === 0 && rest.length >= granuleBytes) {
        const whole = rest.length - (rest.length % granuleBytes);
        this.#keep(rest.subarray(0, whole));
        rest = rest.subarray(whole);
        continue;
      }
      if (this.#pending.length === 0) this.#pending = Buffer.allocUnsafe(granuleBytes);
      const taken = rest.copy(this.#pending, this.#pendingSize);
      this.#pendingSize += taken;
      rest = rest.subarray(taken);
      if (this.#pendingSize === granuleBytes) this.flush();
    }
  }

  /** Keeps the bytes that do not fill a granule, too. */
  flush(): void {
    const size = this.#pendingSize;
    this.#pendingSize = 0;
    if (size > 0) this.#keep(this.#pending.subarray(0, size));
  }

  /** Forgets the bytes that do not fill a granule: their sender must send them again. */
  dropRest(): void {
    this.#pendingSize = 0;
  }

  /** Loses what is beyond the first `size` bytes. `prepare` must come before the next `append`. */
  shorten(size: number): void {
    this.close();
    if (size >= this.#size) return;
    truncateSync(this.file, size);
    this.#size = size;
    this.#hashes = size === 0 ? newHashes() : null;
  }

  close(): void {
    this.dropRest();
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
    this.#pending = Buffer.allocUnsafe(0);
  }

  /** Ends the content. The writer can still be asked again. */
  finish(): ContentFacts {
    this.flush();
    if (this.#fd === null) this.#fd = openSync(this.file, 'a', 0o600);
    this.close();
    if (!this.#hashes) throw new Error('the writer was not prepared');
    const [md5, sha1, sha256] = this.#hashes.map((hash) => hash.copy().digest('hex'));
    return { size: this.#size, md5: md5 ?? '', sha1: sha1 ?? '', sha256: sha256 ?? '' };
  }

  remove(): void {
    this.close();
    rmSync(this.file, { force: true });
  }

  // Synchronous on purpose: bytes and offset change together, so no second request can come between them.
  #keep(data: Buffer): void {
    if (!this.#hashes) throw new Error('the writer was not prepared');
    this.#fd ??= openSync(this.file, 'a', 0o600);
    for (let offset = 0; offset < data.length;) {
      offset += writeSync(this.#fd, data, offset, data.length - offset);
    }
    for (const hash of this.#hashes) hash.update(data);
    this.#size += data.length;
  }
}

/** The facts of a file that is already there. */
export async function readContentFacts(file: string): Promise<ContentFacts> {
  const writer = new BlobWriter(file);
  await writer.prepare();
  return writer.finish();
}

function newHashes(): readonly [Hash, Hash, Hash] {
  return [createHash('md5'), createHash('sha1'), createHash('sha256')];
}
