import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findPassword,
  getPassfilePath,
  parsePassfile,
  readPassfile,
} from '../../../electron/engine/postgres/passfile.ts';

const place = { host: 'db.example.com', port: '5432', database: 'shop', user: 'ann' };

describe('the password for a place', () => {
  it.each([
    ['a whole line', 'db.example.com:5432:shop:ann:pw', place, 'pw'],
    ['wildcards', '*:*:*:*:pw', place, 'pw'],
    ['the first line that fits', '*:*:shop:*:first\ndb.example.com:5432:shop:ann:second', place, 'first'],
    ['another port', 'db.example.com:5433:shop:ann:pw', place, null],
    ['another user', '*:*:*:bob:pw', place, null],
    ['a comment', '#db.example.com:5432:shop:ann:pw', place, null],
    ['a line with too few fields', 'db.example.com:5432:shop:ann', place, null],
    ['colons and backslashes', '*:*:*:*:p\\:w\\\\x', place, 'p:w\\x'],
    ['a password that ends at a bare colon, as in libpq', '*:*:*:*:p:w', place, 'p'],
    ['an escaped star, which is no wildcard', '\\*:5432:shop:ann:pw', place, null],
    ['an IPv6 address', '\\:\\:1:5432:shop:ann:pw', { ...place, host: '::1' }, 'pw'],
    ['a name with a colon', '*:*:*:a\\:b:pw', { ...place, user: 'a:b' }, 'pw'],
    ['letters beyond ASCII', '*:*:*:*:pä€🔑', place, 'pä€🔑'],
    ['an empty password', '*:*:*:*:', place, ''],
    [
      'the usual socket folder, which is called localhost',
      'localhost:5432:shop:ann:pw',
      { ...place, host: '/var/run/postgresql' },
      'pw',
    ],
    ['another socket folder by its name', '/srv/pg:5432:shop:ann:pw', { ...place, host: '/srv/pg' }, 'pw'],
    ['Windows line ends', '#x\r\n*:*:*:*:pw\r\n', place, 'pw'],
  ])('is found by %s', (_name, text, wanted, password) => {
    expect(findPassword(parsePassfile(text), wanted)).toBe(password);
  });
});

describe('the password file', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-passfile-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is PGPASSFILE, else lies in the home folder', () => {
    expect(getPassfilePath({ PGPASSFILE: '/x/y' })).toBe('/x/y');
    if (process.platform !== 'win32') expect(getPassfilePath({ HOME: '/home/ann' })).toBe('/home/ann/.pgpass');
  });

  it('is ignored, and said to be, when others may read it', async () => {
    const file = path.join(dir, 'pgpass');
    await writeFile(file, '*:*:*:*:pw\n', { mode: 0o600 });
    expect(await readPassfile(file)).toMatchObject({ lines: [{ password: 'pw' }], problem: null });
    await chmod(file, 0o640);
    expect(await readPassfile(file)).toMatchObject({
      lines: [],
      problem: expect.stringContaining('chmod 600') as string,
    });
  });

  it('may be missing, and is no folder', async () => {
    expect(await readPassfile(path.join(dir, 'none'))).toMatchObject({ lines: [], problem: null });
    expect((await readPassfile(dir)).problem).toMatch(/no plain file/);
  });
});
