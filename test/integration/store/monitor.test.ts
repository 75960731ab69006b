// What the program watches, from the rows of a real store: how fresh each job is, and the newest of each job and database.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMonitorDesk } from '../../../electron/engine/monitor-desk.ts';
import { openDatabase, type OpenDatabase } from '../../../electron/engine/store/database.ts';
import { writeJob } from '../../../electron/engine/store/jobs.ts';
import { insertRun, listNewestRuns } from '../../../electron/engine/store/runs.ts';
import { writeSetting } from '../../../electron/engine/store/settings.ts';
import { insertSlot } from '../../../electron/engine/store/slots.ts';
import { listNewestSnapshots, writeSnapshot } from '../../../electron/engine/store/snapshots.ts';
import { noSchedule } from '../../../shared/schedule.ts';
import { freshnessOf } from '../../../shared/freshness.ts';
import type { Monitor } from '../../../shared/monitor.ts';
import { toJob, toRun, toSetFile, toSnapshot } from '../../unit/rows.ts';

let folder: string;
let store: OpenDatabase;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-monitor-'));
  store = openDatabase(path.join(folder, 'pgkeep.db'));
});

afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the newest of each job and database', () => {
  it('is found for every pair, a database that is not known yet too, newest first', () => {
    const { db } = store;
    writeJob(db, toJob({ id: 'j1', connectionId: null }));
    writeJob(db, toJob({ id: 'j2', name: 'all', connectionId: null, scope: 'server', database: null }));
    writeJob(db, toJob({ id: 'j3', name: 'never', connectionId: null }));
    const rows = [
      ['r1', 'j1', 'shop', '01'],
      ['r2', 'j1', 'shop', '02'],
      ['r3', 'j2', 'crm', '03'],
      ['r4', 'j2', null, '04'],
      ['r5', 'j2', 'notes', '05'],
      ['r6', 'j2', 'crm', '06'],
      ['r7', 'j1', 'shop', '07'],
    ] as const;
    for (const [id, jobId, database, day] of rows)
      insertRun(db, toRun({ id, jobId, database, createdAt: `2026-11-${day}T03:00:00Z` }));
    expect(listNewestRuns(db).map(({ id }) => id)).toEqual(['r7', 'r6', 'r5', 'r4']);
    expect(listNewestRuns(db, 2).map(({ id }) => id)).toEqual(['r7', 'r6', 'r5', 'r4', 'r3', 'r2']);
  });

  it('is a good backup, of snapshots', () => {
    const { db } = store;
    writeJob(db, toJob({ connectionId: null }));
    const put = (id: string, day: string, change: Parameters<typeof toSnapshot>[0] = {}): void => {
      writeSnapshot(db, toSnapshot({ id, createdAt: `2026-11-${day}T03:00:00Z`, ...change }));
    };
    put('s1', '01');
    put('s2', '02');
    put('trashed', '03', { presence: 'trashed' });
    put('no-manifest', '04', { files: [toSetFile({ kind: 'dump' })] });
    put('other', '01', { database: 'crm' });
    expect(listNewestSnapshots(db).map(({ id }) => id)).toEqual(['s2', 'other']);
    expect(listNewestSnapshots(db, 5).map(({ id }) => id)).toEqual(['s2', 'other', 's1']);
  });
});

describe('the watch over freshness', () => {
  it('tells once when something changes: a good backup, the pause, the schedule', () => {
    const { db } = store;
    let now = new Date('2026-11-25T12:00:00Z');
    const told: Monitor[] = [];
    const desk = createMonitorDesk({
      db,
      clock: { now: () => now, wait: () => Promise.reject(new Error('nobody waits here')) },
      calendar: { readTimeZone: () => 'UTC' },
      onChanged: (monitor) => told.push(monitor),
    });
    const schedule = { ...noSchedule, when: { kind: 'daily' as const, times: ['03:00'] } };
    writeJob(db, toJob({ connectionId: null, schedule }));
    insertRun(db, toRun());
    desk.look();
    desk.look();
    expect(told).toEqual([
      {
        dues: [
          {
            ...{ jobId: 'j1', lastGoodAt: null, paused: false },
            ...{ expectedAt: '2026-11-01T03:00:00.000Z', dueBy: '2026-11-01T09:00:00.000Z' },
          },
        ],
      },
    ]);
    now = new Date('2026-11-25T13:00:00Z');
    writeSnapshot(db, toSnapshot({ createdAt: '2026-11-25T12:30:00Z' }));
    expect(desk.look().dues).toMatchObject([
      { lastGoodAt: '2026-11-25T12:30:00Z', expectedAt: '2026-11-26T03:00:00.000Z' },
    ]);
    writeSetting(db, 'schedulePause', { since: now.toISOString(), until: null });
    expect(desk.look().dues).toMatchObject([{ paused: true }]);
    writeJob(db, toJob({ connectionId: null, schedule: noSchedule }));
    expect(desk.look().dues).toMatchObject([{ expectedAt: null, dueBy: null }]);
    expect(told).toHaveLength(4);
  });

  const daily = { ...noSchedule, when: { kind: 'daily' as const, times: ['03:00'] } };
  const lookAt = (now: string) => {
    const { dues } = createMonitorDesk({
      db: store.db,
      clock: { now: () => new Date(now), wait: () => Promise.reject(new Error('nobody waits here')) },
      calendar: { readTimeZone: () => 'UTC' },
      onChanged: () => undefined,
    }).get();
    const [due] = dues;
    return due && { lastGoodAt: due.lastGoodAt, ...freshnessOf(due, new Date(now)) };
  };
  const back = (id: string, database: string, day: string, state: 'succeeded' | 'failed'): void => {
    const createdAt = `2026-11-${day}T03:00:00Z`;
    insertRun(store.db, toRun({ id, database, createdAt, state, groupId: `g${day}` }));
    if (state === 'succeeded') writeSnapshot(store.db, toSnapshot({ id: `s-${id}`, database, createdAt }));
  };

  it('forgives what a person did: a new schedule counts from its change, and times that were left out are not missed', () => {
    writeJob(store.db, toJob({ connectionId: null, schedule: daily }));
    writeSnapshot(store.db, toSnapshot({ createdAt: '2026-11-10T03:00:00Z' }));
    expect(lookAt('2026-11-10T12:00:00Z')).toMatchObject({ state: 'on-time' });
    expect(lookAt('2026-11-12T12:00:00Z')).toMatchObject({ state: 'late', dueBy: new Date('2026-11-11T09:00:00Z') });

    const evening = { ...noSchedule, when: { kind: 'daily' as const, times: ['22:00'] } };
    writeJob(store.db, toJob({ connectionId: null, schedule: evening }));
    expect(lookAt('2026-11-12T12:00:00Z')).toMatchObject({ state: 'on-time', dueBy: new Date('2026-11-13T04:00:00Z') });
    expect(lookAt('2026-11-13T05:00:00Z')).toMatchObject({ state: 'late' });

    const left = {
      firstDue: '2026-11-13T22:00:00.000Z',
      count: 1,
      outcome: 'paused',
      reason: '',
      runId: null,
    } as const;
    const due = '2026-11-13T22:00:00.000Z';
    insertSlot(store.db, { jobId: 'j1', due, ...left, recordedAt: due });
    expect(lookAt('2026-11-14T05:00:00Z')).toMatchObject({ state: 'on-time', dueBy: new Date('2026-11-15T04:00:00Z') });
  });

  it('is not blinded by a clock that was years ahead when the schedule was saved', () => {
    writeJob(store.db, toJob({ connectionId: null, schedule: noSchedule }));
    writeSnapshot(store.db, toSnapshot({ createdAt: '2026-11-10T03:00:00Z' }));
    lookAt('2026-11-10T12:00:00Z');
    writeJob(store.db, toJob({ connectionId: null, schedule: daily }));
    lookAt('2031-01-01T12:00:00Z');
    expect(lookAt('2026-11-10T13:00:00Z')).toMatchObject({ state: 'on-time' });
    expect(lookAt('2026-11-11T12:00:00Z')).toMatchObject({ state: 'late', dueBy: new Date('2026-11-11T09:00:00Z') });
  });

  it('is by database: one that fails for days makes a job of a whole server late, however good the others are', () => {
    writeJob(store.db, toJob({ connectionId: null, scope: 'server', database: null, schedule: daily }));
    for (const day of ['10', '11', '12', '13']) {
      back(`shop-${day}`, 'shop', day, 'succeeded');
      back(`crm-${day}`, 'crm', day, day === '10' ? 'succeeded' : 'failed');
    }
    expect(lookAt('2026-11-13T12:00:00Z')).toMatchObject({
      lastGoodAt: '2026-11-10T03:00:00Z',
      ...{ state: 'late', dueBy: new Date('2026-11-11T09:00:00Z') },
    });
    back('shop-14', 'shop', '14', 'succeeded');
    back('crm-14', 'crm', '14', 'succeeded');
    expect(lookAt('2026-11-14T12:00:00Z')).toMatchObject({ lastGoodAt: '2026-11-14T03:00:00Z', state: 'on-time' });
  });

  it('does not call a database late for the time before it was there', () => {
    writeJob(store.db, toJob({ connectionId: null, scope: 'server', database: null, schedule: daily }));
    back('shop-20', 'shop', '20', 'succeeded');
    back('newer-20', 'newer', '20', 'failed');
    expect(lookAt('2026-11-20T12:00:00Z')).toMatchObject({ lastGoodAt: null, state: 'on-time' });
    expect(lookAt('2026-11-21T12:00:00Z')).toMatchObject({
      ...{ lastGoodAt: null, state: 'late', dueBy: new Date('2026-11-21T09:00:00Z') },
    });
  });

  it('does not take a backup of the database that the job had before for one of its database now', () => {
    writeJob(store.db, toJob({ connectionId: null, database: 'shop', schedule: daily }));
    back('crm-20', 'crm', '20', 'succeeded');
    expect(lookAt('2026-11-20T12:00:00Z')).toMatchObject({ lastGoodAt: null, state: 'on-time' });
    expect(lookAt('2026-11-21T12:00:00Z')).toMatchObject({ lastGoodAt: null, state: 'late' });
  });
});
