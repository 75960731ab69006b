// What a rebuild makes of a set on Drive: damage is seen, a pin is never lost, and what is known here stays.
import { describe, expect, it } from 'vitest';
import type { FoundSet } from '../../../electron/engine/catalogue/group-sets.ts';
import { complete, listChanged, toSnapshot } from '../../../electron/engine/catalogue/merge-set.ts';
import type { ManifestFacts } from '../../../electron/engine/catalogue/read-manifest.ts';
import { isGoodSnapshot, type SetFile } from '../../../shared/snapshot.ts';
import { toSetFile, toSnapshot as toRow } from '../rows.ts';

const at = '2026-11-25T00:00:00.000Z';
const manifest = toSetFile({ kind: 'manifest' });

function toSet(change: Partial<FoundSet> = {}): FoundSet {
  const { id, jobId, database, baseName, createdAt, serverVersion } = toRow();
  const { dumpFormat, compression, dumpBytes, tables, rows } = toRow();
  return {
    ...{ id, jobId, database, baseName, createdAt, serverVersion },
    ...{ dumpFormat, compression, dumpBytes, tables, rows },
    ...{ folder: null, pinned: false, isNewer: false, problems: [], files: [toSetFile(), manifest] },
    ...change,
  };
}

const made = { ...toSetFile(), sha256: 'a'.repeat(64), md5: 'b'.repeat(32) };
const facts: ManifestFacts = {
  ...{
    jobName: 'shop',
    serverVersion: '15.18',
    dumpFormat: 'custom',
    compression: 'zstd',
    dumpBytes: 5_000_000,
    files: [made],
    leftOut: null,
  },
};

describe('the bytes that Drive says', () => {
  it.each<[string, Partial<SetFile>, 'ok' | 'changed']>([
    ['the same', {}, 'ok'],
    ['another size', { sizeBytes: 777 }, 'changed'],
    ['another SHA-256', { sha256: 'c'.repeat(64) }, 'changed'],
    ['another MD5 and no SHA-256', { sha256: null, md5: 'c'.repeat(32) }, 'changed'],
    ['no hash', { sha256: null, md5: null }, 'ok'],
  ])('%s', (_, change, presence) => {
    const set = toSet({ files: [toSetFile(change), manifest] });
    const added = toSnapshot(set, facts, at);
    expect(added.presence).toBe(presence);
    expect(isGoodSnapshot(added)).toBe(presence === 'ok');
    expect(added.files[0]).toMatchObject({ sizeBytes: made.sizeBytes, sha256: made.sha256 });
    const completed = complete(toRow({ files: [manifest] }), set, facts);
    expect(completed.presence).toBe(presence);
    const problem = { kind: 'file-changed', baseName: set.baseName, file: made.name };
    const expected = presence === 'ok' ? [] : [problem];
    expect(listChanged(set, null, facts)).toEqual(expected);
    expect(listChanged(set, added, null)).toEqual(expected);
  });

  it('are believed where no manifest says more', () => {
    const set = toSet({ files: [toSetFile({ sizeBytes: 777 }), manifest] });
    expect(toSnapshot(set, null, at).presence).toBe('ok');
    expect(listChanged(set, null, null)).toEqual([]);
  });

  it('do not make a row better than the last comparison found it', () => {
    expect(complete(toRow({ presence: 'missing', files: [manifest] }), toSet(), facts).presence).toBe('missing');
  });
});

describe('a pin', () => {
  it.each([
    ['that Drive knows and this list does not protects', { pinned: false, pinPending: false }, true, true],
    ['that Drive’s list does not show yet stays', { pinned: true, pinPending: false }, false, true],
    ['that was just taken away here stays away', { pinned: false, pinPending: true }, true, false],
    ['that Drive was not told yet stays', { pinned: true, pinPending: true }, false, true],
    ['that is nowhere is none', { pinned: false, pinPending: false }, false, false],
  ])('%s', (_, here, pinned, expected) => {
    expect(complete(toRow(here), toSet({ pinned }), null).pinned).toBe(expected);
  });
});
