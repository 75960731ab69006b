// What all requests of an account share, on a clock whose waits pass at once.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createAccountGuard } from '../../../electron/engine/drive/account-guard.ts';
import { createBandwidth } from '../../../electron/engine/drive/bandwidth.ts';
import {
  createCircuitBreaker,
  failuresUntilRest,
  firstRestMs,
  longestRestMs,
} from '../../../electron/engine/drive/circuit-breaker.ts';
import { createTokenBucket } from '../../../electron/engine/drive/token-bucket.ts';
import {
  createUploadPauses,
  noUploadPause,
  rushMs,
  uploadPauseMs,
  type UploadPause,
} from '../../../electron/engine/drive/upload-pause.ts';
import { AppError } from '../../../shared/errors.ts';
import { createFastClock } from '../../support/fast-clock.ts';

const minuteMs = 60_000;
const busy = (status = 503, reason = 'backendError') =>
  new AppError('drive/busy', 'busy', { retry: 'later', context: { status, reason } });
const rate = busy(403, 'userRateLimitExceeded');

describe('the rate of requests', () => {
  it('lets a rush pass and then one after the other', async () => {
    const clock = createFastClock();
    const bucket = createTokenBucket({ perSecond: 4, burst: 3 }, clock);
    for (let count = 0; count < 3; count += 1) await bucket.take();
    expect(clock.waits).toEqual([]);
    for (let count = 0; count < 8; count += 1) await bucket.take();
    expect(clock.waits).toEqual(Array<number>(8).fill(250));
    clock.advance(10 * minuteMs);
    for (let count = 0; count < 3; count += 1) await bucket.take();
    expect(clock.waits.length).toBe(8);
  });

  it('is not stopped by a clock that is set back', async () => {
    const clock = createFastClock();
    const bucket = createTokenBucket({ perSecond: 4, burst: 1 }, clock);
    await bucket.take();
    clock.advance(-24 * 60 * minuteMs);
    await bucket.take();
    await bucket.take();
    expect(clock.waits).toEqual([250]);
  });
});

describe('the circuit breaker', () => {
  const failOften = (breaker: ReturnType<typeof createCircuitBreaker>, times = failuresUntilRest): void => {
    for (let count = 0; count < times; count += 1) {
      breaker.pass();
      breaker.note(busy());
    }
  };
  const resting = {
    code: 'drive/busy',
    retry: 'later',
    context: expect.objectContaining({ reason: 'resting' }) as unknown,
  };

  it('rests after many failures in a row, lets one go first and then all', () => {
    const clock = createFastClock();
    const breaker = createCircuitBreaker(clock);
    failOften(breaker);
    expect(breaker.pass).toThrow(expect.objectContaining(resting));
    clock.advance(firstRestMs);
    breaker.pass();
    expect(breaker.pass, 'while the first is out').toThrow(expect.objectContaining(resting));
    breaker.note(null);
    breaker.pass();
    breaker.pass();
  });

  it('rests longer each time the first one fails, up to a limit', () => {
    const clock = createFastClock();
    const breaker = createCircuitBreaker(clock);
    failOften(breaker);
    for (let restMs = firstRestMs; restMs < 10 * longestRestMs; restMs *= 2) {
      const lastsMs = Math.min(restMs, longestRestMs);
      clock.advance(lastsMs - 1);
      expect(breaker.pass).toThrow(expect.objectContaining(resting));
      clock.advance(1);
      breaker.pass();
      breaker.note(busy());
    }
  });

  it('is not held up by a clock that is set back', () => {
    const clock = createFastClock();
    const breaker = createCircuitBreaker(clock);
    failOften(breaker);
    clock.advance(-24 * 60 * minuteMs);
    breaker.pass();
    expect(breaker.pass, 'while the first is out').toThrow(expect.objectContaining(resting));
    breaker.note(null);
    breaker.pass();
    breaker.pass();
  });

  it('is not impressed by failures that are not the service’s, nor by some between successes', () => {
    const breaker = createCircuitBreaker(createFastClock());
    for (let count = 0; count < 100; count += 1) {
      breaker.pass();
      breaker.note(new AppError('drive/offline', 'no network', { retry: 'later' }));
      breaker.note(new AppError('drive/not-found', 'gone', { context: { status: 404 } }));
      breaker.note(busy(403, 'dailyLimitExceeded'));
      if (count % 10 === 0) breaker.note(null);
      else breaker.note(busy());
    }
    breaker.pass();
  });

  it('lets a person try', () => {
    const breaker = createCircuitBreaker(createFastClock());
    failOften(breaker);
    breaker.forgive();
    breaker.pass();
  });

  it('takes another first one when the first one only lost the network', () => {
    const clock = createFastClock();
    const breaker = createCircuitBreaker(clock);
    failOften(breaker);
    clock.advance(firstRestMs);
    breaker.pass();
    breaker.note(new AppError('drive/offline', 'no network', { retry: 'later' }));
    breaker.pass();
  });
});

describe('the day’s limit of uploads', () => {
  const works = () => Promise.resolve();
  const fails = () => Promise.reject(new Error('no'));
  const setUp = () => {
    const clock = createFastClock();
    let stored: UploadPause = noUploadPause;
    const store = {
      read: () => stored,
      write: (pause: UploadPause) => {
        stored = pause;
      },
    };
    /** As after a restart: the store is all there is. */
    const open = () => createUploadPauses(store, clock);
    /** Refusals every ten minutes. */
    const refuse = async (forMs: number, other = works): Promise<unknown> => {
      let last: unknown = null;
      for (let at = 0; at <= forMs; at += 10 * minuteMs) {
        if (at > 0) clock.advance(10 * minuteMs);
        last = await open().afterFailure(rate, other);
      }
      return last;
    };
    return { clock, open, refuse };
  };
  const limit = { code: 'drive/upload-limit', retry: 'later' };

  it('is assumed after half an hour of refusals, rests a day, also over a restart, and ends', async () => {
    const { clock, open, refuse } = setUp();
    expect(await refuse(rushMs - 10 * minuteMs)).toBe(rate);
    expect(open().check).not.toThrow();
    clock.advance(10 * minuteMs);
    expect(await open().afterFailure(rate, works)).toMatchObject(limit);
    expect(open().check).toThrow(expect.objectContaining(limit));
    clock.advance(uploadPauseMs - 1);
    expect(open().check).toThrow(
      expect.objectContaining({ ...limit, context: expect.objectContaining({ retryAfterMs: 1 }) as unknown }),
    );
    clock.advance(1);
    expect(open().check).not.toThrow();
  });

  it('is not assumed when other requests are refused as well', async () => {
    const { open, refuse } = setUp();
    expect(await refuse(3 * rushMs, fails)).toBe(rate);
    expect(open().check).not.toThrow();
  });

  it('is not assumed from refusals far apart, or with progress between them', async () => {
    const { clock, open } = setUp();
    for (let count = 0; count < 5; count += 1) {
      expect(await open().afterFailure(rate, works)).toBe(rate);
      clock.advance(25 * minuteMs);
    }
    const { clock: other, open: reopen } = setUp();
    for (let count = 0; count < 8; count += 1) {
      expect(await reopen().afterFailure(rate, works)).toBe(rate);
      other.advance(10 * minuteMs);
      if (count % 2 === 1) reopen().afterProgress();
    }
  });

  it('is not assumed from other failures', async () => {
    const { clock, open } = setUp();
    for (let count = 0; count < 20; count += 1) {
      for (const error of [busy(), busy(429, 'rateLimitExceeded'), busy(403, 'dailyLimitExceeded'), new Error('x')]) {
        expect(await open().afterFailure(error, works)).toBe(error);
      }
      clock.advance(10 * minuteMs);
    }
  });

  it('lets a person try once', async () => {
    const { open, refuse } = setUp();
    await refuse(rushMs);
    open().forgive();
    expect(open().check).not.toThrow();
    expect(await open().afterFailure(rate, works)).toMatchObject(limit);
    open().forgive();
    open().afterProgress();
    expect(await open().afterFailure(rate, works)).toBe(rate);
  });

  it('does not last longer because the clock was set back', async () => {
    const { clock, open, refuse } = setUp();
    await refuse(rushMs);
    clock.advance(-30 * 24 * 60 * minuteMs);
    expect(open().check).not.toThrow();
  });
});

describe('one upload at a time', () => {
  it('a second one begins when the first has ended, however it ended', async () => {
    const guard = createAccountGuard({ clock: createFastClock() });
    const { signal } = new AbortController();
    const order: string[] = [];
    let end = (): void => undefined;
    const first = guard.runUpload(signal, async () => {
      order.push('first');
      await new Promise<void>((_, reject) => {
        end = () => {
          reject(new Error('broken'));
        };
      });
    });
    const second = guard.runUpload(signal, () => {
      order.push('second');
      return Promise.resolve();
    });
    const third = guard.runUpload(signal, () => Promise.resolve(order.push('third')));
    await setImmediate();
    expect(order).toEqual(['first']);
    end();
    await expect(first).rejects.toThrow('broken');
    await Promise.all([second, third]);
    expect(order).toEqual(['first', 'second', 'third']);
  });

  it('one that is cancelled while it waits does not let others pass', async () => {
    const guard = createAccountGuard({ clock: createFastClock() });
    const abort = new AbortController();
    let end = (): void => undefined;
    const first = guard.runUpload(new AbortController().signal, () => new Promise<void>((resolve) => (end = resolve)));
    const cancelled = guard.runUpload(abort.signal, () => Promise.resolve());
    let thirdRuns = false;
    const third = guard.runUpload(new AbortController().signal, () => {
      thirdRuns = true;
      return Promise.resolve();
    });
    await setImmediate();
    abort.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'run/cancelled' });
    expect(thirdRuns).toBe(false);
    end();
    await Promise.all([first, third]);
    expect(thirdRuns).toBe(true);
  });
});

describe('the limit of bandwidth', () => {
  it('gives every piece its time, in pieces of an eighth of a second', async () => {
    const clock = createFastClock();
    const bandwidth = createBandwidth(() => 800_000, clock);
    const startedMs = clock.now().getTime();
    let sent = 0;
    while (sent < 8_000_000) {
      const piece = bandwidth.choosePieceBytes(512 * 1024);
      expect(piece).toBe(100_000);
      await bandwidth.take(piece);
      sent += piece;
    }
    expect(clock.now().getTime() - startedMs).toBeGreaterThanOrEqual(9800);
    expect(clock.now().getTime() - startedMs).toBeLessThanOrEqual(10_200);
  });

  it('counts at once when it changes, and is none without a value', async () => {
    const clock = createFastClock();
    let limit: number | null = null;
    const bandwidth = createBandwidth(() => limit, clock);
    for (let count = 0; count < 50; count += 1) await bandwidth.take(512 * 1024);
    expect(clock.waits).toEqual([]);
    expect(bandwidth.choosePieceBytes(777)).toBe(777);
    limit = 100_000;
    for (let count = 0; count < 9; count += 1) await bandwidth.take(12_500);
    expect(clock.waits).toEqual(Array<number>(8).fill(125));
    limit = null;
    await bandwidth.take(10_000_000);
    await bandwidth.take(10_000_000);
    expect(clock.waits.length).toBe(8);
  });
});
