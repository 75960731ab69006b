// One HTTP request with bytes in and out, for uploads and downloads: no redirects, no retries, no copies of the body,
// ended by the signal, when nothing moves any more, or when the machine slept. Statuses are the caller's to judge.
import http from 'node:http';
import https from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { abortReason, throwIfAborted, whenAborted } from '../base/abort.ts';
import type { Clock } from '../base/ports.ts';
import { toNetworkError, type DriveEndpoint } from './drive-errors.ts';

/** No byte in either direction for this long means that the connection is dead. */
export const defaultStallMs = 60_000;

/** A wall clock that ran on this far between two looks means that the machine slept: its connections are dead. */
const sleepGapMs = 30_000;

/** How often the wall clock is looked at. */
const lookEveryMs = 1000;

/** Metadata answers are a few kilobytes; more than this is not from Drive. */
const maxAnswerBytes = 4 * 1024 * 1024;

/** A body that is made while it is sent, so that its size never shows in memory. */
export interface HttpBody {
  readonly lengthBytes: number;
  /**
   * Hands over all bytes, piece by piece. The promise of a piece resolves when the connection has taken it over and its
   * buffer may be filled again; after a rejection the buffer must not be used any more. What `send` itself throws ends
   * the request.
   */
  readonly send: (write: (piece: Uint8Array) => Promise<void>) => Promise<void>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  /** The request in words that hold no secret, for errors. */
  readonly what: string;
  readonly endpoint: DriveEndpoint;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is; the buffer may be reused when the promise has settled. */
  readonly body?: Uint8Array | HttpBody | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly stallMs?: number | undefined;
  /** Tells that the machine slept. Without one a connection that died meanwhile is found by the stall timer. */
  readonly clock?: Clock | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer whose body is still coming. */
export interface HttpStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly stream: IncomingMessage;
  /** Ends the connection; harmless after the end. */
  readonly close: () => void;
}

/** Sends and reads the whole answer. Fails with `drive/offline`, or with the reason of the signal. */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const { response, outgoing, sent, finish } = await start(request);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxAnswerBytes) break;
      chunks.push(chunk);
    }
    if (!response.complete) throw new BrokenConnection('ECONNRESET');
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
  } catch (error) {
    throw toFailure(error, request);
  } finally {
    // An answer that came before the whole body was sent leaves a writer behind that would read a reused buffer.
    if (!outgoing.writableFinished || !response.complete) outgoing.destroy();
    finish();
    await sent;
  }
}

/** Sends and answers as soon as the headers are there. The caller closes it and watches for stalls of the body. */
export async function openStream(request: HttpRequest): Promise<HttpStream> {
  const { response, outgoing, finish } = await start(request);
  outgoing.setTimeout(0);
  response.once('close', finish);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    stream: response,
    close: () => {
      outgoing.destroy();
      finish();
    },
  };
}

class BrokenConnection extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

interface Started {
  readonly response: IncomingMessage;
  readonly outgoing: http.ClientRequest;
  /** Resolves when nothing reads the body any more, however it ended. */
  readonly sent: Promise<void>;
  readonly finish: () => void;
}

function start(request: HttpRequest): Promise<Started> {
  throwIfAborted(request.signal);
  const url = new URL(request.url);
  const open = url.protocol === 'https:' ? https.request : http.request;
  const body = request.body ?? new Uint8Array(0);
  const length = 'send' in body ? body.lengthBytes : body.length;
  return new Promise((resolve, reject) => {
    const outgoing = open(url, {
      method: request.method,
      headers: { ...request.headers, ...(request.method === 'GET' ? {} : { 'content-length': String(length) }) },
    });
    const end = (code: string) => () => {
      outgoing.destroy(new BrokenConnection(code));
    };
    const undos = [whenAborted(request.signal, end('ABORTED')), whenSlept(request.clock, end('SLEPT'))];
    const finish = (): void => {
      for (const undo of undos) undo();
    };
    outgoing.setTimeout(request.stallMs ?? defaultStallMs, end('STALLED'));
    let sent = Promise.resolve();
    // Stays for the whole life: an error after the answer has begun reaches the reader through the response.
    outgoing.on('error', (error) => {
      finish();
      // Whoever hears of the failure may use the body's buffers again.
      void sent.then(() => {
        reject(toFailure(error, request));
      });
    });
    outgoing.once('response', (response) => {
      resolve({ response, outgoing, sent, finish });
    });
    if ('send' in body) sent = pump(outgoing, body);
    else outgoing.end(body);
  });
}

/** Never rejects: what goes wrong ends the request. */
async function pump(outgoing: http.ClientRequest, body: HttpBody): Promise<void> {
  // A connection that closes leaves some of its callbacks uncalled.
  const waiting = new Set<(error: Error) => void>();
  outgoing.once('close', () => {
    for (const fail of waiting) fail(new BrokenConnection('ECONNRESET'));
  });
  const write = (piece: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      if (outgoing.destroyed) {
        reject(new BrokenConnection('ECONNRESET'));
        return;
      }
      waiting.add(reject);
      outgoing.write(piece, (error) => {
        waiting.delete(reject);
        if (error) reject(error);
        else resolve();
      });
    });
  try {
    await body.send(write);
    outgoing.end();
  } catch (error) {
    outgoing.destroy(error instanceof Error ? error : new BrokenConnection('BODY'));
  }
}

/** Calls back when the wall clock jumped ahead: timers stand still while a machine sleeps, and its peers hang up. */
export function whenSlept(clock: Clock | undefined, onWake: () => void): () => void {
  if (!clock) return () => undefined;
  let seenMs = clock.now().getTime();
  const timer = setInterval(() => {
    const nowMs = clock.now().getTime();
    if (nowMs - seenMs > sleepGapMs) onWake();
    seenMs = nowMs;
  }, lookEveryMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Cancelling beats whatever the broken connection says. */
export function toFailure(error: unknown, request: Pick<HttpRequest, 'what' | 'endpoint' | 'signal'>): Error {
  if (request.signal?.aborted) return abortReason(request.signal);
  return toNetworkError(error, request);
}
