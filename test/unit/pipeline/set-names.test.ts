import { describe, expect, it } from 'vitest';
import { toBaseName, toFileName } from '../../../electron/engine/pipeline/set-names.ts';

const at = '2026-11-22T03:04:05.678Z';

describe('a set’s base name', () => {
  it.each([
    ['shop', 'shop_20261122T030405Z_a1b2c3'],
    ['Shop-2.old', 'Shop-2.old_20261122T030405Z_a1b2c3'],
    ['my shop', 'my_shop_20261122T030405Z_a1b2c3'],
    ['Käse/../x', 'K_se_.._x_20261122T030405Z_a1b2c3'],
    ['-rf', '_rf_20261122T030405Z_a1b2c3'],
    ['..', '__20261122T030405Z_a1b2c3'],
    ['a\nb;$(c)', 'a_b_c__20261122T030405Z_a1b2c3'],
    ['数据库', '__20261122T030405Z_a1b2c3'],
  ])('of the database %j is %s', (database, name) => {
    expect(toBaseName(database, at, 'a1b2c3d4e5f6')).toBe(name);
  });

  it('stays short and plain whatever the database is called', () => {
    for (const database of ['x'.repeat(63), 'ß'.repeat(31), '"; drop', ' ', "'"]) {
      const name = toBaseName(database, at, 'a1b2c3d4e5f6');
      expect(name.length).toBeLessThanOrEqual(63 + 1 + 16 + 1 + 6);
      expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
    }
  });
});

describe('the files of a set', () => {
  it.each([
    ['dump', 'custom', 'zstd', 'x.dump.zst.age'],
    ['dump', 'custom', 'gzip', 'x.dump.gz.age'],
    ['dump', 'plain', 'zstd', 'x.sql.zst.age'],
    ['dump', 'plain', 'gzip', 'x.sql.gz.age'],
    ['globals', 'custom', 'zstd', 'x.globals.sql.age'],
    ['manifest', 'plain', 'gzip', 'x.manifest.json.age'],
  ] as const)('%s of a %s dump with %s is %s', (kind, dumpFormat, compression, name) => {
    expect(toFileName('x', { dumpFormat, compression }, kind)).toBe(name);
  });
});
