// The local Google in a process of its own, so that what it costs is not counted as the engine's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { GoogleEndpoints } from '../../electron/engine/base/ports.ts';
import { testClientId, testClientSecret } from '../google/options.ts';
import type { UploadPlace } from './curl.ts';

const program = fileURLToPath(new URL('../google/serve.ts', import.meta.url));

export interface GoogleProcess extends UploadPlace {
  readonly endpoints: GoogleEndpoints;
  /** The JSON file of an OAuth client, as Google's console gives it. */
  readonly writeClientFile: (file: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** `dir`: where the uploaded files lie. Consent is given without a page. */
export async function startGoogleProcess(dir: string): Promise<GoogleProcess> {
  const args = [program, '--port', '0', '--dir', dir, '--consent', 'allow'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const config = await readConfig(child.stdout, ended);
  const { apiRoot: origin } = config;
  const control = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${origin}/_ctl/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the local Google refused ${path}: ${await answer.text()}`);
    return answer.json();
  };
  await control('account', { limitBytes: null });
  return {
    origin,
    endpoints: config,
    issueAccessToken: async () => ((await control('tokens', {})) as { accessToken: string }).accessToken,
    writeClientFile: (file) => {
      const installed = { client_id: testClientId, client_secret: testClientSecret };
      return writeFile(file, JSON.stringify({ installed }), { mode: 0o600 });
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The configuration is the JSON in its greeting. */
async function readConfig(stdout: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<GoogleEndpoints> {
  let text = '';
  const found = new Promise<GoogleEndpoints>((resolve) => {
    stdout.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      const json = /^\{[^]*^\}$/m.exec(text)?.[0];
      if (json !== undefined) resolve((JSON.parse(json) as { google: GoogleEndpoints }).google);
    });
  });
  const failed = ended.then(() => {
    throw new Error(`the local Google has not started: ${text}`);
  });
  failed.catch(() => undefined);
  return Promise.race([found, failed]);
}
