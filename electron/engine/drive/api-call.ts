// What every metadata request has around it: tries, the token and its one renewal, errors rebuilt, answers checked.
import type { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { abortReason } from '../base/abort.ts';
import type { Clock, Log } from '../base/ports.ts';
import type { AccountGuard, RequestClass } from './account-guard.ts';
import { statusOf, toDriveError, toNetworkError } from './drive-errors.ts';
import { parseDriveFile, type DriveFile } from './drive-file.ts';
import { toRecord } from './oauth-client.ts';
import { withRetry } from './pacer.ts';
import type { Tokens } from './token.ts';

/** A metadata request answers in a second; a minute without an answer means that none will come. */
const requestTimeoutMs = 60_000;

/** A success. The body is parsed where the client parsed it, else text. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
}

/** Per-call options of the Google client that keep its retries, redirected errors and endless waits out. */
interface CallOptions {
  readonly headers: { readonly Authorization: string };
  readonly retry: false;
  readonly validateStatus: () => true;
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** What every answer of the Google client has in common. */
interface ClientAnswer {
  readonly status: number;
  readonly headers: unknown;
  readonly data: unknown;
}

export interface CallsOptions {
  readonly tokens: Tokens;
  readonly guard: AccountGuard;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: (() => number) | undefined;
}

/** Sends one request; `token` is good at the time of the call. */
type Send = (token: string) => Promise<Answer>;
type SendByClient = (callOptions: CallOptions) => Promise<ClientAnswer>;

export interface Calls {
  /** For a request of our own making. */
  readonly run: (what: string, signal: AbortSignal | undefined, send: Send) => Promise<Answer>;
  /** For a request of the Google client. */
  readonly call: (what: string, signal: AbortSignal | undefined, send: SendByClient) => Promise<Answer>;
}

export function createCalls(options: CallsOptions): Calls {
  const { tokens, clock, guard } = options;
  const run: Calls['run'] = (what, signal, send) =>
    withRetry({ ...options, signal }, () =>
      guard.run(classOf(what), signal, async () => {
        let answer = await send(await tokens.getAccessToken({ signal }));
        if (answer.status === 401) answer = await send(await tokens.getAccessToken({ forceRefresh: true, signal }));
        if (answer.status >= 200 && answer.status < 300) return answer;
        throw toDriveError(answer.status, answer.body, answer.headers, { what, endpoint: 'api', now: clock.now() });
      }),
    );

  const call: Calls['call'] = (what, signal, send) =>
    run(what, signal, async (token) => {
      try {
        const { status, headers, data } = await send({
          headers: { Authorization: `Bearer ${token}` },
          retry: false,
          validateStatus: () => true,
          timeout: requestTimeoutMs,
          ...(signal ? { signal } : {}),
        });
        return { status, headers: toRecord(headers), body: data };
      } catch (error) {
        if (signal?.aborted) throw abortReason(signal);
        throw toNetworkError(error, { what, endpoint: 'api' });
      }
    });

  return { run, call };
}

/** What changes something at Google has a stricter rate. */
function classOf(what: string): RequestClass {
  return /^files\.(create|update|delete)/.test(what) ? 'write' : 'read';
}

/** The answer, or null when the request failed with this one status. */
export async function orNull(answer: Promise<Answer>, status: number): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === status) return null;
    throw error;
  }
}

export function read<T>(what: string, schema: z.ZodType<T>, answer: Pick<Answer, 'body'>): T {
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) throw wrongShape(what);
  return parsed.data;
}

export function readFile(what: string, answer: Pick<Answer, 'body'>): DriveFile {
  const file = parseDriveFile(answer.body);
  if (file === null) throw wrongShape(what);
  return file;
}

/** A success that is no answer of Drive: a captive portal or a proxy's page, most likely. */
export function wrongShape(what: string): AppError {
  return new AppError('drive/busy', `${what}: an answer that is not Drive's`, { retry: 'later', context: { what } });
}
