// Reads a file from Drive as a stream that goes on by itself after a broken connection and ends well only when size and
// SHA-256 are what they should be.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';
import { abortReason, throwIfAborted } from '../base/abort.ts';
import type { Clock, GoogleEndpoints, Log } from '../base/ports.ts';
import type { AccountGuard } from './account-guard.ts';
import { isTransient, toDriveError, toNetworkError } from './drive-errors.ts';
import { defaultStallMs, openStream, type HttpStream } from './http.ts';
import { defaultMaxAttempts, givenUp, waitAfter } from './pacer.ts';
import type { Tokens } from './token.ts';

export interface DownloadOptions {
  /** Absent: only this download's own patience counts. */
  readonly guard?: Pick<AccountGuard, 'run'> | undefined;
  readonly tokens: Tokens;
  readonly endpoints: GoogleEndpoints;
  readonly clock: Clock;
  readonly log?: Log | undefined;
  readonly fileId: string;
  readonly sizeBytes: number;
  /** Lower-case hex; null when it is not known, then only the size is checked. */
  readonly sha256: string | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytes: number) => void) | undefined;
  readonly stallMs?: number | undefined;
  readonly random?: (() => number) | undefined;
}

const what = 'download';
const endpoint = 'download';

/**
 * Fails with `drive/download-damaged` (size or hash differ), `drive/not-found`, `drive/signed-out`, or with
 * `drive/offline` and `drive/busy` (retry later) when the tries without a new byte are used up. Bytes before the end are
 * unchecked: what was made of them counts only when the stream has ended.
 */
export function openDownload(options: DownloadOptions): Readable {
  return Readable.from(readAll(options), { objectMode: false });
}

async function* readAll(options: DownloadOptions): AsyncGenerator<Buffer, void, undefined> {
  const { sizeBytes, signal } = options;
  const hash = createHash('sha256');
  let position = 0;
  let attempts = 0;
  while (position < sizeBytes) {
    let broken: unknown = null;
    const connection = await connect(options, position).catch((error: unknown) => {
      broken = error;
      return null;
    });
    if (connection !== null) {
      const pieces = readPieces(connection, position, options);
      try {
        for (;;) {
          // Only the network's own failures are caught: what the reader of this stream does is not ours to retry.
          const piece = await pieces.next().catch((error: unknown) => {
            broken = error;
            return null;
          });
          if (piece === null || piece.done === true) break;
          attempts = 0;
          position += piece.value.length;
          if (position > sizeBytes) throw damaged('size', position, sizeBytes);
          hash.update(piece.value);
          options.onProgress?.(position);
          yield piece.value;
        }
      } finally {
        connection.close();
      }
    }
    if (position >= sizeBytes) break;
    if (signal?.aborted) throw abortReason(signal);
    const failure = broken ?? toNetworkError({ code: 'ENDED_EARLY' }, { what, endpoint });
    if (!isTransient(failure)) throw failure instanceof Error ? failure : toNetworkError(failure, { what, endpoint });
    attempts += 1;
    if (attempts >= defaultMaxAttempts) throw givenUp(failure, attempts);
    await waitAfter(failure, attempts, options);
  }
  if (options.sha256 !== null && hash.digest('hex') !== options.sha256) throw damaged('sha256', position, sizeBytes);
}

async function connect(options: DownloadOptions, position: number): Promise<HttpStream> {
  const { guard, signal } = options;
  const send = async (): Promise<HttpStream> => {
    try {
      return await connectAs(options, position, false);
    } catch (error) {
      if (!(error instanceof AppError) || error.context['reason'] !== 'cannotDownloadAbusiveFile') throw error;
      // Encrypted bytes that Google's scan mistakes for something else; the hash says whether they are ours.
      options.log?.warn('Google marked the file as harmful; it is asked for all the same, as its owner may');
      return connectAs(options, position, true);
    }
  };
  return guard ? guard.run('read', signal, send) : send();
}

async function connectAs(options: DownloadOptions, position: number, acknowledges: boolean): Promise<HttpStream> {
  const { tokens, clock, signal } = options;
  const ask = (token: string): Promise<HttpStream> => open(options, position, token, acknowledges);
  const first = await ask(await tokens.getAccessToken({ signal }));
  const connection = first.status === 401 ? await ask(await renewed(first, tokens, signal)) : first;
  if (connection.status === 200 || connection.status === 206) {
    const problem = findHeadProblem(connection, position, options.sizeBytes);
    if (problem === null) return connection;
    connection.close();
    throw damaged(problem, position, options.sizeBytes);
  }
  const body = await readErrorText(connection);
  throw toDriveError(connection.status, body, connection.headers, { what, endpoint, now: clock.now() });
}

async function renewed(refused: HttpStream, tokens: Tokens, signal: AbortSignal | undefined): Promise<string> {
  refused.close();
  return tokens.getAccessToken({ forceRefresh: true, signal });
}

/** What the answer's head says that cannot be right: seen before a byte of a large file is read in vain. */
function findHeadProblem(
  { status, headers }: HttpStream,
  position: number,
  sizeBytes: number,
): 'range' | 'size' | null {
  if (status === 200) {
    const length = /^\d{1,15}$/.exec(headers['content-length'] ?? '')?.[0];
    return length !== undefined && Number(length) !== sizeBytes ? 'size' : null;
  }
  const start = parseRangeStart(headers['content-range']);
  if (start === null || start > position) return 'range';
  const total = /\/(\d{1,15})$/.exec(headers['content-range'] ?? '')?.[1];
  return total !== undefined && Number(total) !== sizeBytes ? 'size' : null;
}

function open(options: DownloadOptions, position: number, token: string, acknowledges: boolean): Promise<HttpStream> {
  const { endpoints, fileId, signal, stallMs, clock } = options;
  const query = `alt=media&supportsAllDrives=true${acknowledges ? '&acknowledgeAbuse=true' : ''}`;
  const url = `${endpoints.apiRoot}/drive/v3/files/${encodeURIComponent(fileId)}?${query}`;
  const headers = {
    authorization: `Bearer ${token}`,
    // Bytes as they are stored: a range of something that a proxy compressed would be of other bytes.
    'accept-encoding': 'identity',
    ...(position === 0 ? {} : { range: `bytes=${String(position)}-` }),
  };
  return openStream({ method: 'GET', url, what, endpoint, headers, signal, stallMs, clock });
}

/** The body from `position` on; a server that ignored the range has the beginning skipped. Ends a stalled connection. */
async function* readPieces(
  connection: HttpStream,
  position: number,
  options: DownloadOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const start = connection.status === 200 ? 0 : (parseRangeStart(connection.headers['content-range']) ?? position);
  let skip = position - start;
  // Counts only while this program waits for Google: a slow reader of the stream is no stall.
  let waiting = false;
  const timer = setTimeout(() => {
    if (waiting) connection.stream.destroy(Object.assign(new Error('stalled'), { code: 'STALLED' }));
  }, options.stallMs ?? defaultStallMs);
  try {
    const chunks = (connection.stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    for (;;) {
      waiting = true;
      timer.refresh();
      const next = await chunks.next();
      waiting = false;
      if (next.done === true) return;
      const piece = next.value.subarray(Math.min(skip, next.value.length));
      skip -= next.value.length - piece.length;
      if (piece.length > 0) yield piece;
    }
  } catch (error) {
    throwIfAborted(options.signal);
    throw toNetworkError(error, { what, endpoint });
  } finally {
    clearTimeout(timer);
  }
}

/** Error bodies are small; more than this is no error of Drive. */
async function readErrorText(connection: HttpStream): Promise<string> {
  let text = '';
  try {
    for await (const chunk of connection.stream as AsyncIterable<Buffer>) {
      text += chunk.toString('utf8');
      if (text.length > 65_536) break;
    }
  } catch {
    // The status alone says enough.
  } finally {
    connection.close();
  }
  return text;
}

/** First byte of `bytes 10-19/20`; null when unreadable. */
export function parseRangeStart(contentRange: string | undefined): number | null {
  const first = /^bytes (\d{1,15})-\d{1,15}\/(?:\d{1,15}|\*)$/.exec(contentRange ?? '')?.[1];
  return first === undefined ? null : Number(first);
}

function damaged(problem: 'size' | 'sha256' | 'range', readBytes: number, sizeBytes: number): AppError {
  return new AppError('drive/download-damaged', `the downloaded file is not the stored one (${problem})`, {
    context: { problem, readBytes, sizeBytes },
  });
}
