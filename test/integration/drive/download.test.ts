// Downloads from the local Google: broken, cut short, damaged, read slowly.
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DriveFile } from '../../../electron/engine/drive/drive-file.ts';
import { openDownload, type DownloadOptions } from '../../../electron/engine/drive/download.ts';
import type { Action, Match } from '../../google/faults.ts';
import { createWholeSource } from '../../support/growing-source.ts';
import { findLeaks, makeContent, MiB, openDriveWorld, type DriveWorld } from './drive-world.ts';

const content = makeContent(4 * MiB + 77);
let world: DriveWorld;
let file: DriveFile;

beforeEach(async () => {
  world = await openDriveWorld();
  file = await world.upload(createWholeSource(content));
  world.google.clearJournal();
});

afterEach(async () => {
  const leaks = findLeaks(world);
  await world.stop();
  expect(leaks).toEqual([]);
});

function download(change: Partial<DownloadOptions> = {}) {
  return openDownload({
    ...{ ...world.connect(), clock: world.clock, log: world.log, random: () => 0 },
    ...{ fileId: file.id, sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') },
    ...change,
  });
}

const download1 = { kind: 'download' } as const;
const offsets = () =>
  world.google
    .journal()
    .filter((entry) => entry.kind === 'download')
    .map((entry) => entry.offset);

describe('a download', () => {
  it('brings the bytes and tells how far it is', async () => {
    const progress: number[] = [];
    expect((await buffer(download({ onProgress: (bytes) => progress.push(bytes) }))).equals(content)).toBe(true);
    expect(progress.at(-1)).toBe(content.length);
    expect(offsets()).toEqual([0]);
  });

  it.each<[string, Match, Action]>([
    ['reset in the middle', download1, { do: 'reset', at: 'sending' }],
    ['reset again and again', { ...download1, times: 6 }, { do: 'reset', at: 'sending', afterBytes: 300_000 }],
    ['reset before the answer', download1, { do: 'reset', at: 'arrived' }],
    ['503', { ...download1, times: 3 }, { do: 'respond', status: 503 }],
    ['403 rate', download1, { do: 'respond', status: 403, reason: 'userRateLimitExceeded' }],
    ['401', download1, { do: 'expire-tokens' }],
  ])('%s: goes on and brings the bytes', async (_, match, action) => {
    const fault = world.google.failNext(match, action);
    expect((await buffer(download())).equals(content)).toBe(true);
    expect(fault.hits()).toBe(match.times ?? 1);
  });

  it('goes on from the last byte, and when the server ignores that, skips what it has', async () => {
    world.google.failNext(download1, { do: 'reset', at: 'sending', afterBytes: 2 * MiB });
    world.google.failNext({ kind: 'download', nth: 2 }, { do: 'ignore-range' });
    expect((await buffer(download())).equals(content)).toBe(true);
    const [first, second] = offsets();
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(0);
  });

  it('leaves a server that hangs', async () => {
    world.google.failNext(download1, { do: 'hang', at: 'sending' });
    expect((await buffer(download({ stallMs: 200 }))).equals(content)).toBe(true);
    expect(offsets().length).toBe(2);
  });

  it('leaves a connection that died while the machine slept, without waiting for its stall timer', async () => {
    world.google.failNext(download1, { do: 'hang', at: 'sending' });
    const startedMs = performance.now();
    const read = buffer(download({ stallMs: 120_000 }));
    await world.google.waitFor((entry) => entry.kind === 'download' && entry.fault === 'hang');
    world.clock.advance(8 * 3_600_000);
    expect((await read).equals(content)).toBe(true);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(offsets().length).toBe(2);
  });

  it('asks again as the owner for a file that Google takes for harmful', async () => {
    world.google.failNext(download1, { do: 'respond', status: 403, reason: 'cannotDownloadAbusiveFile' });
    expect((await buffer(download())).equals(content)).toBe(true);
    const asked = world.google.journal().filter((entry) => entry.kind === 'download');
    expect(asked.map(({ query }) => query['acknowledgeAbuse'])).toEqual([undefined, 'true']);
    world.google.failNext(
      { ...download1, times: null },
      { do: 'respond', status: 403, reason: 'cannotDownloadAbusiveFile' },
    );
    await expect(buffer(download())).rejects.toMatchObject({ code: 'drive/forbidden', retry: 'never' });
  });

  it('of a file that has another length now is given up before its bytes are read', async () => {
    const read = buffer(download({ sizeBytes: content.length - 5 }));
    await expect(read).rejects.toMatchObject({
      code: 'drive/download-damaged',
      context: { problem: 'size', readBytes: 0 },
    });
  });

  it('waits for a reader that is slower than any server may be', async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of download({ stallMs: 100 }) as AsyncIterable<Buffer>) {
      if (chunks.length === 2) await new Promise((resolve) => setTimeout(resolve, 400));
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(offsets()).toEqual([0]);
  });

  it.each([
    ['other bytes', { sha256: '0'.repeat(64) }, 'sha256'],
    ['more bytes than there should be', { sizeBytes: content.length - 1 }, 'size'],
    ['fewer bytes than there should be', { sizeBytes: content.length + 1 }, null],
  ])('%s end the stream with an error', async (_, change, problem) => {
    const failed = expect(buffer(download(change))).rejects;
    await failed.toMatchObject({
      code: 'drive/download-damaged',
      ...(problem === null ? {} : { context: { problem } }),
    });
  });

  it('bytes that changed on the way to the disk of Google are found', async () => {
    world.google.failNext({ kind: 'chunk', final: true }, { do: 'corrupt', when: 'after-hash', atByte: 1000 });
    const damaged = await world.upload(createWholeSource(makeContent(5 * MiB)));
    const sha256 = createHash('sha256')
      .update(makeContent(5 * MiB))
      .digest('hex');
    const read = buffer(download({ fileId: damaged.id, sizeBytes: 5 * MiB, sha256 }));
    await expect(read).rejects.toMatchObject({ code: 'drive/download-damaged' });
  });

  it('an empty file needs no request', async () => {
    const sha256 = createHash('sha256').digest('hex');
    expect((await buffer(download({ sizeBytes: 0, sha256 }))).length).toBe(0);
    await expect(buffer(download({ sizeBytes: 0 }))).rejects.toMatchObject({ code: 'drive/download-damaged' });
    expect(offsets()).toEqual([]);
  });

  it('says what is missing, and when it is only late', async () => {
    await expect(buffer(download({ fileId: 'no-such-file' }))).rejects.toMatchObject({ code: 'drive/not-found' });
    await world.google.goOffline();
    await expect(buffer(download())).rejects.toMatchObject({ code: 'drive/offline', retry: 'later' });
  });

  it('ends with the signal and lets go of the connection when nobody reads on', async () => {
    const abort = new AbortController();
    const hold = world.google.holdNext(download1, { at: 'sending' });
    const cancelled = expect(buffer(download({ signal: abort.signal }))).rejects.toMatchObject({
      code: 'run/cancelled',
    });
    await hold.reached;
    abort.abort();
    await cancelled;
    hold.release();
    const stream = download();
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(stream.destroyed).toBe(true);
    await world.google.waitFor((entry) => entry.kind === 'download' && entry.ended === 'gone');
  });
});
