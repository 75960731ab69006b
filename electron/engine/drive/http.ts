// One HTTP request with bytes in and out, for uploads and downloads: no redirects, no retries, no copies of the body,
// ended by the signal or when nothing moves any more. Statuses are the caller's to judge.
import http from 'node:http';
import https from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { abortReason, throwIfAborted, whenAborted } from '../base/abort.ts';
import { toNetworkError, type DriveEndpoint } from './drive-errors.ts';

/** No byte in either direction for this long means that the connection is dead. */
export const defaultStallMs = 60_000;

/** Metadata answers are a few kilobytes; more than this is not from Drive. */
const maxAnswerBytes = 4 * 1024 * 1024;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  /** The request in words that hold no secret, for errors. */
  readonly what: string;
  readonly endpoint: DriveEndpoint;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is; the buffer may be reused when the promise has settled. */
  readonly body?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly stallMs?: number | undefined;
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
  const { response, outgoing, finish } = await start(request);
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
  readonly finish: () => void;
}

function start(request: HttpRequest): Promise<Started> {
  throwIfAborted(request.signal);
  const url = new URL(request.url);
  const send = url.protocol === 'https:' ? https.request : http.request;
  const body = request.body ?? new Uint8Array(0);
  return new Promise((resolve, reject) => {
    const outgoing = send(url, {
      method: request.method,
      headers: {
        ...request.headers,
        ...(request.method === 'GET' ? {} : { 'content-length': String(body.length) }),
      },
    });
    const finish = whenAborted(request.signal, () => {
      outgoing.destroy(new BrokenConnection('ABORTED'));
    });
    outgoing.setTimeout(request.stallMs ?? defaultStallMs, () => {
      outgoing.destroy(new BrokenConnection('STALLED'));
    });
    // Stays for the whole life: an error after the answer has begun reaches the reader through the response.
    outgoing.on('error', (error) => {
      finish();
      reject(toFailure(error, request));
    });
    outgoing.once('response', (response) => {
      resolve({ response, outgoing, finish });
    });
    outgoing.end(body);
  });
}

/** Cancelling beats whatever the broken connection says. */
export function toFailure(error: unknown, request: Pick<HttpRequest, 'what' | 'endpoint' | 'signal'>): Error {
  if (request.signal?.aborted) return abortReason(request.signal);
  return toNetworkError(error, request);
}
