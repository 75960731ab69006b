import { describe, expect, it } from 'vitest';
import { AppError, toWireError } from '../../shared/errors.ts';
import { noProgress, type Run } from '../../shared/run.ts';
import {
  describeRunLength,
  toTrayModel,
  trayModelSchema,
  type TrayFacts,
  type TrayModel,
} from '../../shared/tray-model.ts';
import { toJob, toRun, toSnapshot } from './rows.ts';

const now = new Date('2026-11-22T06:30:00Z');

function draw(change: Partial<TrayFacts> = {}): TrayModel {
  const facts: TrayFacts = {
    now,
    jobs: [toJob()],
    runs: [toRun()],
    snapshots: [toSnapshot()],
    lost: 0,
    account: { state: 'ready', trouble: null },
    dues: [],
    schedule: { pause: null, timeZone: 'Europe/Berlin', next: [] },
    restoring: false,
    keepAwake: true,
  };
  return trayModelSchema.parse(toTrayModel({ ...facts, ...change }));
}

const lines = (model: TrayModel): string[] =>
  model.items.flatMap((item) => (item.kind === 'status' ? [item.label] : []));
const labels = (model: TrayModel): string[] =>
  model.items.flatMap((item) => (item.kind === 'separator' ? [] : [item.label]));

function progressing(change: Partial<Run>, progress: Partial<typeof noProgress>): Run {
  return toRun({
    state: 'running',
    endedAt: null,
    snapshotId: null,
    ...change,
    progress: { ...noProgress, ...progress },
  });
}

describe('the tray’s line for a job', () => {
  const failed = toRun({ state: 'failed', error: toWireError(new AppError('pg/auth-failed', 'x')), snapshotId: null });
  it.each<[string, Partial<TrayFacts>]>([
    ['shop: good 3 h ago, not verified yet', {}],
    ['shop: good 3 h ago, verified yesterday', { snapshots: [toSnapshot({ verifiedAt: '2026-11-21T06:00:00Z' })] }],
    ['shop: no good backup yet', { runs: [], snapshots: [] }],
    ['shop: last run failed; good 3 h ago, not verified yet', { runs: [failed] }],
    ['shop: last run interrupted; no good backup yet', { runs: [{ ...failed, state: 'interrupted' }], snapshots: [] }],
    ['shop: good 3 h ago, not verified yet', { runs: [{ ...failed, state: 'cancelled', error: null }] }],
    ['shop: queued', { runs: [toRun({ state: 'queued' })] }],
    ['shop: waiting for Google Drive', { runs: [toRun({ state: 'waiting', stage: 'upload' })] }],
    [
      'shop: waiting for you',
      {
        runs: [
          toRun({ state: 'waiting', stage: 'upload', error: toWireError(new AppError('vault/unavailable', 'x')) }),
        ],
      },
    ],
    ['shop: working', { runs: [progressing({ stage: 'plan' }, {})] }],
    ['shop: copying 0 %', { runs: [progressing({ stage: 'dump' }, {})] }],
    [
      'shop: copying 12 %, 2 min left',
      { runs: [progressing({ stage: 'dump' }, { estimate: { percent: 12.7, leftMs: 120_000 } })] },
    ],
    [
      'shop: copying 12 %, waiting for Google Drive',
      { runs: [progressing({ stage: 'dump' }, { waits: true, estimate: { percent: 12.7, leftMs: 120_000 } })] },
    ],
    [
      'shop: no connection to Google Drive',
      { runs: [progressing({ stage: 'upload' }, {})], account: { state: 'ready', trouble: 'offline' } },
    ],
    [
      'shop: copying 0 %',
      {
        runs: [progressing({ stage: 'dump' }, { tablesDone: 2, tablesTotal: 11 })],
        account: { state: 'ready', trouble: 'offline' },
      },
    ],
    [
      'shop: uploading 62 %, 2 min left',
      { runs: [progressing({ stage: 'upload' }, { estimate: { percent: 62, leftMs: 120_000 } })] },
    ],
    ['shop: checking the upload', { runs: [progressing({ stage: 'verify' }, {})] }],
    ['No backup job yet', { jobs: [], runs: [], snapshots: [] }],
  ])('%s', (line, change) => {
    expect(lines(draw(change))).toEqual([line]);
  });

  it('is in the tooltip too', () => {
    expect(draw().tooltip).toBe('PgKeep\nshop: good 3 h ago, not verified yet');
  });
});

describe('a job that is late', () => {
  const due = {
    ...{ jobId: 'j1', lastGoodAt: '2026-11-22T03:00:00Z', paused: false },
    ...{ expectedAt: '2026-11-22T04:00:00Z', dueBy: '2026-11-22T04:30:00Z' },
  };
  const failed = toRun({ state: 'failed', snapshotId: null });
  it.each<[string, TrayModel['icon'], Partial<TrayFacts>]>([
    ['shop: late for 2 h; good 3 h ago, not verified yet', 'attention', { dues: [due] }],
    ['shop: good 3 h ago, not verified yet', 'idle', { dues: [{ ...due, paused: true }] }],
    ['shop: good 3 h ago, not verified yet', 'idle', { dues: [{ ...due, dueBy: '2026-11-22T06:31:00Z' }] }],
    [
      'shop: late for 2 h, last run failed; good 3 h ago, not verified yet',
      'attention',
      { dues: [due], runs: [failed] },
    ],
    ['shop: queued', 'working', { dues: [due], runs: [toRun({ state: 'queued' })] }],
  ])('%s', (line, icon, change) => {
    const model = draw(change);
    expect(lines(model)).toEqual([line]);
    expect(model.icon).toBe(icon);
  });
});

describe('the tray’s icon', () => {
  const failed = toRun({ state: 'failed' });
  it.each<[TrayModel['icon'], string, Partial<TrayFacts>]>([
    ['idle', 'all is well', {}],
    ['idle', 'nothing was set up', { jobs: [], runs: [], snapshots: [], account: { state: 'none', trouble: null } }],
    ['working', 'a run goes on', { runs: [toRun({ state: 'running' })] }],
    ['working', 'a run is queued', { runs: [toRun({ state: 'queued' })] }],
    ['idle', 'a run only waits', { runs: [toRun({ state: 'waiting' })] }],
    ['attention', 'the last run failed', { runs: [failed] }],
    ['idle', 'the failed job is gone', { jobs: [], runs: [failed] }],
    [
      'signed-out',
      'Google ended the sign-in, whatever runs',
      { account: { state: 'signed-out', trouble: null }, runs: [toRun({ state: 'running' })] },
    ],
  ])('is %s when %s', (icon, _, change) => {
    expect(draw(change).icon).toBe(icon);
  });
});

describe('the tray’s entries', () => {
  it('for one job start it, for several are a submenu with all of them', () => {
    expect(labels(draw())).toContain('Back up now');
    const jobs = [toJob(), toJob({ id: 'j2', name: 'crm' })];
    const submenu = draw({ jobs }).items.find((item) => item.kind === 'submenu');
    expect(submenu?.items.map((item) => (item.kind === 'separator' ? '-' : item.label))).toEqual([
      'shop',
      'crm',
      '-',
      'All',
    ]);
    expect(submenu?.items.at(-1)).toMatchObject({ action: { type: 'back-up-now', jobIds: ['j1', 'j2'] } });
  });

  it('cancel every active run, and only then', () => {
    expect(labels(draw())).not.toContain('Cancel');
    const runs = [toRun({ id: 'a', state: 'running' }), toRun({ id: 'b', state: 'waiting' }), toRun({ id: 'c' })];
    expect(draw({ runs }).items).toContainEqual(
      expect.objectContaining({ label: 'Cancel', action: { type: 'cancel-runs', runIds: ['a', 'b'] } }),
    );
  });

  it('offer nothing that cannot be done', () => {
    const disabled = draw({ jobs: [], runs: [], snapshots: [] }).items.filter(
      (item) => item.kind === 'action' && !item.enabled,
    );
    expect(disabled.map((item) => (item.kind === 'action' ? item.label : ''))).toEqual(['Back up now', 'Restore…']);
  });

  it('let a job from Drive run only when its server is known, and say so', () => {
    const drawn = draw({ jobs: [toJob({ connectionId: null })], runs: [] });
    expect(lines(drawn)[0]).toMatch(/^shop: needs a connection; good /);
    expect(drawn.icon).toBe('attention');
    expect(drawn.items).toContainEqual(expect.objectContaining({ label: 'Back up now', enabled: false }));
  });

  it('say that Drive lost a backup', () => {
    const drawn = draw({ lost: 2, runs: [] });
    expect(lines(drawn)).toContain('Drive lost or changed 2 backups: open PgKeep');
    expect(drawn.icon).toBe('attention');
  });

  it('say above all that nobody is signed in', () => {
    expect(lines(draw({ account: { state: 'signed-out', trouble: null } }))[0]).toBe(
      'Signed out of Google: backups wait',
    );
  });
});

describe('the schedule in the tray', () => {
  const start = (at: string | null, jobId = 'j1') => ({ jobId, at, problem: null });
  const zone = { timeZone: 'Europe/Berlin', pause: null };
  const evening = { ...zone, next: [start(null), start('2026-11-23T02:00:00Z'), start('2026-11-22T17:00:00Z')] };
  const pausedUntil = (until: string | null) => ({ ...evening, pause: { since: '2026-11-22T06:00:00Z', until } });

  it.each<[string | undefined, TrayFacts['schedule']]>([
    ['next: today 18:00', evening],
    ['next: tomorrow 03:00', { ...zone, next: [start('2026-11-23T02:00:00Z')] }],
    ['schedule paused until 08:00', pausedUntil('2026-11-22T07:00:00Z')],
    ['schedule paused until tomorrow 00:00', pausedUntil('2026-11-22T23:00:00Z')],
    ['schedule paused until you resume', { ...pausedUntil(null), next: [start(null)] }],
    [undefined, { ...zone, next: [start(null)] }],
  ])('is the line %s', (line, schedule) => {
    const model = draw({ schedule });
    expect(lines(model)[1]).toBe(line);
    expect(model.tooltip.split('\n')[2]).toBe(line);
  });

  it('can be paused for three lengths, or resumed, or neither where nothing starts by itself', () => {
    const submenu = draw({ schedule: evening }).items.find((item) => item.kind === 'submenu');
    expect(submenu).toMatchObject({
      label: 'Pause schedule',
      items: [
        { label: 'For 1 hour', action: { type: 'pause-schedule', kind: 'hour' } },
        { label: 'Until tomorrow', action: { type: 'pause-schedule', kind: 'tomorrow' } },
        { label: 'Until I resume', action: { type: 'pause-schedule', kind: 'resumed' } },
      ],
    });
    const paused = draw({ schedule: pausedUntil(null) });
    expect(labels(paused)).not.toContain('Pause schedule');
    expect(paused.items).toContainEqual(
      expect.objectContaining({ label: 'Resume schedule', action: { type: 'resume-schedule' } }),
    );
    expect(labels(draw()).filter((label) => label.includes('schedule'))).toEqual([]);
  });
});

describe('the computer stays awake', () => {
  it.each<[boolean, Run['state'], boolean]>([
    [true, 'running', true],
    [true, 'queued', true],
    [false, 'waiting', true],
    [false, 'succeeded', true],
    [false, 'running', false],
  ])('%s: a run is %s, and the person’s wish is %s', (keepAwake, state, wish) => {
    expect(draw({ runs: [toRun({ state })], keepAwake: wish }).keepAwake).toBe(keepAwake);
  });

  it('while a restore or a drill is under way, too', () => {
    expect(draw({ restoring: true }).keepAwake).toBe(true);
    expect(draw({ restoring: true, keepAwake: false }).keepAwake).toBe(false);
  });
});

describe('the runs that quitting would interrupt', () => {
  it('are those that run or are queued, by the name of their job; one that waits loses nothing', () => {
    const runs = [
      toRun({ id: 'a', state: 'running' }),
      toRun({ id: 'b', jobId: 'gone', state: 'queued' }),
      toRun({ id: 'c', state: 'waiting' }),
      toRun({ id: 'd' }),
    ];
    expect(draw({ runs }).activeRuns).toEqual(['shop', 'a removed job']);
  });
});

describe('the length of a run', () => {
  it('is there when it is over, and never negative when the clock was set back', () => {
    expect(describeRunLength(toRun())).toBe('12 s');
    expect(describeRunLength(toRun({ endedAt: null }))).toBeNull();
    expect(describeRunLength(toRun({ endedAt: '2026-11-22T02:00:00Z' }))).toBe('0.0 s');
  });
});
