import { describe, expect, it } from 'vitest';
import { createTroubleWatch } from '../../../electron/engine/drive/trouble.ts';
import { AppError } from '../../../shared/errors.ts';

const offline = new AppError('drive/offline', 'x', { retry: 'later' });
const busy = new AppError('drive/busy', 'x', { retry: 'later' });
const full = new AppError('drive/quota-full', 'x');

describe('trouble with Google', () => {
  it.each([
    ['one failure is nothing to tell', [offline, null], []],
    ['two in a row are told, and the end of it', [offline, offline, offline, null], ['offline', null]],
    ['another kind is told', [offline, offline, busy, busy], ['offline', 'busy']],
    ['a success in between begins the count anew', [offline, null, offline, null, offline], []],
    ['what waiting does not mend is no trouble of this kind', [full, full, full], []],
    ['a cancelled request says nothing', [offline, new AppError('run/cancelled', 'x'), null], []],
  ])('%s', (_what, outcomes, expected) => {
    const told: unknown[] = [];
    const watch = createTroubleWatch((trouble) => told.push(trouble));
    for (const outcome of outcomes) watch.note(outcome);
    expect(told).toEqual(expected);
  });
});
