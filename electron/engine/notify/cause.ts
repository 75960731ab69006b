// What is told of, and what was told: a cause is open from the first sign of it until it is over, over restarts too. Pure.
import type { AlertDraft, AlertKind, Channel } from '../../../shared/alert.ts';
import type { Cause } from '../store/causes.ts';

/** A message, the ways it goes, and the cause whose thread it belongs to. */
export interface Telling {
  readonly alert: AlertDraft;
  readonly channels: readonly Channel[];
  readonly cause: string | null;
}

export interface Decision {
  readonly tell: readonly Telling[];
  /** Rows to be stored as they are here. */
  readonly causes: readonly Cause[];
}

export const nothing: Decision = { tell: [], causes: [] };

export const everyChannel: readonly Channel[] = ['desktop', 'mail', 'webhook'];

const hourMs = 3_600_000;
/** "Daily" for backups that begin a little earlier on one day than on the other. */
export const dailyMs = 20 * hourMs;
/** The same of a state that is looked at all day long. */
export const dayMs = 24 * hourMs;
export const weeklyMs = 6.5 * 24 * hourMs;

/** Whether it is time to say it again. A clock that was set back or forward counts as time gone by. */
export function isDueAgain({ lastToldAt }: Pick<Cause, 'lastToldAt'>, afterMs: number, now: Date): boolean {
  return lastToldAt === null || Math.abs(now.getTime() - Date.parse(lastToldAt)) >= afterMs;
}

export function openCause(cause: string, kind: AlertKind, members: readonly string[], now: Date, detail = ''): Cause {
  const at = now.toISOString();
  return { cause, kind, members, firstSeenAt: at, lastToldAt: null, tellings: 0, detail, resolvedAt: null };
}

export function markTold(cause: Cause, now: Date): Cause {
  return { ...cause, lastToldAt: now.toISOString(), tellings: cause.tellings + 1 };
}

export function resolve(cause: Cause, now: Date): Cause {
  return { ...cause, members: [], resolvedAt: now.toISOString() };
}

/** A database of a job; without a name the search for the databases of a server. */
export function toMember(jobId: string, database: string | null): string {
  return `${jobId}/${database ?? ''}`;
}

/** The members that speak for a database: its own, and the search that has to find it. */
export function listMembersOf(jobId: string, database: string | null): readonly string[] {
  return [toMember(jobId, database), toMember(jobId, null)];
}

export function addMember(cause: Cause, member: string): Cause {
  return cause.members.includes(member) ? cause : { ...cause, members: [...cause.members, member] };
}
