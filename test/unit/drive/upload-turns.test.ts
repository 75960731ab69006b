// One upload of an account at a time, by turns, under a manual clock.
import { describe, expect, it } from 'vitest';
import { createUploadTurns, turnMs } from '../../../electron/engine/drive/upload-turns.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const never = new AbortController().signal;
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function setUp() {
  const clock = createManualClock(new Date('2026-11-25T00:00:00Z'), 'UTC');
  const turns = createUploadTurns(clock);
  const order: string[] = [];
  /** Sends pieces of five minutes each. */
  const upload = (name: string, pieces: number, signal = never): Promise<void> =>
    turns.take(signal, async (turn) => {
      for (let piece = 0; piece < pieces; piece += 1) {
        await turn.passOn(signal);
        order.push(name);
        await clock.wait(turnMs / 2, signal);
      }
    });
  return { clock, turns, order, upload };
}

describe('uploads of one account', () => {
  it('let others through after a turn, and none is starved by a huge one', async () => {
    const { clock, order, upload } = setUp();
    const all = Promise.all([upload('huge', 8), upload('b', 1), upload('c', 3)]);
    await clock.pass(2 * 3_600_000);
    await all;
    expect(order.join(' ')).toBe('huge huge b c c huge huge c huge huge huge huge');
  });

  it('do not interrupt themselves when nobody waits', async () => {
    const { clock, order, upload } = setUp();
    const one = upload('a', 5);
    await clock.pass(3_600_000);
    await one;
    expect(order).toHaveLength(5);
  });

  it('that are cancelled while they wait leave their place', async () => {
    const { clock, order, upload } = setUp();
    const stop = new AbortController();
    const first = upload('a', 1);
    const second = upload('b', 1, stop.signal);
    const third = upload('c', 1);
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: 'run/cancelled' });
    await clock.pass(3_600_000);
    await Promise.all([first, third]);
    expect(order).toEqual(['a', 'c']);
  });

  it('that have nothing to send give their turn away meanwhile', async () => {
    const { clock, turns, order, upload } = setUp();
    let more = (): void => undefined;
    const slow = turns.take(never, async (turn) => {
      await turn.rest(
        never,
        () =>
          new Promise<void>((resolve) => {
            more = resolve;
          }),
      );
      order.push('slow');
    });
    const other = upload('other', 1);
    await settle();
    expect(order).toEqual(['other']);
    more();
    await settle();
    expect(order).toEqual(['other']);
    await clock.pass(turnMs);
    await Promise.all([slow, other]);
    expect(order).toEqual(['other', 'slow']);
  });

  it('that fail free their turn', async () => {
    const { clock, turns, upload } = setUp();
    await expect(turns.take(never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const next = upload('next', 1);
    await clock.pass(turnMs);
    await next;
  });
});
