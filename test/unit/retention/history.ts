// Random histories of backups and random rules for the property tests: seeded, so that a failure comes again.
import { periodNames, ruleNames, toRetention, type Retention, type RuleName } from '../../../shared/retention.ts';
import type { Presence } from '../../../shared/snapshot.ts';
import type { Candidate, RetentionQuestion } from '../../../electron/engine/retention/choose-expired.ts';
import { toSetFile } from '../rows.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Changes of the clock at night and at midnight, by half an hour, none, a day that never was, far from UTC on both sides. */
export const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'America/Sao_Paulo',
] as const;

/** Around leap days, ends of years with 52 and 53 weeks, changes of the clock, and the day that Samoa left out. */
const moments = [
  '2024-02-29T12:00:00Z',
  '2020-12-31T23:30:00Z',
  '2027-01-03T23:30:00Z',
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-11-01T06:00:00Z',
  '2011-12-30T10:00:00Z',
  '2018-11-04T03:00:00Z',
  '2100-02-28T23:00:00Z',
].map((text) => Date.parse(text));

const whole = (['dump', 'manifest'] as const).map((kind) => toSetFile({ kind }));
const withoutManifest = whole.slice(0, 1);
const otherPresences = ['trashed', 'missing', 'changed', 'removing'] as const;

export function createQuestion(random: () => number): RetentionQuestion {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const nowMs = pick(moments) + Math.floor((random() - 0.3) * 10 * dayMs);
  const stepMs = pick([hourMs / 2, 5 * hourMs, dayMs, dayMs, 3 * dayMs, 20 * dayMs, 200 * dayMs]);
  const databases = pick([['shop'], ['shop'], ['shop', 'crm'], ['a', 'b', 'c']]);
  const count = Math.floor(random() ** 2 * 30);
  const sick = random() < 0.5 ? 0 : random() * 0.5;
  const inUse = new Set<string>();
  const snapshots: Candidate[] = [];
  let atMs = nowMs + (random() < 0.15 ? 2 * stepMs : -random() * stepMs);
  for (let number = 0; number < count; number += 1) {
    const id = `s${String(number)}`;
    // Now and then two at one moment, as of two computers.
    if (random() > 0.03) atMs -= Math.floor(stepMs * (random() < 0.8 ? 1 : random() * 4));
    const presence: Presence = random() < sick ? pick(otherPresences) : 'ok';
    if (random() < 0.03) inUse.add(id);
    snapshots.push({
      ...{ id, database: pick(databases), createdAt: new Date(atMs).toISOString(), presence },
      files: random() < sick / 3 ? withoutManifest : whole,
      pinned: random() < 0.08,
      verifiedAt: random() < 0.15 ? new Date(nowMs).toISOString() : null,
    });
  }
  return {
    snapshots: shuffle(snapshots, random),
    retention: createRetention(random),
    timeZone: pick(zones),
    nowMs,
    inUse,
  };
}

function createRetention(random: () => number): Retention {
  const rules: Partial<Record<RuleName, number>> = {};
  const most: Record<RuleName, number> = { last: 12, days: 60, daily: 10, weekly: 8, monthly: 6, yearly: 4 };
  for (const name of ruleNames) if (random() < 0.35) rules[name] = 1 + Math.floor(random() * most[name]);
  return toRetention(rules, 1 + Math.floor(random() * 4));
}

/** One more rule, or one that keeps more. */
export function widen(retention: Retention, random: () => number): Retention {
  const name = ruleNames[Math.floor(random() * ruleNames.length)] ?? periodNames[0];
  return { ...retention, [name]: (retention[name] ?? 0) + 1 + Math.floor(random() * 3) };
}

function shuffle<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
