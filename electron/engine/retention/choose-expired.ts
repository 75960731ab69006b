// Which backups of a job its rules let go, and why each of the others stays. Pure. What one rule keeps stays, whatever the
// others say; rules count good backups only, each database for itself, and touch nothing else.
import {
  keepsEverything,
  periodNames,
  type KeepReason,
  type PeriodName,
  type RemoveReason,
  type Retention,
  type Verdict,
} from '../../../shared/retention.ts';
import { isGoodSnapshot, type Snapshot } from '../../../shared/snapshot.ts';
import { toLocalDay, toPeriod } from './local-day.ts';

/** What the rules see of a snapshot. */
export type Candidate = Pick<
  Snapshot,
  'id' | 'database' | 'createdAt' | 'presence' | 'files' | 'pinned' | 'verifiedAt'
>;

export interface RetentionQuestion {
  /** All of one job. */
  readonly snapshots: readonly Candidate[];
  readonly retention: Retention;
  /** IANA name: by its clock days, weeks, months and years begin. */
  readonly timeZone: string;
  readonly nowMs: number;
  /** Ids of those that a restore, a drill or a download reads. */
  readonly inUse: ReadonlySet<string>;
}

const dayMs = 86_400_000;

/** One verdict for each snapshot: database by database, newest first. */
export function chooseExpired(question: RetentionQuestion): Verdict[] {
  const databases = new Map<string, Dated[]>();
  for (const snapshot of question.snapshots) {
    const rows = databases.get(snapshot.database) ?? [];
    rows.push({ snapshot, atMs: Date.parse(snapshot.createdAt) });
    databases.set(snapshot.database, rows);
  }
  return [...databases.keys()].sort().flatMap((name) => judgeDatabase(question, databases.get(name) ?? []));
}

interface Dated {
  readonly snapshot: Candidate;
  readonly atMs: number;
}

function judgeDatabase(question: RetentionQuestion, dated: readonly Dated[]): Verdict[] {
  const ordered = [...dated].sort((a, b) => b.atMs - a.atMs || (a.snapshot.id < b.snapshot.id ? 1 : -1));
  // A backup from the future says that a clock was wrong. Were it counted, it would make all others look old.
  const counted = ordered.filter(({ snapshot, atMs }) => isGoodSnapshot(snapshot) && atMs <= question.nowMs);
  const byRules = listRuleReasons(question, counted);
  const lastVerified = counted.find(({ snapshot }) => snapshot.verifiedAt !== null);
  return ordered.map((item): Verdict => {
    const { snapshot } = item;
    const place = counted.indexOf(item);
    const kept: KeepReason[] = [];
    if (snapshot.pinned) kept.push({ kind: 'pinned' });
    if (question.inUse.has(snapshot.id)) kept.push({ kind: 'in-use' });
    if (place < 0) {
      return { snapshotId: snapshot.id, kept: true, reasons: [...kept, chooseUncounted(snapshot)] };
    }
    if (place === 0) kept.push({ kind: 'last-good' });
    if (item === lastVerified) kept.push({ kind: 'last-verified' });
    const { minimum } = question.retention;
    if (place < minimum) kept.push({ kind: 'minimum', count: minimum });
    kept.push(...(byRules.get(item) ?? []));
    if (kept.length > 0) return { snapshotId: snapshot.id, kept: true, reasons: kept };
    return { snapshotId: snapshot.id, kept: false, reasons: listRemoveReasons(question.retention) };
  });
}

/** Why a snapshot is none that the rules count. */
function chooseUncounted(snapshot: Candidate): KeepReason {
  switch (snapshot.presence) {
    case 'missing':
      return { kind: 'not-on-drive' };
    case 'trashed':
      return { kind: 'in-trash' };
    case 'changed':
      return { kind: 'changed' };
    case 'removing':
      return { kind: 'removing' };
    case 'ok':
      return { kind: isGoodSnapshot(snapshot) ? 'future' : 'incomplete' };
  }
}

/** What each rule keeps. `counted`: good ones of one database, newest first. */
function listRuleReasons(
  { retention, timeZone }: RetentionQuestion,
  counted: readonly Dated[],
): ReadonlyMap<Dated, KeepReason[]> {
  const reasons = new Map<Dated, KeepReason[]>();
  const say = (item: Dated, reason: KeepReason): void => {
    reasons.set(item, [...(reasons.get(item) ?? []), reason]);
  };
  if (keepsEverything(retention)) for (const item of counted) say(item, { kind: 'no-rules' });
  const { last, days } = retention;
  if (last !== null) for (const item of counted.slice(0, last)) say(item, { kind: 'last', count: last });
  const [newest] = counted;
  if (days !== null && newest) {
    for (const item of counted) if (newest.atMs - item.atMs <= days * dayMs) say(item, { kind: 'days', days });
  }
  const rules = periodNames.flatMap((name) => {
    const count = retention[name];
    return count === null ? [] : [{ name, count }];
  });
  if (rules.length === 0) return reasons;
  const localDays = new Map(counted.map((item) => [item, toLocalDay(item.atMs, timeZone)]));
  for (const { name, count } of rules) {
    for (const [period, item] of newestOfEach(counted, localDays, name, count)) say(item, { kind: name, period });
  }
  return reasons;
}

/** The newest of each of the last periods that have one. */
function newestOfEach(
  counted: readonly Dated[],
  localDays: ReadonlyMap<Dated, string>,
  name: PeriodName,
  count: number,
): ReadonlyMap<string, Dated> {
  const newest = new Map<string, Dated>();
  for (const item of counted) {
    const period = toPeriod(localDays.get(item) ?? '', name);
    if (newest.has(period)) continue;
    if (newest.size === count) break;
    newest.set(period, item);
  }
  return newest;
}

/** Each rule that there is has not kept it. */
function listRemoveReasons(retention: Retention): RemoveReason[] {
  const { last, days } = retention;
  return [
    ...(last === null ? [] : [{ kind: 'not-last', count: last } as const]),
    ...(days === null ? [] : [{ kind: 'older', days } as const]),
    ...periodNames.flatMap((name): RemoveReason[] => {
      const count = retention[name];
      return count === null ? [] : [{ kind: `not-${name}`, count }];
    }),
  ];
}
