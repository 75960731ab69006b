// How long a page of a long history takes: a store with many runs and logs is made, and every kind of page is asked for.
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { createHistoryHandlers, pruneHistory } from '../../electron/engine/history-desk.ts';
import { createMonitorDesk } from '../../electron/engine/monitor-desk.ts';
import { openDatabase, type Db } from '../../electron/engine/store/database.ts';
import { listNewestSnapshots } from '../../electron/engine/store/snapshots.ts';
import { runSearchSchema, type RunPage, type RunPlace, type RunSearch } from '../../shared/run-history.ts';

export interface HistoryFigures {
  readonly runs: number;
  /** Of each kind, in milliseconds. */
  readonly times: Readonly<Record<string, { readonly medianMs: number; readonly slowestMs: number }>>;
}

const jobs = 20;
const logLines = 4;

/** Pages of each kind that are asked for: the first, and those after it. */
const pages = 20;

const searches: Readonly<Record<string, Partial<RunSearch>>> = {
  'all, newest first': {},
  'of one job': { jobId: 'job-3' },
  'failed ones': { state: 'failed' },
  'failed ones of one job': { jobId: 'job-3', state: 'failed' },
  'started by hand, of one database': { trigger: 'user', database: 'db-3' },
  'of one month': { from: '2024-06-01T00:00:00.000Z', to: '2024-07-01T00:00:00.000Z' },
  'with a word of the error': { text: 'refused' },
  'with a word that is nowhere': { text: 'nowhere at all' },
};

export async function benchHistory({
  dir,
  runs,
}: {
  readonly dir: string;
  readonly runs: number;
}): Promise<HistoryFigures> {
  const folder = await mkdtemp(path.join(dir, 'pgkeep-history-'));
  const store = openDatabase(path.join(folder, 'pgkeep.db'));
  try {
    fill(store.db, runs);
    return { runs, times: await measure(store.db) };
  } finally {
    store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(db: Db): Promise<HistoryFigures['times']> {
  const desk = createHistoryHandlers({ db, queue: { withProgress: (run) => run } });
  const times = new Map<string, number[]>();
  const time = async (name: string, act: () => unknown): Promise<void> => {
    const before = performance.now();
    await act();
    times.set(name, [...(times.get(name) ?? []), performance.now() - before]);
  };
  for (const [name, search] of Object.entries(searches)) {
    let wish: RunSearch | null = runSearchSchema.parse(search);
    for (let page = 0; page < pages && wish; page += 1) {
      const asked: RunSearch = wish;
      const answer: { page: RunPage | null } = { page: null };
      await time(`a page: ${name}`, async () => {
        answer.page = await desk.search(asked);
      });
      const next: RunPlace | null = answer.page?.next ?? null;
      wish = next && { ...asked, before: next };
    }
  }
  // Nothing is so old yet that it goes.
  const clock = { now: () => new Date('2022-02-01'), wait: () => Promise.resolve() };
  const monitor = createMonitorDesk({ db, clock, calendar: { readTimeZone: () => 'UTC' }, onChanged: () => undefined });
  for (let round = 0; round < 5; round += 1) {
    await time('the newest 30 runs of each job', () => desk.listRecent(undefined));
    await time('the newest 30 snapshots of each job', () => listNewestSnapshots(db, 30));
    await time('a look at the freshness of every job', () => monitor.look());
    await time('the daily look for old logs', () => pruneHistory({ db, clock }, new AbortController().signal));
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, toFigures(values)]));
}

function toFigures(values: readonly number[]): { readonly medianMs: number; readonly slowestMs: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return { medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0, slowestMs: sorted.at(-1) ?? 0 };
}

function fill(db: Db, runs: number): void {
  const error = JSON.stringify({
    code: 'pg/auth-failed',
    message: 'the role was refused',
    retry: 'never',
    context: {},
  });
  const addJob = db.prepare(`insert into jobs (id, name, created_at, scope, database) values (?, ?, ?, 'database', ?)`);
  const addRun = db.prepare(
    `insert into runs (id, job_id, database, trigger, state, created_at, started_at, ended_at, error, warnings, log_lines)
     values (@id, @jobId, @database, @trigger, @state, @at, @at, @at, @error, '[]', @logLines)`,
  );
  const addLine = db.prepare(`insert into run_log (run_id, at, level, message) values (?, ?, 'info', ?)`);
  const addSnapshot = db.prepare(
    `insert into snapshots (id, job_id, run_id, database, base_name, created_at, server_version, compression, dump_bytes,
       stored_bytes, files, pinned) values (?, ?, '', ?, 'x', ?, '15', 'zstd', 5, 5, ?, 0)`,
  );
  const files = JSON.stringify(
    ['dump', 'globals', 'manifest'].map((kind) => ({
      ...{ kind, name: `db_20261122T030000Z_a1b2c3.${kind}.age`, driveFileId: 'f'.repeat(33) },
      ...{ sizeBytes: 5, sha256: '0'.repeat(64), md5: '0'.repeat(32) },
    })),
  );
  db.transaction(() => {
    for (let job = 0; job < jobs; job += 1) {
      addJob.run(`job-${String(job)}`, `Job ${String(job)}`, '2020-01-01T00:00:00.000Z', `db-${String(job)}`);
    }
    for (let number = 0; number < runs; number += 1) {
      const id = `run-${String(number)}`;
      const job = String(number % jobs);
      const at = new Date(Date.UTC(2022, 0, 1) + number * 900_000).toISOString();
      const failed = number % 97 === 0;
      const trigger = number % 1009 === 0 ? 'user' : 'schedule';
      const state = failed ? 'failed' : 'succeeded';
      const row = { id, jobId: `job-${job}`, database: `db-${job}`, trigger, state, at, logLines };
      addRun.run({ ...row, error: failed ? error : null });
      for (let line = 0; line < logLines; line += 1)
        addLine.run(id, at, `line ${String(line)} of what this run had to say`);
      if (number % 20 < 1) addSnapshot.run(`snap-${id}`, `job-${job}`, `db-${job}`, at, files);
    }
  })();
}
