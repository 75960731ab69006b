// The limits of an account around an upload: Google's rest, its day's limit, the person's share of the line, a machine that
// slept, and chunks that follow the line.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccountGuard } from '../../../electron/engine/drive/account-guard.ts';
import { failuresUntilRest, firstRestMs } from '../../../electron/engine/drive/circuit-breaker.ts';
import { newUploadState, type UploadState } from '../../../electron/engine/drive/upload.ts';
import { noUploadPause, uploadPauseMs, type UploadPause } from '../../../electron/engine/drive/upload-pause.ts';
import { nextTryMs } from '../../../electron/engine/pipeline/choose-outcome.ts';
import { systemClock } from '../../../electron/engine/base/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { createGrowingSource, createWholeSource } from '../../support/growing-source.ts';
import { waitFor } from '../../support/wait-for.ts';
import { findLeaks, makeContent, MiB, openDriveWorld, type DriveWorld } from './drive-world.ts';

let world: DriveWorld;
const content = makeContent(6 * MiB + 12_345);

beforeEach(async () => {
  world = await openDriveWorld();
});

afterEach(async () => {
  const leaks = findLeaks(world);
  await world.stop();
  expect(leaks).toEqual([]);
});

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`no AppError but ${String(error)}`);
  return error;
}

describe('Google refuses uploads and nothing else', () => {
  it('for half an hour: uploads rest a day, a restart knows it, nothing is asked meanwhile, and then it goes on', async () => {
    let stored: UploadPause = noUploadPause;
    const pauseStore = {
      read: () => stored,
      write: (pause: UploadPause) => {
        stored = pause;
      },
    };
    let state: UploadState | null = null;
    const upload = () => {
      const access = world.connect({ pauseStore });
      const given = state === null ? {} : { state };
      return world.upload(createWholeSource(content), { access, ...given, onSave: (saved) => (state = saved) });
    };
    world.google.failNext({ kind: 'chunk', offsetFrom: MiB, times: null }, { do: 'respond', status: 403 });
    world.google.failNext({ kind: 'session-start', nth: 2, times: null }, { do: 'respond', status: 403 });
    const startedMs = world.clock.now().getTime();
    let error = await failure(upload());
    for (let tries = 0; error.code === 'drive/busy'; tries += 1) {
      world.clock.advance(nextTryMs(tries, error));
      error = await failure(upload());
    }
    const tookMs = world.clock.now().getTime() - startedMs;
    expect(error).toMatchObject({ code: 'drive/upload-limit', retry: 'later' });
    expect(tookMs).toBeGreaterThan(30 * 60_000);
    expect(tookMs).toBeLessThan(60 * 60_000);
    expect(nextTryMs(0, error)).toBe(uploadPauseMs);

    world.google.clearJournal();
    world.clock.advance(uploadPauseMs - 60_000);
    expect(await failure(upload())).toMatchObject({ code: 'drive/upload-limit' });
    expect(world.kinds()).toEqual([]);

    world.google.clearFaults();
    world.clock.advance(60_000);
    const file = await upload();
    expect((await world.stored(file.id)).equals(content)).toBe(true);
    expect(stored).toEqual(noUploadPause);
  });

  it('for a moment: it is only a rush', async () => {
    world.google.failNext({ kind: 'chunk', nth: 2, times: 5 }, { do: 'respond', status: 403 });
    const file = await world.upload(createWholeSource(content));
    expect((await world.stored(file.id)).equals(content)).toBe(true);
  });
});

describe('Google fails again and again', () => {
  it('the account rests, asks nothing, lets one request go first and goes on', async () => {
    const access = world.connect();
    const { api } = access;
    world.google.failNext({ times: null, path: '^/drive/' }, { do: 'respond', status: 503 });
    while (world.kinds().filter((kind) => kind === 'about').length < failuresUntilRest) await failure(api.about());
    world.google.clearJournal();
    const error = await failure(world.upload(createWholeSource(content), { access, state: newUploadState('x') }));
    expect(error).toMatchObject({ code: 'drive/busy', retry: 'later', context: { reason: 'resting' } });
    expect(world.kinds()).toEqual([]);
    world.clock.advance(firstRestMs);
    const first = world.google.holdNext({ kind: 'about' }, { at: 'arrived' });
    world.google.clearFaults();
    const held = world.google.holdNext({ kind: 'about' }, { at: 'arrived' });
    const probe = api.about();
    await held.reached;
    expect(await failure(api.about())).toMatchObject({ context: { reason: 'resting' } });
    held.release();
    first.release();
    await probe;
    await Promise.all([api.about(), api.about()]);
  });
});

describe('a share of the line', () => {
  const perSecond = 2 * MiB;

  it('is kept evenly: in no second more than the limit and a little', async () => {
    const access = world.connect({ readUploadLimit: () => perSecond });
    const guard = createAccountGuard({ clock: systemClock, readUploadLimit: () => perSecond });
    const arrived: { readonly atMs: number; readonly bytes: number }[] = [];
    let seen = 0;
    const look = setInterval(() => {
      const bytes = world.google
        .journal()
        .reduce((sum, entry) => sum + (entry.kind === 'chunk' ? entry.requestBytes : 0), 0);
      if (bytes > seen) arrived.push({ atMs: performance.now(), bytes: bytes - seen });
      seen = bytes;
    }, 10);
    const startedMs = performance.now();
    const file = await world.upload(createWholeSource(content), { access: { ...access, guard }, clock: systemClock });
    const tookMs = performance.now() - startedMs;
    clearInterval(look);
    expect((await world.stored(file.id)).equals(content)).toBe(true);
    const expectedMs = (content.length / perSecond) * 1000;
    expect(tookMs).toBeGreaterThan(expectedMs * 0.85);
    expect(tookMs).toBeLessThan(expectedMs * 2.5);
    for (const { atMs } of arrived) {
      const inSecond = arrived.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1000);
      expect(inSecond.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(perSecond * 1.6);
    }
  });

  it('counts at once for an upload under way, small files too', async () => {
    let limit: number | null = 64 * 1024;
    const guard = createAccountGuard({ clock: systemClock, readUploadLimit: () => limit });
    const startedMs = performance.now();
    const done = world.upload(createWholeSource(content), {
      access: { ...world.connect(), guard },
      clock: systemClock,
    });
    await waitFor('the first bytes', () =>
      world.google.journal().some((entry) => entry.kind === 'chunk' && entry.requestBytes > 0),
    );
    limit = null;
    await done;
    // At the first limit it would take a minute and a half.
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    limit = MiB;
    const small = makeContent(MiB);
    const access = world.connect({ readUploadLimit: () => limit });
    await world.upload(createWholeSource(small), { access });
    // The world's clock does not wait but counts.
    expect(world.clock.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(800);
  });
});

describe('a machine that slept', () => {
  it('leaves the dead connection at once and asks how far it was', async () => {
    world.google.failNext({ kind: 'chunk', nth: 2 }, { do: 'hang', at: 'body' });
    const startedMs = performance.now();
    const done = world.upload(createWholeSource(content), { stallMs: 120_000 });
    await world.google.waitFor((entry) => entry.kind === 'chunk' && entry.fault === 'hang');
    world.clock.advance(8 * 3_600_000);
    const file = await done;
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(world.kinds()).toContain('status');
    expect(world.kinds().filter((kind) => kind === 'session-start').length).toBe(1);
    expect((await world.stored(file.id)).equals(content)).toBe(true);
  });

  it('a week: the session is too old, a new one makes the same file', async () => {
    let state: UploadState | null = null;
    world.google.failNext({ kind: 'chunk', nth: 3, times: null }, { do: 'reset', at: 'arrived' });
    world.google.failNext({ kind: 'status', times: null }, { do: 'reset', at: 'arrived' });
    const error = await failure(world.upload(createWholeSource(content), { onSave: (saved) => (state = saved) }));
    expect(error).toMatchObject({ code: 'drive/offline', retry: 'later' });
    world.google.clearFaults();
    const saved = state as unknown as UploadState;
    expect(saved.confirmedBytes).toBe(2 * MiB);
    world.clock.advance(8 * 24 * 3_600_000);
    world.google.advanceClock(8 * 24 * 3_600_000);
    world.google.clearJournal();
    const file = await world.upload(createWholeSource(content), { state: saved, access: world.connect() });
    expect(file.id).toBe(saved.fileId);
    expect(world.kinds()).not.toContain('status');
    expect((await world.stored(file.id)).equals(content)).toBe(true);
    expect(world.google.files().length).toBe(1);
  });
});

describe('chunks that follow the line', () => {
  const chunkSizes = (): number[] =>
    world.google
      .journal()
      .filter((entry) => entry.kind === 'chunk')
      .map((entry) => entry.requestBytes / MiB);

  it('grow for a whole file on a quick line and never for one that grows', async () => {
    const large = makeContent(60 * MiB + 1);
    const file = await world.upload(createWholeSource(large), { chunkBytes: null });
    expect(chunkSizes().map(Math.floor)).toEqual([8, 16, 32, 4]);
    expect((await world.stored(file.id)).equals(large)).toBe(true);
    world.google.clearJournal();
    const growing = createGrowingSource(large);
    const done = world.upload(growing, { chunkBytes: null });
    growing.grow(50 * MiB);
    await growing.starved();
    expect(chunkSizes()).toEqual([8, 8, 8, 8, 8, 8]);
    growing.commit();
    await done;
  });

  it('shrink when connections break again and again', async () => {
    world.google.failNext({ kind: 'chunk', times: 4 }, { do: 'reset', at: 'body', afterBytes: 0 });
    const large = makeContent(20 * MiB);
    const file = await world.upload(createWholeSource(large), { chunkBytes: null });
    expect(chunkSizes().slice(4, 9)).toEqual([1, 1, 1, 1, 1]);
    expect((await world.stored(file.id)).equals(large)).toBe(true);
  });
});

describe('whatever Drive acknowledges, and however the source grows', () => {
  /** Per chunk: bytes kept, a claim that is not true, or a cut connection. */
  const round = fc.oneof(
    fc.record({ do: fc.constant('accept-only' as const), bytes: fc.nat(MiB + 5) }),
    fc.record({
      do: fc.constant('accept-only' as const),
      bytes: fc.nat(4).map((units) => units * 262_144),
      omitRange: fc.boolean(),
    }),
    fc.record({ do: fc.constant('claim-range' as const), bytes: fc.nat(8 * MiB) }),
    fc.record({ do: fc.constant('reset' as const), at: fc.constantFrom('arrived' as const, 'done' as const) }),
    fc.record({ do: fc.constant('reset' as const), at: fc.constant('body' as const), afterBytes: fc.nat(MiB) }),
  );

  it('the stored bytes are the source, or nothing is said to be stored', async () => {
    const shapes = fc.record({
      rounds: fc.array(round, { minLength: 1, maxLength: 8 }),
      queries: fc.array(fc.nat(8 * MiB), { maxLength: 2 }),
      length: fc.integer({ min: 5 * MiB, max: 7 * MiB }),
      growBy: fc.option(fc.integer({ min: 100_000, max: 3 * MiB }), { nil: null }),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ rounds, queries, length, growBy }) => {
        world.google.clearFaults();
        world.google.set({ overlap: 'refuse' });
        rounds.forEach((action, index) => world.google.failNext({ kind: 'chunk', nth: index + 1 }, action));
        queries.forEach((bytes, index) =>
          world.google.failNext({ kind: 'status', nth: index + 1 }, { do: 'claim-range', bytes }),
        );
        const bytes = makeContent(length, length);
        const source = createGrowingSource(bytes);
        const done = world.upload(source).catch((error: unknown) => {
          // Drive that keeps nothing, or forgets one session after the other, ends it honestly.
          expect(error).toMatchObject({ code: expect.stringMatching(/^drive\/(busy|session-lost)$/) as unknown });
          return null;
        });
        for (let at = growBy ?? length; at < length; at += growBy ?? length) source.grow(at);
        source.commit();
        const file = await done;
        if (file === null) return;
        expect((await world.stored(file.id)).equals(bytes)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
