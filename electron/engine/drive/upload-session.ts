// The four requests of a resumable upload: start, chunk, status query, cancel. Each is sent once; what to do about a
// failure is decided in upload.ts. https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable
import { AppError } from '../../../shared/errors.ts';
import type { Clock, GoogleEndpoints } from '../base/ports.ts';
import { toDriveError, type DriveErrorContext } from './drive-errors.ts';
import { fileFields, parseDriveFileText, toMetadata, type DriveFile, type NewFile } from './drive-file.ts';
import { sendRequest, type HttpAnswer } from './http.ts';
import type { Tokens } from './token.ts';

export interface SessionContext {
  readonly endpoints: GoogleEndpoints;
  readonly tokens: Tokens;
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
  readonly data: Uint8Array;
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
  const answer = await sendRequest({
    ...{ method: 'POST', url, what, endpoint: 'api', signal: ctx.signal, stallMs: ctx.stallMs },
    headers: {
      authorization: await authorization(ctx),
      'content-type': 'application/json; charset=UTF-8',
      'x-upload-content-type': file.mimeType,
      ...(totalBytes === null ? {} : { 'x-upload-content-length': String(totalBytes) }),
    },
    body: Buffer.from(JSON.stringify(toMetadata(file))),
  });
  if (answer.status < 200 || answer.status >= 300) throw fail(ctx, answer, what, 'api');
  const { location } = answer.headers;
  if (location === undefined) {
    throw new AppError('drive/busy', `${what}: Drive gave no session`, { retry: 'later', context: { what } });
  }
  return toSessionUri(location, url, ctx.endpoints.uploadRoot);
}

export async function sendChunk(ctx: SessionContext, sessionUri: string, chunk: Chunk): Promise<SessionAnswer> {
  const { data, offset, totalBytes } = chunk;
  return put(ctx, sessionUri, 'upload chunk', toContentRange(offset, data.length, totalBytes), data);
}

export async function querySession(
  ctx: SessionContext,
  sessionUri: string,
  totalBytes: number | null,
): Promise<SessionAnswer> {
  return put(ctx, sessionUri, 'upload status', toContentRange(0, 0, totalBytes));
}

/** Tells Drive to forget what it holds. Whatever it answers, a session without further bytes never becomes a file. */
export async function cancelSession(ctx: SessionContext, sessionUri: string): Promise<void> {
  const url = toSessionUri(sessionUri, sessionUri, ctx.endpoints.uploadRoot);
  const headers = { authorization: await authorization(ctx) };
  await sendRequest({
    ...{ method: 'DELETE', url, what: 'upload cancel', endpoint: 'session' },
    ...{ headers, signal: ctx.signal, stallMs: ctx.stallMs },
  });
}

async function put(
  ctx: SessionContext,
  sessionUri: string,
  what: string,
  contentRange: string,
  body?: Uint8Array,
): Promise<SessionAnswer> {
  const { uploadRoot } = ctx.endpoints;
  const url = toSessionUri(sessionUri, sessionUri, uploadRoot);
  const headers = { authorization: await authorization(ctx), 'content-range': contentRange };
  const answer = await sendRequest({
    ...{ method: 'PUT', url, what, endpoint: 'session', headers },
    ...{ body, signal: ctx.signal, stallMs: ctx.stallMs },
  });
  if (answer.status === 200 || answer.status === 201) return { kind: 'done', file: parseDriveFileText(answer.body) };
  if (answer.status !== 308) throw fail(ctx, answer, what, 'session');
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

async function authorization(ctx: SessionContext): Promise<string> {
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
