// Drive's requests for metadata and small files, one function each: fields named, retried by the table, a refused token
// renewed once. Large files go through upload.ts and download.ts.
import { createHash } from 'node:crypto';
import { drive_v3 } from 'googleapis/build/src/apis/drive/v3.js';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { parseJson } from '../base/parse-json.ts';
import type { Clock, GoogleEndpoints, Log } from '../base/ports.ts';
import type { AccountGuard } from './account-guard.ts';
import { createCalls, orNull, read, readFile, wrongShape } from './api-call.ts';
import { statusOf } from './drive-errors.ts';
import { fileFields, folderMimeType, toMetadata, type DriveFile, type NewFile } from './drive-file.ts';
import { sendRequest } from './http.ts';
import { toMultipart } from './multipart.ts';
import type { Tokens } from './token.ts';
import { toPacedBody } from './upload-body.ts';

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list: 1000 at most. */
const pageSize = 1000;

export interface DriveApiOptions {
  readonly endpoints: GoogleEndpoints;
  readonly tokens: Tokens;
  readonly guard: AccountGuard;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: (() => number) | undefined;
}

export interface DriveAbout {
  readonly email: string | null;
  readonly displayName: string | null;
  /** Stays when the address of the account changes. */
  readonly permissionId: string | null;
  /** Of the whole account or organisation, trash included. */
  readonly usageBytes: number;
  /** Of these, what lies in the trash of Drive. */
  readonly trashBytes: number;
  /** Null: no limit. */
  readonly limitBytes: number | null;
}

export interface ListQuery {
  /** Drive's query language; strings through `quote`. Trashed files are listed unless it says `trashed = false`. */
  readonly q: string;
  /** Drive's sort keys, e.g. `createdTime desc`. */
  readonly orderBy?: string;
  /** Searches this shared drive; null or absent: everything of the account. */
  readonly driveId?: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every function fails with AppError: `drive/offline` and `drive/busy` (retry later) after the tries are used up,
 * `drive/signed-out`, `drive/quota-full`, `drive/forbidden`, `drive/not-found`, `drive/rejected`, or with the reason of
 * the signal.
 */
export interface DriveApi {
  readonly about: (signal?: AbortSignal) => Promise<DriveAbout>;
  /** Null when there is no such file, or none that this program may see. A file in the trash is there. */
  readonly getFile: (id: string, signal?: AbortSignal) => Promise<DriveFile | null>;
  /** Safe to repeat: an id that already is a folder answers that folder. */
  readonly createFolder: (folder: Omit<NewFile, 'mimeType'>, signal?: AbortSignal) => Promise<DriveFile>;
  /** All pages. Fails with `drive/busy` (retry later) when Drive says itself that it did not search everything. */
  readonly listFiles: (query: ListQuery) => Promise<readonly DriveFile[]>;
  /** Ids for files to be created. */
  readonly generateIds: (count: number, signal?: AbortSignal) => Promise<readonly string[]>;
  /** One request for up to 5 MiB. Safe to repeat: an id that already holds these bytes answers that file. */
  readonly createSmallFile: (file: NewFile, data: Buffer, signal?: AbortSignal) => Promise<DriveFile>;
  /** Answers false when the file was gone already. */
  readonly trashFile: (id: string, signal?: AbortSignal) => Promise<boolean>;
  /** Takes a file or folder out of the trash. Answers false when it is gone. */
  readonly untrashFile: (id: string, signal?: AbortSignal) => Promise<boolean>;
  /** For good, past the trash. Answers false when the file was gone already. */
  readonly deleteFile: (id: string, signal?: AbortSignal) => Promise<boolean>;
  /** Gives a file or folder another name and sets the given properties. */
  readonly rename: (
    id: string,
    name: string,
    properties: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ) => Promise<DriveFile>;
  /** The name of a shared drive; null when this program may not ask for it. */
  readonly findDriveName: (driveId: string, signal?: AbortSignal) => Promise<string | null>;
  /** Sets the given properties, removes those that are null, leaves the others. */
  readonly updateAppProperties: (
    id: string,
    properties: Readonly<Record<string, string | null>>,
    signal?: AbortSignal,
  ) => Promise<DriveFile>;
}

export function createDriveApi(options: DriveApiOptions): DriveApi {
  const { endpoints, guard, clock } = options;
  const client = new drive_v3.Drive({ rootUrl: `${endpoints.apiRoot}/` });
  const everywhere = { supportsAllDrives: true } as const;

  const { run, call } = createCalls(options);

  const getFile: DriveApi['getFile'] = async (fileId, signal) => {
    const asked = call('files.get', signal, (o) => client.files.get({ fileId, fields: fileFields, ...everywhere }, o));
    const answer = await orNull(asked, 404);
    return answer === null ? null : readFile('files.get', answer);
  };

  return {
    getFile,

    about: async (signal) => {
      const answer = await call('about.get', signal, (o) => client.about.get({ fields: 'user,storageQuota' }, o));
      const { user, storageQuota } = read('about.get', aboutSchema, answer);
      return {
        email: user?.emailAddress ?? null,
        displayName: user?.displayName ?? null,
        permissionId: user?.permissionId ?? null,
        usageBytes: Number(storageQuota?.usage ?? 0),
        trashBytes: Number(storageQuota?.usageInDriveTrash ?? 0),
        limitBytes: storageQuota?.limit == null ? null : Number(storageQuota.limit),
      };
    },

    createFolder: async (folder, signal) => {
      const requestBody = toMetadata({ ...folder, mimeType: folderMimeType });
      const created = call('files.create folder', signal, (o) =>
        client.files.create({ requestBody, fields: fileFields, ...everywhere }, o),
      );
      const answer = await orNull(created, 409);
      if (answer !== null) return readFile('files.create folder', answer);
      return (await getFile(folder.id, signal)) ?? idInUse('files.create folder');
    },

    listFiles: async ({ q, orderBy, driveId, signal }) => {
      const files: DriveFile[] = [];
      let pageToken: string | undefined;
      let begun = 1;
      for (;;) {
        const params = {
          ...{ q, pageSize, fields: `nextPageToken,incompleteSearch,files(${fileFields})`, spaces: 'drive' },
          ...{ ...everywhere, includeItemsFromAllDrives: true },
          ...(orderBy === undefined ? {} : { orderBy }),
          ...(driveId == null ? {} : { corpora: 'drive', driveId }),
          ...(pageToken === undefined ? {} : { pageToken }),
        };
        const asked = call('files.list', signal, (o) => client.files.list(params, o));
        // A page token is good for hours only; one that is refused means the list from its beginning, once.
        const answer = await (pageToken !== undefined && begun === 1 ? orNull(asked, 400) : asked);
        if (answer === null) {
          begun += 1;
          files.length = 0;
          pageToken = undefined;
          continue;
        }
        const page = read('files.list', listSchema, answer);
        // A part taken for the whole would make folders twice and call files lost.
        if (page.incompleteSearch === true) throw wrongShape('files.list incomplete');
        for (const item of page.files) files.push(readFile('files.list', { body: item }));
        pageToken = page.nextPageToken ?? undefined;
        if (pageToken === undefined) return files;
      }
    },

    generateIds: async (count, signal) => {
      const answer = await call('files.generateIds', signal, (o) =>
        client.files.generateIds({ count, space: 'drive' }, o),
      );
      const { ids } = read('files.generateIds', idsSchema, answer);
      if (ids.length < count) throw wrongShape('files.generateIds');
      return ids;
    },

    createSmallFile: async (file, data, signal) => {
      const what = 'files.create';
      const { contentType, body } = toMultipart(toMetadata(file), file.mimeType, data);
      const query = new URLSearchParams({
        ...{ uploadType: 'multipart', supportsAllDrives: 'true', ignoreDefaultVisibility: 'true', fields: fileFields },
      });
      const url = `${endpoints.uploadRoot}/upload/drive/v3/files?${query.toString()}`;
      const created = run(what, signal, (token) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': contentType };
        const paced = toPacedBody(body, guard.bandwidth, signal);
        return sendRequest({ ...{ method: 'POST', url, what, endpoint: 'api', headers, signal, clock }, body: paced });
      });
      const answer = await orNull(created, 409);
      if (answer !== null) return readFile(what, { body: parseJson(String(answer.body)) });
      const stored = await getFile(file.id, signal);
      return stored !== null && holds(stored, data) ? stored : idInUse(what);
    },

    trashFile: async (fileId, signal) => {
      const params = { fileId, requestBody: { trashed: true }, fields: 'id,trashed', ...everywhere };
      const what = 'files.update trash';
      const answer = await orNull(
        call(what, signal, (o) => client.files.update(params, o)),
        404,
      );
      // Whoever relies on it must not take a proxy's page for Drive's word.
      if (answer !== null) read(what, trashedSchema, answer);
      return answer !== null;
    },

    untrashFile: async (fileId, signal) => {
      const params = { fileId, requestBody: { trashed: false }, fields: 'id,trashed', ...everywhere };
      return (
        (await orNull(
          call('files.update untrash', signal, (o) => client.files.update(params, o)),
          404,
        )) !== null
      );
    },

    deleteFile: async (fileId, signal) =>
      (await orNull(
        call('files.delete', signal, (o) => client.files.delete({ fileId, ...everywhere }, o)),
        404,
      )) !== null,

    rename: async (fileId, name, appProperties, signal) => {
      const params = { fileId, requestBody: { name, appProperties }, fields: fileFields, ...everywhere };
      return readFile('files.update', await call('files.update', signal, (o) => client.files.update(params, o)));
    },

    findDriveName: async (driveId, signal) => {
      const asked = call('drives.get', signal, (o) => client.drives.get({ driveId, fields: 'id,name' }, o));
      // `drive.file` alone does not open this request: https://developers.google.com/workspace/drive/api/reference/rest/v3/drives/get
      try {
        return read('drives.get', driveSchema, await asked).name ?? null;
      } catch (error) {
        if (statusOf(error) === 403 || statusOf(error) === 404) return null;
        throw error;
      }
    },

    updateAppProperties: async (fileId, properties, signal) => {
      // The client's type knows no null, which is how Drive removes a property.
      const appProperties = { ...properties } as Record<string, string>;
      const params = { fileId, requestBody: { appProperties }, fields: fileFields, ...everywhere };
      return readFile('files.update', await call('files.update', signal, (o) => client.files.update(params, o)));
    },
  };
}

/** A string inside Drive's query language. https://developers.google.com/workspace/drive/api/guides/search-files */
export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

const aboutSchema = z.object({
  user: z
    .object({
      emailAddress: z.string().nullish(),
      displayName: z.string().nullish(),
      permissionId: z.string().nullish(),
    })
    .nullish(),
  storageQuota: z
    .object({ limit: z.string().nullish(), usage: z.string().nullish(), usageInDriveTrash: z.string().nullish() })
    .nullish(),
});
const listSchema = z.object({
  files: z.array(z.unknown()).default([]),
  nextPageToken: z.string().nullish(),
  incompleteSearch: z.boolean().nullish(),
});
const trashedSchema = z.object({ id: z.string(), trashed: z.literal(true) });
const driveSchema = z.object({ name: z.string().nullish() });
const idsSchema = z.object({ ids: z.array(z.string().min(1)) });

function holds(file: DriveFile, data: Buffer): boolean {
  if (file.trashed || file.sizeBytes !== data.length) return false;
  if (file.sha256 !== null) return file.sha256 === createHash('sha256').update(data).digest('hex');
  return file.md5 !== null && file.md5 === createHash('md5').update(data).digest('hex');
}

function idInUse(what: string): never {
  throw new AppError('drive/rejected', `${what}: the id is in use for something else`, {
    context: { what, status: 409, reason: 'fileIdInUse' },
  });
}
