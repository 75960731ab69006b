// What must hold of the rules for every history and every policy, tried on a hundred thousand random ones, with time zones,
// changes of the clock and leap days among them; and the same verdicts from a second, plainer reading of the rules.
import { describe, expect, it } from 'vitest';
import { keepsEverything, periodNames, type PeriodName, type Verdict } from '../../../shared/retention.ts';
import { isGoodSnapshot } from '../../../shared/snapshot.ts';
import {
  chooseExpired,
  type Candidate,
  type RetentionQuestion,
} from '../../../electron/engine/retention/choose-expired.ts';
import { toWallMs } from '../../../electron/engine/schedule/zone-time.ts';
import { createQuestion, createRandom, widen } from './history.ts';

const histories = 100_000;
const dayMs = 86_400_000;

/** Thrown with the seed, for expect() a million times over would take minutes. */
function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function judge(question: RetentionQuestion): ReadonlyMap<string, Verdict> {
  return new Map(chooseExpired(question).map((verdict) => [verdict.snapshotId, verdict]));
}

function isKept(verdicts: ReadonlyMap<string, Verdict>, id: string): boolean {
  return verdicts.get(id)?.kept !== false;
}

/** Good ones of a database that are not from the future, newest first. The times are all of one form: they sort as texts. */
function listCounted({ snapshots, nowMs }: RetentionQuestion, database: string): Candidate[] {
  const now = new Date(nowMs).toISOString();
  const counted = snapshots.filter((row) => row.database === database && isGoodSnapshot(row) && row.createdAt <= now);
  const toKey = (row: Candidate): string => row.createdAt + row.id;
  return counted.sort((a, b) => (toKey(a) < toKey(b) ? 1 : -1));
}

describe('the rules', () => {
  it(`hold for ${String(histories)} random histories and policies`, () => {
    const seen = { snapshots: 0, removed: 0, databases: 0, empty: 0 };
    for (let seed = 1; seed <= histories; seed += 1) {
      const random = createRandom(seed);
      const question = createQuestion(random);
      const verdicts = judge(question);
      try {
        checkOne(question, verdicts, seen);
        checkTogether(question, verdicts, random);
      } catch (error) {
        throw new Error(`seed ${String(seed)}: ${String(error)}\n${JSON.stringify(question, null, 1)}`, {
          cause: error,
        });
      }
    }
    process.stdout.write(
      `retention: ${String(histories)} histories, ${String(seen.databases)} databases, ${String(seen.snapshots)} snapshots, ${String(seen.removed)} removed\n`,
    );
    // A generator that gives nothing to remove would prove nothing.
    expect(seen.removed).toBeGreaterThan(histories);
    expect(seen.empty).toBeGreaterThan(0);
  }, 300_000);
});

function checkOne(
  question: RetentionQuestion,
  verdicts: ReadonlyMap<string, Verdict>,
  seen: { snapshots: number; removed: number; databases: number; empty: number },
): void {
  const { snapshots, retention, inUse, nowMs } = question;
  demand(verdicts.size === snapshots.length, 'each snapshot has one verdict');
  seen.snapshots += snapshots.length;
  if (snapshots.length === 0) seen.empty += 1;
  const all = new Map(
    [...new Set(snapshots.map((row) => row.database))].map((name) => [name, listCounted(question, name)]),
  );
  for (const counted of all.values()) {
    seen.databases += 1;
    for (const row of counted.slice(0, retention.minimum)) demand(isKept(verdicts, row.id), 'the minimum stays');
    const verified = counted.find((row) => row.verifiedAt !== null);
    if (verified) demand(isKept(verdicts, verified.id), 'the last verified stays');
    for (const row of counted) {
      const verdict = verdicts.get(row.id);
      const expected = isKeptPlainly(question, counted, row);
      demand(
        verdict?.kept === expected,
        `${row.id} is ${expected ? 'kept' : 'removed'} by a plain reading of the rules`,
      );
    }
  }
  for (const row of snapshots) {
    const verdict = verdicts.get(row.id);
    demand((verdict?.reasons.length ?? 0) > 0, 'there is a reason for each');
    if (verdict?.kept !== false) continue;
    seen.removed += 1;
    demand(!row.pinned && !inUse.has(row.id), 'what is pinned or in use stays');
    demand(isGoodSnapshot(row) && Date.parse(row.createdAt) <= nowMs, 'only good ones of the past go');
    demand(!keepsEverything(retention), 'without a rule nothing goes');
    const counted = all.get(row.database) ?? [];
    const newer = counted.slice(0, counted.indexOf(row));
    demand(
      newer.some((other) => isKept(verdicts, other.id)),
      'a newer good one stays',
    );
  }
}

function checkTogether(
  question: RetentionQuestion,
  verdicts: ReadonlyMap<string, Verdict>,
  random: () => number,
): void {
  const { snapshots } = question;
  const left = snapshots.filter((row) => isKept(verdicts, row.id));
  const again = judge({ ...question, snapshots: left });
  for (const row of left) demand(isKept(again, row.id), 'a second pass removes nothing more');

  if (!keepsEverything(question.retention)) {
    const wider = judge({ ...question, retention: widen(question.retention, random) });
    for (const row of left) demand(isKept(wider, row.id), 'one more rule never removes more');
  }

  // One more good backup: what went by then stays away, and only what its own coming pushes out goes.
  const [any] = snapshots;
  const newest = Math.max(...snapshots.map((row) => Date.parse(row.createdAt)));
  if (!any || newest > question.nowMs) return;
  const nowMs = question.nowMs + Math.floor(random() * 3 * dayMs);
  const added = { ...any, id: 'added', presence: 'ok', pinned: false, verifiedAt: null } as const;
  const createdAt = new Date(nowMs).toISOString();
  const after = { ...question, nowMs, snapshots: [...snapshots, { ...added, createdAt, files: wholeOf(snapshots) }] };
  const later = judge(after);
  for (const row of snapshots) {
    if (!isKept(verdicts, row.id)) demand(!isKept(later, row.id), 'a newer backup brings none back that went');
  }
  // Passing after each backup comes to the same as passing once.
  const stepwise = judge({ ...after, snapshots: after.snapshots.filter((row) => isKept(verdicts, row.id)) });
  for (const row of left) demand(isKept(stepwise, row.id) === isKept(later, row.id), 'the passes may be few or many');
}

function wholeOf(snapshots: readonly Candidate[]): Candidate['files'] {
  return snapshots.find((row) => isGoodSnapshot({ ...row, presence: 'ok' }))?.files ?? [];
}

/** The rules read plainly, one snapshot at a time and with another calendar. */
function isKeptPlainly(
  { retention, timeZone, inUse }: RetentionQuestion,
  counted: Candidate[],
  row: Candidate,
): boolean {
  const place = counted.indexOf(row);
  const newer = counted.slice(0, place);
  if (row.pinned || inUse.has(row.id) || keepsEverything(retention)) return true;
  if (place < Math.max(retention.minimum, retention.last ?? 0)) return true;
  if (row.verifiedAt !== null && newer.every((other) => other.verifiedAt === null)) return true;
  const ageMs = Date.parse(counted[0]?.createdAt ?? '') - Date.parse(row.createdAt);
  if (retention.days !== null && ageMs <= retention.days * dayMs) return true;
  return periodNames.some((name) => {
    const count = retention[name];
    if (count === null) return false;
    const own = numberOf(row, name, timeZone);
    const later = new Set(newer.map((other) => numberOf(other, name, timeZone)));
    return !later.has(own) && later.size < count;
  });
}

/** A number for each day, week from Monday, month and year. */
function numberOf(row: Candidate, name: PeriodName, timeZone: string): number {
  const wall = new Date(readWallMs(timeZone, row));
  const day = Math.floor(wall.getTime() / dayMs);
  // 1 January 1970 was a Thursday.
  const numbers = { daily: day, weekly: Math.floor((day + 3) / 7), yearly: wall.getUTCFullYear() };
  return name === 'monthly' ? wall.getUTCFullYear() * 12 + wall.getUTCMonth() : numbers[name];
}

/** Asked often for each row. */
const walls = new WeakMap<Candidate, number>();

function readWallMs(timeZone: string, row: Candidate): number {
  const known = walls.get(row) ?? toWallMs(timeZone, Date.parse(row.createdAt));
  walls.set(row, known);
  return known;
}
