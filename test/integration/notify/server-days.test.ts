// A job of a whole server over days: each trouble is told by the database that has it, once, and what is well says nothing of
// what is not.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { insertRun, updateRun } from '../../../electron/engine/store/runs.ts';
import { writeSnapshot } from '../../../electron/engine/store/snapshots.ts';
import { AppError, toWireError, type ErrorCode } from '../../../shared/errors.ts';
import type { Schedule } from '../../../shared/schedule.ts';
import { toRun, toSnapshot } from '../../unit/rows.ts';
import { openDeskWorld, type DeskWorld } from './desk-world.ts';

const hour = 3_600_000;
const start = new Date('2026-11-22T03:00:00Z');

let world: DeskWorld;
let number = 0;

beforeEach(async () => {
  world = await openDeskWorld(start);
  const schedule: Schedule = {
    ...{ when: { kind: 'daily', times: ['03:00'] }, enabled: true },
    ...{ timeZone: 'UTC', jitterMinutes: 0 },
  };
  world.addJob({ name: 'all', scope: 'server', database: null, schedule });
});

afterEach(async () => {
  await world.stop();
});

type Outcomes = Readonly<Record<string, ErrorCode | 'good' | 'waits'>>;

/** One start: queued as the engine does it, then one after the other to its end. */
function runAll(outcomes: Outcomes): void {
  const db = world.db();
  const now = world.clock.now().toISOString();
  const ids = Object.keys(outcomes).map((database) => [`r${String((number += 1))}`, database] as const);
  const groupId = ids[0]?.[0] ?? null;
  for (const [id, database] of ids) {
    const row = {
      id,
      database,
      groupId,
      trigger: 'schedule',
      createdAt: now,
      state: 'queued',
      snapshotId: null,
    } as const;
    insertRun(db, toRun(row));
  }
  for (const [id, database] of ids) {
    const outcome = outcomes[database] ?? 'good';
    const over = { startedAt: now, endedAt: now };
    if (outcome === 'waits') {
      const error = toWireError(new AppError('drive/offline', 'x', { retry: 'later' }));
      world.desk().runSettled(updateRun(db, id, { state: 'waiting', stage: 'upload', startedAt: now, error }));
    } else if (outcome === 'good') {
      writeSnapshot(db, toSnapshot({ id: `s-${id}`, runId: id, database, createdAt: now }));
      world.desk().runSettled(updateRun(db, id, { ...over, state: 'succeeded', snapshotId: `s-${id}` }));
    } else {
      const error = toWireError(new AppError(outcome, 'x', { context: { host: 'db', port: 5432 } }));
      world.desk().runSettled(updateRun(db, id, { ...over, state: 'failed', error }));
    }
  }
}

/** The server could not be asked for its databases. */
function failToSearch(): void {
  const db = world.db();
  const now = world.clock.now().toISOString();
  const id = `r${String((number += 1))}`;
  const error = toWireError(new AppError('pg/connection-refused', 'x', { context: { host: 'db', port: 5432 } }));
  const row = { id, database: null, groupId: id, createdAt: now, snapshotId: null, trigger: 'schedule' } as const;
  insertRun(db, toRun({ ...row, state: 'queued' }));
  world.desk().runSettled(updateRun(db, id, { state: 'failed', startedAt: now, endedAt: now, error }));
}

/** What is told by the desktop on each of the days, whose first begins now. */
async function tellDays(days: readonly (() => void)[]): Promise<string[][]> {
  const told: string[][] = [];
  for (const day of days) {
    const before = world.notices.length;
    day();
    await world.pass(24 * hour, hour / 2);
    told.push(world.notices.slice(before).map(({ title }) => title));
  }
  return told;
}

const good = { crm: 'good', shop: 'good', web: 'good' } as const;
const denied = 'pg/permission-denied';

it('tells of the database that fails, by its name, while the others succeed; and when it is good again', async () => {
  const told = await tellDays([
    () => runAll(good),
    () => runAll({ ...good, crm: denied }),
    () => runAll({ ...good, crm: denied }),
    () => runAll({ ...good, crm: denied }),
    () => runAll({ ...good, crm: denied }),
    () => runAll(good),
    () => runAll(good),
  ]);
  expect(told).toEqual([
    [],
    ['Backup of crm (all) failed'],
    [],
    ['Backup of crm (all) still fails (3 times in a row)'],
    ['Backup of crm (all) still fails (4 times in a row)'],
    ['crm (all) is backed up again'],
    [],
  ]);
});

it('tells of several in one message, and of a new one on the day it fails', async () => {
  const told = await tellDays([
    () => runAll({ ...good, crm: denied, shop: 'pg/lock-timeout' }),
    () => runAll({ ...good, crm: denied }),
    () => runAll({ ...good, crm: denied, web: denied }),
    () => runAll(good),
  ]);
  expect(told).toEqual([
    ['Backups of crm (all) and shop (all) failed'],
    [],
    ['Backups of crm (all) and web (all) still fail'],
    ['web (all) is backed up again'],
  ]);
});

it('tells of a server that is away as one trouble, and forgets it when the server is back', async () => {
  const told = await tellDays([
    () => runAll(good),
    failToSearch,
    failToSearch,
    () => runAll(good),
    failToSearch,
    () => runAll(good),
    failToSearch,
    () => runAll({ ...good, crm: denied }),
    () => runAll(good),
  ]);
  expect(told).toEqual([
    [],
    ['Backup of all failed'],
    [],
    ['crm (all) is backed up again'],
    ['Backup of all failed'],
    ['crm (all) is backed up again'],
    // One outage is not the third in a row because there were two in another week.
    ['Backup of all failed'],
    ['shop (all) is backed up again', 'Backup of crm (all) failed'],
    ['crm (all) is backed up again'],
  ]);
});

it('tells that one database is late, although the others have good backups', async () => {
  const told = await tellDays([
    () => runAll(good),
    () => runAll({ ...good, shop: 'waits' }),
    () => runAll({ crm: 'good', web: 'good' }),
  ]);
  expect(told).toEqual([[], ['Backup of shop (all) late'], ['Backup of shop (all) late']]);
});

it('tells of all of them as the job when nothing of it came in time', async () => {
  const told = await tellDays([() => runAll(good), () => undefined]);
  expect(told).toEqual([[], ['Backup of all late']]);
});

it('keeps what failed in mind over a crash in the middle of a start', async () => {
  runAll(good);
  await world.pass(24 * hour, hour / 2);
  const db = world.db();
  const now = world.clock.now().toISOString();
  const row = { groupId: 'g', createdAt: now, snapshotId: null, trigger: 'schedule' } as const;
  for (const database of ['crm', 'shop'])
    insertRun(db, toRun({ ...row, id: `g-${database}`, database, state: 'queued' }));
  const error = toWireError(new AppError(denied, 'x'));
  world.desk().runSettled(updateRun(db, 'g-crm', { state: 'failed', startedAt: now, endedAt: now, error }));
  await world.calm();
  expect(world.notices.map(({ title }) => title)).toEqual([]);
  await world.restart({ crash: true });
  await world.pass(hour / 60);
  const later = world.clock.now().toISOString();
  writeSnapshot(world.db(), toSnapshot({ id: 's-g', runId: 'g-shop', database: 'shop', createdAt: later }));
  const over = { state: 'succeeded', startedAt: later, endedAt: later, snapshotId: 's-g' } as const;
  world.desk().runSettled(updateRun(world.db(), 'g-shop', over));
  await world.calm();
  expect(world.notices.map(({ title }) => title)).toEqual(['Backup of crm (all) failed']);
});
