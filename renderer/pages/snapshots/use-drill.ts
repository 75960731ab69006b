// Starts a restore test of a snapshot and goes to where it shows its progress and its report.
import { useState } from 'react';
import { api } from '../../api.ts';
import { goTo } from '../../state/route.ts';
import { useAction, type Action } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

export interface Drill extends Action<[string]> {
  /** The snapshot of the newest start. */
  readonly snapshotId: string | null;
  /** True while any drill runs: one at a time is enough for a server. */
  readonly active: boolean;
}

export function useDrill(): Drill {
  const store = useStore();
  const { restores } = useFacts();
  const [snapshotId, setSnapshotId] = useState<string | null>(null);
  const action = useAction(async (id: string) => {
    setSnapshotId(id);
    const row = await api.restores.startDrill({ snapshotId: id });
    store.apply({ type: 'restore', row });
    goTo('restore', { restore: row.id });
  });
  const active = restores.some((restore) => restore.kind === 'drill' && restore.state === 'running');
  return { ...action, snapshotId, active };
}
