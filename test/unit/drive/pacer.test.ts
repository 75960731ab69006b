// The pauses between tries, and when trying ends.
import { describe, expect, it } from 'vitest';
import { nextDelayMs, withRetry } from '../../../electron/engine/drive/pacer.ts';
import { AppError } from '../../../shared/errors.ts';
import { createFastClock } from '../../support/fast-clock.ts';

const busy = new AppError('drive/busy', 'HTTP 503', { retry: 'later' });

describe('the pause after a failed try', () => {
  it.each([
    [1, 0, null, 1000],
    [1, 0.5, null, 1500],
    [2, 0, null, 2000],
    [5, 0.999, null, 16_999],
    [7, 0, null, 64_000],
    [7, 0.9, null, 64_000],
    [60, 0.9, null, 64_000],
    [2000, 0, null, 64_000],
    [3, 0.5, 7000, 7000],
    [3, 0.5, 0, 0],
    [3, 0.5, 3_600_000, 600_000],
  ])('number %i with random %f and Retry-After %s is %i ms', (attempt, random, retryAfterMs, expected) => {
    expect(nextDelayMs(attempt, random, retryAfterMs)).toBe(expected);
  });
});

describe('a step that is tried again', () => {
  it('ends with the first success', async () => {
    const clock = createFastClock();
    let tries = 0;
    const answer = await withRetry({ clock, random: () => 0 }, () => {
      tries += 1;
      return tries < 3 ? Promise.reject(busy) : Promise.resolve('ok');
    });
    expect([answer, tries, clock.waits]).toEqual(['ok', 3, [1000, 2000]]);
  });

  it('is given up after eight tries, for later, and no outer loop multiplies them', async () => {
    const clock = createFastClock();
    let tries = 0;
    const run = withRetry({ clock }, () =>
      withRetry({ clock }, () => {
        tries += 1;
        return Promise.reject(busy);
      }),
    );
    await expect(run).rejects.toMatchObject({ code: 'drive/busy', retry: 'later', context: { attempts: 8 } });
    expect(tries).toBe(8);
  });

  it('is not tried again when only a person can help', async () => {
    const clock = createFastClock();
    const full = new AppError('drive/quota-full', 'HTTP 403');
    await expect(withRetry({ clock }, () => Promise.reject(full))).rejects.toBe(full);
    expect(clock.waits).toEqual([]);
  });

  it('waits as long as the server asks for', async () => {
    const clock = createFastClock();
    const asked = new AppError('drive/busy', 'HTTP 429', { retry: 'later', context: { retryAfterMs: 5000 } });
    await expect(withRetry({ clock }, () => Promise.reject(asked), { maxAttempts: 2 })).rejects.toThrow();
    expect(clock.waits).toEqual([5000]);
  });

  it('ends with the reason of the signal', async () => {
    const abort = new AbortController();
    const run = withRetry({ clock: createFastClock(), signal: abort.signal }, () => {
      abort.abort();
      return Promise.reject(busy);
    });
    await expect(run).rejects.toMatchObject({ code: 'run/cancelled' });
  });
});
