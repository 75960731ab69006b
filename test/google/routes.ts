// Which function answers which address.
import { apiError, notImplemented } from './api-error.ts';
import { downloadFile } from './download.ts';
import { getAbout } from './drive-about.ts';
import { createFile, deleteFile, emptyTrash, generateIds, getFile, updateFile } from './drive-files.ts';
import { listFiles } from './drive-list.ts';
import { getDrive, listDrives } from './drives.ts';
import type { Exchange } from './exchange.ts';
import { showConsentPage, takeConsent } from './oauth-page.ts';
import { exchangeToken, revokeToken } from './oauth-token.ts';
import { answerSession, startSession } from './resumable.ts';
import { tellTokenInfo } from './token-info.ts';
import { uploadMedia, uploadMultipart } from './upload.ts';

/** Drive's other addresses: real, and not here. */
const knownElsewhere =
  /^\/(drive\/v3\/(files|drives|changes|channels|apps|operations|teamdrives)\b|batch|resumable\/upload\/drive\/v3\/)/;

type Handler = (exchange: Exchange) => Promise<void>;

const routes: Readonly<Record<string, Handler>> = {
  'GET /o/oauth2/v2/auth': showConsentPage,
  'POST /o/oauth2/v2/auth': takeConsent,
  'POST /token': exchangeToken,
  'POST /revoke': revokeToken,
  'GET /tokeninfo': tellTokenInfo,
  'POST /tokeninfo': tellTokenInfo,
  'GET /drive/v3/about': getAbout,
  'GET /drive/v3/drives': listDrives,
  'GET /drive/v3/files': listFiles,
  'POST /drive/v3/files': createFile,
  'GET /drive/v3/files/generateIds': generateIds,
  'GET /drive/v3/files/generateCseToken': () => {
    throw notImplemented('client-side encryption');
  },
  'DELETE /drive/v3/files/trash': emptyTrash,
};

const uploads: Readonly<Record<string, (exchange: Exchange, updatesId: string | null) => Promise<void>>> = {
  media: uploadMedia,
  multipart: uploadMultipart,
  resumable: startSession,
};

export async function answer(exchange: Exchange): Promise<void> {
  await chooseHandler(exchange)(exchange);
}

/** Throws 404 for what does not exist and 501 for what exists at Google only. */
function chooseHandler(exchange: Exchange): Handler {
  const { url } = exchange;
  const method = exchange.request.method ?? 'GET';
  const key = `${method} ${url.pathname}`;
  if (url.pathname.startsWith('/upload/drive/v3/files')) return chooseUpload(exchange, method);
  const route = Object.hasOwn(routes, key) ? routes[key] : undefined;
  if (route) return route;
  const driveId = /^GET \/drive\/v3\/drives\/([^/]+)$/.exec(key)?.[1];
  if (driveId !== undefined) return () => getDrive(exchange, driveId);
  const fileId = /^\/drive\/v3\/files\/([^/]+)$/.exec(url.pathname)?.[1];
  if (fileId !== undefined) return chooseFileHandler(exchange, method, decodeURIComponent(fileId));
  if (knownElsewhere.test(url.pathname)) throw notImplemented(key);
  throw apiError(404, 'notFound', `Not Found: ${key}`);
}

function chooseFileHandler(exchange: Exchange, method: string, id: string): Handler {
  if (method === 'GET') return () => (exchange.facts.kind === 'download' ? downloadFile : getFile)(exchange, id);
  if (method === 'PATCH') return () => updateFile(exchange, id);
  if (method === 'DELETE') return () => deleteFile(exchange, id);
  throw apiError(404, 'notFound', `Not Found: ${method} of a file`);
}

function chooseUpload(exchange: Exchange, method: string): Handler {
  const { url } = exchange;
  if (url.searchParams.has('upload_id')) return answerSession;
  const id = /^\/upload\/drive\/v3\/files(?:\/([^/]+))?$/.exec(url.pathname);
  if (!id) throw apiError(404, 'notFound', 'Not Found');
  const updatesId = id[1] === undefined ? null : decodeURIComponent(id[1]);
  if (method !== (updatesId === null ? 'POST' : 'PATCH')) throw apiError(404, 'notFound', `Not Found: ${method}`);
  const type = url.searchParams.get('uploadType') ?? '';
  const start = Object.hasOwn(uploads, type) ? uploads[type] : undefined;
  if (!start) throw apiError(400, 'invalidParameter', `Invalid uploadType: '${type}'`, { location: 'uploadType' });
  return () => start(exchange, updatesId);
}
