// Drive as the live check uses it: plain requests with the person's token, only ever about what the check itself made.
import type { GoogleEndpoints } from '../../../electron/engine/base/ports.ts';
import { folderMimeType } from '../../../electron/engine/drive/drive-file.ts';
import type { Grant } from '../../../electron/engine/drive/sign-in.ts';
import type { LiveAnswer, LiveRequest, Recorder } from './recorder.ts';

export const folderName = 'PgKeep live check';
export const chunkBytes = 256 * 1024;

const all = 'supportsAllDrives=true';

type Ask = Omit<LiveRequest, 'url' | 'headers'> & { readonly path: string; readonly headers?: LiveRequest['headers'] };

export class LiveDrive {
  readonly endpoints: GoogleEndpoints;
  readonly recorder: Recorder;
  readonly #made = new Set<string>();
  #accessToken = '';
  #folderId = '';

  constructor(endpoints: GoogleEndpoints, recorder: Recorder) {
    this.endpoints = endpoints;
    this.recorder = recorder;
  }

  /** The folder that everything is made in. */
  get folderId(): string {
    return this.#folderId;
  }

  /** Requests go out in this person's name from now on. */
  use(grant: Grant): void {
    const { sanitiser } = this.recorder;
    this.#accessToken = grant.accessToken;
    sanitiser.hide(grant.accessToken, 'access token');
    sanitiser.hide(grant.refreshToken, 'refresh token');
    sanitiser.hide(grant.email, 'address');
    sanitiser.hide(grant.permissionId, 'person');
  }

  /** A request to the API. Refuses to change or delete what the check did not make. */
  async ask({ path, headers, ...request }: Ask): Promise<LiveAnswer> {
    const id = /^\/(?:upload\/)?drive\/v3\/files\/([^/?]+)/.exec(path)?.[1];
    const isChange = request.method === 'PATCH' || request.method === 'DELETE';
    if (isChange && (id === undefined || !this.#made.has(id))) throw new Error('this is not for the check to change');
    const root = path.startsWith('/upload/') ? this.endpoints.uploadRoot : this.endpoints.apiRoot;
    return await this.recorder.send({
      ...{ ...request, url: root + path },
      headers: { Authorization: `Bearer ${this.#accessToken}`, ...headers },
    });
  }

  /** A request on a session URI, with or without the token. */
  async session(uri: string, range: string | null, bytes: Buffer | null, authorized = true): Promise<LiveAnswer> {
    return await this.recorder.send({
      ...{ method: 'PUT', url: uri },
      headers: {
        ...(authorized ? { Authorization: `Bearer ${this.#accessToken}` } : {}),
        ...(range === null ? {} : { 'Content-Range': range }),
      },
      ...(bytes === null ? {} : { bytes }),
    });
  }

  async cancelSession(uri: string): Promise<LiveAnswer> {
    const headers = { Authorization: `Bearer ${this.#accessToken}` };
    return await this.recorder.send({ method: 'DELETE', url: uri, headers });
  }

  async newId(): Promise<string> {
    const answer = await this.ask({ method: 'GET', path: '/drive/v3/files/generateIds?count=1&space=drive' });
    const [id] = Array.isArray(answer.json['ids']) ? (answer.json['ids'] as unknown[]) : [];
    if (typeof id !== 'string') throw new Error(`Google gave no id: ${String(answer.status)}`);
    // What gets this id is the check's own.
    this.#made.add(id);
    return id;
  }

  async makeFolder(): Promise<void> {
    const id = await this.newId();
    const json = { id, name: folderName, mimeType: folderMimeType };
    const answer = await this.ask({ method: 'POST', path: `/drive/v3/files?fields=id`, json });
    if (answer.status !== 200) throw new Error(`the folder could not be made: ${String(answer.status)}`);
    this.#folderId = id;
  }

  /** Starts a session; `uri` is null when it was refused. */
  async startSession(
    metadata: Readonly<Record<string, unknown>>,
    sizeBytes: number,
  ): Promise<{ readonly answer: LiveAnswer; readonly uri: string | null }> {
    const fields = 'id,size,md5Checksum,sha1Checksum,sha256Checksum,capabilities(canTrash,canDelete)';
    const answer = await this.ask({
      ...{ method: 'POST', path: `/upload/drive/v3/files?uploadType=resumable&${all}&fields=${fields}` },
      json: { parents: [this.#folderId], ...metadata },
      headers: { 'X-Upload-Content-Length': String(sizeBytes) },
    });
    const uri = answer.status === 200 ? answer.headers.get('location') : null;
    // The token goes along with every chunk.
    if (uri !== null && !uri.startsWith(`${this.endpoints.uploadRoot}/`))
      throw new Error('the session is on another host');
    return { answer, uri };
  }

  /** A whole upload in one request on a session. Answers Google's last word. */
  async upload(metadata: Readonly<Record<string, unknown>>, data: Buffer): Promise<LiveAnswer> {
    const { answer, uri } = await this.startSession(metadata, data.length);
    return uri === null ? answer : await this.session(uri, null, data);
  }

  async get(id: string, fields: string): Promise<LiveAnswer> {
    return await this.ask({ method: 'GET', path: `/drive/v3/files/${id}?${all}&fields=${fields}` });
  }

  async remove(id: string): Promise<LiveAnswer> {
    return await this.ask({ method: 'DELETE', path: `/drive/v3/files/${id}?${all}` });
  }

  /** Deletes the folder with all that is in it; false when it is still there or out of reach. */
  async removeFolder(): Promise<boolean> {
    if (this.#folderId === '') return true;
    const answer = await this.remove(this.#folderId);
    return answer.status === 204;
  }
}
