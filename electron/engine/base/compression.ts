// zstd where the runtime has it, gzip where not: both are read back by every program that knows the format.
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import type { Compression } from '../../../shared/snapshot.ts';

/** zstd came to Node with 22.15 and 23.8; Electron's Node may be older. */
export const bestCompression: Compression = typeof zlib.createZstdCompress === 'function' ? 'zstd' : 'gzip';

/**
 * The fastest of both, because a slow one would hold the dump's snapshot open on the server. zstd's level 3 takes twice the
 * processor time for rows that then are as small (docs/performance.md).
 */
const zstdLevel = 1;
/**
 * 256 KiB of looking back, half of the level's own: rows are as small, and less processor time is needed, because what is
 * looked through fits the processor's cache (docs/performance.md).
 */
const zstdWindowLog = 18;
const gzipLevel = 1;

/** Input pieces are gathered by zlib; large output pieces keep the number of hand-overs low. */
const chunkSize = 256 * 1024;

export function createCompressor(compression: Compression): Transform {
  if (compression === 'gzip') return zlib.createGzip({ level: gzipLevel, chunkSize });
  return zlib.createZstdCompress({
    chunkSize,
    params: {
      [zlib.constants.ZSTD_c_compressionLevel]: zstdLevel,
      [zlib.constants.ZSTD_c_windowLog]: zstdWindowLog,
      [zlib.constants.ZSTD_c_checksumFlag]: 1,
    },
  });
}

/** Throws `crypto/compression-unsupported` where the runtime cannot read it. */
export function createDecompressor(compression: Compression): Transform {
  if (compression === 'gzip') return zlib.createGunzip({ chunkSize });
  if (typeof zlib.createZstdDecompress !== 'function') {
    throw new AppError('crypto/compression-unsupported', 'this runtime cannot read zstd', { context: { compression } });
  }
  return zlib.createZstdDecompress({ chunkSize });
}
