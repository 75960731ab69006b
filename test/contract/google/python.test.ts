import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { testAccount, testClientId, testClientSecret, testServiceAccount } from '../../google/options.ts';
import type { LocalGoogle } from '../../google/start-google.ts';
import { openGoogle, type Json } from './support.ts';

// Google's Python client as Debian has it. It brings no description of the API: it is given the one that lies beside a
// checkout where it was fetched, with the local addresses written into it.

const script = path.join(import.meta.dirname, 'python-client.py');
const description = path.resolve(import.meta.dirname, '../../../../shared/data/drive.v3.json');
const python = ['/usr/bin/python3', 'python3'].find(hasClient);
if (python === undefined)
  console.warn('skipped: no python3-googleapi on this machine (apt-get install python3-googleapi)');
if (!existsSync(description)) console.warn(`skipped: Google's description of Drive v3 is not at ${description}`);
const there = python !== undefined && existsSync(description);

function hasClient(program: string): boolean {
  try {
    execFileSync(program, ['-c', 'import googleapiclient.http, oauth2client.service_account'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function runClient(google: LocalGoogle, sizeBytes: number): Promise<Json> {
  const drive = google.makeSharedDrive({ name: 'Team', members: { [testServiceAccount.email]: 'fileOrganizer' } });
  const child = spawn(python ?? '', [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(
    JSON.stringify({
      ...{ origin: google.origin, description, sizeBytes, driveId: drive.id },
      ...{ clientId: testClientId, clientSecret: testClientSecret },
      ...{ refreshToken: google.issueTokens().refreshToken, serviceKey: google.serviceAccountKey() },
    }),
  );
  const [out, wrong] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (out === '') throw new Error(wrong);
  return JSON.parse(out) as Json;
}

const sizeBytes = 700_000;

describe.skipIf(!there)('Google’s Python client', () => {
  it('signs in, uploads in chunks, lists, downloads in ranges, trashes and deletes', async () => {
    const google = await openGoogle();
    const result = await runClient(google, sizeBytes);
    expect(result).toMatchObject({
      ...{ email: testAccount.email, steps: [262_144, 524_288], emptySize: '0', names: ['empty.age', "it's.age"] },
      file: { size: String(sizeBytes), md5Checksum: result['md5'] },
      ...{ downloaded: result['sha256'], trashed: true, gone: 404 },
      ...{ drives: ['Team'], robotSize: '1000', refused: 403 },
    });
    const ranges = google.journal().filter((entry) => entry.kind === 'download');
    expect(ranges.map((entry) => entry.offset)).toEqual([0, 100_001, 200_002, 300_003, 400_004, 500_005, 600_006]);
    const failed = google.journal().filter((entry) => entry.status === null || entry.status >= 400);
    expect(failed.map((entry) => [entry.kind, entry.status])).toEqual([
      ['get', 404],
      ['session-start', 403],
    ]);
  });

  it('goes on after refusals, half a chunk and a session that moves', async () => {
    const google = await openGoogle();
    google.failNext({ kind: 'chunk', nth: 1 }, { do: 'respond', like: 'backend' });
    google.failNext({ kind: 'chunk', nth: 2 }, { do: 'accept-only', bytes: 'half' });
    google.failNext({ kind: 'chunk', nth: 3 }, { do: 'move-session' });
    google.failNext({ kind: 'chunk', nth: 4 }, { do: 'respond', like: 'user-rate' });
    const result = await runClient(google, sizeBytes);
    expect(result).toMatchObject({
      file: { size: String(sizeBytes), md5Checksum: result['md5'] },
      ...{ steps: [131_072, 393_216, 655_360], downloaded: result['sha256'] },
    });
    const kinds = google.journal().filter((entry) => entry.kind === 'chunk' || entry.kind === 'status');
    expect(kinds.map((entry) => entry.fault)).toEqual(
      expect.arrayContaining(['respond', 'accept-only', 'move-session', 'respond']),
    );
    expect(kinds.filter((entry) => entry.kind === 'status').length).toBe(2);
  });
});
