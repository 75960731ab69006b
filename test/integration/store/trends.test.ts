// A new backup beside those before it, from the rows of a real store: what is unusual becomes a warning of its run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../electron/engine/base/log.ts';
import { openDatabase, type OpenDatabase } from '../../../electron/engine/store/database.ts';
import { writeJob } from '../../../electron/engine/store/jobs.ts';
import { getRun, insertRun, updateRun } from '../../../electron/engine/store/runs.ts';
import { writeSnapshot } from '../../../electron/engine/store/snapshots.ts';
import { createTrendDesk, type TrendDesk } from '../../../electron/engine/trend-desk.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { toJob, toRun, toSnapshot } from '../../unit/rows.ts';

let folder: string;
let store: OpenDatabase;
let desk: TrendDesk;
let now = new Date('2026-11-01T00:00:00Z');
const log: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-trends-'));
  store = openDatabase(path.join(folder, 'pgkeep.db'));
  now = new Date('2026-11-01T00:00:00Z');
  log.length = 0;
  desk = createTrendDesk({
    db: store.db,
    clock: { now: () => now, wait: () => Promise.reject(new Error('nobody waits here')) },
    logOf: () => createLog((level, message) => log.push(`${level} ${message}`)),
  });
  writeJob(store.db, toJob({ connectionId: null }));
});

afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

interface Backup {
  readonly dumpBytes?: number;
  readonly minutes?: number;
  readonly orders?: number | null;
  readonly waits?: boolean;
  readonly change?: Partial<Snapshot>;
}

/** The next day's backup as the pipeline records it; answers the run's warnings. */
function backUp({ dumpBytes = 300e6, minutes = 10, orders = 5000, waits = false, change = {} }: Backup = {}) {
  const { db } = store;
  const id = `r${now.toISOString()}`;
  const startedAt = now.toISOString();
  insertRun(db, toRun({ id, createdAt: startedAt }));
  updateRun(db, id, { startedAt, warnings: ['another warning'] });
  if (waits) desk.noteRun(toRun({ id, state: 'waiting', endedAt: null }));
  const entry = { kind: 'table', schema: 'sales', name: 'orders', bytes: 1, sha256: '' } as const;
  desk.noteContents(id, orders === null ? [] : [{ ...entry, rows: orders }]);
  now = new Date(now.getTime() + minutes * 60_000);
  const snapshot = toSnapshot({ id: `s-${id}`, runId: id, createdAt: startedAt, dumpBytes, ...change });
  db.transaction(() => {
    writeSnapshot(db, snapshot);
    desk.judge(id, snapshot);
  })();
  now = new Date(Date.parse(startedAt) + 86_400_000);
  return getRun(db, id).warnings.slice(1);
}

describe('a backup that breaks the trend', () => {
  it('has a warning for its size, its length and its empty tables; the ones before and after have none', () => {
    for (let day = 0; day < 6; day += 1) expect(backUp()).toEqual([]);
    expect(backUp({ dumpBytes: 100e6, minutes: 45, orders: 0 })).toEqual([
      'Unusual: the dump has 100 MB; the last 6 had about 300 MB. Has data been deleted?',
      'Unusual: it took 45 min; the last 6 took about 10 min.',
      'Unusual: sales.orders (5 000 rows) is empty now; it was not in the last 5 backups.',
    ]);
    expect(log).toHaveLength(3);
    // Empty tables are told once, and a table that is not dumped is none.
    expect(backUp({ orders: 0 })).toEqual([]);
    expect(backUp({ orders: null })).toEqual([]);
  });

  it('is compared with its own kind alone', () => {
    for (let day = 0; day < 6; day += 1) backUp();
    expect(backUp({ dumpBytes: 10e6, change: { database: 'crm' } })).toEqual([]);
    expect(backUp({ dumpBytes: 10e6, change: { dumpFormat: 'plain' } })).toEqual([]);
    const none = { count: 0, names: [] };
    const rows = { count: 1, names: ['sales.orders'] };
    const leftOut = { schemas: none, tables: none, rows, largeObjects: false, foreignKeys: none };
    expect(backUp({ dumpBytes: 10e6, change: { leftOut } })).toEqual([]);
    expect(backUp({ dumpBytes: 10e6 })).toHaveLength(1);
  });

  it('is not judged by a time that it had to wait, nor are the others by that', () => {
    for (let day = 0; day < 4; day += 1) backUp();
    expect(backUp({ minutes: 600, waits: true })).toEqual([]);
    expect(backUp({ minutes: 600 })).toEqual([]);
    backUp();
    expect(backUp({ minutes: 600 })).toHaveLength(1);
  });

  it('is a good backup even when nothing can be said about it', () => {
    store.db.exec('drop table filled_tables');
    expect(backUp()).toEqual([]);
    expect(log).toEqual([expect.stringMatching(/^warn not compared with the backups before: .*no such table/)]);
  });
});
