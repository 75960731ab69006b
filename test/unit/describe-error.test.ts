// Every code has words that a person can use, with and without the facts of the case.
import { describe, expect, it } from 'vitest';
import { describeError } from '../../shared/describe-error.ts';
import { errorCodes, type ErrorCode, type ErrorContext } from '../../shared/errors.ts';

const words = (code: ErrorCode, context: ErrorContext = {}) =>
  describeError({ code, message: 'for the log only', retry: 'never', context: { ...context } });

describe.each(errorCodes)('words for %s', (code) => {
  const { title, happened, toDo, action } = words(code);

  it('has a short title without a full stop', () => {
    expect(title).toMatch(/^[A-Zp].{4,59}[^.!]$/u);
  });

  it('says what happened and what to do in whole sentences', () => {
    for (const text of [happened, toDo]) {
      expect(text).toMatch(/[.”)]$/u);
      expect(text.length).toBeGreaterThan(15);
      expect(text.length).toBeLessThan(240);
    }
  });

  it('has no gap, no blame, no exclamation and no log text', () => {
    const all = [title, happened, toDo, action?.label ?? ''].join(' ');
    expect(all).not.toMatch(/undefined|null|%| {2}|!|oops|sorry|your fault|illegal|for the log only/iu);
  });

  it('differs in its title from every other code', () => {
    expect(errorCodes.filter((other) => words(other).title === title)).toEqual([code]);
  });
});

describe('facts in the words', () => {
  it.each<[ErrorCode, ErrorContext, RegExp]>([
    ['pg/connection-refused', { host: 'db.example', port: 5433 }, /at db\.example:5433\./],
    ['pg/auth-failed', { host: 'db.example', user: 'anna' }, /db\.example refused user anna/],
    [
      'pg/tool-too-old',
      { serverVersion: '18.4', toolVersion: '15.18' },
      /version 18\.4, pg_dump on this computer is 15\.18/,
    ],
    ['pg/dump-failed', { detail: 'no space' }, /It said: “no space”/],
    ['drive/quota-full', { neededBytes: 2_500_000_000 }, /needs 2\.5 GB/],
    ['spool/disk-full', { neededBytes: 12_000_000 }, /Free 12 MB/],
    ['input/invalid', { field: 'port', problem: 'too big' }, /“port” is not accepted: too big\./],
    ['input/not-found', { what: '' }, /^What was asked for does not exist/],
    ['input/not-found', { what: 'job', id: '5' }, /^This is not there: job\. /],
    ['input/in-use', { what: 'connection', by: 'the job Shop' }, /needed by the job Shop\./],
    ['run/already-active', { what: 'backup', job: 'Shop' }, /A backup of Shop is going on/],
    [
      'pg/permission-denied',
      { user: 'anna', object: 'a.b', count: 2, grant: 'GRANT x;\nGRANT y;' },
      /run:\nGRANT x;\nGRANT y;/,
    ],
    [
      'pg/tool-missing',
      { tool: 'pg_dump', serverMajor: 17, install: 'brew install p' },
      /version 17 or newer: brew install p\./,
    ],
    ['restore/not-equal', { count: 1, detail: 'a.b: 2 rows' }, /1 difference was found .*: a\.b: 2 rows\./],
    ['drive/other-account', { expected: 'a@x', found: 'b@x' }, /belong to a@x; the sign-in was for b@x/],
  ])('%s uses %o', (code, context, expected) => {
    const { happened, toDo } = words(code, context);
    expect(`${happened} ${toDo}`).toMatch(expected);
  });

  it('keeps a value with a dollar sign as it is', () => {
    expect(words('pg/dump-failed', { detail: 'cost $& more' }).happened).toContain('cost $& more');
  });

  it('gives signed-out people the button that signs in', () => {
    expect(words('drive/signed-out').action).toEqual({ label: 'Sign in to Google', kind: 'sign-in' });
  });
});
