import { describe, expect, it } from 'vitest';
import { chooseExitCode, chooseRunsExitCode } from '../../electron/cli/exit-codes.ts';
import { AppError, errorCodes, toWireError, type ErrorCode } from '../../shared/errors.ts';
import { runStates, type Run } from '../../shared/run.ts';
import { toRun } from './rows.ts';

const run = (state: Run['state'], code: ErrorCode | null = null): Run =>
  toRun({ state, error: code === null ? null : toWireError(new AppError(code, 'x')) });

describe('the exit code of an error', () => {
  it.each<[ErrorCode, number]>([
    ['run/cancelled', 130],
    ['drive/offline', 5],
    ['drive/busy', 5],
    ['drive/signed-out', 4],
    ['drive/no-account', 4],
    ['crypto/wrong-key', 4],
    ['vault/unavailable', 4],
    ['pg/target-not-empty', 4],
    ['pg/tool-missing', 3],
    ['pg/database-missing', 3],
    ['input/invalid', 3],
    ['store/in-use', 3],
    ['pg/auth-failed', 1],
    ['restore/not-equal', 1],
    ['engine/stopped', 1],
    ['archive/damaged', 1],
  ])('%s is %i', (code, exitCode) => {
    expect(chooseExitCode({ code })).toBe(exitCode);
  });

  it('is never that of success, whatever the error', () => {
    for (const code of errorCodes) expect(chooseExitCode({ code })).not.toBe(0);
  });
});

describe('the exit code of runs', () => {
  it.each<[number, string, Run[]]>([
    [0, 'all are good', [run('succeeded'), run('succeeded')]],
    [5, 'one waits for the network', [run('succeeded'), run('waiting', 'drive/offline')]],
    [4, 'one waits for a sign-in', [run('waiting', 'drive/signed-out'), run('waiting', 'drive/offline')]],
    [4, 'one waits for somebody who signed out', [run('waiting', 'drive/no-account')]],
    [3, 'one could not begin', [run('waiting', 'drive/signed-out'), run('failed', 'pg/tool-missing')]],
    [1, 'one failed', [run('failed', 'pg/tool-missing'), run('failed', 'pg/dump-failed'), run('succeeded')]],
    [1, 'one was interrupted', [run('interrupted', 'run/interrupted')]],
    [130, 'one was cancelled', [run('cancelled'), run('failed', 'pg/dump-failed')]],
    [1, 'one did not end', [run('running'), run('succeeded')]],
  ])('is %i when %s', (code, _, runs) => {
    expect(chooseRunsExitCode(runs)).toBe(code);
  });

  it('is that of success for succeeded runs alone', () => {
    expect(runStates.filter((state) => chooseRunsExitCode([run(state)]) === 0)).toEqual(['succeeded']);
  });
});
