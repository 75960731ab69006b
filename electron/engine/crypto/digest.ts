// Size, SHA-256 and MD5 of bytes as they pass: the three things Drive tells about a file.
import { createHash } from 'node:crypto';

export interface DigestFacts {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly md5: string;
}

export interface Digest {
  readonly update: (chunk: Uint8Array) => void;
  /** Ends it; called once. */
  readonly finish: () => DigestFacts;
}

export function createDigest(): Digest {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let sizeBytes = 0;
  return {
    update: (chunk) => {
      sha256.update(chunk);
      md5.update(chunk);
      sizeBytes += chunk.byteLength;
    },
    finish: () => ({ sizeBytes, sha256: sha256.digest('hex'), md5: md5.digest('hex') }),
  };
}
