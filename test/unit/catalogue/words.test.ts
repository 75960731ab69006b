// The sentences about what lies on Drive.
import { describe, expect, it } from 'vitest';
import {
  describeCheck,
  describeRebuild,
  describeSetProblem,
  setProblemKinds,
  type Finding,
  type RebuildReport,
} from '../../../shared/catalog.ts';
import { describeKit, opensNothing } from '../../../shared/describe-kit.ts';
import { noticeForCheck } from '../../../electron/engine/notify/notice-for-event.ts';

const finding = (presence: Finding['presence'], snapshotId = 's'): Finding => ({
  ...{ snapshotId, presence, baseName: 'shop_1', files: [] },
});

/** Google answers the same for a file that is gone and for one that it does not show to this client. */
const why = ' What is not to be seen was removed there, or made with another OAuth client: look on Drive’s own page.';

describe('a comparison', () => {
  it.each<[number, Finding[], string]>([
    [1, [], 'The one backup is on Drive as it should be.'],
    [3, [], 'All 3 backups are on Drive as they should be.'],
    [3, [finding('missing')], `1 backup is not to be seen on Drive any more.${why}`],
    [
      3,
      [finding('trashed'), finding('missing', 'b'), finding('trashed', 'c')],
      `1 backup is not to be seen on Drive any more, 2 backups are in Drive’s trash.${why}`,
    ],
    [2, [finding('changed')], '1 backup is not as it was stored.'],
  ])('of %i backups with %j', (snapshots, findings, words) => {
    expect(describeCheck({ snapshots, findings, unknown: [] })).toBe(words);
  });

  it('that sees nothing at all also names lost access as the reason', () => {
    const findings = [finding('missing', 'a'), finding('missing', 'b')];
    expect(describeCheck({ snapshots: 2, findings, unknown: [] })).toMatch(/lost its access/);
  });

  it('is told once for each state, however its findings are ordered, and is over when all is well', () => {
    const now = new Date('2026-11-22T03:00:00Z');
    const found = [finding('missing', 'a'), finding('trashed', 'b')];
    const check = { at: '', snapshots: 2, findings: found, unknown: [] };
    const first = noticeForCheck(check, [], now);
    expect(first.tell.map(({ alert }) => alert.title)).toEqual(['Backups are not as they should be on Drive']);
    expect(noticeForCheck({ ...check, findings: [...found].reverse() }, first.causes, now).tell).toEqual([]);
    expect(noticeForCheck({ ...check, findings: found.slice(1) }, first.causes, now).tell).toHaveLength(1);
    expect(noticeForCheck({ ...check, findings: found.slice(1) }, first.causes, now, true).tell).toEqual([]);
    expect(noticeForCheck({ ...check, findings: [] }, first.causes, now)).toMatchObject({
      ...{ tell: [], causes: [{ resolvedAt: now.toISOString() }] },
    });
  });
});

describe('a rebuild', () => {
  const report: RebuildReport = {
    ...{ at: '', files: 9, sets: 3, added: 2, updated: 0, unchanged: 1, jobs: ['shop'], manifestsRead: 2, wrongKey: 0 },
    problems: [],
  };

  it.each<[Partial<RebuildReport>, RegExp]>([
    [{ sets: 0 }, /^No backup of PgKeep can be seen on this Drive\. .*shared drive/],
    [{}, /^3 backups on Drive: 2 added here, 0 completed, 1 known already\. Jobs that came back: shop\.$/],
    [{ wrongKey: 1 }, /1 backup cannot be opened with the key on this computer\.$/],
    [{ wrongKey: 3 }, /opens none of them: bring the recovery kit/],
  ])('%j', (change, words) => {
    expect(describeRebuild({ ...report, ...change })).toMatch(words);
  });

  it.each(setProblemKinds)('has words for %s', (kind) => {
    expect(describeSetProblem({ kind, baseName: 'shop_1', file: 'x.age' })).toMatch(/^shop_1: .{15,} \(x\.age\)$/);
  });
});

describe('a recovery kit', () => {
  it.each([
    [{ use: 'adopted', opens: { tried: 2, opened: 2 } }, /now this computer’s key/, false],
    [{ use: 'added', opens: { tried: 2, opened: 1 } }, /opens 1 of 2 backups/, false],
    [{ use: 'known', opens: null }, /could not be tried/, false],
    [{ use: 'put-back', opens: { tried: 0, opened: 0 } }, /no backup on this Drive/, false],
    [{ use: 'adopted', opens: { tried: 2, opened: 0 } }, /opens nothing of what lies on this Drive/, true],
  ] as const)('%j', (outcome, words, useless) => {
    expect(describeKit(outcome).join(' ')).toMatch(words);
    expect(opensNothing(outcome)).toBe(useless);
  });
});
