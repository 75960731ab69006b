// The body of a multipart/related upload, RFC 2387: JSON metadata, then the bytes as they are.
import { randomBytes } from 'node:crypto';

export interface MultipartBody {
  readonly contentType: string;
  readonly body: Buffer;
}

/** The boundary is random, long enough never to meet the data. */
export function toMultipart(metadata: unknown, mimeType: string, data: Buffer): MultipartBody {
  const boundary = `pgkeep-${randomBytes(24).toString('hex')}`;
  const head =
    `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(metadata)}\r\n` +
    `--${boundary}\r\ncontent-type: ${mimeType}\r\n\r\n`;
  return {
    contentType: `multipart/related; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(head), data, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
