// The four requests of a resumable upload: start, chunk, status query, cancel. Each is sent once; what to do about a
// failure is decided in upload.ts. https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable
import { AppError } from '../../../shared/errors.ts';
import type { Clock, GoogleEndpoints } from '../base/ports.ts';
import type { AccountGuard } from './account-guard.ts';
import { toDriveError, type DriveErrorContext } from './drive-errors.ts';
import { fileFields, parseDriveFileText, toMetadata, type DriveFile, type NewFile } from './drive-file.ts';
import { sendRequest, type HttpAnswer, type HttpBody } from './http.ts';
import type { Tokens } from './token.ts';

export interface SessionContext {
  readonly endpoints: GoogleEndpoints;
  readonly tokens: Tokens;
  readonly guard: AccountGuard;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly stallMs?: number | undefined;
}

/** `more`: Drive holds everything below `nextOffset`. `done`: the file exists; null when its description was unreadable. */
export type SessionAnswer =
  | { readonly kind: 'more'; readonly nextOffset: number; readonly sessionUri: string }
  | { readonly kind: 'done'; readonly file: DriveFile | null };

/** The part of the file that a request carries. `totalBytes` null: the end is not known yet. */
export interface Chunk {
  /** Null: nothing is left to be sent, the total finishes the file. */
  readonly body: HttpBody | null;
  readonly offset: number;
  readonly totalBytes: number | null;
}

/** Answers the session's address: a secret, since it takes bytes from whoever knows it. */
export async function startSession(ctx: SessionContext, file: NewFile, totalBytes: number | null): Promise<string> {
  const what = 'upload start';
  const query = new URLSearchParams({
    ...{ uploadType: 'resumable', supportsAllDrives: 'true', ignoreDefaultVisibility: 'true', fields: fileFields },
  });
  const url = `${ctx.endpoints.uploadRoot}/upload/drive/v3/files?${query.toString()}`;
  const answer = await ctx.guard.run('write', ctx.signal, async () => {
    const got = await sendRequest({
      ...{ method: 'POST', url, what, endpoint: 'api' },
      ...{ signal: ctx.signal, stallMs: ctx.stallMs, clock: ctx.clock },
      headers: {
        authorization: await authorization(ctx),
        'content-type': 'application/json; charset=UTF-8',
        'x-upload-content-type': file.mimeType,
        ...(totalBytes === null ? {} : { 'x-upload-content-length': String(totalBytes) }),
      },
      body: Buffer.from(JSON.stringify(toMetadata(file))),
    });
    if (got.status < 200 || got.status >= 300) throw fail(ctx, got, what, 'api');
    return got;
  });
  const { location } = answer.headers;
  if (location === undefined) {
    throw new AppError('drive/busy', `${what}: Drive gave no session`, { retry: 'later', context: { what } });
  }
  return toSessionUri(location, url, ctx.endpoints.uploadRoot);
}

export async function sendChunk(ctx: SessionContext, sessionUri: string, chunk: Chunk): Promise<SessionAnswer> {
  const { body, offset, totalBytes } = chunk;
  const range = toContentRange(offset, body?.lengthBytes ?? 0, totalBytes);
  return put(ctx, sessionUri, 'upload chunk', range, body ?? undefined);
}

export async function querySession(
  ctx: SessionContext,
  sessionUri: string,
  totalBytes: number | null,
): Promise<SessionAnswer> {
  return put(ctx, sessionUri, 'upload status', toContentRange(0, 0, totalBytes));
}

/** Tells Drive to forget what it holds. Whatever it answers, a session without further bytes never becomes a file. */
export async function cancelSession(ctx: Omit<SessionContext, 'guard'>, sessionUri: string): Promise<void> {
  const url = toSessionUri(sessionUri, sessionUri, ctx.endpoints.uploadRoot);
  const headers = { authorization: await authorization(ctx) };
  await sendRequest({
    ...{ method: 'DELETE', url, what: 'upload cancel', endpoint: 'session' },
    ...{ headers, signal: ctx.signal, stallMs: ctx.stallMs, clock: ctx.clock },
  });
}

async function put(
  ctx: SessionContext,
  sessionUri: string,
  what: string,
  contentRange: string,
  body?: HttpBody,
): Promise<SessionAnswer> {
  const { uploadRoot } = ctx.endpoints;
  const url = toSessionUri(sessionUri, sessionUri, uploadRoot);
  const headers = { authorization: await authorization(ctx), 'content-range': contentRange };
  const answer = await ctx.guard.run('bytes', ctx.signal, async () => {
    const got = await sendRequest({
      ...{ method: 'PUT', url, what, endpoint: 'session', headers },
      ...{ body, signal: ctx.signal, stallMs: ctx.stallMs, clock: ctx.clock },
    });
    if (![200, 201, 308].includes(got.status)) throw fail(ctx, got, what, 'session');
    return got;
  });
  if (answer.status !== 308) return { kind: 'done', file: parseDriveFileText(answer.body) };
  const nextOffset = parseNextOffset(answer.headers['range']);
  if (nextOffset === null) {
    throw new AppError('drive/busy', `${what}: an unreadable Range`, { retry: 'later', context: { what } });
  }
  const { location } = answer.headers;
  return {
    kind: 'more',
    nextOffset,
    sessionUri: location === undefined ? url : toSessionUri(location, url, uploadRoot),
  };
}

async function authorization(ctx: Pick<SessionContext, 'tokens' | 'signal'>): Promise<string> {
  return `Bearer ${await ctx.tokens.getAccessToken({ signal: ctx.signal })}`;
}

function fail(
  ctx: SessionContext,
  answer: HttpAnswer,
  what: string,
  endpoint: DriveErrorContext['endpoint'],
): AppError {
  return toDriveError(answer.status, answer.body, answer.headers, { what, endpoint, now: ctx.clock.now() });
}

/** `bytes 0-9/20`, `bytes 0-9/*`; without data the question an empty range with the total, which also finishes a file that is all there. */
export function toContentRange(offset: number, length: number, totalBytes: number | null): string {
  const total = totalBytes === null ? '*' : String(totalBytes);
  return length === 0 ? `bytes */${total}` : `bytes ${String(offset)}-${String(offset + length - 1)}/${total}`;
}

/** What Drive holds by the Range header of a 308. No header: nothing yet. Null: unreadable. */
export function parseNextOffset(range: string | undefined): number | null {
  if (range === undefined) return 0;
  const last = /^bytes=0-(\d{1,15})$/.exec(range.trim())?.[1];
  return last === undefined ? null : Number(last) + 1;
}

/** An absolute address at the configured host; anywhere else neither token nor data may go. */
export function toSessionUri(location: string, base: string, uploadRoot: string): string {
  if (!URL.canParse(location, base)) {
    throw new AppError('drive/rejected', 'the upload session has no address', {
      context: { reason: 'session-address' },
    });
  }
  const uri = new URL(location, base);
  if (uri.origin !== new URL(uploadRoot).origin || uri.username !== '' || uri.password !== '') {
    throw new AppError('drive/rejected', `the upload session is on a foreign host (${uri.hostname})`, {
      context: { reason: 'foreign-host', host: uri.hostname },
    });
  }
  return uri.href;
}
