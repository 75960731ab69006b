// How a person's command is started on each system, and what stands in a `.env` file for its time.
import { describe, expect, it } from 'vitest';
import { parseTimeout } from '../../../electron/cli/env-hooks.ts';
import { toCommandEnv, toProgram } from '../../../electron/engine/base/run-command.ts';

describe('the program that runs a command', () => {
  it.each([
    ['linux', 'file', '/home/ann/x y.sh', '/home/ann/x y.sh', []],
    ['darwin', 'shell', 'echo "a b"', '/bin/sh', ['-c', 'echo "a b"']],
    ['win32', 'file', 'C:\\jobs\\x.exe', 'C:\\jobs\\x.exe', []],
    ['win32', 'file', 'C:\\my jobs\\x.CMD', 'cmd.exe', ['/d', '/s', '/c', '""C:\\my jobs\\x.CMD""']],
    ['win32', 'shell', 'echo %A%', 'cmd.exe', ['/d', '/s', '/c', '"echo %A%"']],
  ] as const)('on %s, %s %s', (platform, way, command, program, args) => {
    expect(toProgram(way, command, platform)).toMatchObject({ program, args });
  });

  it('is PowerShell for its scripts', () => {
    expect(toProgram('file', 'C:\\x.ps1', 'win32').args.at(-1)).toBe('C:\\x.ps1');
  });
});

it('its environment has what a script needs and nothing else', () => {
  process.env['DATABASE_URL'] = 'postgresql://ann:secret@db/shop';
  const env = toCommandEnv({ PGKEEP_JOB: 'shop' });
  delete process.env['DATABASE_URL'];
  expect(env['PATH']).toBe(process.env['PATH']);
  expect(env['PGKEEP_JOB']).toBe('shop');
  expect(Object.values(env).join()).not.toContain('secret');
});

describe('the time of a command in a .env file', () => {
  const time = (text: string): number => parseTimeout('after', { BACKUP_HOOK_AFTER_TIMEOUT: text });

  it.each([
    ['', 300],
    ['90', 90],
    ['90s', 90],
    ['5m', 300],
    ['2 h', 7200],
  ])('"%s" is %i s', (text, seconds) => {
    expect(time(text)).toBe(seconds);
  });

  it.each(['0', '-1', 'soon', '25h', '1.5h'])('"%s" is refused with its name', (text) => {
    expect(() => time(text)).toThrow(/BACKUP_HOOK_AFTER_TIMEOUT/);
  });
});
