// Removing an old set while Google fails, the network breaks or the program ends, at each of its steps: in the end it is removed
// whole, or still whole, or gone on with later; the list never says what is not so, and the newest set is never touched.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { Action, Fault, Match } from '../../google/faults.ts';
import { openSetsWorld, type SetsWorld } from './sets-world.ts';

let world: SetsWorld;
let newest: Snapshot;
let failing: Fault | null = null;

beforeAll(async () => {
  world = await openSetsWorld();
  newest = await world.addSet();
});

afterEach(() => {
  failing?.remove();
  failing = null;
});

afterAll(async () => {
  await world.stop();
});

/** Each request of a removal: looking at the newest set and the old one, then each file into the trash. */
const steps: readonly (readonly [string, Match])[] = [
  ['the look at the newest set', { kind: 'get', nth: 1 }],
  ['the look at the old set', { kind: 'get', nth: 5 }],
  ['the look at its folder', { kind: 'get', nth: 7 }],
  ['the dump', { kind: 'update', nth: 1 }],
  ['the globals', { kind: 'update', nth: 2 }],
  ['the manifest', { kind: 'update', nth: 3 }],
];

const refusal = { do: 'respond', status: 403, reason: 'insufficientFilePermissions' } as const;

/** For as long as it lasts, and where the set then is; `either` where it depends on the step. */
const faults: readonly (readonly [string, Action])[] = [
  ['401', { do: 'respond', status: 401, reason: 'authError' }],
  ['403 for a missing right', refusal],
  ['403 for the rate', { do: 'respond', status: 403, reason: 'userRateLimitExceeded' }],
  ['404', { do: 'respond', status: 404, reason: 'notFound' }],
  ['429', { do: 'respond', status: 429, reason: 'rateLimitExceeded' }],
  ['500', { do: 'respond', status: 500, reason: 'internalError' }],
  [
    'a proxy’s page',
    { do: 'respond', status: 200, body: '<html>Sign in to the hotel</html>', contentType: 'text/html' },
  ],
  ['a broken line before the request arrived', { do: 'reset', at: 'arrived' }],
  ['a broken line after it was done', { do: 'reset', at: 'done' }],
];

/** What may be true of a set and its row together. */
const honest = [
  'whole, listed ok',
  'removed, history',
  'whole, listed removing',
  'half, listed removing',
  'removed, listed removing',
];

/** Makes the newest one old. */
async function addNewer(): Promise<Snapshot> {
  const old = newest;
  newest = await world.addSet();
  return old;
}

describe.each(steps)('%s meets', (_, match) => {
  it.each(faults)('%s', async (fault, action) => {
    const old = await addNewer();
    failing = world.google.failNext({ ...match, times: null }, action);
    const report = await world.retain();
    const isLie = fault === '404' && match.kind === 'get';
    // What Google says is not to be seen, the list does not call whole.
    if (!isLie) expect(honest).toContain(world.stateOf(old));
    expect(report.removed.map(({ snapshotId }) => snapshotId)).toEqual(
      world.stateOf(old).endsWith('history') ? [old.id] : [],
    );
    if (report.removed.length === 0 && !isLie) expect(report.warnings).toHaveLength(1);
    failing.remove();
    // The next run, after a start.
    if (isLie) {
      world.db.prepare(`update snapshots set presence = 'ok'`).run();
    }
    const next = await world.retain();
    expect(next.warnings).toEqual([]);
    expect(world.stateOf(old)).toBe('removed, history');
    expect(world.stateOf(newest)).toBe('whole, listed ok');
    expect(world.told.filter(({ snapshotId }) => snapshotId === old.id)).toHaveLength(1);
  });

  it.each(['arrived', 'done'] as const)('the end of the program (%s)', async (at) => {
    const old = await addNewer();
    const ending = new AbortController();
    const hold = world.google.holdNext(match, { at });
    const pass = world.retain({ signal: ending.signal });
    await Promise.race([hold.reached, pass]);
    ending.abort(new AppError('engine/stopped', 'the program is quitting'));
    await expect(pass).rejects.toMatchObject({ code: 'engine/stopped' });
    hold.release();
    expect(honest).toContain(world.stateOf(old));
    const begun = world.stateOf(old).endsWith('removing');
    const resumed = await world.resume();
    expect(resumed.removed.map(({ snapshotId }) => snapshotId)).toEqual(begun ? [old.id] : []);
    await world.retain();
    expect(world.stateOf(old)).toBe('removed, history');
    expect(world.stateOf(newest)).toBe('whole, listed ok');
  });
});
