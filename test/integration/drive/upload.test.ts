// Uploads against the local Google while everything goes wrong that can: afterwards the stored bytes are the source's.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretVault } from '../../../electron/engine/base/ports.ts';
import { cancelUpload, newUploadState, type UploadState } from '../../../electron/engine/drive/upload.ts';
import { verifyUpload } from '../../../electron/engine/drive/verify-upload.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Action, Match } from '../../google/faults.ts';
import { createGrowingSource, createWholeSource } from '../../support/growing-source.ts';
import { findLeaks, makeContent, MiB, openDriveWorld, type DriveWorld } from './drive-world.ts';
import { openUploadRuns } from './upload-run.ts';

let world: DriveWorld;

beforeEach(async () => {
  world = await openDriveWorld();
});

afterEach(async () => {
  const leaks = findLeaks(world);
  await world.stop();
  expect(leaks).toEqual([]);
});

const content = makeContent(6 * MiB + 12_345);

async function expectStored(fileId: string, expected: Buffer): Promise<void> {
  const stored = await world.stored(fileId);
  expect(stored.length).toBe(expected.length);
  expect(stored.equals(expected)).toBe(true);
  expect(world.google.files().length).toBe(1);
}

describe('the size of a file decides the way', () => {
  it.each([0, 1, 262_143, 5 * MiB - 1])('%i bytes go in one request', async (length) => {
    const source = createWholeSource(makeContent(length));
    const file = await world.upload(source);
    expect(file).toMatchObject({ sizeBytes: length, trashed: false, appProperties: { kind: 'dump' } });
    expect(world.kinds()).toEqual(['token', 'generate-ids', 'upload-multipart']);
    await expectStored(file.id, makeContent(length));
  });

  it.each([5 * MiB, 5 * MiB + 1, 6 * MiB])('%i bytes go by a session', async (length) => {
    const file = await world.upload(createWholeSource(makeContent(length)));
    expect(world.kinds()).toContain('session-start');
    await expectStored(file.id, makeContent(length));
  });

  it('bytes that look like text, line ends or a boundary stay what they are', async () => {
    const odd = Buffer.concat([
      Buffer.from('\r\n--pgkeep-'),
      Buffer.from([0, 255, 254, 13, 10]),
      Buffer.from('--\r\n'),
    ]);
    const file = await world.upload(createWholeSource(odd));
    await expectStored(file.id, odd);
  });
});

describe('a source that grows', () => {
  it('is followed chunk by chunk and finished only when it is committed, on a chunk border too', async () => {
    const whole = makeContent(6 * MiB);
    const source = createGrowingSource(whole);
    const progress: number[] = [];
    const done = world.upload(source, { onProgress: ({ confirmedBytes }) => progress.push(confirmedBytes) });
    for (let end = MiB; end <= whole.length; end += MiB) {
      source.grow(end);
      await world.google.waitFor((entry) => entry.kind === 'chunk' && entry.storedBytes === end);
      await source.starved();
    }
    expect(world.google.files()).toEqual([]);
    source.commit();
    const file = await done;
    expect(world.kinds().at(-1)).toBe('finish');
    expect(progress).toEqual([1, 2, 3, 4, 5, 6, 6].map((chunks) => chunks * MiB));
    await expectStored(file.id, whole);
  });

  it('that fails leaves its own error, and cancelling leaves nothing', async () => {
    const source = createGrowingSource(content);
    let state: UploadState | null = null;
    const done = world.upload(source, { onSave: (saved) => (state = saved) });
    source.grow(2 * MiB);
    const failed = expect(done).rejects.toMatchObject({ code: 'pg/dump-failed' });
    await world.google.waitFor((entry) => entry.kind === 'chunk' && entry.storedBytes === 2 * MiB);
    await source.starved();
    source.fail(new AppError('pg/dump-failed', 'exit code 1', { retry: 'later' }));
    await failed;
    await cancel(state);
    expect(world.google.files()).toEqual([]);
    expect(world.google.state().sessions).toEqual([]);
  });
});

async function cancel(state: UploadState | null): Promise<void> {
  if (state === null) throw new Error('nothing was saved');
  await cancelUpload({ ...world.connect(), clock: world.clock, log: world.log }, state);
}

describe('cancelling', () => {
  it('ends the request under way with the reason of the signal and leaves nothing', async () => {
    const abort = new AbortController();
    let state: UploadState | null = null;
    world.google.holdNext({ kind: 'chunk', nth: 2 }, { at: 'body' });
    const done = world.upload(createWholeSource(content), { signal: abort.signal, onSave: (saved) => (state = saved) });
    const cancelled = expect(done).rejects.toMatchObject({ code: 'run/cancelled' });
    await world.google.waitFor((entry) => entry.kind === 'chunk' && entry.offset === MiB);
    abort.abort();
    await cancelled;
    world.google.clearFaults();
    await cancel(state);
    expect(world.google.files()).toEqual([]);
    expect(world.google.state().sessions).toEqual([]);
  });

  it('removes the file that the last chunk had just made', async () => {
    const abort = new AbortController();
    let state: UploadState | null = null;
    const hold = world.google.holdNext({ kind: 'chunk', final: true }, { at: 'done' });
    const done = world.upload(createWholeSource(content), { signal: abort.signal, onSave: (saved) => (state = saved) });
    const cancelled = expect(done).rejects.toMatchObject({ code: 'run/cancelled' });
    await hold.reached;
    abort.abort();
    await cancelled;
    world.google.clearFaults();
    expect(world.google.files().length).toBe(1);
    await cancel(state);
    expect(world.google.files()).toEqual([]);
  });
});

const chunk = { kind: 'chunk' } as const;
const second = { kind: 'chunk', nth: 2 } as const;
const final = { kind: 'chunk', final: true } as const;

describe('a fault on the way', () => {
  it.each<[string, Match, Action, number?]>([
    ['half of a chunk kept', second, { do: 'accept-only', bytes: 512 * 1024 }],
    ['256 KiB of a chunk kept', second, { do: 'accept-only', bytes: 256 * 1024 }],
    ['nothing of a chunk kept', second, { do: 'accept-only', bytes: 0 }],
    ['nothing of the first chunk kept', chunk, { do: 'accept-only', bytes: 0 }],
    ['half of every chunk kept', { ...chunk, times: 5 }, { do: 'accept-only', bytes: 512 * 1024 }],
    ['Range missing at the first chunk', chunk, { do: 'accept-only', bytes: MiB, omitRange: true }],
    ['Range missing later', second, { do: 'accept-only', bytes: MiB, omitRange: true }],
    ['Range goes backwards', { ...chunk, nth: 3 }, { do: 'claim-range', bytes: 262_144 }],
    ['Range beyond what was sent', second, { do: 'claim-range', bytes: 50 * MiB }],
    ['reset before a chunk', second, { do: 'reset', at: 'arrived' }],
    ['reset in the middle of a chunk', second, { do: 'reset', at: 'body' }],
    ['reset after a chunk', second, { do: 'reset', at: 'done' }],
    ['reset in the middle of the final chunk', final, { do: 'reset', at: 'body' }],
    ['final answer lost', final, { do: 'reset', at: 'done' }],
    ['final answer lost and session forgotten', final, { do: 'forget-session', at: 'done' }],
    ['final answer lost and session gone', final, { do: 'forget-session', at: 'done', status: 410 }],
    ['reset at the start', { kind: 'session-start' }, { do: 'reset', at: 'arrived' }],
    ['start answer lost', { kind: 'session-start' }, { do: 'reset', at: 'done' }, 2],
    ['500 at the start', { kind: 'session-start' }, { do: 'respond', status: 500 }],
    ['503 three times at a chunk', { ...second, times: 3 }, { do: 'respond', status: 503 }],
    ['503 at the final chunk', final, { do: 'respond', status: 503 }],
    ['503 after the final chunk', final, { do: 'respond', status: 503, at: 'done' }],
    ['an HTML error page', second, { do: 'respond', status: 502, body: '<html>Bad Gateway</html>' }],
    ['403 userRateLimitExceeded', second, { do: 'respond', status: 403, reason: 'userRateLimitExceeded' }],
    [
      '403 rateLimitExceeded at the start',
      { kind: 'session-start' },
      { do: 'respond', status: 403, reason: 'rateLimitExceeded' },
    ],
    ['429 with Retry-After', second, { do: 'respond', status: 429, headers: { 'Retry-After': '7' } }],
    ['401 mid-session', second, { do: 'expire-tokens' }],
    ['401 at the start', { kind: 'session-start' }, { do: 'expire-tokens' }],
    ['404 mid-session', second, { do: 'forget-session' }, 2],
    ['410 mid-session', second, { do: 'forget-session', status: 410 }, 2],
    ['404 three times', { ...chunk, offsetFrom: MiB, times: 3 }, { do: 'forget-session' }, 4],
    ['400 as plain text', second, { do: 'respond', status: 400, body: 'Failed to parse Content-Range header.' }, 2],
    ['200 without a description', final, { do: 'respond', status: 200, body: 'fine', at: 'done' }],
  ])('%s: the stored bytes are the source', async (_, match, action, sessions = 1) => {
    // Bytes that are sent again although they are kept cost the session, so that guessing shows.
    world.google.set({ overlap: 'refuse' });
    const fault = world.google.failNext(match, action);
    const file = await world.upload(createWholeSource(content));
    expect(fault.hits()).toBe(match.times ?? 1);
    await expectStored(file.id, content);
    const started = world.google.journal().filter((entry) => entry.kind === 'session-start' && entry.session !== null);
    expect(started.length).toBe(sessions);
    const [sha256, md5] = ['sha256', 'md5'].map((name) => createHash(name).update(content).digest('hex'));
    const expected = { sizeBytes: content.length, sha256: sha256 ?? '', md5: md5 ?? '' };
    await verifyUpload(world.connect().api, file.id, expected, world.clock);
  });

  it.each(['arrived', 'done'] as const)('a status query that fails, %s, is asked again', async (at) => {
    world.google.failNext(second, { do: 'reset', at: 'body' });
    const fault = world.google.failNext({ kind: 'status', times: 2 }, { do: 'respond', status: 503, at });
    const file = await world.upload(createWholeSource(content));
    expect(fault.hits()).toBe(2);
    await expectStored(file.id, content);
  });

  it('a server that hangs is left, asked and continued', async () => {
    world.google.failNext(second, { do: 'hang', at: 'body' });
    const file = await world.upload(createWholeSource(content), { stallMs: 300 });
    expect(world.kinds()).toContain('status');
    await expectStored(file.id, content);
  });

  it('waits as long as the server asks for', async () => {
    world.google.failNext(second, { do: 'respond', status: 429, headers: { 'Retry-After': '7' } });
    await world.upload(createWholeSource(content));
    expect(world.clock.waits).toEqual([7000]);
  });

  it('a small file whose answer is lost is not made twice', async () => {
    world.google.failNext({ kind: 'upload-multipart' }, { do: 'reset', at: 'done' });
    const small = makeContent(1000);
    const file = await world.upload(createWholeSource(small));
    expect(world.kinds().filter((kind) => kind === 'upload-multipart').length).toBe(2);
    await expectStored(file.id, small);
  });

  it('an id that holds something else is replaced by a new one', async () => {
    const first = await world.upload(createWholeSource(makeContent(10, 7)));
    const saved: UploadState[] = [];
    const file = await world.upload(createWholeSource(makeContent(10, 8)), {
      state: newUploadState(first.id),
      onSave: (state) => saved.push(state),
    });
    expect(file.id).not.toBe(first.id);
    expect(saved.at(-1)?.fileId).toBe(file.id);
    expect((await world.stored(file.id)).equals(makeContent(10, 8))).toBe(true);
  });

  it.each(['start', 'end'] as const)(
    'a used id refused at the %s of a session is replaced',
    async (usedIdRefusedAt) => {
      const first = await world.upload(createWholeSource(makeContent(10, 7)));
      world.google.set({ usedIdRefusedAt });
      const file = await world.upload(createWholeSource(content), { state: newUploadState(first.id) });
      expect(file.id).not.toBe(first.id);
      expect((await world.stored(file.id)).equals(content)).toBe(true);
    },
  );

  it('works with every behaviour that Google leaves open', async () => {
    world.google.set({
      uploadDoneStatus: 201,
      sessionNeedsAuthorization: true,
      overlap: 'refuse',
      lostSessionStatus: 410,
    });
    world.google.failNext(second, { do: 'accept-only', bytes: 256 * 1024 });
    const file = await world.upload(createWholeSource(content));
    await expectStored(file.id, content);
  });
});

describe('an upload that cannot go on', () => {
  it('is left for later when Google answers nothing but errors, and goes on from there', async () => {
    let state: UploadState | null = null;
    const fault = world.google.failNext(
      { kind: ['chunk', 'status'], offsetFrom: MiB, times: null },
      { do: 'respond', status: 503 },
    );
    const query = world.google.failNext({ kind: 'status', times: null }, { do: 'respond', status: 503 });
    const failed = world.upload(createWholeSource(content), { onSave: (saved) => (state = saved) });
    await expect(failed).rejects.toMatchObject({ code: 'drive/busy', retry: 'later' });
    expect(fault.hits() + query.hits()).toBe(8);
    expect(state).toMatchObject({ confirmedBytes: MiB });
    world.google.clearFaults();
    world.google.clearJournal();
    const saved = state as unknown as UploadState;
    const file = await world.upload(createWholeSource(content), { access: world.connect(), state: saved });
    expect(file.id).toBe(saved.fileId);
    expect(world.kinds().slice(0, 3)).toEqual(['token', 'status', 'chunk']);
    expect(world.google.journal().find((entry) => entry.kind === 'chunk')?.offset).toBe(MiB);
    await expectStored(file.id, content);
  });

  it('is left for later when the network is gone, and resumed when it is back', async () => {
    let state: UploadState | null = null;
    const hold = world.google.holdNext(second, { at: 'body' });
    const failed = world.upload(createWholeSource(content), { onSave: (saved) => (state = saved) });
    const offline = expect(failed).rejects.toMatchObject({ code: 'drive/offline', retry: 'later' });
    await hold.reached;
    await world.google.goOffline();
    await offline;
    hold.release();
    await world.google.goOnline();
    const file = await world.upload(createWholeSource(content), { state: state as unknown as UploadState });
    await expectStored(file.id, content);
  });

  it('begins again when the saved session is too old or gone', async () => {
    let state: UploadState | null = null;
    world.google.failNext({ ...chunk, nth: 3 }, { do: 'respond', status: 403, reason: 'storageQuotaExceeded' });
    const failed = world.upload(createWholeSource(content), { onSave: (saved) => (state = saved) });
    await expect(failed).rejects.toMatchObject({ code: 'drive/quota-full', retry: 'never' });
    const saved = state as unknown as UploadState;
    expect(saved.confirmedBytes).toBe(2 * MiB);
    world.clock.advance(6 * 24 * 3_600_000);
    world.google.clearJournal();
    const file = await world.upload(createWholeSource(content), { state: saved });
    expect(world.kinds().filter((kind) => kind === 'status')).toEqual([]);
    await expectStored(file.id, content);
  });

  it('fails when sessions are lost again and again', async () => {
    world.google.failNext({ ...chunk, times: null }, { do: 'forget-session' });
    await expect(world.upload(createWholeSource(content))).rejects.toMatchObject({ code: 'drive/session-lost' });
    expect(world.kinds().filter((kind) => kind === 'session-start').length).toBe(4);
  });

  it('fails when Drive keeps nothing, five times', async () => {
    world.google.failNext({ ...chunk, times: null }, { do: 'accept-only', bytes: 0 });
    const failed = world.upload(createWholeSource(content));
    await expect(failed).rejects.toMatchObject({
      code: 'drive/busy',
      retry: 'later',
      context: { reason: 'no-progress' },
    });
    expect(world.kinds().filter((kind) => kind === 'chunk').length).toBe(5);
  });

  it('fails when Drive claims to hold less than before, five times, and waits between them', async () => {
    const lower: Action = { do: 'respond', status: 308, headers: { range: 'bytes=0-99' } };
    world.google.failNext({ kind: 'chunk', offsetFrom: MiB, times: null }, lower);
    const failed = world.upload(createWholeSource(content), { signal: AbortSignal.timeout(20_000) });
    await expect(failed).rejects.toMatchObject({
      code: 'drive/busy',
      retry: 'later',
      context: { reason: 'no-progress', confirmedBytes: MiB },
    });
    expect(world.kinds().filter((kind) => kind === 'chunk').length).toBe(6);
    expect(world.clock.waits).toEqual([1000, 2000, 4000, 8000]);
  });

  it.each<[string, Match, Action, string]>([
    [
      'no room',
      { kind: 'session-start' },
      { do: 'respond', status: 403, reason: 'storageQuotaExceeded' },
      'drive/quota-full',
    ],
    ['no right', { kind: 'session-start' }, { do: 'respond', status: 403, reason: 'domainPolicy' }, 'drive/forbidden'],
    ['folder gone', { kind: 'session-start' }, { do: 'respond', status: 404 }, 'drive/not-found'],
    ['401 again', { kind: 'chunk', times: null }, { do: 'respond', status: 401 }, 'drive/signed-out'],
  ])('stops at once: %s', async (_, match, action, code) => {
    world.google.failNext(match, action);
    await expect(world.upload(createWholeSource(content))).rejects.toMatchObject({ code, retry: 'never' });
    expect(world.google.files()).toEqual([]);
  });

  it('sends nothing to a session on a foreign host', async () => {
    const foreign = await openDriveWorld();
    try {
      const location = `${foreign.google.origin}/upload/drive/v3/files?uploadType=resumable&upload_id=x`;
      world.google.failNext({ kind: 'session-start' }, { do: 'change-headers', set: { Location: location } });
      const failed = world.upload(createWholeSource(content));
      await expect(failed).rejects.toMatchObject({ code: 'drive/rejected', context: { reason: 'foreign-host' } });
      const stored = {
        ...newUploadState('id'),
        sessionUri: location,
        sessionStartedAt: world.clock.now().toISOString(),
      };
      const resumed = world.upload(createWholeSource(content), { state: stored });
      await expect(resumed).rejects.toMatchObject({ code: 'drive/rejected', context: { reason: 'foreign-host' } });
      expect(foreign.google.journal()).toEqual([]);
    } finally {
      await foreign.stop();
    }
  });
});

describe('whatever Drive acknowledges', () => {
  it('the stored bytes are the source', async () => {
    const kept = fc.array(fc.record({ units: fc.nat(4), cut: fc.boolean() }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(kept, fc.integer({ min: 5 * MiB, max: 7 * MiB }), async (rounds, length) => {
        world.google.clearFaults();
        rounds.forEach(({ units, cut }, index) => {
          const match = { kind: 'chunk', nth: index + 1 } as const;
          if (cut) world.google.failNext(match, { do: 'reset', at: 'body', afterBytes: units * 262_144 });
          else world.google.failNext(match, { do: 'accept-only', bytes: units * 262_144 });
        });
        const source = makeContent(length, length);
        const file = await world.upload(createWholeSource(source)).catch((error: unknown) => {
          // Five rounds in which nothing is kept are an honest end, too.
          expect(error).toMatchObject({ context: { reason: 'no-progress' } });
          return null;
        });
        if (file !== null) expect((await world.stored(file.id)).equals(source)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});

describe('the address of an upload session', () => {
  it('is forgotten by the next try when the program ended just after the file was whole', async () => {
    let ended = false;
    const vault: SecretVault = {
      ...world.vault,
      remove: async (name) => {
        if (ended) return world.vault.remove(name);
        ended = true;
        throw new AppError('engine/stopped', 'the program is quitting');
      },
    };
    const runs = await openUploadRuns({ ...world, vault: { ...world.vault, ...vault } });
    const contents = { dump: content, globals: makeContent(700, 2), manifest: makeContent(1900, 3) };
    const result = await runs.run(contents).finally(runs.close);
    expect(result).toMatchObject({ outcome: 'verified', waits: ['engine/stopped'] });
    expect([...world.vault.everWritten].filter((secret) => secret.includes('upload_id=')).length).toBeGreaterThan(0);
    expect([...world.vault.secrets.keys()].filter((name) => name.startsWith('upload/'))).toEqual([]);
  });
});
