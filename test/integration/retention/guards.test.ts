// What the rules leave alone although it is old: pins set at the last moment or on another computer, what a person has moved or
// thrown away, what cannot be trashed, sets that are not in the list; and that a half removed set comes back as no backup.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { checkCatalog, untrashSnapshot } from '../../../electron/engine/catalogue/check.ts';
import { rebuildCatalog } from '../../../electron/engine/catalogue/rebuild.ts';
import { beginRemoval } from '../../../electron/engine/store/removals.ts';
import { findSnapshot, markPinned } from '../../../electron/engine/store/snapshots.ts';
import { createDrivePerson, type DrivePerson } from '../../support/drive-person.ts';
import { openSetsWorld, type SetsWorld } from './sets-world.ts';

let world: SetsWorld;
let person: DrivePerson;
let old: Snapshot;
let newest: Snapshot;

beforeEach(async () => {
  world = await openSetsWorld();
  person = createDrivePerson(world.google);
  old = await world.addSet();
  newest = await world.addSet();
  return () => world.stop();
});

afterEach(() => {
  expect(world.stateOf(newest)).toContain('listed');
});

const fileOf = (snapshot: Snapshot, kind: string): string =>
  snapshot.files.find((file) => file.kind === kind)?.driveFileId ?? '';

describe('an old set stays', () => {
  it('when it is pinned while it is looked at', async () => {
    const hold = world.google.holdNext({ kind: 'get', nth: 7 }, { at: 'arrived' });
    const pass = world.retain();
    await Promise.race([hold.reached, pass]);
    markPinned(world.db, old.id, true);
    hold.release();
    expect(await pass).toEqual({ removed: [], freedBytes: 0, warnings: [] });
    expect(world.stateOf(old)).toBe('whole, listed ok');
  });

  it('when it is pinned while it goes: what went comes back', async () => {
    const hold = world.google.holdNext({ kind: 'update', nth: 2 }, { at: 'arrived' });
    const ending = new AbortController();
    const pass = world.retain({ signal: ending.signal });
    await Promise.race([hold.reached, pass]);
    ending.abort(new AppError('engine/stopped', 'the program is quitting'));
    await expect(pass).rejects.toMatchObject({ code: 'engine/stopped' });
    hold.release();
    expect(world.stateOf(old)).toBe('half, listed removing');
    markPinned(world.db, old.id, true);
    expect((await world.resume()).removed).toEqual([]);
    expect(world.stateOf(old)).toBe('whole, listed ok');
  });

  it('when another computer has pinned it, and is pinned here from then on', async () => {
    await person.setProperties(fileOf(old, 'globals'), { pinned: '1' });
    expect((await world.retain()).removed).toEqual([]);
    expect(findSnapshot(world.db, old.id)).toMatchObject({ pinned: true, pinPending: false });
  });

  it('when a restore has begun meanwhile', async () => {
    const hold = world.google.holdNext({ kind: 'get', nth: 7 }, { at: 'arrived' });
    const pass = world.retain();
    await Promise.race([hold.reached, pass]);
    world.inUse.add(old.id);
    hold.release();
    expect((await pass).removed).toEqual([]);
    expect(world.stateOf(old)).toBe('whole, listed ok');
  });

  it('when a person has moved it out of the job’s folder, and that is said', async () => {
    const root = world.google.files().find((file) => file.name === 'PgKeep')?.id ?? '';
    await person.move(fileOf(old, 'dump'), world.folderId, root);
    expect((await world.retain()).warnings).toEqual([
      '1 snapshot stays although the rules let it go: it does not lie in the job’s folder (shop_set00001).',
    ]);
    expect(world.stateOf(old)).toBe('whole, listed ok');
  });

  it('when a person has thrown part of it away, and counts as no backup from then on', async () => {
    await person.trash(fileOf(old, 'globals'));
    expect((await world.retain()).removed).toEqual([]);
    expect(world.stateOf(old)).toBe('half, listed trashed');
  });

  it('when its file carries another set’s mark', async () => {
    await person.setProperties(fileOf(old, 'manifest'), { set: 'another' });
    expect((await world.retain()).warnings[0]).toContain('its files are not those of the list');
    expect(world.stateOf(old)).toBe('whole, listed ok');
  });

  it('when the newest one is not whole on Drive, which is noticed', async () => {
    await person.erase(fileOf(newest, 'dump'));
    expect((await world.retain()).warnings).toEqual([
      'No old snapshot of shop was removed: the newest one is not whole on Drive any more.',
    ]);
    expect(world.stateOf(old)).toBe('whole, listed ok');
    expect(world.stateOf(newest)).toBe('half, listed missing');
    // Now the old one is the newest good one.
    expect(await world.retain()).toEqual({ removed: [], freedBytes: 0, warnings: [] });
  });

  it('when this computer’s clock is ahead', async () => {
    const ahead = world.clock.now().getTime() + 3 * 86_400_000;
    world.db
      .prepare('update snapshots set created_at = ? where id = ?')
      .run(new Date(ahead - 1000).toISOString(), newest.id);
    const clock = { ...world.clock, now: () => new Date(ahead) };
    expect((await world.retain({ clock })).warnings).toEqual([
      'No old snapshot of shop was removed: this computer’s clock is ahead of Google’s.',
    ]);
    expect(world.stateOf(old)).toBe('whole, listed ok');
  });

  it('when the sign-in is of another account', async () => {
    const checkAccount = (): Promise<void> => Promise.reject(new AppError('drive/other-account', 'another'));
    expect((await world.retain({ checkAccount })).warnings).toHaveLength(1);
    expect(world.stateOf(old)).toBe('whole, listed ok');
  });

  it('when it is another computer’s, in the same folder and not in the list', async () => {
    const foreign = await world.addSet({ listed: false });
    const other = await world.addSet({ listed: false, jobId: 'anotherjob' });
    await world.retain();
    expect(world.stateOf(old)).toBe('removed, history');
    expect([world.stateOf(foreign), world.stateOf(other)]).toEqual(['whole, unknown', 'whole, unknown']);
  });
});

describe('a set that was removed', () => {
  it('comes out of the trash, and is a backup as before', async () => {
    await world.retain();
    expect(world.stateOf(old)).toBe('removed, history');
    const ctx = await world.createCatalogContext();
    expect(await untrashSnapshot(ctx, old.id)).toMatchObject({ id: old.id, presence: 'ok' });
    expect(world.stateOf(old)).toBe('whole, listed ok');
  });

  it('stays history when the trash was emptied', async () => {
    await world.retain();
    for (const { driveFileId } of old.files) await person.erase(driveFileId);
    const ctx = await world.createCatalogContext();
    await expect(untrashSnapshot(ctx, old.id)).rejects.toMatchObject({ code: 'retention/gone' });
    expect(world.stateOf(old)).toBe('gone, history');
  });

  it('is no finding, and is listed again when a person took it out of the trash on Drive', async () => {
    await world.retain();
    const ctx = { ...(await world.createCatalogContext()) };
    const files = old.files.map(({ driveFileId }) => driveFileId);
    expect(
      world.google.files().filter(({ id, trashedTime }) => files.includes(id) && trashedTime !== null),
    ).toHaveLength(3);
    for (const id of files) await ctx.drive.api.untrashFile(id);
    expect((await rebuildCatalog(ctx, () => undefined)).added).toBe(1);
    expect(world.stateOf(old)).toBe('whole, listed ok');
  });

  it('and lies half in the trash is no backup on another computer, nor here', async () => {
    beginRemoval(world.db, old.id, { startedAt: newest.createdAt, cause: { by: 'person' } });
    await person.trash(fileOf(old, 'dump'));
    const other = await world.createCatalogContext();
    world.db.prepare('delete from snapshots').run();
    const report = await rebuildCatalog(other, () => undefined);
    expect(report).toMatchObject({ sets: 2, added: 1 });
    expect(findSnapshot(world.db, old.id)).toBeNull();
    expect(findSnapshot(world.db, newest.id)).not.toBeNull();
  });

  it('is not brought back by a list that is older than the trash', async () => {
    await world.retain();
    const names = old.files.map(({ name }) => name);
    const ctx = await world.createCatalogContext();
    const lagging = world.google.failNext(
      { kind: 'list', times: null },
      { do: 'change-body', set: { trashed: false } },
    );
    await rebuildCatalog(ctx, () => undefined);
    lagging.remove();
    expect(names).toHaveLength(3);
    expect(world.stateOf(old)).toBe('removed, history');
  });
});

describe('on a shared drive where the account may not use the trash', () => {
  it('nothing is begun, and what it takes is said', async () => {
    const refused = world.google.failNext(
      { kind: 'get', times: null },
      { do: 'change-body', set: { canTrash: false } },
    );
    const report = await world.retain();
    refused.remove();
    expect(report.removed).toEqual([]);
    expect(report.warnings[0]).toContain('takes the role “Content manager”');
    expect(world.stateOf(old)).toBe('whole, listed ok');
    expect(world.google.journal().some(({ kind }) => kind === 'update')).toBe(false);
  });
});

describe('the weekly comparison', () => {
  it('leaves alone what is on its way to the trash', async () => {
    beginRemoval(world.db, old.id, { startedAt: newest.createdAt, cause: { by: 'person' } });
    await person.trash(fileOf(old, 'dump'));
    const ctx = await world.createCatalogContext();
    // Of whom the sign-in is, the list must know.
    await expect(checkCatalog(ctx)).rejects.toMatchObject({ code: 'drive/no-account' });
    expect(world.stateOf(old)).toBe('half, listed removing');
  });
});
