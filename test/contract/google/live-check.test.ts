// The live check, as a person starts it, against the local Google: what it reports is what the local Google does.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  testAccount,
  testClientId,
  testClientSecret,
  type ClientRegistration,
  type Switches,
} from '../../google/options.ts';
import type { LocalGoogle } from '../../google/start-google.ts';
import { makeFolder, openGoogle, type Json } from './support.ts';

const program = path.resolve(import.meta.dirname, '../../google/live/live-check.ts');
const otherClient = {
  clientId: 'other.apps.googleusercontent.com',
  clientSecret: 'other-secret',
  project: '1004711235813',
};
const clients = [
  { clientId: testClientId, clientSecret: testClientSecret, project: '1004711235813', publishing: 'testing' as const },
  otherClient,
];

interface Run {
  readonly code: number;
  readonly out: string;
  readonly switches: Partial<Switches>;
  readonly recording: string;
  readonly report: Json;
}

async function runCheck(google: LocalGoogle, args: readonly string[], unasked = ['--yes']): Promise<Run> {
  const dir = await makeFolder();
  const write = (name: string, value: unknown): Promise<void> =>
    writeFile(path.join(dir, name), JSON.stringify(value), 'utf8');
  const toFile = ({ clientId, clientSecret }: ClientRegistration): unknown => ({
    installed: { client_id: clientId, client_secret: clientSecret },
  });
  await write('config.json', { google: google.endpoints });
  await write('client.json', toFile(clients[0] ?? otherClient));
  await write('other.json', toFile(otherClient));
  const files = ['--config', 'config.json', '--client', 'client.json', '--other-client', 'other.json', '--out', 'out'];
  const running = promisify(execFile)(
    process.execPath,
    [program, ...files, '--browser', 'fetch', ...unasked, ...args],
    {
      cwd: dir,
      timeout: 110_000,
    },
  );
  const ended = await running.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  const read = (name: string): Promise<string> => readFile(path.join(dir, 'out', name), 'utf8');
  const report = JSON.parse(await read('live-check.json').catch(() => JSON.stringify(ended))) as Json;
  const switches = (report['switches'] ?? {}) as Partial<Switches>;
  const recording = await read('live-recording.json').catch(() => '');
  return { code: ended.code, out: ended.stdout, switches, recording, report };
}

/** A local Google with a folder by hand on a shared drive, which the person chooses in the Picker. */
async function openForCheck(switches: Partial<Switches>): Promise<{ google: LocalGoogle; driveId: string }> {
  const google = await openGoogle({ clients, switches: { consent: 'allow', ...switches } });
  const drive = google.makeSharedDrive({ name: 'Team', members: { [testAccount.email]: 'writer' } });
  google.set({ picks: [google.makeByHand({ name: 'Backups', parentId: drive.id }).id] });
  return { google, driveId: drive.id };
}

const everything = ['--picker', '--role', 'writer', '--revoke', '--burst', '60'];

describe('the live check', () => {
  it.each<[string, Partial<Switches>]>([
    [
      'the defaults',
      {
        ...{ clientSecretRequired: true, usedIdRefusedAt: 'start', idOfDeadSession: 'free', lostSessionStatus: 404 },
        ...{ cancelStatus: 499, sessionNeedsAuthorization: false, overlap: 'skip', gap: 503, uploadDoneStatus: 200 },
        ...{ hashesAfterMs: 0, listLagMs: 0, nameLagMs: 0, rotateRefreshTokens: false, pickerLoopback: 'allowed' },
        ...{ lowestRoleThatTrashes: 'fileOrganizer', sharedDriveRootOpen: false, scopeRefusal: 'reason' },
        ...{ dottedFields: 'invalid', accessBoundTo: 'project', revokeHidesFiles: false },
      },
    ],
    [
      'everything the other way',
      {
        ...{ clientSecretRequired: false, usedIdRefusedAt: 'end', idOfDeadSession: 'used', lostSessionStatus: 410 },
        ...{ cancelStatus: 204, sessionNeedsAuthorization: true, overlap: 'refuse', gap: 400, uploadDoneStatus: 201 },
        ...{ rotateRefreshTokens: true, pickerLoopback: 'allowed', testingTellsLife: true },
        ...{ lowestRoleThatTrashes: 'writer', sharedDriveRootOpen: true, scopeRefusal: 'details' },
        ...{ dottedFields: 'required', accessBoundTo: 'client', revokeHidesFiles: false },
        ...{ hashesAfterMs: 0, listLagMs: 0, nameLagMs: 0 },
      },
    ],
  ])('reports %s, cleans up, and writes no secret', async (_, switches) => {
    const { google } = await openForCheck(switches);
    const byHand = google.files().map(({ id }) => id);
    const run = await runCheck(google, everything);
    expect([run.code, run.report]).toMatchObject([0, { isClean: true }]);
    expect(run.switches).toEqual(switches);
    const left = google.files().filter(({ id }) => !byHand.includes(id));
    expect(left.map(({ name }) => name)).toEqual(
      run.out.includes('(one small file stays)') ? ['PgKeep live check'] : [],
    );
    const { accounts, files } = google.state();
    const secrets = [testClientSecret, otherClient.clientSecret, testAccount.email, testAccount.permissionId];
    for (const secret of [...secrets, ...accounts.map(({ rootId }) => rootId), ...files.map(({ id }) => id)]) {
      expect(run.recording).not.toContain(secret);
    }
    expect(run.recording).not.toMatch(/ya29\.|1\/\/0|upload_id=A/);
    for (const point of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      expect(run.out).toMatch(new RegExp(`^ +${point}  .* ->  `, 'm'));
  });

  it('measures hashes that are late and lists that lag, and tells what revoking hides', async () => {
    const { google } = await openForCheck({ hashesAfterMs: 700, lateHashes: 'all', revokeHidesFiles: true });
    google.set({ pickerLoopback: 'refused', nameLagMs: 700, gap: 308 });
    const run = await runCheck(google, everything);
    // What is hidden cannot be deleted: the person is told to.
    expect([run.code, run.out.includes('could not be deleted')]).toEqual([1, true]);
    expect(run.switches).toMatchObject({
      ...{ lateHashes: 'all', revokeHidesFiles: true, pickerLoopback: 'refused', gap: 308 },
    });
    for (const measured of [run.switches.hashesAfterMs, run.switches.nameLagMs]) expect(measured).toBeGreaterThan(200);
  });

  it('provokes a refusal and reads its Retry-After', async () => {
    const { google } = await openForCheck({ retryAfterSeconds: 3 });
    const refused = google.waitFor((entry) => entry.kind === 'list' && entry.status === 403);
    void refused.then(() => {
      google.advanceClock(60_000);
    });
    google.set({ unitsPerMinute: 6000 });
    const run = await runCheck(google, ['--burst', '100']);
    expect(run.switches).toMatchObject({ retryAfterSeconds: 3 });
  });

  it('makes the same recording twice', async () => {
    const record = async (): Promise<string> =>
      (await runCheck((await openForCheck({})).google, ['--burst', '0'])).recording;
    const [first, second] = [await record(), await record()];
    expect(first.length).toBeGreaterThan(1000);
    expect(second).toBe(first);
  });

  it('asks before it begins, and says what is missing', async () => {
    const { google } = await openForCheck({});
    const run = await runCheck(google, ['--role', 'king']);
    expect([run.code, run.report['stderr']]).toEqual([2, expect.stringContaining('--role is one of')]);
    expect((await runCheck(google, [], [])).code).toBe(130);
    expect(google.journal()).toEqual([]);
    const asked = await promisify(execFile)(process.execPath, [program, '--help']);
    expect(asked.stdout).toContain('usage: npm run google:live');
  });
});
