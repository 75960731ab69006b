// The calendar of the rules in tables: which day, week and month an instant is, and which backups stay for them.
import { describe, expect, it } from 'vitest';
import { keepEverything, periodNames, toRetention, type Retention } from '../../../shared/retention.ts';
import { chooseExpired } from '../../../electron/engine/retention/choose-expired.ts';
import { toLocalDay, toPeriod } from '../../../electron/engine/retention/local-day.ts';
import { estimateSteady } from '../../../electron/engine/retention/estimate-steady.ts';
import { toSnapshot } from '../rows.ts';
import { createRandom } from './history.ts';

const dayMs = 86_400_000;

describe('an instant belongs', () => {
  it.each([
    ['2026-11-22T23:30:00Z', 'Europe/Berlin', '2026-11-23 2026-W48 2026-11 2026'],
    ['2026-11-22T22:30:00Z', 'Europe/Berlin', '2026-11-22 2026-W47 2026-11 2026'],
    // Weeks of two years: they belong to the year that has their Thursday.
    ['2026-12-31T12:00:00Z', 'UTC', '2026-12-31 2026-W53 2026-12 2026'],
    ['2027-01-01T12:00:00Z', 'UTC', '2027-01-01 2026-W53 2027-01 2027'],
    ['2027-01-03T23:59:59Z', 'UTC', '2027-01-03 2026-W53 2027-01 2027'],
    ['2027-01-04T00:00:00Z', 'UTC', '2027-01-04 2027-W01 2027-01 2027'],
    ['2024-12-30T00:00:00Z', 'UTC', '2024-12-30 2025-W01 2024-12 2024'],
    ['2021-01-03T12:00:00Z', 'UTC', '2021-01-03 2020-W53 2021-01 2021'],
    ['2016-01-03T12:00:00Z', 'UTC', '2016-01-03 2015-W53 2016-01 2016'],
    // Leap days, and a century that has none.
    ['2024-02-29T12:00:00Z', 'UTC', '2024-02-29 2024-W09 2024-02 2024'],
    ['2100-03-01T00:00:00Z', 'UTC', '2100-03-01 2100-W09 2100-03 2100'],
    // The new year comes to these at other instants.
    ['2026-12-31T10:00:00Z', 'Pacific/Kiritimati', '2027-01-01 2026-W53 2027-01 2027'],
    ['2027-01-01T10:59:59Z', 'Pacific/Pago_Pago', '2026-12-31 2026-W53 2026-12 2026'],
    ['2026-12-31T18:15:00Z', 'Asia/Kathmandu', '2027-01-01 2026-W53 2027-01 2027'],
    // Samoa had no 30 December 2011.
    ['2011-12-30T09:59:59Z', 'Pacific/Apia', '2011-12-29 2011-W52 2011-12 2011'],
    ['2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-31 2011-W52 2011-12 2011'],
    // The hour that comes twice, the one that is left out, and a day that began at one.
    ['2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25 2026-W43 2026-10 2026'],
    ['2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-25 2026-W43 2026-10 2026'],
    ['2018-11-04T02:59:59Z', 'America/Sao_Paulo', '2018-11-03 2018-W44 2018-11 2018'],
    ['2018-11-04T03:00:00Z', 'America/Sao_Paulo', '2018-11-04 2018-W44 2018-11 2018'],
  ])('%s in %s to %s', (at, zone, expected) => {
    const day = toLocalDay(Date.parse(at), zone);
    expect(periodNames.map((name) => toPeriod(day, name)).join(' ')).toBe(expected);
  });
});

/** The times that stay, each with the first of its reasons; in order, newest first. */
function listKept(
  times: readonly string[],
  retention: Retention,
  timeZone: string,
  now = '2100-01-01T00:00:00Z',
): string[] {
  const snapshots = times.map((createdAt) => toSnapshot({ id: createdAt, createdAt }));
  const question = { snapshots, retention, timeZone, nowMs: Date.parse(now), inUse: new Set<string>() };
  return chooseExpired(question).flatMap((verdict) => {
    if (!verdict.kept) return [];
    const [reason] = verdict.reasons.filter(({ kind }) => kind !== 'minimum');
    const period = reason && 'period' in reason ? ` ${reason.period}` : '';
    return [`${verdict.snapshotId} ${reason?.kind ?? 'minimum'}${period}`];
  });
}

/** Every day at 03:00 UTC. */
function daily(first: string, days: number): string[] {
  const firstMs = Date.parse(`${first}T03:00:00Z`);
  return Array.from({ length: days }, (_, index) => new Date(firstMs + index * dayMs).toISOString().slice(0, 19) + 'Z');
}

describe('of backups every day', () => {
  it('the ends of months and years stay, and the newest', () => {
    const kept = listKept(daily('2023-12-20', 450), toRetention({ monthly: 15, yearly: 3 }, 1), 'UTC');
    expect(kept).toMatchInlineSnapshot(`
      [
        "2025-03-13T03:00:00Z last-good",
        "2025-02-28T03:00:00Z monthly 2025-02",
        "2025-01-31T03:00:00Z monthly 2025-01",
        "2024-12-31T03:00:00Z monthly 2024-12",
        "2024-11-30T03:00:00Z monthly 2024-11",
        "2024-10-31T03:00:00Z monthly 2024-10",
        "2024-09-30T03:00:00Z monthly 2024-09",
        "2024-08-31T03:00:00Z monthly 2024-08",
        "2024-07-31T03:00:00Z monthly 2024-07",
        "2024-06-30T03:00:00Z monthly 2024-06",
        "2024-05-31T03:00:00Z monthly 2024-05",
        "2024-04-30T03:00:00Z monthly 2024-04",
        "2024-03-31T03:00:00Z monthly 2024-03",
        "2024-02-29T03:00:00Z monthly 2024-02",
        "2024-01-31T03:00:00Z monthly 2024-01",
        "2023-12-31T03:00:00Z yearly 2023",
      ]
    `);
  });

  it('grandfather, father and son stay: 7 days, 5 weeks, 4 months', () => {
    const kept = listKept(
      daily('2026-08-01', 160),
      toRetention({ daily: 7, weekly: 5, monthly: 4 }, 1),
      'Europe/Berlin',
    );
    expect(kept).toMatchInlineSnapshot(`
      [
        "2027-01-07T03:00:00Z last-good",
        "2027-01-06T03:00:00Z daily 2027-01-06",
        "2027-01-05T03:00:00Z daily 2027-01-05",
        "2027-01-04T03:00:00Z daily 2027-01-04",
        "2027-01-03T03:00:00Z daily 2027-01-03",
        "2027-01-02T03:00:00Z daily 2027-01-02",
        "2027-01-01T03:00:00Z daily 2027-01-01",
        "2026-12-31T03:00:00Z monthly 2026-12",
        "2026-12-27T03:00:00Z weekly 2026-W52",
        "2026-12-20T03:00:00Z weekly 2026-W51",
        "2026-12-13T03:00:00Z weekly 2026-W50",
        "2026-11-30T03:00:00Z monthly 2026-11",
        "2026-10-31T03:00:00Z monthly 2026-10",
      ]
    `);
  });
});

describe('a rule of days', () => {
  it('counts from the newest backup, so that a long break removes nothing', () => {
    const times = daily('2026-01-01', 40);
    expect(listKept(times, toRetention({ days: 30 }, 1), 'UTC', '2026-02-10T00:00:00Z')).toHaveLength(31);
    expect(listKept(times, toRetention({ days: 30 }, 1), 'UTC', '2029-02-10T00:00:00Z')).toHaveLength(31);
  });

  it('takes a day for 24 hours, also over a change of the clock', () => {
    const times = ['2026-03-30T03:00:00Z', '2026-03-29T03:00:00Z', '2026-03-29T02:59:59Z'];
    expect(listKept(times, toRetention({ days: 1 }, 1), 'Europe/Berlin')).toHaveLength(2);
  });
});

describe('a rule of days by the calendar', () => {
  it('takes the later of two backups in the hour that comes twice', () => {
    const times = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-24T21:59:59Z', '2026-10-24T22:00:00Z'];
    expect(listKept(times, toRetention({ daily: 9 }, 1), 'Europe/Berlin')).toEqual([
      '2026-10-25T01:30:00Z last-good',
      '2026-10-24T21:59:59Z daily 2026-10-24',
    ]);
  });

  it('counts only days with a backup, so that a computer that was off for months keeps its last days', () => {
    const times = [...daily('2026-01-01', 5), ...daily('2026-09-01', 2)];
    expect(listKept(times, toRetention({ daily: 4 }, 1), 'UTC').map((text) => text.slice(0, 10))).toEqual([
      '2026-09-02',
      '2026-09-01',
      '2026-01-05',
      '2026-01-04',
    ]);
  });
});

describe('what no rule touches', () => {
  const now = '2026-11-27T12:00:00Z';
  const good = daily('2026-11-20', 6);
  const judge = (change: Parameters<typeof toSnapshot>[0], inUse: readonly string[] = []): string => {
    const odd = toSnapshot({ id: 'odd', createdAt: '2026-11-01T03:00:00Z', ...change });
    const snapshots = [odd, ...good.map((createdAt) => toSnapshot({ id: createdAt, createdAt }))];
    const question = { snapshots, retention: toRetention({ last: 2 }, 1), timeZone: 'UTC', nowMs: Date.parse(now) };
    const verdicts = chooseExpired({ ...question, inUse: new Set(inUse) });
    // Whatever it is, it takes no place of a good one and gives it no other reason.
    expect(verdicts.filter(({ kept, snapshotId }) => kept && snapshotId !== 'odd')).toHaveLength(2);
    const verdict = verdicts.find(({ snapshotId }) => snapshotId === 'odd');
    return `${String(verdict?.kept)} ${verdict?.reasons.map(({ kind }) => kind).join(' ') ?? ''}`;
  };

  it.each([
    ['an old good one, which goes', {}, [], 'false not-last'],
    ['a pinned one', { pinned: true }, [], 'true pinned'],
    ['the last verified one', { verifiedAt: now }, [], 'true last-verified'],
    ['one that is read', {}, ['odd'], 'true in-use'],
    ['one in the trash', { presence: 'trashed' as const }, [], 'true in-trash'],
    ['one that is gone', { presence: 'missing' as const }, [], 'true not-on-drive'],
    ['one that was changed', { presence: 'changed' as const }, [], 'true changed'],
    ['one on its way to the trash', { presence: 'removing' as const }, [], 'true removing'],
    ['one without a manifest', { files: [] }, [], 'true incomplete'],
    ['one from the future', { createdAt: '2031-01-01T00:00:00Z' }, [], 'true future'],
  ])('%s', (_, change, inUse, expected) => {
    expect(judge(change, inUse)).toBe(expected);
  });

  it('anything at all, while a job keeps everything', () => {
    expect(listKept(good, keepEverything, 'UTC', now).at(-1)).toBe('2026-11-20T03:00:00Z no-rules');
  });
});

describe('the databases of one server', () => {
  it('have their rules each for itself: one that is gone from the server keeps its newest', () => {
    const snapshots = daily('2026-01-01', 10).map((createdAt, index) =>
      toSnapshot({ id: createdAt, createdAt, database: index < 3 ? 'gone' : 'shop' }),
    );
    const question = { retention: toRetention({ last: 2 }, 1), timeZone: 'UTC', nowMs: Date.parse('2027-01-01') };
    const verdicts = chooseExpired({ ...question, snapshots, inUse: new Set() });
    const kept = verdicts.filter((verdict) => verdict.kept).map(({ snapshotId }) => snapshotId.slice(0, 10));
    expect(kept).toEqual(['2026-01-03', '2026-01-02', '2026-01-10', '2026-01-09']);
  });
});

describe('the long run', () => {
  it('is what the rules keep of an even history, within two', { timeout: 60_000 }, () => {
    const nowMs = Date.parse('2026-11-27T02:00:00Z');
    for (let seed = 1; seed <= 80; seed += 1) {
      const random = createRandom(seed);
      const everyHours = [1, 6, 24, 48, 168][Math.floor(random() * 5)] ?? 24;
      const upTo = (most: number): number => 1 + Math.floor(random() * most);
      const retention = toRetention({ last: upTo(20), daily: upTo(10), weekly: upTo(6), monthly: upTo(4) }, 3);
      const days = random() < 0.5 ? null : upTo(20);
      const length = Math.ceil((200 * 24) / everyHours) + 40;
      const times = Array.from({ length }, (_, place) =>
        new Date(nowMs - place * everyHours * 3_600_000).toISOString(),
      );
      const kept = listKept(times, { ...retention, days }, 'UTC').length;
      const estimate = estimateSteady({ ...retention, days }, everyHours, nowMs) ?? 0;
      expect(
        Math.abs(estimate - kept),
        `seed ${String(seed)}: ${String(estimate)}, ${String(kept)}`,
      ).toBeLessThanOrEqual(2);
    }
  });

  it.each([
    [toRetention({ last: 30 }), 24, 30],
    [toRetention({ days: 30 }), 24, 31],
    [toRetention({ yearly: 200 }, 1), 1, 200],
    [toRetention({ last: 1 }), 24, 3],
    [keepEverything, 24, null],
  ])('%j every %i hours: %s', (retention, everyHours, expected) => {
    expect(estimateSteady(retention, everyHours, Date.parse('2026-11-27T02:00:00Z'))).toBe(expected);
  });
});
