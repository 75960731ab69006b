// Names what a request is about, before anything of it is done: journal, faults and holds speak in these words.
import { parseContentRange } from './content-range.ts';

export const requestKinds = [
  'auth',
  'consent',
  'token',
  'revoke',
  'token-info',
  'about',
  'list',
  'get',
  'download',
  'create',
  'update',
  'delete',
  'generate-ids',
  'drives',
  'upload-media',
  'upload-multipart',
  'session-start',
  /** Bytes on a session URI, the last ones too. */
  'chunk',
  /** `bytes *` + `/N` or `/*` on a session URI: where are we? */
  'status',
  /** The empty request that tells the total after the last byte was sent. */
  'finish',
  'cancel',
  'other',
] as const;
export type RequestKind = (typeof requestKinds)[number];

/** What is known from the request's head alone. */
export interface RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly contentRange: string | undefined;
  readonly contentLength: number | null;
  readonly range: string | undefined;
}

/** What the kind of a session request depends on. */
export interface SessionFacts {
  readonly storedBytes: number;
  readonly total: number | null;
  readonly done: boolean;
}

export interface KindFacts {
  readonly kind: RequestKind;
  readonly offset: number | null;
  /** True when the request carries, or is about, the last byte of an upload. */
  readonly final: boolean;
}

export function toRequestKind(head: RequestHead, session: SessionFacts | null): KindFacts {
  const { method, url } = head;
  const of = (kind: RequestKind, offset: number | null = null, final = false): KindFacts => ({ kind, offset, final });
  const path = url.pathname;
  if (path === '/o/oauth2/v2/auth') return of(method === 'POST' ? 'consent' : 'auth');
  if (path === '/token') return of('token');
  if (path === '/revoke') return of('revoke');
  if (path === '/tokeninfo') return of('token-info');
  if (path === '/drive/v3/about') return of('about');
  if (/^\/drive\/v3\/drives(\/|$)/.test(path)) return of('drives');
  if (path === '/drive/v3/files') return of(method === 'POST' ? 'create' : method === 'GET' ? 'list' : 'other');
  if (path === '/drive/v3/files/generateIds') return of('generate-ids');
  if (/^\/drive\/v3\/files\/[^/]+$/.test(path)) {
    if (method === 'GET' && url.searchParams.get('alt') === 'media') {
      const first = /^bytes=(\d+)-/.exec(head.range ?? '')?.[1];
      return of('download', Number(first ?? 0));
    }
    const kinds: Record<string, RequestKind> = { GET: 'get', PATCH: 'update', DELETE: 'delete' };
    return of(kinds[method] ?? 'other');
  }
  if (!path.startsWith('/upload/drive/v3/files')) return of('other');
  if (url.searchParams.has('upload_id')) return toSessionKind(head, session);
  const kinds: Record<string, RequestKind> = {
    media: 'upload-media',
    multipart: 'upload-multipart',
    resumable: 'session-start',
  };
  return of(kinds[url.searchParams.get('uploadType') ?? ''] ?? 'other');
}

function toSessionKind(head: RequestHead, session: SessionFacts | null): KindFacts {
  if (head.method === 'DELETE') return { kind: 'cancel', offset: null, final: false };
  if (head.contentRange === undefined) return { kind: 'chunk', offset: 0, final: true };
  const range = parseContentRange(head.contentRange);
  if (range?.kind === 'bytes') {
    return { kind: 'chunk', offset: range.first, final: range.total !== null && range.last + 1 === range.total };
  }
  const ends = session !== null && !session.done && range !== null && range.total === session.storedBytes;
  return { kind: ends ? 'finish' : 'status', offset: null, final: ends };
}
