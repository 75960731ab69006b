import { describe, expect, it } from 'vitest';
import {
  chooseOutcome,
  isDrivePause,
  nextTryMs,
  type Outcome,
} from '../../../electron/engine/pipeline/choose-outcome.ts';
import { AppError, type ErrorCode, type RetryKind } from '../../../shared/errors.ts';
import type { RunStage } from '../../../shared/run.ts';

type Row = readonly [ErrorCode, RetryKind, RunStage | null, dumped: boolean, Outcome];

const rows: readonly Row[] = [
  ['run/cancelled', 'never', 'dump', false, 'cancelled'],
  ['run/cancelled', 'never', 'upload', true, 'cancelled'],
  ['engine/stopped', 'never', null, false, 'waiting'],
  ['engine/stopped', 'never', 'plan', false, 'waiting'],
  ['engine/stopped', 'never', 'dump', false, 'interrupted'],
  ['engine/stopped', 'now', 'upload', true, 'waiting'],
  ['drive/offline', 'later', 'plan', false, 'waiting'],
  ['drive/offline', 'later', 'dump', false, 'failed'],
  ['drive/offline', 'later', 'dump', true, 'waiting'],
  ['drive/busy', 'later', 'verify', true, 'waiting'],
  ['drive/signed-out', 'never', 'plan', false, 'waiting'],
  ['drive/signed-out', 'never', 'upload', true, 'waiting'],
  ['drive/no-account', 'never', 'plan', false, 'failed'],
  ['drive/no-account', 'never', 'upload', true, 'waiting'],
  ['drive/quota-full', 'never', 'plan', false, 'failed'],
  ['drive/quota-full', 'never', 'dump', false, 'failed'],
  ['drive/quota-full', 'never', 'upload', true, 'waiting'],
  ['drive/forbidden', 'never', 'plan', false, 'failed'],
  ['drive/forbidden', 'never', 'upload', true, 'waiting'],
  ['drive/sign-in-failed', 'never', 'upload', true, 'waiting'],
  ['drive/folder-unusable', 'never', 'upload', true, 'waiting'],
  ['vault/unavailable', 'never', 'plan', false, 'failed'],
  ['vault/unavailable', 'never', 'upload', true, 'waiting'],
  ['vault/locked-elsewhere', 'never', 'upload', true, 'waiting'],
  ['spool/disk-full', 'never', 'record', true, 'waiting'],
  ['drive/upload-limit', 'later', 'upload', true, 'waiting'],
  ['drive/verify-mismatch', 'never', 'verify', true, 'failed'],
  ['drive/session-lost', 'never', 'upload', true, 'failed'],
  ['pg/server-gone', 'later', 'dump', false, 'failed'],
  ['pg/connection-refused', 'later', 'plan', false, 'failed'],
  ['spool/disk-full', 'never', 'dump', false, 'failed'],
  ['archive/damaged', 'never', 'dump', false, 'failed'],
  ['internal/unexpected', 'never', 'record', true, 'failed'],
];

describe('what becomes of a run', () => {
  it.each(rows)('after %s (retry %s) in stage %s, dump whole: %s, is %s', (code, retry, stage, dumped, outcome) => {
    expect(chooseOutcome(new AppError(code, 'x', { retry }), { stage, dumped })).toBe(outcome);
  });
});

describe('an upload that fails beside the dump', () => {
  it.each([
    ['drive/offline', 'later', true],
    ['drive/signed-out', 'never', true],
    ['drive/no-account', 'never', true],
    ['drive/quota-full', 'never', false],
    ['spool/failed', 'later', false],
  ] as const)('with %s (retry %s) lets the dump go on: %s', (code, retry, pause) => {
    expect(isDrivePause(new AppError(code, 'x', { retry }))).toBe(pause);
  });
});

describe('the next try of a waiting run', () => {
  it.each([
    [0, 30],
    [1, 60],
    [2, 120],
    [4, 480],
    [5, 900],
    [1000, 900],
  ])('number %i comes after %i seconds', (attempt, seconds) => {
    expect(nextTryMs(attempt)).toBe(seconds * 1000);
  });

  it.each([
    ['sooner than usual', 1, 5, 60],
    ['an hour', 0, 3600, 3600],
    ['a day', 3, 86_400, 86_400],
    ['longer than Google ever refuses', 0, 1e9, 86_400],
  ])('respects what Google asks for: %s', (_, attempt, asked, seconds) => {
    const error = new AppError('drive/busy', 'x', { context: { retryAfterMs: asked * 1000 } });
    expect(nextTryMs(attempt, error)).toBe(seconds * 1000);
  });
});
