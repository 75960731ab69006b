import { describe, expect, it } from 'vitest';
import { chooseRestoreNotice, chooseRunNotice } from '../../electron/engine/notify/choose-notice.ts';
import { describeError } from '../../shared/describe-error.ts';
import { AppError, toWireError, type ErrorCode } from '../../shared/errors.ts';
import type { Run } from '../../shared/run.ts';
import { toRestore, toRun, toSnapshot } from './rows.ts';

const error = (code: ErrorCode) => toWireError(new AppError(code, 'x'));
const notice = (run: Run, notifyOnSuccess = true) =>
  chooseRunNotice({ run, jobName: 'shop', snapshot: run.state === 'succeeded' ? toSnapshot() : null, notifyOnSuccess });

describe('a run that ended', () => {
  it('well is told with its size to the one who started it', () => {
    expect(notice(toRun())).toEqual({
      title: 'shop is backed up',
      body: expect.stringMatching(/^1.203 rows, 1\.2 MB, 12 s$/) as string,
      urgency: 'normal',
      open: 'snapshots',
    });
  });

  it.each<[string, Partial<Run>, boolean]>([
    ['well by the schedule', { trigger: 'schedule' }, true],
    ['well from the command line', { trigger: 'cli' }, true],
    ['well, and the person does not want to know', {}, false],
    ['because it was cancelled', { state: 'cancelled' }, true],
  ])('%s is silent', (_, change, notifyOnSuccess) => {
    expect(notice(toRun(change), notifyOnSuccess)).toBeNull();
  });

  it.each([
    ['failed', 'Backup of shop failed'],
    ['interrupted', 'Backup of shop was interrupted'],
  ] as const)('%s is told whoever started it, with what to do', (state, title) => {
    const wire = error('pg/auth-failed');
    const told = notice(toRun({ state, trigger: 'schedule', error: wire, snapshotId: null }), false);
    expect(told).toMatchObject({ title, urgency: 'critical', open: 'runs' });
    expect(told?.body).toContain(describeError(wire).toDo);
  });
});

describe('a run that waits', () => {
  it.each<[ErrorCode, boolean]>([
    ['drive/signed-out', false],
    ['drive/no-account', true],
    ['drive/client-refused', true],
    ['drive/key-refused', true],
    ['drive/quota-full', true],
    ['drive/offline', false],
    ['drive/busy', false],
    ['engine/stopped', false],
  ])('for %s needs a person: %s', (code, told) => {
    const answer = notice(toRun({ state: 'waiting', endedAt: null, error: error(code), snapshotId: null }));
    expect(answer !== null).toBe(told);
    if (told) expect(answer).toMatchObject({ urgency: 'critical', open: 'settings' });
  });
});

describe('a restore that ended', () => {
  it('says where the data is, a drill that all was equal', () => {
    expect(chooseRestoreNotice(toRestore())).toMatchObject({
      title: 'Restore succeeded',
      body: expect.stringContaining('Database shop_2') as string,
    });
    expect(chooseRestoreNotice(toRestore({ kind: 'drill' }))).toMatchObject({
      title: 'Restore test succeeded',
      body: expect.stringContaining('all equal') as string,
    });
  });

  it('badly is told, cancelled is not', () => {
    const failed = chooseRestoreNotice(
      toRestore({ kind: 'drill', state: 'failed', error: error('restore/not-equal') }),
    );
    expect(failed).toMatchObject({ title: 'Restore test failed', urgency: 'critical' });
    expect(
      chooseRestoreNotice(toRestore({ state: 'cancelled', report: null, error: error('run/cancelled') })),
    ).toBeNull();
  });
});
