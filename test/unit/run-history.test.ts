// The texts of the history: a table that no spreadsheet takes for a program, and a log that is looked through.
import { describe, expect, it } from 'vitest';
import { AppError, toWireError } from '../../shared/errors.ts';
import { filterLog, listCodesLike, toCsvLine, toLogText, type ListedRun } from '../../shared/run-history.ts';
import { toRun } from './rows.ts';

const toListed = (change: Partial<ListedRun>): ListedRun => ({ ...toRun(), storedBytes: 1_200_000, ...change });

describe('a run as a line of CSV', () => {
  it('has times, length, size, error and warnings', () => {
    expect(toCsvLine(toListed({ warnings: ['a', 'b'] }), 'shop')).toBe(
      'r1,shop,shop,user,,succeeded,2026-11-22T03:00:00Z,2026-11-22T03:00:00Z,2026-11-22T03:00:12Z,12.0,1200000,s1,,,a | b\r\n',
    );
    const error = toWireError(new AppError('pg/auth-failed', 'x'));
    expect(toCsvLine(toListed({ error, endedAt: null, storedBytes: null, snapshotId: null }), 'shop')).toMatch(
      /,,,,pg\/auth-failed,[^,]+,\r\n$/,
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49', "'+49"],
    ['-shop', "'-shop"],
    ['@sum', "'@sum"],
    [' =x', "' =x"],
    ['\tx', "'\tx"],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['=a,"b"', '"\'=a,""b"""'],
    ['two\nlines', '"two\nlines"'],
    ['plain-name', 'plain-name'],
  ])('writes the name %j as %j', (name, cell) => {
    expect(toCsvLine(toListed({}), name).slice('r1,'.length).startsWith(`${cell},`)).toBe(true);
  });
});

describe('a log that is looked through', () => {
  const lines = [
    { at: '2026-11-22T03:00:00Z', level: 'debug', message: 'spool opened' },
    { at: '2026-11-22T03:00:01Z', level: 'info', message: 'pg_dump 15 fits' },
    { at: '2026-11-22T03:00:02Z', level: 'warn', message: 'roles without passwords' },
    { at: '2026-11-22T03:00:03Z', level: 'error', message: 'pg_dump ended' },
  ] as const;
  it.each([
    ['debug', '', 4],
    ['info', '', 3],
    ['warn', '', 2],
    ['error', '', 1],
    ['debug', ' PG_DUMP ', 2],
    ['warn', 'pg_dump', 1],
    ['debug', 'nothing', 0],
  ] as const)('at level %s with “%s” has %i lines', (level, text, count) => {
    expect(filterLog(lines, level, text)).toHaveLength(count);
  });

  it('is copied with time and level', () => {
    expect(toLogText(lines.slice(2, 3))).toBe('2026-11-22T03:00:02Z warn  roles without passwords');
  });
});

it('errors are found by the words that are shown', () => {
  expect(listCodesLike('DRIVE IS FULL')).toContain('drive/quota-full');
  expect(listCodesLike('no such words')).toEqual([]);
});
