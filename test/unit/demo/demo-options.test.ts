import { describe, expect, it } from 'vitest';
import { parseDemoOptions } from '../../demo/demo-options.ts';

describe('the demo’s arguments', () => {
  it('may be left out', () => {
    expect(parseDemoOptions([], '/home/me')).toEqual({ sizeMb: 10, json: false, keepDir: null, help: false });
  });

  it('name a size, a folder from where the person stands, and JSON', () => {
    expect(parseDemoOptions(['--size', '500', '--json', '--keep', 'kept'], '/home/me')).toEqual({
      sizeMb: 500,
      json: true,
      keepDir: '/home/me/kept',
      help: false,
    });
  });

  it.each([
    ['--size', 'big'],
    ['--size', '2'],
    ['--size=1e9'],
    ['--size', '-5'],
    ['--keep', ''],
    ['--fast'],
    ['backup'],
  ])('are refused: %s %s', (...args: string[]) => {
    expect(() => parseDemoOptions(args, '/home/me')).toThrow();
  });
});
