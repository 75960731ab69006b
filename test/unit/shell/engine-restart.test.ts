import { describe, expect, it } from 'vitest';
import { planRestart } from '../../../electron/shell/restart-delay.ts';

describe('the wait before the engine is started again', () => {
  it('doubles from one second up to a minute and stays there', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((failures) => planRestart(failures, null).delayMs / 1000);
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it.each([
    [5, null, 6],
    [5, 0, 6],
    [5, 59_999, 6],
    [5, 60_000, 1],
    [5, 3_600_000, 1],
  ])('counts %i failures and %s ms of being ready as failure number %i', (before, readyForMs, failures) => {
    expect(planRestart(before, readyForMs).failures).toBe(failures);
  });
});
