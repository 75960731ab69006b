// Loads everything once when the engine is ready and then follows the events, which carry whole rows.
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import type { Undo } from '../../shared/ipc/define.ts';
import { toWireError } from '../../shared/errors.ts';
import { applyChange, initialState, type AppState, type Change, type EngineState, type Facts } from './app-state.ts';

/** Rows of the lists that the window keeps in memory. */
const listLimit = 500;

export interface Store {
  readonly get: () => AppState;
  readonly subscribe: (listener: () => void) => Undo;
  /** For the answers of calls that have no event. */
  readonly apply: (change: Change) => void;
  readonly reload: () => Promise<void>;
  /** Begins to listen and to load; the undo ends both. */
  readonly start: () => Undo;
}

export function createStore(api: PgKeepClient): Store {
  let state = initialState;
  /** Changes that arrive while a load is under way; they are newer than what it answers. */
  let pending: Change[] | null = null;
  let newestLoad = 0;
  const listeners = new Set<() => void>();

  const set = (next: AppState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const apply = (change: Change): void => {
    pending?.push(change);
    if (state.facts) set({ ...state, facts: applyChange(state.facts, change) });
  };
  const reload = async (): Promise<void> => {
    newestLoad += 1;
    const load = newestLoad;
    pending = [];
    try {
      const loaded = await loadFacts(api);
      if (load !== newestLoad) return;
      set({ ...state, facts: pending.reduce(applyChange, loaded), loadError: null });
    } catch (error) {
      if (load === newestLoad) set({ ...state, loadError: toWireError(error) });
    } finally {
      if (load === newestLoad) pending = null;
    }
  };
  const followEngine = (engine: EngineState): void => {
    const turnedReady = engine.state === 'ready' && state.engine.state !== 'ready';
    set({ ...state, engine });
    if (turnedReady) void reload();
  };

  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    apply,
    reload,
    start: () => {
      const undos = [api.engine.onStateChanged(followEngine), ...followRows(api, apply)];
      api.engine.getState(undefined).then(followEngine, (error: unknown) => {
        set({ ...state, loadError: toWireError(error) });
      });
      return () => {
        for (const undo of undos) undo();
        newestLoad += 1;
      };
    },
  };
}

function followRows(api: PgKeepClient, apply: (change: Change) => void): readonly Undo[] {
  return [
    api.jobs.onChanged((rows) => {
      apply({ type: 'jobs', rows });
    }),
    api.runs.onChanged((row) => {
      apply({ type: 'run', row });
    }),
    api.snapshots.onChanged((row) => {
      apply({ type: 'snapshot', row });
    }),
    api.retention.onRemoved(({ snapshotId }) => {
      apply({ type: 'snapshot-removed', id: snapshotId });
    }),
    api.restores.onChanged((row) => {
      apply({ type: 'restore', row });
    }),
    api.account.onChanged((value) => {
      apply({ type: 'account', value });
    }),
    api.keys.onChanged((value) => {
      apply({ type: 'key', value });
    }),
    api.catalog.onChecked((value) => {
      apply({ type: 'check', value });
    }),
    api.notifications.onDeliveryChanged((value) => {
      apply({ type: 'delivery', value });
    }),
    api.space.onChanged((value) => {
      apply({ type: 'space', value });
    }),
    api.monitor.onChanged((value) => {
      apply({ type: 'monitor', value });
    }),
    api.schedule.onChanged((value) => {
      apply({ type: 'schedule', value });
    }),
  ];
}

async function loadFacts(api: PgKeepClient): Promise<Facts> {
  const [connections, jobs, runs, snapshots, restores, account, key] = await Promise.all([
    api.connections.list(undefined),
    api.jobs.list(undefined),
    api.runs.listRecent(undefined),
    api.snapshots.list({ jobId: null }),
    api.restores.list({ limit: listLimit }),
    api.account.get(undefined),
    api.keys.get(undefined),
  ]);
  const [settings, notifications, delivery, check, space, monitor, schedule] = await Promise.all([
    api.settings.get(undefined),
    api.notifications.get(undefined),
    api.notifications.getDelivery(undefined),
    api.catalog.getCheck(undefined),
    api.space.get(undefined),
    api.monitor.get(undefined),
    api.schedule.get(undefined),
  ]);
  const rows = { connections, jobs, runs, snapshots, restores };
  return { ...rows, account, key, settings, notifications, delivery, check, space, monitor, schedule };
}
