// What is told of runs: sequences of runs, each told from what was open before it.
import { describe, expect, it } from 'vitest';
import { noticeForRun, type RunFacts } from '../../../electron/engine/notify/notice-for-run.ts';
import type { Cause } from '../../../electron/engine/store/causes.ts';
import { AppError, toWireError, type ErrorCode } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import type { Run } from '../../../shared/run.ts';
import { toJob, toRun, toSnapshot } from '../rows.ts';

interface Step {
  /** Hours since the beginning. */
  readonly at: number;
  readonly state?: Run['state'];
  readonly code?: ErrorCode;
  readonly job?: Partial<Job>;
  readonly trigger?: Run['trigger'];
  readonly warnings?: readonly string[];
}

const error = (code: ErrorCode) =>
  toWireError(new AppError(code, 'x', { context: { host: 'db.example', port: 5432 } }));

/** Plays the runs; answers for each `title [channels]`, empty where nothing is told. */
function play(steps: readonly Step[]): string[][] {
  let open: readonly Cause[] = [];
  const runs: Run[] = [];
  return steps.map(
    (
      { at, state = 'failed', code = 'pg/connection-refused', job: change = {}, trigger = 'schedule', warnings = [] },
      n,
    ) => {
      const job = toJob({ id: 'j1', name: 'shop', ...change });
      const createdAt = new Date(Date.UTC(2026, 10, 1, 3) + at * 3_600_000).toISOString();
      const fails = state === 'failed' || state === 'interrupted' || state === 'waiting';
      const run = toRun({
        ...{
          id: `r${String(n)}`,
          jobId: job.id,
          database: job.database,
          state,
          trigger,
          createdAt,
          startedAt: createdAt,
        },
        ...{ endedAt: state === 'waiting' ? null : createdAt, error: fails ? error(code) : null, snapshotId: null },
        warnings: [...warnings],
      });
      const facts: RunFacts = {
        ...{ run, job, database: job.database ?? '', server: 'Office server', lastGood: null, log: [], zone: 'UTC' },
        snapshot: state === 'succeeded' ? toSnapshot({ jobId: job.id, createdAt }) : null,
        ...{ now: new Date(createdAt), open, neighbours: [], desktopOnSuccess: true },
        history: runs.filter(({ jobId, state: was }) => jobId === job.id && was !== 'waiting').reverse(),
        nameOf: (id) => (id === 'j1' ? 'shop' : 'crm'),
      };
      const { tell, causes } = noticeForRun(facts);
      runs.push(run);
      const changed = new Map([...open, ...causes].map((cause) => [cause.cause, cause]));
      open = [...changed.values()].filter(({ resolvedAt }) => resolvedAt === null);
      return tell.map(({ alert, channels }) => `${alert.title} [${channels.join(' ')}]`);
    },
  );
}

const all = '[desktop mail webhook]';
const half = 'Unusual: the dump has 5 MB; the last 20 had about 10 MB. Has data been deleted?';
const crm = { id: 'j2', name: 'crm', database: 'crm' };

describe('runs in a row', () => {
  it.each<[string, Step[], string[][]]>([
    [
      'a job that fails every night: at first, after three, then daily, and good again',
      [0, 24, 48, 72, 96].map((at): Step => ({ at })).concat({ at: 120, state: 'succeeded' }),
      [
        [`Backup of shop failed ${all}`],
        [],
        [`Backup of shop still fails (3 times in a row) ${all}`],
        [`Backup of shop still fails (4 times in a row) ${all}`],
        [`Backup of shop still fails (5 times in a row) ${all}`],
        [`shop is backed up again ${all}`],
      ],
    ],
    [
      'a job that fails every hour: daily is once a day',
      Array.from({ length: 30 }, (_, at): Step => ({ at })),
      Array.from({ length: 30 }, (_, at) =>
        at === 0
          ? [`Backup of shop failed ${all}`]
          : at === 2 || at === 22
            ? [`Backup of shop still fails (${String(at + 1)} times in a row) ${all}`]
            : [],
      ),
    ],
    [
      'two jobs of one server that is away: told once, good again once',
      [{ at: 0 }, { at: 0.1, job: crm }, { at: 24, state: 'succeeded' }, { at: 24.1, state: 'succeeded', job: crm }],
      [[`Backup of shop failed ${all}`], [], [], [`crm is backed up again ${all}`]],
    ],
    [
      'a failure whose reason changes is the same failure',
      [{ at: 0 }, { at: 24, code: 'pg/database-missing' }, { at: 48, state: 'succeeded' }],
      [[`Backup of shop failed ${all}`], [], [`shop is backed up again ${all}`]],
    ],
    [
      'one interruption is for the desktop, a second one in a row a failure',
      [
        { at: 0, state: 'interrupted', code: 'run/interrupted' },
        { at: 24, state: 'interrupted', code: 'run/interrupted' },
      ],
      [['Backup of shop was interrupted [desktop]'], [`Backup of shop failed ${all}`]],
    ],
    [
      'a run that waits for the network says nothing, one that waits for a person once a day',
      [
        { at: 0, state: 'waiting', code: 'drive/offline' },
        { at: 1, state: 'waiting', code: 'drive/quota-full' },
        { at: 2, state: 'waiting', code: 'drive/quota-full', job: crm },
        { at: 24, state: 'waiting', code: 'drive/quota-full' },
      ],
      [[], [`Google Drive is full ${all}`], [], [`Google Drive is full ${all}`]],
    ],
    [
      'an unusual backup: once, until one is as usual again, and beside what else is told',
      [
        { at: 0, state: 'succeeded', warnings: ['Roles were not saved.'] },
        { at: 24, state: 'succeeded', warnings: [half] },
        { at: 48, state: 'succeeded', warnings: [half] },
        { at: 72, state: 'succeeded' },
        { at: 96 },
        { at: 120, state: 'succeeded', warnings: [half] },
      ],
      [
        [],
        [`Backup of shop is unusual ${all}`],
        [],
        [],
        [`Backup of shop failed ${all}`],
        [`shop is backed up again ${all}`, `Backup of shop is unusual ${all}`],
      ],
    ],
    [
      'success is silent, except to the one who asked for it',
      [
        { at: 0, state: 'succeeded' },
        { at: 1, state: 'succeeded', trigger: 'user' },
        { at: 2, state: 'cancelled' },
      ],
      [[], ['shop is backed up [desktop]'], []],
    ],
    [
      'who starts a backup by hand hears of its failure, however often it was told',
      [{ at: 0 }, { at: 1, trigger: 'user' }],
      [[`Backup of shop failed ${all}`], ['Backup of shop failed [desktop]']],
    ],
  ])('%s', (_, steps, told) => {
    expect(play(steps)).toEqual(told);
  });
});
