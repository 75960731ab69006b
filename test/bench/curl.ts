// The yardstick: curl sends a file in one PUT to an upload session that was opened for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LocalGoogle } from '../google/start-google.ts';

/** Seconds of `curl --upload-file`, without the start of the session. Needs curl on the path. */
export async function measureCurl(google: LocalGoogle, file: string): Promise<number> {
  const { accessToken } = google.issueTokens();
  const started = await fetch(`${google.origin}/upload/drive/v3/files?uploadType=resumable`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json; charset=UTF-8' },
    body: JSON.stringify({ name: 'curl' }),
  });
  const session = started.headers.get('location');
  if (session === null) throw new Error(`no session for curl: ${String(started.status)}`);
  const startedMs = performance.now();
  const args = ['--silent', '--show-error', '--fail', '--output', '/dev/null', '--upload-file', file, session];
  const child = spawn('curl', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    throw new Error('curl is needed for the comparison and is not installed', { cause: error });
  })) as [number | null];
  if (code !== 0) throw new Error(`curl ended with ${String(code)}`);
  return (performance.now() - startedMs) / 1000;
}
