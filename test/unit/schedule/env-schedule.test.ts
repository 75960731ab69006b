// The lines of an .env file about the schedule, and the daemon's own lines.
import { describe, expect, it } from 'vitest';
import { chooseLineForm, toLogLine } from '../../../electron/cli/daemon-log.ts';
import { describeRunChange } from '../../../electron/cli/daemon-runs.ts';
import { readEnvSchedule } from '../../../electron/cli/env-schedule.ts';
import { toSocketPath } from '../../../electron/cli/daemon-socket.ts';
import { AppError, toWireError } from '../../../shared/errors.ts';
import { describeSchedule, noSchedule, suggestedSchedule } from '../../../shared/schedule.ts';
import { toRun, toSnapshot } from '../rows.ts';

describe('an .env file', () => {
  it.each([
    [{}, 'every day at 03:00'],
    [{ BACKUP_SCHEDULE: '', BACKUP_ENABLED: '', BACKUP_TIME_ZONE: '' }, 'every day at 03:00'],
    [{ BACKUP_SCHEDULE: '0 2 * * *' }, 'cron 0 2 * * *'],
    [{ BACKUP_SCHEDULE: 'weekly@sun 04:00', BACKUP_TIME_ZONE: 'Asia/Tokyo' }, 'Sunday at 04:00 (Asia/Tokyo)'],
    [{ BACKUP_ENABLED: 'false' }, 'switched off: every day at 03:00'],
    [{ BACKUP_ENABLED: 'yes' }, 'every day at 03:00'],
  ])('with %j means %s', (values, words) => {
    expect(describeSchedule(readEnvSchedule(values, suggestedSchedule))).toBe(words);
  });

  it.each([
    [{ BACKUP_SCHEDULE: 'sometimes' }, /BACKUP_SCHEDULE: it takes off, daily@03:00/],
    [{ BACKUP_ENABLED: 'perhaps' }, /BACKUP_ENABLED: it takes true or false/],
  ])('with %j is refused, naming the line', (values, words) => {
    expect(() => readEnvSchedule(values, noSchedule)).toThrow(words);
  });
});

describe('a line of the daemon', () => {
  const at = new Date('2026-11-27T03:00:00Z');
  it.each([
    ['time', '2026-11-27T03:00:00.000Z warn one two'],
    ['journal', '<4>one two'],
    ['json', '{"at":"2026-11-27T03:00:00.000Z","level":"warn","message":"one\\ntwo"}'],
  ] as const)('in the form %s is one line', (form, line) => {
    expect(toLogLine(form, 'warn', 'one\ntwo', at)).toBe(line);
  });

  it('has the form that its reader wants', () => {
    expect(chooseLineForm(true, { JOURNAL_STREAM: '8:1' })).toBe('json');
    expect(chooseLineForm(false, { JOURNAL_STREAM: '8:1' })).toBe('journal');
    expect(chooseLineForm(false, {})).toBe('time');
  });

  it.each([
    [toRun({ state: 'succeeded' }), 'info', 'shop: succeeded in 12 s, 1.2 MB on Drive'],
    [
      toRun({ state: 'succeeded', warnings: ['No roles.'] }),
      'warn',
      'shop: succeeded in 12 s, 1.2 MB on Drive. No roles.',
    ],
    [toRun({ state: 'queued', trigger: 'catch-up', reason: 'It slept' }), 'info', 'shop: queued by catch-up. It slept'],
    [
      toRun({ state: 'failed', error: toWireError(new AppError('pg/auth-failed', 'x')) }),
      'error',
      'shop: failed. User name or password not accepted.',
    ],
    [
      toRun({
        state: 'waiting',
        nextTryAt: '2026-11-27T03:05:00Z',
        error: toWireError(new AppError('drive/offline', 'x')),
      }),
      'warn',
      'shop: waiting, tried again at 2026-11-27T03:05:00Z.',
    ],
    [toRun({ state: 'running', groupId: 'g', database: 'crm' }), 'info', 'shop, crm: running'],
  ] as const)('about a run says what became of it (%#)', (run, level, words) => {
    const change = describeRunChange(run, 'shop', toSnapshot());
    expect(change.level).toBe(level);
    expect(change.words.startsWith(words), change.words).toBe(true);
  });
});

describe('the daemon’s socket', () => {
  it('is in the data folder, and left out where the kernel could not take its path', () => {
    expect(toSocketPath('/var/lib/pgkeep')).toBe('/var/lib/pgkeep/daemon.sock');
    expect(toSocketPath(`/${'x'.repeat(120)}`)).toBeNull();
  });
});
