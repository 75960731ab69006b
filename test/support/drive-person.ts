// What a person, or another program, does on Drive's own site behind the back of this one: plain requests, not our client.
import type { LocalGoogle } from '../google/start-google.ts';

export interface DrivePerson {
  readonly trash: (fileId: string) => Promise<void>;
  /** For good. */
  readonly erase: (fileId: string) => Promise<void>;
  readonly rename: (fileId: string, name: string) => Promise<void>;
  /** Puts other bytes into the file. */
  readonly overwrite: (fileId: string, data: string) => Promise<void>;
  readonly setProperties: (fileId: string, properties: Readonly<Record<string, string | null>>) => Promise<void>;
  /** A small file with our program's properties, as another computer would leave it. Answers its id. */
  readonly create: (name: string, properties: Readonly<Record<string, string>>, data: Buffer) => Promise<string>;
  readonly move: (fileId: string, from: string, to: string) => Promise<void>;
}

/** `everything`: as on Drive's own site, which shows every file; else what this program's client sees. */
export function createDrivePerson(google: LocalGoogle, everything = false): DrivePerson {
  const scopes = everything ? ['https://www.googleapis.com/auth/drive'] : undefined;
  const { accessToken } = google.issueTokens(scopes ? { scopes } : {});
  const send = async (method: string, path: string, body?: BodyInit, type = 'application/json'): Promise<unknown> => {
    const answer = await fetch(`${google.origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': type },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const patch = async (fileId: string, change: unknown): Promise<void> => {
    await send('PATCH', `/drive/v3/files/${fileId}?supportsAllDrives=true`, JSON.stringify(change));
  };
  const overwrite: DrivePerson['overwrite'] = async (fileId, data) => {
    await send('PATCH', `/upload/drive/v3/files/${fileId}?uploadType=media`, data, 'application/octet-stream');
  };
  return {
    trash: (fileId) => patch(fileId, { trashed: true }),
    erase: async (fileId) => {
      await send('DELETE', `/drive/v3/files/${fileId}`);
    },
    rename: (fileId, name) => patch(fileId, { name }),
    overwrite,
    setProperties: (fileId, appProperties) => patch(fileId, { appProperties }),
    create: async (name, appProperties, data) => {
      const metadata = JSON.stringify({ name, appProperties, mimeType: 'application/octet-stream' });
      const made = (await send('POST', '/drive/v3/files?fields=id', metadata)) as { id: string };
      await send(
        'PATCH',
        `/upload/drive/v3/files/${made.id}?uploadType=media`,
        new Uint8Array(data),
        'application/octet-stream',
      );
      return made.id;
    },
    move: async (fileId, from, to) => {
      await send('PATCH', `/drive/v3/files/${fileId}?removeParents=${from}&addParents=${to}`, '{}');
    },
  };
}
