// What is told of how things stand: late jobs, kit, disk, mail, each when it begins and again after a while.
import { describe, expect, it } from 'vitest';
import {
  noticesForState,
  type JobStanding,
  type StateFacts,
} from '../../../electron/engine/notify/notice-for-state.ts';
import { noticeForRestore } from '../../../electron/engine/notify/notice-for-event.ts';
import type { Cause } from '../../../electron/engine/store/causes.ts';
import { AppError, toWireError } from '../../../shared/errors.ts';
import { toJob, toRestore, toRun, toSnapshot } from '../rows.ts';

const start = Date.UTC(2026, 10, 22, 12);
const at = (hours: number): Date => new Date(start + hours * 3_600_000);
const gigabyte = 1024 ** 3;

function toFacts(hours: number, change: Partial<StateFacts> = {}): StateFacts {
  return {
    ...{ now: at(hours), zone: 'UTC', upSince: at(-48), jobs: [], open: [], hasSnapshots: true },
    key: { createdAt: at(-100).toISOString(), kitSavedAt: at(-99).toISOString() },
    space: { points: [], forecast: { kind: 'no-limit' }, nextBytes: 0, short: null },
    disk: { freeBytes: 100 * gigabyte, forecast: { kind: 'not-soon' } },
    ...{ diskNeedBytes: 0, undelivered: null, ...change },
  };
}

/** Asks at each time; answers the titles told. */
function watch(steps: readonly (readonly [hours: number, change: Partial<StateFacts>])[]): string[][] {
  let open: readonly Cause[] = [];
  return steps.map(([hours, change]) => {
    const { tell, causes } = noticesForState(
      toFacts(hours, { open: [...open, ...(change.open ?? [])], ...withoutOpen(change) }),
    );
    const changed = new Map([...open, ...causes].map((cause) => [cause.cause, cause]));
    open = [...changed.values()].filter(({ resolvedAt }) => resolvedAt === null);
    return tell.map(({ alert }) => `${alert.title}: ${alert.happened}`);
  });
}

function withoutOpen({ open: _, ...change }: Partial<StateFacts>): Partial<StateFacts> {
  return change;
}

const late = (change: Partial<JobStanding> = {}): JobStanding => ({
  ...{
    job: toJob(),
    database: 'shop',
    dueBy: at(-1),
    lastGood: toSnapshot({ createdAt: at(-34).toISOString() }),
    lastRun: null,
    ...change,
  },
});

describe('a job without a good backup in time', () => {
  const due = 'It was due by Sun 22 Nov 2026, 11:00 UTC.';

  it.each<[string, Partial<StateFacts>, string[]]>([
    ['is late', { jobs: [late()] }, [`Backup of shop late: ${due} No backup was made in that time.`]],
    ['is not late before its time', { jobs: [late({ dueBy: at(1) })] }, []],
    ['is not late when it runs by hand only, or all is paused', { jobs: [late({ dueBy: null })] }, []],
    ['is given half an hour after a start', { jobs: [late()], upSince: at(-0.4) }, []],
    [
      'is late after that, and the computer that was off is the reason',
      { jobs: [late()], upSince: at(-0.6) },
      [`Backup of shop late: ${due} The computer was off or asleep at that time, or PgKeep was not running.`],
    ],
    [
      'is not late while a run may still bring it',
      { jobs: [late({ lastRun: toRun({ state: 'running', startedAt: at(-2).toISOString() }) })] },
      [],
    ],
    [
      'is late when that run takes half a day',
      { jobs: [late({ lastRun: toRun({ state: 'running', startedAt: at(-13).toISOString() }) })] },
      [`Backup of shop late: ${due} No backup was made in that time.`],
    ],
    [
      'is late while its run waits, with what it waits for',
      {
        jobs: [
          late({
            lastRun: toRun({
              state: 'waiting',
              error: toWireError(new AppError('drive/offline', 'x', { retry: 'later' })),
            }),
          }),
        ],
      },
      [expect.stringMatching(/^Backup of shop late: It was due by .* Google/) as string],
    ],
    [
      'is told together with others that have the same reason',
      { jobs: [late(), late({ job: toJob({ id: 'j2', name: 'crm' }) })] },
      [
        'Backups of shop and crm late: There is no good backup of shop and crm in time. No backup was made in that time.',
      ],
    ],
  ])('%s', (_, change, told) => {
    expect(watch([[0, change]])).toEqual([told]);
  });

  it('is told once a day until there is one', () => {
    const jobs = [late()];
    const told = watch([0, 1, 10, 23, 24, 47, 48].map((hours) => [hours, { jobs }]));
    expect(told.map((titles) => titles.length)).toEqual([1, 0, 0, 0, 1, 0, 1]);
  });
});

describe('a state', () => {
  const short = (freeBytes: number): Partial<StateFacts> => ({ disk: { freeBytes, forecast: { kind: 'not-soon' } } });
  const soon = (days: number): Partial<StateFacts> => ({
    disk: { freeBytes: 9 * gigabyte, forecast: { kind: 'full-in', days, bytesPerDay: gigabyte } },
  });
  const unsaved = { key: { createdAt: at(-100).toISOString(), kitSavedAt: null } };

  it.each<[string, [number, Partial<StateFacts>][], number[]]>([
    [
      'kit not saved: after a day, then weekly',
      [
        [0, unsaved],
        [1, unsaved],
        [160, unsaved],
      ],
      [1, 0, 1],
    ],
    ['kit not saved, but nothing is backed up yet', [[0, { ...unsaved, hasSnapshots: false }]], [0]],
    [
      'disk low: once, and a little more room is no change',
      [
        [0, short(5e8)],
        [1, short(1.1e9)],
        [2, short(9e9)],
        [3, short(5e8)],
      ],
      [1, 0, 0, 1],
    ],
    [
      'disk full in nine days by the trend, then low',
      [
        [0, soon(12)],
        [1, soon(9)],
        [2, soon(11)],
        [3, short(5e8)],
      ],
      [0, 1, 0, 1],
    ],
    ['disk that cannot be asked', [[0, { disk: null }]], [0]],
    [
      'messages that wait, then are given up',
      [
        [0, { undelivered: { words: '1 mail waits.', lost: false } }],
        [1, { undelivered: { words: '1 mail waits.', lost: false } }],
        [2, { undelivered: { words: '1 mail is lost.', lost: true } }],
        [3, {}],
      ],
      [1, 0, 1, 0],
    ],
  ])('%s', (_, steps, counts) => {
    expect(watch(steps).map((titles) => titles.length)).toEqual(counts);
  });
});

describe('a drill', () => {
  const drill = (state: 'succeeded' | 'failed') =>
    toRestore({
      kind: 'drill',
      state,
      ...(state === 'failed' ? { error: toWireError(new AppError('restore/not-equal', 'x')) } : {}),
    });

  it('that fails is told everywhere, and when it succeeds again', () => {
    const job = toJob();
    const failed = noticeForRestore({ restore: drill('failed'), job, open: [], now: at(0) });
    expect(failed.tell).toMatchObject([
      { alert: { title: 'Restore test of shop failed' }, channels: ['desktop', 'mail', 'webhook'] },
    ]);
    const again = noticeForRestore({ restore: drill('succeeded'), job, open: failed.causes, now: at(1) });
    expect(again).toMatchObject({
      tell: [{ alert: { kind: 'drill-recovered' } }],
      causes: [{ resolvedAt: at(1).toISOString() }],
    });
  });

  it('that succeeds, or a restore, is for the desktop alone', () => {
    for (const restore of [drill('succeeded'), toRestore()]) {
      const { tell } = noticeForRestore({ restore, job: toJob(), open: [], now: at(0) });
      expect(tell.map(({ channels }) => channels)).toEqual([['desktop']]);
    }
  });
});
