import { describe, expect, it } from 'vitest';
import { toPatternRegex } from '../../electron/engine/postgres/name-pattern.ts';
import {
  usualDump,
  describePattern,
  toShortPattern,
  dumpChoiceSchema,
  leavesOut,
  parseNamePattern,
  toNamePattern,
} from '../../shared/dump-choice.ts';

describe('a name that was picked', () => {
  it.each([
    [['public', 'orders']],
    [['Sales', 'a.b']],
    [['x', 'wild*card?']],
    [['q', 'she said "no"']],
    [['s', 'new\nline $(x)']],
    [['only']],
  ])('%j comes back from its pattern', (names) => {
    const pattern = toNamePattern(...names);
    expect(parseNamePattern(pattern)).toEqual(names);
    expect(describePattern(pattern)).toBe(names.join('.'));
  });

  it.each(['logs*', 'public.logs', '"a"b', '"a".*', '"open'])('%s is a pattern that an expert wrote', (pattern) => {
    expect(parseNamePattern(pattern)).toBeNull();
    expect(describePattern(pattern)).toBe(pattern);
  });
});

describe('a pattern', () => {
  it.each([
    ['Logs*', ['^(logs.*)$']],
    ['public.log_?', ['^(public)$', '^(log_.)$']],
    ['"A.b"."c*"', ['^(A\\.b)$', '^(c\\*)$']],
    ['"say ""hi"""', ['^(say "hi")$']],
    ['a$b', ['^(a\\$b)$']],
    ['(a|b)', ['^((a|b))$']],
  ])('%s stands for %j', (pattern, regexes) => {
    expect(toPatternRegex(pattern, 2)).toEqual(regexes);
  });

  it.each(['"open', 'a.b.c', 'a..b', '.x'])('%s is refused', (pattern) => {
    expect(() => toPatternRegex(pattern, 2)).toThrow(expect.objectContaining({ code: 'input/invalid' }));
  });
});

it('the default leaves nothing out, and is valid', () => {
  expect(dumpChoiceSchema.parse(usualDump)).toEqual(usualDump);
  expect(leavesOut(usualDump)).toBe(false);
  expect(leavesOut({ ...usualDump, largeObjects: false })).toBe(true);
  expect(leavesOut({ ...usualDump, excludeData: ['logs'] })).toBe(true);
  expect(leavesOut({ ...usualDump, excludeDatabases: ['old*'] })).toBe(false);
});

it('a short pattern has quotes only where the name needs them', () => {
  expect(toShortPattern('shop', 'orders')).toBe('shop.orders');
  expect(toShortPattern('Old Shop', 'a*')).toBe('"Old Shop"."a*"');
  expect(toShortPattern('a"b', '1')).toBe('"a""b"."1"');
});
