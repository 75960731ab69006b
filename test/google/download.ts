// files.get with alt=media: the stored bytes, whole or a range of them, streamed from disk.
import { createReadStream } from 'node:fs';
import { apiError, fileNotFound, GoogleError } from './api-error.ts';
import { parseRange } from './content-range.ts';
import type { Exchange } from './exchange.ts';
import { answerWords } from './fault-words.ts';
import type { FileRecord } from './file-record.ts';
import { readsContent } from './method-scopes.ts';
import { authorize, scopesTooNarrow } from './oauth-token.ts';
import { rightsOn } from './rights.ts';
import type { Caller } from './tokens.ts';
import { checkQuery, parameters } from './query-params.ts';

export async function downloadFile(exchange: Exchange, id: string): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'files.get');
  if (!readsContent(caller.scopes)) throw scopesTooNarrow(world);
  checkQuery(url.searchParams, parameters.get);
  const record = world.files.find(id, caller);
  if (!record) throw fileNotFound(id);
  exchange.entry.fileId = record.id;
  const file = world.files.contentPath(record);
  if (file === null || record.content === null) {
    const message = 'Only files with binary content can be downloaded. Use Export with Docs Editors files.';
    throw apiError(403, 'fileNotDownloadable', message, { location: 'alt' });
  }
  if (record.abusive) checkAbuse(exchange, caller, record);
  const { size } = record.content;
  const wanted = exchange.take('ignore-range') ? 'ignored' : parseRange(exchange.header('range'), size);
  if (wanted === 'unsatisfiable') {
    const body = 'Request range not satisfiable';
    throw new GoogleError(416, body, 'text/html; charset=UTF-8', { 'Content-Range': `bytes */${String(size)}` });
  }
  const { first, last: asked } = wanted === 'ignored' ? { first: 0, last: size - 1 } : wanted;
  const short = wanted === 'ignored' ? null : exchange.take('short-range');
  const last = short ? Math.min(asked, first + Math.max(1, short.bytes) - 1) : asked;
  const headers = {
    'Content-Type': record.mimeType,
    'Cache-Control': 'private, max-age=0, must-revalidate',
    'Accept-Ranges': 'bytes',
    ...(wanted === 'ignored' ? {} : { 'Content-Range': `bytes ${String(first)}-${String(last)}/${String(size)}` }),
  };
  const length = last - first + 1;
  const bytes = length === 0 ? [] : createReadStream(file, { start: first, end: last, highWaterMark: 256 * 1024 });
  await exchange.sendStream(wanted === 'ignored' ? 200 : 206, headers, length, toBuffers(bytes));
}

/** What Google takes for malware goes only to its owner, or a shared drive's organizer, who says so. */
function checkAbuse(exchange: Exchange, caller: Caller, record: FileRecord): void {
  const { world, url } = exchange;
  const acknowledged = url.searchParams.get('acknowledgeAbuse') === 'true';
  if (acknowledged && rightsOn(world, caller, record).delete) return;
  const { status, reason, message } = answerWords.abusive;
  throw apiError(status, reason, message);
}

async function* toBuffers(source: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<Buffer> {
  for await (const piece of source) if (Buffer.isBuffer(piece)) yield piece;
}
