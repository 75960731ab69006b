// How files on Drive become sets: by their properties alone, and with a word for all that is odd.
import { describe, expect, it } from 'vitest';
import { groupSets } from '../../../electron/engine/catalogue/group-sets.ts';
import { judgeSnapshot } from '../../../electron/engine/catalogue/check.ts';
import { judgeFile } from '../../../electron/engine/drive/judge-file.ts';
import type { DriveFile } from '../../../electron/engine/drive/drive-file.ts';
import type { SetProblemKind } from '../../../shared/catalog.ts';
import type { Presence, SetFileKind } from '../../../shared/snapshot.ts';
import { toSetFile, toSnapshot } from '../rows.ts';

const endings = { dump: 'dump.zst.age', globals: 'globals.sql.age', manifest: 'manifest.json.age' } as const;

function toFile(
  kind: SetFileKind,
  change: Partial<DriveFile> = {},
  properties: Record<string, string> = {},
): DriveFile {
  const base = {
    product: 'pgkeep',
    format: '1',
    set: 's1',
    job: 'j1',
    db: 'shop',
    created: '2026-11-22T03:00:00.000Z',
    serverMajor: '15',
    pinned: '0',
  };
  const more = { server: '15.18', compression: 'zstd', raw: '5000', tables: '3', rows: '1203' };
  return {
    id: `id-${kind}`,
    name: `shop_20261122T030000Z_a1b2c3.${endings[kind]}`,
    mimeType: 'application/octet-stream',
    sizeBytes: 100,
    md5: 'b'.repeat(32),
    sha256: 'a'.repeat(64),
    parents: ['folder'],
    trashed: false,
    createdTime: '2026-11-22T03:01:00.000Z',
    driveId: null,
    rights: { canTrash: true, canAddChildren: false },
    appProperties: { ...base, kind, ...(kind === 'manifest' ? more : {}), ...properties },
    ...change,
  } as DriveFile;
}

const whole = (): DriveFile[] => [toFile('dump'), toFile('globals'), toFile('manifest')];
const problemsOf = (files: DriveFile[]): SetProblemKind[] =>
  groupSets(files, []).sets.flatMap((set) => set.problems.map(({ kind }) => kind));

describe('a whole set', () => {
  it('is one, in whatever order its files come and whatever they are called', () => {
    const renamed = whole().map((file, index) => ({ ...file, name: `copy ${String(index)}` }));
    for (const files of [whole(), whole().reverse(), renamed]) {
      const { sets, strays } = groupSets(files, []);
      expect(strays).toEqual([]);
      expect(sets).toHaveLength(1);
      expect(sets[0]).toMatchObject({
        ...{
          id: 's1',
          jobId: 'j1',
          database: 'shop',
          serverVersion: '15.18',
          dumpFormat: 'custom',
          compression: 'zstd',
        },
        ...{ dumpBytes: 5000, tables: 3, rows: 1203, pinned: false, isNewer: false, problems: [] },
      });
      expect(sets[0]?.files.map(({ kind }) => kind)).toEqual(['dump', 'globals', 'manifest']);
    }
  });

  it('has the name that its files begin with, else the one they would have', () => {
    expect(groupSets(whole(), []).sets[0]?.baseName).toBe('shop_20261122T030000Z_a1b2c3');
    const nameless = whole().map((file) => ({ ...file, name: 'x' }));
    expect(groupSets(nameless, []).sets[0]?.baseName).toBe('shop_20261122T030000Z_s1');
  });

  it('belongs to the folder that carries its job’s id', () => {
    const folder = toFile('dump', { id: 'f', name: 'Web shop', sizeBytes: null, appProperties: { pgkeepJob: 'j1' } });
    expect(groupSets(whole(), [folder]).sets[0]?.folder?.name).toBe('Web shop');
  });
});

describe('what is odd', () => {
  it.each<[string, DriveFile[], SetProblemKind[]]>([
    ['no manifest', [toFile('dump'), toFile('globals')], ['manifest-missing']],
    ['no dump', [toFile('globals'), toFile('manifest')], ['dump-missing']],
    ['no globals', [toFile('dump'), toFile('manifest')], ['globals-missing']],
    [
      'a file without a size',
      [toFile('dump', { sizeBytes: null }), toFile('globals'), toFile('manifest')],
      ['size-missing'],
    ],
    [
      'a file without any hash',
      [toFile('dump', { sha256: null, md5: null }), toFile('globals'), toFile('manifest')],
      ['hash-missing'],
    ],
    ['a file that is there twice', [...whole(), toFile('dump', { id: 'second' })], ['duplicate-file']],
    [
      'a newer format',
      whole().map((file) => ({ ...file, appProperties: { ...file.appProperties, format: '2' } })),
      ['newer-format'],
    ],
    [
      'a format that is no number',
      [toFile('dump', {}, { format: 'x' }), toFile('globals'), toFile('manifest')],
      ['newer-format'],
    ],
  ])('%s is said, and the set is still listed', (_, files, kinds) => {
    expect(groupSets(files, []).sets).toHaveLength(1);
    expect(problemsOf(files)).toEqual(kinds);
  });

  it('is not a file without a SHA-256 that has an MD5', () => {
    expect(problemsOf([toFile('dump', { sha256: null }), toFile('globals'), toFile('manifest')])).toEqual([]);
  });

  it('of two files of a kind takes the whole one, then the newer one', () => {
    const later = { createdTime: '2026-11-23T03:01:00.000Z' };
    const chosen = (files: DriveFile[]): string | undefined =>
      groupSets([...files, toFile('manifest')], []).sets[0]?.files.find(({ kind }) => kind === 'dump')?.driveFileId;
    expect(chosen([toFile('dump', { id: 'old' }), toFile('dump', { id: 'new', ...later })])).toBe('new');
    expect(chosen([toFile('dump', { id: 'old' }), toFile('dump', { id: 'new', sizeBytes: null, ...later })])).toBe(
      'old',
    );
  });

  it('a pin on one file alone still protects', () => {
    const files = [toFile('dump', {}, { pinned: '1' }), toFile('globals'), toFile('manifest')];
    expect(groupSets(files, []).sets[0]?.pinned).toBe(true);
  });

  it('files of no set are strays', () => {
    const files = [
      toFile('dump', { name: 'a', appProperties: { product: 'pgkeep' } }),
      toFile('dump', { name: 'b' }, { kind: 'index' }),
    ];
    expect(groupSets(files, [])).toMatchObject({ sets: [], strays: [{ baseName: 'a' }, { baseName: 'b' }] });
  });

  it('what its properties do not say is filled from elsewhere or left open', () => {
    const bare = { product: 'pgkeep', set: 's9', kind: 'dump', format: '1', created: 'yesterday', raw: '-5' };
    const file = toFile('dump', { name: 'x.dump.gz.age', appProperties: bare });
    expect(groupSets([file], []).sets[0]).toMatchObject({
      ...{ database: 'unknown', serverVersion: 'unknown', compression: 'gzip', dumpBytes: null, rows: null },
      createdAt: '2026-11-22T03:01:00.000Z',
    });
  });

  it('SQL text is known by its property, else by its name', () => {
    const bare = { product: 'pgkeep', set: 's9', kind: 'dump', format: '1' };
    const named = toFile('dump', { name: 'x_1.sql.gz.age', appProperties: bare });
    expect(groupSets([named], []).sets[0]).toMatchObject({
      ...{ dumpFormat: 'plain', compression: 'gzip', baseName: 'x_1' },
    });
    const renamed = toFile('dump', { name: 'mine', appProperties: { ...bare, dumpFormat: 'plain' } });
    expect(groupSets([renamed], []).sets[0]?.dumpFormat).toBe('plain');
  });

  it('sets come newest first', () => {
    const other = toFile('dump', { id: 'o' }, { set: 's2', created: '2026-11-23T03:00:00.000Z' });
    expect(groupSets([...whole(), other], []).sets.map(({ id }) => id)).toEqual(['s2', 's1']);
  });
});

describe('a file against what was stored', () => {
  const stored = toSetFile({ sizeBytes: 100 });
  it.each<[string, DriveFile | null, Presence]>([
    ['gone', null, 'missing'],
    ['in the trash', toFile('dump', { trashed: true }), 'trashed'],
    ['the same', toFile('dump'), 'ok'],
    ['of another size', toFile('dump', { sizeBytes: 99 }), 'changed'],
    ['with another SHA-256', toFile('dump', { sha256: 'c'.repeat(64) }), 'changed'],
    ['with another MD5 where SHA-256 is not said', toFile('dump', { sha256: null, md5: 'c'.repeat(32) }), 'changed'],
    ['without size and hashes yet', toFile('dump', { sizeBytes: null, sha256: null, md5: null }), 'ok'],
    ['renamed and moved', toFile('dump', { name: 'x', parents: ['elsewhere'] }), 'ok'],
  ])('%s', (_, found, presence) => {
    expect(judgeFile(stored, found)).toBe(presence);
  });

  it('the worst speaks for the snapshot, and is named', () => {
    const snapshot = toSnapshot({ files: [toSetFile({ kind: 'dump' }), toSetFile({ kind: 'manifest' })] });
    const found = new Map([['file-dump', toFile('dump', { trashed: true })]]);
    expect(judgeSnapshot(snapshot, (id) => found.get(id) ?? null)).toMatchObject({
      presence: 'missing',
      files: [snapshot.files[1]?.name],
    });
  });
});
