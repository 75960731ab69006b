// The history of many runs in a real store: every page is right whatever the filter, and comes by an index; logs stay bounded.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHistoryHandlers, pruneHistory } from '../../../electron/engine/history-desk.ts';
import { openDatabase, type Db, type OpenDatabase } from '../../../electron/engine/store/database.ts';
import { writeJob } from '../../../electron/engine/store/jobs.ts';
import { planRunSearch, searchRuns } from '../../../electron/engine/store/search-runs.ts';
import { appendLog, firstLines, lastLines, listLog, pruneLogs } from '../../../electron/engine/store/run-log.ts';
import { insertRun, listNewestRuns, updateRun } from '../../../electron/engine/store/runs.ts';
import { writeSnapshot } from '../../../electron/engine/store/snapshots.ts';
import { AppError, toWireError } from '../../../shared/errors.ts';
import { runStates, runTriggers, type Run } from '../../../shared/run.ts';
import { runSearchSchema, type ListedRun, type RunFilter } from '../../../shared/run-history.ts';
import { toJob, toRun, toSnapshot } from '../../unit/rows.ts';

let folder: string;
let store: OpenDatabase;
let db: Db;
/** As they were written, newest first. */
const all: Run[] = [];

const refused = toWireError(new AppError('pg/auth-failed', 'role "backup" was refused'));
const toTime = (minutes: number): string => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-history-'));
  store = openDatabase(path.join(folder, 'pgkeep.db'));
  db = store.db;
  writeJob(db, toJob({ id: 'j1', connectionId: null }));
  writeJob(db, toJob({ id: 'j2', name: '=all', connectionId: null, scope: 'server', database: null }));
  writeSnapshot(db, toSnapshot({ id: 's1', storedBytes: 777 }));
  db.transaction(() => {
    for (let number = 0; number < 13_000; number += 1) {
      const failed = number % 7 === 3;
      const run = toRun({
        id: `r${String(number)}`,
        jobId: number % 2 === 0 ? 'j1' : 'j2',
        database: number % 2 === 0 ? 'shop' : number % 5 === 0 ? null : `db${String(number % 3)}`,
        trigger: runTriggers[number % 13 === 0 ? 1 : 0],
        state: failed ? 'failed' : 'succeeded',
        // Three of a moment, and now and then a clock that was set back.
        createdAt: toTime(number - (number % 3) - (number % 1000 === 999 ? 500 : 0)),
        error: failed ? refused : null,
        warnings: number === 40 ? ['the roles have no passwords (100%)'] : [],
        snapshotId: number === 12_998 ? 's1' : null,
      });
      all.unshift(run);
      insertRun(db, run);
      updateRun(db, run.id, {
        ...{ error: run.error, warnings: run.warnings },
        ...(run.snapshotId === null ? {} : { snapshotId: run.snapshotId }),
      });
    }
  })();
  // The order of the list: by time, of one moment the newest row first.
  const row = new Map(all.map(({ id }, index) => [id, index]));
  all.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || (row.get(a.id) ?? 0) - (row.get(b.id) ?? 0));
}, 60_000);

afterAll(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

function readAll(filter: Partial<RunFilter>, limit = 500, codes: Parameters<typeof searchRuns>[2] = []) {
  const runs: ListedRun[] = [];
  let pages = 0;
  let search = runSearchSchema.parse({ ...filter, limit });
  for (;;) {
    const page = searchRuns(db, search, codes);
    pages += 1;
    runs.push(...page.runs);
    expect(page.runs.length).toBeLessThanOrEqual(limit);
    if (!page.next) return { ids: runs.map(({ id }) => id), pages };
    search = { ...search, before: page.next };
  }
}

const filters: readonly Partial<RunFilter>[] = [
  {},
  { jobId: 'j2' },
  { state: 'failed' },
  { trigger: 'user' },
  { database: 'db1' },
  { jobId: 'j1', state: 'failed' },
  { jobId: 'j2', database: 'db2' },
  { jobId: 'j2', trigger: 'user' },
  { state: 'failed', trigger: 'user', database: 'shop' },
  { jobId: 'j2', state: 'failed', trigger: 'user', database: 'db1' },
  { from: toTime(5000), to: toTime(5100) },
  { jobId: 'j1', from: toTime(12_000) },
  { state: 'failed', to: toTime(100) },
  { jobId: 'nobody' },
];

describe('a page of the history', () => {
  it.each(filters)('has what matches %j, all of it, once, in order', (filter) => {
    const wanted = all.filter(
      (run) =>
        (['jobId', 'state', 'trigger', 'database'] as const).every(
          (name) => filter[name] === undefined || filter[name] === run[name],
        ) &&
        (!filter.from || run.createdAt >= filter.from) &&
        (!filter.to || run.createdAt < filter.to),
    );
    expect(readAll(filter).ids).toEqual(wanted.map(({ id }) => id));
  });

  it('has the size of the snapshot with the run', () => {
    expect(searchRuns(db, runSearchSchema.parse({ limit: 2 }), []).runs).toMatchObject([
      { id: 'r12998', storedBytes: 777 },
      { id: 'r12997', storedBytes: null },
    ]);
  });

  it.each(filters)('comes by an index for %j: no plan reads all runs', (filter) => {
    for (const text of ['', 'x']) {
      const plan = readPlan(planRunSearch(runSearchSchema.parse({ ...filter, text })).sql);
      expect(plan).toMatch(/SEARCH runs USING INDEX runs_by_/);
      expect(plan).not.toMatch(/SCAN (runs|run_log|snapshots)\b/);
    }
  });

  it('looks at a bounded number of runs and says where to go on', () => {
    const page = searchRuns(db, runSearchSchema.parse({ jobId: 'j1', trigger: 'catch-up' }), []);
    expect(page.runs).toEqual([]);
    // 6,500 runs of the job are within one page, 1,000 logs are not.
    expect(page.next).toBeNull();
    expect(readAll({ text: 'not to be found' })).toEqual({ ids: [], pages: 14 });
  });
});

describe('a search for words', () => {
  it.each([
    ['refused', [], 1857],
    ['(100%)', [], 1],
    ['100_)', [], 0],
    ['DB1', [], 1734],
    ['r40', [], 1],
  ] as const)('%s finds %s… %i runs', (text, codes, count) => {
    expect(readAll({ text }, 500, codes).ids).toHaveLength(count);
  });

  it('finds errors by the title that a person reads, and words of the log', async () => {
    const desk = createHistoryHandlers({ db, queue: { withProgress: (run) => run } });
    appendLog(db, 'r12990', { at: toTime(1), level: 'info', message: 'vacuum of sales.orders' });
    const page = await desk.search(runSearchSchema.parse({ text: 'sales.orders' }));
    expect(page.runs.map(({ id }) => id)).toEqual(['r12990']);
    const titled = await desk.search(runSearchSchema.parse({ text: 'Wrong password', limit: 5 }));
    expect(titled.runs.length + Number(titled.next !== null)).toBeGreaterThan(0);
  });
});

describe('other lists of many runs', () => {
  it('are read by index', () => {
    expect(listNewestRuns(db, 2)).toHaveLength(10);
    const states = runStates.slice(0, 3).map((state) => `'${state}'`);
    const active = `select id from runs where state in (${states.join()}) order by created_at, rowid`;
    expect(readPlan(active)).not.toMatch(/SCAN runs/);
  });
});

describe('the export', () => {
  it('has every run that matches as one line, and no formula for a spreadsheet', async () => {
    const desk = createHistoryHandlers({ db, queue: { withProgress: (run) => run } });
    const file = path.join(folder, 'runs.csv');
    const filter = {
      jobId: 'j2',
      state: 'failed',
      trigger: null,
      database: null,
      text: '',
      from: null,
      to: null,
    } as const;
    const count = all.filter((run) => run.jobId === 'j2' && run.state === 'failed').length;
    expect(await desk.writeFile({ ...filter, path: file })).toEqual({ runs: count });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\r\n');
    expect(lines).toHaveLength(count + 1);
    expect(lines[1]).toMatch(/^r\d+,'=all,/);
  });
});

describe('the log of a run', () => {
  const line = (number: number) => ({ at: toTime(number), level: 'info', message: `line ${String(number)}` }) as const;

  it('keeps its beginning and its end, and says how many lines are left out', () => {
    const lines = 5000;
    db.transaction(() => {
      for (let number = 1; number <= lines; number += 1) appendLog(db, 'r1', line(number));
    })();
    const log = listLog(db, 'r1');
    expect(log.length).toBeGreaterThanOrEqual(firstLines + lastLines);
    expect(log.length).toBeLessThanOrEqual(firstLines + lastLines + 101);
    expect(log[0]?.message).toBe('line 1');
    expect(log[firstLines - 1]?.message).toBe('line 500');
    const missing = lines - (log.length - 1);
    expect(log[firstLines]?.message).toBe(`… ${String(missing).replace(/(\d)(\d{3})$/, '$1 $2')} lines left out`);
    expect(log[firstLines + 1]?.message).toBe(`line ${String(firstLines + missing + 1)}`);
    expect(log.at(-1)?.message).toBe('line 5000');
  });

  it('keeps a very long line short', () => {
    appendLog(db, 'r2', { at: toTime(1), level: 'error', message: 'x'.repeat(20_000) });
    expect(listLog(db, 'r2')[0]?.message).toMatch(/^x{8000}… \(12 000 characters left out\)$/);
  });

  it('goes when it is old, and the oldest when all take too much; runs stay, and what goes on keeps its log', async () => {
    const put = (id: string, createdAt: string, state: Run['state']): void => {
      insertRun(db, toRun({ id, state, createdAt }));
      for (let number = 0; number < 10; number += 1) appendLog(db, id, line(number));
    };
    put('waits', toTime(-10), 'waiting');
    put('old', toTime(-9), 'succeeded');
    put('young', toTime(20_000), 'succeeded');
    for (const _ of pruneLogs(db, { before: toTime(-5), maxBytes: 1e9 })) continue;
    expect(listLog(db, 'old').map(({ message }) => message)).toEqual([
      'The log (10 lines) was removed: old logs go, runs stay.',
    ]);
    expect(listLog(db, 'waits')).toHaveLength(10);
    expect(listLog(db, 'r1').length).toBeGreaterThan(2000);
    // By size: the long one of r1 is older than the one of the young run.
    for (const _ of pruneLogs(db, { before: toTime(-5), maxBytes: 2000 })) continue;
    expect(listLog(db, 'r1')).toHaveLength(1);
    expect(listLog(db, 'young')).toHaveLength(10);
    appendLog(db, 'old', line(11));
    expect(listLog(db, 'old')).toHaveLength(2);
    const clock = { now: () => new Date('2030-01-01'), wait: () => Promise.reject(new Error('nobody waits')) };
    await pruneHistory({ db, clock }, new AbortController().signal);
    expect(db.prepare("select count(*) as count from run_log where run_id <> 'waits'").get()).toEqual({ count: 0 });
    expect(db.prepare('select count(*) as count from runs').get()).toEqual({ count: 13_003 });
  });
});

function readPlan(sql: string): string {
  const names = [...new Set([...sql.matchAll(/@(\w+)/g)].map((match) => match[1] ?? ''))];
  const values = Object.fromEntries(names.map((name) => [name, name === 'limit' || name === 'budget' ? 10 : '']));
  const rows = db.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(values);
  return rows.map(({ detail }) => detail).join('\n');
}
