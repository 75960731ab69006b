// The queue's decisions as tables: which run is next, whether a failed one is tried again, and what an older run means.
import { describe, expect, it } from 'vitest';
import { chooseNextRun } from '../../../electron/engine/pipeline/choose-next-run.ts';
import { chooseRetry, mostTries } from '../../../electron/engine/pipeline/choose-retry.ts';
import { chooseWayIn } from '../../../electron/engine/pipeline/choose-way-in.ts';
import { AppError, toWireError, type ErrorCode } from '../../../shared/errors.ts';
import type { RunTrigger } from '../../../shared/run.ts';

const run = (id: string, place = id, dumped = false) => ({ id, place, dumped });

describe('the run that starts next', () => {
  it.each([
    ['the first that is ready', [run('a'), run('b')], [], 'a'],
    ['nothing while a dump is made', [run('b')], [run('a')], null],
    ['a new one beside one that only uploads', [run('b')], [run('a', 'a', true)], 'b'],
    ['never one of a database that is at work', [run('b', 'x')], [run('a', 'x', true)], null],
    ['the next, where the first has to wait for its database', [run('b', 'x'), run('c')], [run('a', 'x', true)], 'c'],
    ['one that goes on with its upload, beside a dump', [run('b', 'b', true)], [run('a')], 'b'],
    ['one that uploads, where the first has to wait for the dump', [run('b'), run('c', 'c', true)], [run('a')], 'c'],
    ['four at most', [run('e')], ['a', 'b', 'c', 'd'].map((id) => run(id, id, true)), null],
    ['nothing when nothing is ready', [], [], null],
  ])('is %s', (_, ready, active, expected) => {
    expect(chooseNextRun(ready, active)).toBe(expected);
  });
});

describe('a run that failed', () => {
  const nowMs = Date.parse('2026-11-25T03:00:00Z');
  const later = new AppError('pg/connection-refused', 'refused', { retry: 'later' });
  const judge = (attempts: number, trigger: RunTrigger = 'schedule', error = later) =>
    chooseRetry({ trigger, attempts, nextTryAt: null }, error, nowMs);

  it('by schedule at a server that is away is tried again after 1, 5, 15, 30, 60 and 60 minutes, then no more', () => {
    const pauses = Array.from({ length: mostTries }, (_, attempts) => (judge(attempts)?.inMs ?? -60_000) / 60_000);
    expect(pauses).toEqual([1, 5, 15, 30, 60, 60, -1]);
    expect(judge(0)?.attempts).toBe(1);
  });

  it.each<[string, RunTrigger, AppError]>([
    ['by hand', 'user', later],
    ['on the command line', 'cli', later],
    ['for what only a person can mend', 'schedule', new AppError('pg/auth-failed', 'no')],
  ])('%s is not', (_, trigger, error) => {
    expect(judge(0, trigger, error)).toBeNull();
  });

  it('before its time, because the network came back, keeps its time and its count', () => {
    const nextTryAt = new Date(nowMs + 4 * 60_000).toISOString();
    expect(chooseRetry({ trigger: 'catch-up', attempts: 2, nextTryAt }, later, nowMs)).toEqual({
      attempts: 2,
      inMs: 4 * 60_000,
    });
  });

  it('does not wait for years when the clock was set back', () => {
    const nextTryAt = '2031-01-01T00:00:00.000Z';
    expect(chooseRetry({ trigger: 'schedule', attempts: 2, nextTryAt }, later, nowMs)?.inMs).toBe(15 * 60_000);
  });
});

describe('a run of the job that is not over', () => {
  const waiting = (code: ErrorCode, attempts = 0) =>
    ({ state: 'waiting', error: toWireError(new AppError(code, 'x')), attempts }) as const;
  type Existing = Parameters<typeof chooseWayIn>[0];
  const judge = (
    existing: Partial<Existing> & Pick<Existing, 'state' | 'error' | 'attempts'>,
    dumped: boolean,
    trigger: RunTrigger,
    server = false,
  ) => chooseWayIn({ groupId: null, database: 'shop', ...existing }, { dumped, trigger, wholeServer: server });

  it.each([
    ['that runs is the run', { state: 'running', error: null, attempts: 0 } as const, false, 'schedule', 'join'],
    ['that tries at the server gives up at the next time', waiting('pg/timeout', 3), false, 'schedule', 'give-up'],
    ['that tries at the server is tried now by a person', waiting('pg/timeout', 3), false, 'user', 'join'],
    ['that waits for Drive with its dump is the run', waiting('drive/offline'), true, 'schedule', 'join'],
    [
      'that waits for a person does not keep newer data waiting',
      waiting('drive/quota-full'),
      true,
      'schedule',
      'beside',
    ],
    ['that waits for a person is tried now by that person', waiting('drive/quota-full'), true, 'user', 'join'],
    ['that waits for Drive before its dump is the run', waiting('drive/offline'), false, 'catch-up', 'join'],
  ] as const)('%s', (_, existing, dumped, trigger, expected) => {
    expect(judge(existing, dumped, trigger)).toBe(expected);
  });

  it('on a server, where one database waits, holds up no other', () => {
    const group = { groupId: 'r1' };
    expect(judge({ ...waiting('drive/offline'), ...group }, true, 'user', true)).toBe('beside');
    expect(judge({ state: 'queued', error: null, attempts: 0, ...group }, false, 'user', true)).toBe('join');
  });

  it('of one database of a server is no backup of the others', () => {
    expect(judge({ state: 'running', error: null, attempts: 0 }, false, 'schedule', true)).toBe('beside');
    expect(judge({ state: 'running', error: null, attempts: 0 }, false, 'user')).toBe('join');
  });

  it('of a server that could not be asked for its databases yet is the run', () => {
    const first = { ...waiting('pg/timeout', 2), groupId: 'r1', database: null };
    expect(judge(first, false, 'user', true)).toBe('join');
    expect(judge(first, false, 'schedule', true)).toBe('give-up');
  });
});
