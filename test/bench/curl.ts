// The yardstick: curl sends a file in one PUT to an upload session that was opened for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface UploadPlace {
  readonly origin: string;
  readonly issueAccessToken: () => Promise<string>;
}

/** Seconds of `curl --upload-file`, without the start of the session. Needs curl on the path. */
export async function measureCurl(place: UploadPlace, file: string): Promise<number> {
  const session = await startSession(place);
  const startedMs = performance.now();
  const args = ['--silent', '--show-error', '--fail', '--output', '/dev/null', '--upload-file', file, session];
  const child = spawn('curl', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    throw new Error('curl is needed for the comparison and is not installed', { cause: error });
  })) as [number | null];
  if (code !== 0) throw new Error(`curl ended with ${String(code)}`);
  return (performance.now() - startedMs) / 1000;
}

async function startSession({ origin, issueAccessToken }: UploadPlace): Promise<string> {
  const started = await fetch(`${origin}/upload/drive/v3/files?uploadType=resumable`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await issueAccessToken()}`,
      'content-type': 'application/json; charset=UTF-8',
    },
    body: JSON.stringify({ name: 'curl' }),
  });
  const session = started.headers.get('location');
  if (session === null) throw new Error(`no session for curl: ${String(started.status)}`);
  return session;
}
