// Everything the window knows, as one immutable value, and how each event changes it. Pure: no calls, no React.
import type { Account } from '../../shared/account.ts';
import type { CatalogCheck } from '../../shared/catalog.ts';
import type { Connection } from '../../shared/connection.ts';
import type { WireError } from '../../shared/errors.ts';
import type { Monitor } from '../../shared/monitor.ts';
import type { Job } from '../../shared/job.ts';
import type { DeliveryState, NotificationSettings } from '../../shared/notification-settings.ts';
import type { Restore } from '../../shared/restore.ts';
import type { Run } from '../../shared/run.ts';
import type { Key, Settings } from '../../shared/settings.ts';
import type { ScheduleState } from '../../shared/slot.ts';
import type { Space } from '../../shared/space.ts';
import type { Snapshot } from '../../shared/snapshot.ts';

export interface EngineState {
  readonly state: 'starting' | 'ready' | 'failed';
  readonly reason: string | null;
}

/** What one load brings, whole. */
export interface Facts {
  readonly connections: readonly Connection[];
  readonly jobs: readonly Job[];
  /** Newest first, as are snapshots and restores. */
  readonly runs: readonly Run[];
  readonly snapshots: readonly Snapshot[];
  readonly restores: readonly Restore[];
  readonly account: Account;
  readonly key: Key;
  readonly settings: Settings;
  readonly notifications: NotificationSettings;
  /** Whether mails and webhook messages arrive. */
  readonly delivery: DeliveryState;
  /** The last comparison with Drive; null before the first. */
  readonly check: CatalogCheck | null;
  readonly space: Space;
  /** How fresh the backups are against their schedules. */
  readonly monitor: Monitor;
  /** When each job starts next, and whether all are paused. */
  readonly schedule: ScheduleState;
}

export interface AppState {
  readonly engine: EngineState;
  /** Null until the first load is done. */
  readonly facts: Facts | null;
  /** Why the last load failed. */
  readonly loadError: WireError | null;
}

export const initialState: AppState = {
  engine: { state: 'starting', reason: null },
  facts: null,
  loadError: null,
};

/** A change of the facts, from an event or from the answer to a call. */
export type Change =
  | { readonly type: 'connection'; readonly row: Connection }
  | { readonly type: 'connection-removed'; readonly id: string }
  | { readonly type: 'jobs'; readonly rows: readonly Job[] }
  | { readonly type: 'run'; readonly row: Run }
  | { readonly type: 'snapshot'; readonly row: Snapshot }
  | { readonly type: 'snapshot-removed'; readonly id: string }
  | { readonly type: 'restore'; readonly row: Restore }
  | { readonly type: 'account'; readonly value: Account }
  | { readonly type: 'key'; readonly value: Key }
  | { readonly type: 'settings'; readonly value: Settings }
  | { readonly type: 'notifications'; readonly value: NotificationSettings }
  | { readonly type: 'delivery'; readonly value: DeliveryState }
  | { readonly type: 'check'; readonly value: CatalogCheck }
  | { readonly type: 'space'; readonly value: Space }
  | { readonly type: 'monitor'; readonly value: Monitor }
  | { readonly type: 'schedule'; readonly value: ScheduleState };

export function applyChange(facts: Facts, change: Change): Facts {
  switch (change.type) {
    case 'connection':
      return { ...facts, connections: upsert(facts.connections, change.row, 'last') };
    case 'connection-removed':
      return { ...facts, connections: facts.connections.filter((row) => row.id !== change.id) };
    case 'jobs':
      return { ...facts, jobs: change.rows };
    case 'run':
      return { ...facts, runs: upsert(facts.runs, change.row, 'first') };
    case 'snapshot':
      return { ...facts, snapshots: newestFirst(upsert(facts.snapshots, change.row, 'first')) };
    case 'snapshot-removed':
      return { ...facts, snapshots: facts.snapshots.filter((row) => row.id !== change.id) };
    case 'restore':
      return { ...facts, restores: upsert(facts.restores, change.row, 'first') };
    case 'account':
      return { ...facts, account: change.value };
    case 'key':
      return { ...facts, key: change.value };
    case 'settings':
      return { ...facts, settings: change.value };
    case 'notifications':
      return { ...facts, notifications: change.value };
    case 'delivery':
      return { ...facts, delivery: change.value };
    case 'check':
      return { ...facts, check: change.value };
    case 'space':
      return { ...facts, space: change.value };
    case 'monitor':
      return { ...facts, monitor: change.value };
    case 'schedule':
      return { ...facts, schedule: change.value };
  }
}

/** One that comes from Drive may be older than those that are here. */
function newestFirst(rows: readonly Snapshot[]): readonly Snapshot[] {
  return [...rows].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** Replaces the row with the same id in its place, or adds it at one end. */
function upsert<T extends { readonly id: string }>(rows: readonly T[], row: T, end: 'first' | 'last'): readonly T[] {
  if (rows.some((candidate) => candidate.id === row.id)) {
    return rows.map((candidate) => (candidate.id === row.id ? row : candidate));
  }
  return end === 'first' ? [row, ...rows] : [...rows, row];
}
