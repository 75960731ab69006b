// The next step of an upload, and the small languages of Google's headers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRangeStart } from '../../../electron/engine/drive/download.ts';
import { isSessionUsable, newUploadState, planUploadStep } from '../../../electron/engine/drive/plan-upload.ts';
import { parseNextOffset, toContentRange, toSessionUri } from '../../../electron/engine/drive/upload-session.ts';
import { compareFile } from '../../../electron/engine/drive/verify-upload.ts';

const MiB = 1024 * 1024;
const base = {
  hasSession: true,
  inDoubt: false,
  confirmedBytes: 0,
  writtenBytes: 0,
  committedBytes: null,
  chunkBytes: 8 * MiB,
};

describe('the next step of an upload', () => {
  it.each([
    ['nothing written yet', { hasSession: false }, { kind: 'wait', beyondBytes: 8 * MiB - 1 }],
    ['an empty file', { hasSession: false, committedBytes: 0 }, { kind: 'small', lengthBytes: 0 }],
    ['a small file', { hasSession: false, committedBytes: 9 }, { kind: 'small', lengthBytes: 9 }],
    ['at the border', { hasSession: false, committedBytes: 5 * MiB }, { kind: 'start', totalBytes: 5 * MiB }],
    ['a chunk is there', { hasSession: false, writtenBytes: 8 * MiB }, { kind: 'start', totalBytes: null }],
    ['doubt, growing', { inDoubt: true, writtenBytes: 99 }, { kind: 'query', totalBytes: null }],
    ['doubt, whole', { inDoubt: true, committedBytes: 9 * MiB }, { kind: 'query', totalBytes: 9 * MiB }],
    [
      'less than a chunk more',
      { confirmedBytes: MiB, writtenBytes: 9 * MiB - 1 },
      { kind: 'wait', beyondBytes: 9 * MiB - 1 },
    ],
    [
      'a whole chunk more',
      { confirmedBytes: MiB, writtenBytes: 9 * MiB },
      { kind: 'send', offset: MiB, lengthBytes: 8 * MiB, totalBytes: null },
    ],
    [
      'the last part',
      { confirmedBytes: 8 * MiB, committedBytes: 9 * MiB },
      { kind: 'send', offset: 8 * MiB, lengthBytes: MiB, totalBytes: 9 * MiB },
    ],
    [
      'the end on a chunk border',
      { confirmedBytes: 8 * MiB, committedBytes: 8 * MiB },
      { kind: 'send', offset: 8 * MiB, lengthBytes: 0, totalBytes: 8 * MiB },
    ],
  ])('%s', (_, situation, step) => {
    expect(planUploadStep({ ...base, ...situation })).toEqual(step);
  });

  it('is never more than Drive can have', () => {
    expect(() => planUploadStep({ ...base, confirmedBytes: 10, committedBytes: 9 })).toThrow(/more than there is/);
  });

  it('never names a total before the source is committed, and never sends a ragged chunk before the last', () => {
    const situation = fc.record({
      hasSession: fc.boolean(),
      inDoubt: fc.boolean(),
      confirmedBytes: fc.nat(100 * MiB),
      writtenBytes: fc.nat(200 * MiB),
      chunkBytes: fc.integer({ min: 1, max: 64 }).map((units) => units * 262_144),
    });
    fc.assert(
      fc.property(situation, (now) => {
        const step = planUploadStep({ ...now, committedBytes: null });
        if ('totalBytes' in step) expect(step.totalBytes).toBeNull();
        if (step.kind === 'send') {
          expect(step.lengthBytes % 262_144).toBe(0);
          expect(step.offset + step.lengthBytes).toBeLessThanOrEqual(now.writtenBytes);
        }
      }),
    );
  });
});

describe('a stored session', () => {
  const state = { ...newUploadState('id'), sessionUri: 'https://x', sessionStartedAt: '2026-11-20T00:00:00.000Z' };
  it.each([
    ['2026-11-20T00:00:01Z', state, true],
    ['2026-11-25T23:59:59Z', state, true],
    ['2026-11-26T00:00:00Z', state, false],
    ['2026-11-20T00:00:01Z', { ...state, sessionStartedAt: null }, false],
    ['2026-11-20T00:00:01Z', { ...state, sessionStartedAt: 'nonsense' }, false],
    ['2026-11-20T00:00:01Z', newUploadState('id'), false],
  ])('at %s, %o: usable %s', (now, stored, expected) => {
    expect(isSessionUsable(stored, new Date(now))).toBe(expected);
  });
});

describe('Content-Range and Range', () => {
  it.each([
    [0, 10, 20, 'bytes 0-9/20'],
    [10, 10, 20, 'bytes 10-19/20'],
    [0, 10, null, 'bytes 0-9/*'],
    [20, 0, 20, 'bytes */20'],
    [0, 0, null, 'bytes */*'],
    [0, 0, 0, 'bytes */0'],
  ])('from %i, %i bytes of %s: %s', (offset, length, total, expected) => {
    expect(toContentRange(offset, length, total)).toBe(expected);
  });

  it.each([
    [undefined, 0],
    ['bytes=0-0', 1],
    ['bytes=0-42', 43],
    ['bytes=1-42', null],
    ['0-42', null],
    ['bytes=0--1', null],
    ['', null],
  ])('Range %s: next offset %s', (range, expected) => {
    expect(parseNextOffset(range)).toBe(expected);
  });

  it.each([
    ['bytes 10-19/20', 10],
    ['bytes 0-0/*', 0],
    ['bytes */20', null],
    [undefined, null],
  ])('answered Content-Range %s begins at %s', (range, expected) => {
    expect(parseRangeStart(range)).toBe(expected);
  });
});

describe('the address of a session', () => {
  const root = 'https://www.googleapis.com';
  it('may be relative', () => {
    expect(toSessionUri('/upload?upload_id=1', `${root}/upload/drive/v3/files`, root)).toBe(
      `${root}/upload?upload_id=1`,
    );
  });

  it.each([
    'https://evil.example/upload?upload_id=1',
    'http://www.googleapis.com/upload?upload_id=1',
    'https://www.googleapis.com:8443/upload?upload_id=1',
    'https://www.googleapis.com@evil.example/upload?upload_id=1',
    'https://user:word@www.googleapis.com/upload?upload_id=1',
    '//evil.example/upload?upload_id=1',
  ])('is refused at %s, without being shown', (location) => {
    expect(() => toSessionUri(location, root, root)).toThrow(/^the upload session is on a foreign host \([a-z.]+\)$/);
  });
});

describe('the comparison of a stored file', () => {
  const file = {
    ...{ id: 'id', name: 'n', sizeBytes: 3, md5: 'm', sha256: 's', parents: [], trashed: false },
    ...{ appProperties: {}, createdTime: null, isFolder: false, driveId: null },
    rights: { canAddChildren: false, canTrash: true, canDelete: true },
  };
  const expected = { sizeBytes: 3, sha256: 's', md5: 'm' };
  it.each([
    [file, 'equal'],
    [{ ...file, sha256: null }, 'equal'],
    [{ ...file, sha256: 'x' }, 'sha256'],
    [{ ...file, sha256: null, md5: 'x' }, 'md5'],
    [{ ...file, sha256: null, md5: null }, 'wait'],
    [{ ...file, sizeBytes: null }, 'wait'],
    [{ ...file, sizeBytes: 4 }, 'size'],
    [{ ...file, trashed: true }, 'trashed'],
    [null, 'missing'],
  ])('%o: %s', (stored, result) => {
    expect(compareFile(stored, expected)).toBe(result);
  });
});
