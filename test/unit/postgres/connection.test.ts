import { describe, expect, it } from 'vitest';
import { toConninfo, toLibpqEnv, toPassfileLine, toPgTarget } from '../../../electron/engine/postgres/connection.ts';
import { parseDatabaseUrl } from '../../../shared/database-url.ts';
import { AppError } from '../../../shared/errors.ts';

describe('a pasted address', () => {
  const plain = { host: 'localhost', port: 5432, user: 'postgres', database: 'postgres', sslMode: 'prefer' };

  it.each([
    ['postgresql://', plain, null],
    ['postgres://db.example.com', { ...plain, host: 'db.example.com' }, null],
    [' postgresql://ann:pw@h:6543/shop\n', { ...plain, host: 'h', port: 6543, user: 'ann', database: 'shop' }, 'pw'],
    ['postgresql://ann@h', { ...plain, host: 'h', user: 'ann', database: 'ann' }, null],
    ['postgresql://ann:@h/', { ...plain, host: 'h', user: 'ann', database: 'ann' }, null],
    [
      'postgresql://a%40b:p%3Aw%2F%40%23@h/x%20%24y%2F%3D',
      { ...plain, host: 'h', user: 'a@b', database: 'x $y/=' },
      'p:w/@#',
    ],
    ['postgresql://ann:p@ss:w@h/shop', { ...plain, host: 'h', user: 'ann', database: 'shop' }, 'p@ss:w'],
    ['postgresql://ann@[::1]:5433/shop', { ...plain, host: '::1', port: 5433, user: 'ann', database: 'shop' }, null],
    [
      'postgresql://h/shop?sslmode=verify-full',
      { ...plain, host: 'h', database: 'shop', sslMode: 'verify-full' },
      null,
    ],
    ['postgresql://h/shop?ssl=true', { ...plain, host: 'h', database: 'shop', sslMode: 'require' }, null],
    [
      'postgresql:///shop?host=/var/run/postgresql&user=ann',
      { ...plain, host: '/var/run/postgresql', user: 'ann', database: 'shop' },
      null,
    ],
    ['postgresql://%2Fvar%2Frun/shop', { ...plain, host: '/var/run', database: 'shop' }, null],
    ['postgresql://h?dbname=a%22b&port=7&password=s', { ...plain, host: 'h', port: 7, database: 'a"b' }, 's'],
  ])('is read: %s', (url, fields, password) => {
    const parsed = parseDatabaseUrl(url);
    expect(parsed.draft).toMatchObject(fields);
    expect(parsed.password).toBe(password);
  });

  it('proposes a name and says which parameters it does not use', () => {
    const parsed = parseDatabaseUrl('postgresql://h/shop?channel_binding=require&sslmode=require&application_name=x');
    expect(parsed.draft.name).toBe('shop on h');
    expect(parsed.ignored).toEqual(['channel_binding', 'application_name']);
  });

  it.each([
    ['', /empty/],
    ['mysql://u:s3cret@h/d', /begins with mysql:/],
    ['jdbc:postgresql://h/d?password=s3cret', /leave out "jdbc:"/],
    ['host=h password=s3cret', /does not begin with postgresql:/],
    ['postgresql://u:s3/cret@h/d', /"\/" in the password must be written as %2F/],
    ['postgresql://u:s3#cret@h/d', /"#" must be written as %23/],
    ['postgresql://u:s3%cret@h/d', /"%" in the password must be written as %25/],
    ['postgresql://u:s3cret@h:port/d', /not a number between 1 and 65535/],
    ['postgresql://u:s3cret@h:70000/d', /not a number between 1 and 65535/],
    ['postgresql://u:s3cret@h,i/d', /several hosts/],
    ['postgresql://u:s3cret@::1/d', /\[::1\]/],
    ['postgresql://u:s3cret@h/d?sslmode=on', /sslmode is not one of/],
  ])('is refused in clear words without the password: %s', (url, words) => {
    const error: unknown = (() => {
      try {
        return parseDatabaseUrl(url);
      } catch (reason) {
        return reason;
      }
    })();
    if (!(error instanceof AppError)) throw new Error('was not refused');
    expect(error.code).toBe('input/invalid');
    expect(error.context['problem']).toMatch(words);
    expect(error.message + JSON.stringify(error.context)).not.toMatch(/s3|cret/);
  });
});

describe('what PostgreSQL’s programs are given', () => {
  const target = toPgTarget({ host: 'h', port: 5432, user: 'u:v', database: 'shop', sslMode: 'prefer' }, 'pw', 'other');

  it('is the server by environment, never the password', () => {
    expect(toLibpqEnv(target, { passfilePath: '/tmp/file', servicePath: null })).toMatchObject({
      PGHOST: 'h',
      PGPORT: '5432',
      PGUSER: 'u:v',
      PGDATABASE: 'other',
      PGSSLMODE: 'prefer',
      PGPASSFILE: '/tmp/file',
      PGAPPNAME: 'pgkeep',
      PGTZ: 'UTC',
    });
    expect(Object.values(toLibpqEnv(target, { passfilePath: null, servicePath: null }))).not.toContain('pw');
  });

  it.each([
    ['plain', { host: 'h', port: 5432, user: 'u' }, 'pw', 'h:5432:*:u:pw\n'],
    [
      'colons and backslashes',
      { host: '::1', port: 1, user: 'a:b\\c' },
      'p:\\:w',
      '\\:\\:1:1:*:a\\:b\\\\c:p\\:\\\\\\:w\n',
    ],
    ['a socket folder', { host: '/run/pg', port: 5432, user: 'u' }, 'p*#', '*:5432:*:u:p*#\n'],
  ])('is the password by a line of a passfile: %s', (_name, place, password, line) => {
    expect(toPassfileLine(place, password)).toBe(line);
  });

  it('cannot be a password with a line break', () => {
    expect(() => toPassfileLine(target, 'a\nb')).toThrow(/line break/);
  });

  it.each([
    ['shop', "dbname='shop'"],
    [`a"b'c $(x)=y`, `dbname='a"b\\'c $(x)=y'`],
    ['back\\slash', "dbname='back\\\\slash'"],
    ['postgresql://h/other', "dbname='postgresql://h/other'"],
  ])('is the database %s in quotes', (name, conninfo) => {
    expect(toConninfo(name)).toBe(conninfo);
  });
});
