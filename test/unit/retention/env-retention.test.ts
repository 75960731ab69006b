// The rules that an .env file says.
import { describe, expect, it } from 'vitest';
import { readEnvRetention } from '../../../electron/cli/env-retention.ts';
import { toRetention } from '../../../shared/retention.ts';

describe('an .env file', () => {
  it.each([
    [{}, null],
    [{ BACKUP_RETENTION_DAYS: '' }, null],
    [{ BACKUP_RETENTION_DAYS: '30' }, toRetention({ days: 30 })],
    [{ BACKUP_RETENTION_COUNT: ' 10 ', BACKUP_RETENTION_YEARLY: '2' }, toRetention({ last: 10, yearly: 2 })],
    [
      { BACKUP_RETENTION_DAILY: '7', BACKUP_RETENTION_WEEKLY: '4', BACKUP_RETENTION_MONTHLY: '12' },
      toRetention({ daily: 7, weekly: 4, monthly: 12 }),
    ],
    [{ BACKUP_RETENTION_COUNT: '0' }, toRetention({})],
    [{ BACKUP_RETENTION_COUNT: '9', BACKUP_RETENTION_MINIMUM: '2' }, toRetention({ last: 9 }, 2)],
  ])('with %j', (values, expected) => {
    expect(readEnvRetention(values)).toEqual(expected);
  });

  it.each([
    [{ BACKUP_RETENTION_DAYS: '-1' }, 'BACKUP_RETENTION_DAYS'],
    [{ BACKUP_RETENTION_DAYS: 'a month' }, 'BACKUP_RETENTION_DAYS'],
    [{ BACKUP_RETENTION_YEARLY: '2000' }, 'BACKUP_RETENTION_YEARLY'],
    [{ BACKUP_RETENTION_MINIMUM: '0' }, 'BACKUP_RETENTION_MINIMUM'],
  ])('with %j is refused by name', (values, field) => {
    expect(() => readEnvRetention(values)).toThrow(
      expect.objectContaining({ code: 'input/invalid', context: expect.objectContaining({ field }) as unknown }),
    );
  });
});
