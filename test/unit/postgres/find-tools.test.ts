import { describe, expect, it } from 'vitest';
import { chooseTools, parseToolVersion, type ToolSet } from '../../../electron/engine/postgres/find-tools.ts';

const set = (version: string): ToolSet => ({
  dir: version,
  pgDump: 'pg_dump',
  pgRestore: 'pg_restore',
  psql: 'psql',
  pgDumpall: 'pg_dumpall',
  major: Number.parseInt(version, 10),
  version,
});

describe('the version of a program', () => {
  it.each([
    ['pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n', { version: '15.18', major: 15 }],
    ['pg_dump (PostgreSQL) 9.6.24', { version: '9.6.24', major: 9 }],
    ['pg_dump (PostgreSQL) 19beta1', { version: '19beta1', major: 19 }],
    ['pg_dump (PostgreSQL) 20devel', { version: '20devel', major: 20 }],
    ['pg_dump: command not found', null],
    ['', null],
  ])('is read from %j', (line, expected) => {
    expect(parseToolVersion(line)).toEqual(expected);
  });
});

describe('choosing the programs for a server', () => {
  it.each([
    ['the same major', ['14.2', '15.18', '17.1'], 150_018, '15.18'],
    ['the lowest newer one', ['18.0', '17.1', '14.2'], 150_018, '17.1'],
    ['the newest minor of equals', ['15.9', '15.18', '15.3'], 150_001, '15.18'],
    ['a release before its beta', ['19beta2', '19.1'], 190_000, '19.1'],
    ['the oldest for an ancient server', ['16.1', '15.1'], 90_624, '15.1'],
  ])('takes %s', (_name, versions, server, expected) => {
    expect(chooseTools(versions.map(set), server).version).toBe(expected);
  });

  it('says that all are too old, and how to get the right one', () => {
    expect(() => chooseTools([set('15.18'), set('14.1')], 180_004, (major) => `install ${String(major)}`)).toThrow(
      expect.objectContaining({
        code: 'pg/tool-too-old',
        context: { tool: 'pg_dump', serverMajor: 18, toolMajor: 15, install: 'install 18' },
      }),
    );
  });

  it('says that there are none', () => {
    expect(() => chooseTools([], 150_018)).toThrow(expect.objectContaining({ code: 'pg/tool-missing' }));
  });
});
