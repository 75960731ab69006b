// A local Google for one test file, and a small client that knows nothing of PgKeep: plain HTTP as Google's pages show it.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { GoogleOptions } from '../../google/options.ts';
import { startGoogle, type LocalGoogle } from '../../google/start-google.ts';

export type Json = Record<string, unknown>;

/** A server in a folder of its own; both go when the test ends. */
export async function openGoogle(options: Partial<GoogleOptions> = {}): Promise<LocalGoogle> {
  const dir = options.dir ?? (await makeFolder());
  const google = await startGoogle({ ...options, dir });
  onTestFinished(() => google.stop());
  return google;
}

export async function makeFolder(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'local-google-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

export interface TestClient {
  /** A request with the client's token. `body`: an object is sent as JSON. */
  readonly call: (
    method: string,
    pathOrUrl: string,
    body?: Buffer | Json | null,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  readonly accessToken: string;
}

export function openClient(google: LocalGoogle, options: Parameters<LocalGoogle['issueTokens']>[0] = {}): TestClient {
  const { accessToken } = google.issueTokens(options);
  return {
    accessToken,
    call: async (method, pathOrUrl, body = null, headers = {}) => {
      const url = new URL(pathOrUrl, google.origin);
      const json = body !== null && !Buffer.isBuffer(body);
      return await send(url, {
        method,
        headers: {
          Authorization: `Bearer ${accessToken}`,
          ...(json ? { 'Content-Type': 'application/json; charset=UTF-8' } : {}),
          ...headers,
        },
        ...(body === null ? {} : { body: json ? JSON.stringify(body) : new Uint8Array(body) }),
      });
    },
  };
}

export async function send(url: string | URL, init: RequestInit = {}): Promise<Answer> {
  // A connection for each request: a kept one may have died with a server that was stopped.
  const headers = { ...(init.headers as Record<string, string> | undefined), Connection: 'close' };
  const response = await fetch(url, { redirect: 'manual', ...init, headers });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
  return { status: response.status, headers: response.headers, text, json: isJson ? (JSON.parse(text) as Json) : {} };
}

/** Reason of Drive's error body. */
export function reasonOf(answer: Answer): string {
  const error = answer.json['error'] as { errors: { reason: string }[] } | undefined;
  return error?.errors[0]?.reason ?? `no reason in ${answer.text}`;
}

/** Starts a resumable session and answers its URI. */
export async function startSession(client: TestClient, metadata: Json = {}, size?: number): Promise<string> {
  const announced: Record<string, string> = size === undefined ? {} : { 'X-Upload-Content-Length': String(size) };
  const query = 'uploadType=resumable&fields=id,name,size,md5Checksum,sha1Checksum,sha256Checksum,trashed';
  const answer = await client.call('POST', `/upload/drive/v3/files?${query}`, metadata, announced);
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`no session: ${String(answer.status)} ${answer.text}`);
  return location;
}

/** Sends bytes `first`… of a file whose size is `total` (null: not known) on a session URI. */
export function putChunk(
  uri: string,
  data: Buffer,
  first: number,
  total: number | null,
  method = 'PUT',
): Promise<Answer> {
  const range = `bytes ${String(first)}-${String(first + data.length - 1)}/${total === null ? '*' : String(total)}`;
  return send(uri, { method, headers: { 'Content-Range': range }, body: new Uint8Array(data) });
}

/** Asks a session where it is. */
export function askSession(uri: string, total: number | null = null): Promise<Answer> {
  const range = `bytes */${total === null ? '*' : String(total)}`;
  return send(uri, { method: 'PUT', headers: { 'Content-Range': range } });
}

/** How many bytes a 308 says are kept. */
export function keptBytes(answer: Answer): number {
  if (answer.status !== 308) throw new Error(`308 expected, got ${String(answer.status)} ${answer.text}`);
  const range = answer.headers.get('range');
  return range === null ? 0 : Number(range.replace('bytes=0-', '')) + 1;
}

export function hashOf(data: Buffer, name: 'md5' | 'sha1' | 'sha256' = 'sha256'): string {
  return createHash(name).update(data).digest('hex');
}

export const chunkBytes = 256 * 1024;
