import { describe, expect, it } from 'vitest';
import { readEnvChoice, readSwitch } from '../../electron/cli/env-choice.ts';
import { usualDump } from '../../shared/dump-choice.ts';

describe('what an .env file says of a job', () => {
  it.each([
    [{}, {}],
    [{ BACKUP_SCHEMAS: 'shop, "Odd, one"' }, { includeSchemas: ['shop', '"Odd, one"'] }],
    [{ BACKUP_EXCLUDE_SCHEMAS: 'tmp*' }, { excludeSchemas: ['tmp*'] }],
    [{ BACKUP_TABLES: 'shop.a,\nshop."b ""c"", d"' }, { includeTables: ['shop.a', 'shop."b ""c"", d"'] }],
    [{ BACKUP_EXCLUDE_TABLES: ' a.b ,, ' }, { excludeTables: ['a.b'] }],
    [{ BACKUP_EXCLUDE_DATA: 'audit.*' }, { excludeData: ['audit.*'] }],
    [{ BACKUP_EXCLUDE_DATABASES: 'test?' }, { excludeDatabases: ['test?'] }],
    [{ BACKUP_FORMAT: ' Plain ' }, { format: 'plain' }],
    [{ BACKUP_LARGE_OBJECTS: 'No' }, { largeObjects: false }],
    [{ BACKUP_LOCK_TIMEOUT: '30' }, { lockTimeoutSeconds: 30 }],
    [{ BACKUP_STATEMENT_TIMEOUT: '7200' }, { statementTimeoutSeconds: 7200 }],
  ])('%j', (values, change) => {
    expect(readEnvChoice(values, usualDump)).toEqual({ ...usualDump, ...change });
  });

  it('keeps what it does not name, and clears what it names empty', () => {
    const old = { ...usualDump, excludeData: ['a.b'], largeObjects: false, lockTimeoutSeconds: 9 };
    expect(readEnvChoice({}, old)).toEqual(old);
    expect(readEnvChoice({ BACKUP_EXCLUDE_DATA: '', BACKUP_LARGE_OBJECTS: '' }, old)).toEqual({
      ...old,
      excludeData: [],
    });
  });

  it('names the line that cannot be used', () => {
    expect(() => readEnvChoice({ BACKUP_FORMAT: 'tar' }, usualDump)).toThrow(/BACKUP_FORMAT/);
    expect(() => readEnvChoice({ BACKUP_LOCK_TIMEOUT: '5m' }, usualDump)).toThrow(/BACKUP_LOCK_TIMEOUT/);
    expect(() => readSwitch({ BACKUP_ALL_DATABASES: 'maybe' }, 'BACKUP_ALL_DATABASES')).toThrow(/BACKUP_ALL_DATABASES/);
  });
});
