import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findInResult } from '../../demo/drive-cli.ts';

const schema = z.object({ id: z.string(), kind: z.literal('drill') });
const drill = { id: '1', kind: 'drill' };

describe('a value in a result', () => {
  it.each([
    ['itself', { type: 'result', ...drill }],
    ['under a name', { type: 'result', restore: drill }],
    ['in a list', { type: 'result', restores: [{ id: 2 }, drill, { id: '3', kind: 'drill' }] }],
  ])('is found as the result %s', (_, result) => {
    expect(findInResult(result, schema)).toEqual(drill);
  });

  it.each([[null], ['drill'], [{ type: 'result' }], [{ restore: { id: '1', kind: 'restore' } }]])(
    'is not found in %j',
    (result) => {
      expect(findInResult(result, schema)).toBeNull();
    },
  );
});
