// Uploads in one request: uploadType=media (bytes only) and uploadType=multipart (metadata and bytes).
import path from 'node:path';
import { apiError } from './api-error.ts';
import { BlobWriter } from './blob.ts';
import { readMask, toFullResource } from './drive-files.ts';
import type { Exchange } from './exchange.ts';
import { defaultFileFields, fileFields } from './field-schema.ts';
import { applyMask, type Mask } from './fields-mask.ts';
import { checkId, parseMetadata, type Metadata } from './metadata.ts';
import { MultipartReader } from './multipart.ts';
import { authorize } from './oauth-token.ts';
import { checkQuery, parameters } from './query-params.ts';
import { checkTarget, storeUpload, type Upload } from './store-upload.ts';

/** `updatesId` null: a new file. */
export async function uploadMedia(exchange: Exchange, updatesId: string | null): Promise<void> {
  const { caller, mask } = checkUpload(exchange, updatesId);
  const contentType = exchange.header('content-type') ?? 'application/octet-stream';
  const upload = { caller, updatesId, metadata: {}, contentType };
  checkTarget(exchange.world, upload, exchange.contentLength ?? 0);
  await keep(exchange, mask, async (writer) => {
    for await (const piece of exchange.body()) writer.append(piece);
    return upload;
  });
}

export async function uploadMultipart(exchange: Exchange, updatesId: string | null): Promise<void> {
  const { caller, mask } = checkUpload(exchange, updatesId);
  const type = exchange.header('content-type') ?? '';
  const boundary = /^multipart\/related;.*\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  if (!boundary) throw apiError(400, 'badContent', 'Malformed multipart body.');
  await keep(exchange, mask, async (writer) => {
    const reader = new MultipartReader(boundary[1] ?? boundary[2] ?? '');
    let metadata: Metadata | null = null;
    let contentType = 'application/octet-stream';
    for await (const piece of exchange.body()) {
      for (const event of reader.push(piece)) {
        if (event.kind === 'metadata') {
          metadata = parseMetadata(event.text, updatesId === null ? 'create' : 'update');
          if (updatesId === null && metadata.id !== undefined) checkId(exchange.world, metadata.id);
        } else if (event.kind === 'media') {
          contentType = event.contentType;
        } else {
          writer.append(event.data);
        }
      }
    }
    if (!reader.done || metadata === null) throw apiError(400, 'badContent', 'Malformed multipart body.');
    const upload = { caller, updatesId, metadata, contentType };
    checkTarget(exchange.world, upload, writer.size);
    return upload;
  });
}

function checkUpload(
  exchange: Exchange,
  updatesId: string | null,
): { caller: ReturnType<typeof authorize>; mask: Mask } {
  const caller = authorize(exchange, updatesId === null ? 'files.create' : 'files.update');
  const query = exchange.url.searchParams;
  checkQuery(query, updatesId === null ? parameters.create : parameters.update);
  return { caller, mask: readMask(query, fileFields, defaultFileFields) };
}

async function keep(exchange: Exchange, mask: Mask, receive: (writer: BlobWriter) => Promise<Upload>): Promise<void> {
  const { world } = exchange;
  const writer = new BlobWriter(path.join(world.dir, `upload-${world.random(12).toString('hex')}.part`));
  try {
    const upload = await receive(writer);
    const record = await storeUpload(exchange, upload, writer);
    await exchange.sendJson(200, applyMask(toFullResource(world, upload.caller, record), mask));
  } finally {
    writer.remove();
  }
}
