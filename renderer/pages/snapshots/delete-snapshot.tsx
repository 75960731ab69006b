// Deletes one snapshot after saying exactly what goes, and how long there is a way back.
import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes, formatPlural } from '../../../shared/format.ts';
import { trashDays } from '../../../shared/retention.ts';
import { isGoodSnapshot, type Snapshot } from '../../../shared/snapshot.ts';
import { api } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { formatWhen } from '../../parts/when.tsx';
import { useFacts, useStore } from '../../state/use-app.ts';

export interface DeleteSnapshotProps {
  readonly snapshot: Snapshot;
  readonly onDeleted: () => void;
}

export function DeleteSnapshot({ snapshot, onDeleted }: DeleteSnapshotProps) {
  const { snapshots } = useFacts();
  const store = useStore();
  const [asks, setAsks] = useState(false);
  const good = snapshots.filter(
    (row) => row.jobId === snapshot.jobId && row.database === snapshot.database && isGoodSnapshot(row),
  );
  const isLastGood = good[0]?.id === snapshot.id;
  return (
    <>
      <Button
        variant="default"
        color="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        disabled={snapshot.pinned || snapshot.presence === 'removing'}
        onClick={() => {
          setAsks(true);
        }}
      >
        Delete…
      </Button>
      <Confirm
        opened={asks}
        title={isLastGood ? 'Delete the newest good backup?' : 'Delete this backup?'}
        text={describeLoss(snapshot, isLastGood ? (good[1] ?? null) : undefined)}
        confirmLabel="Move it to the trash"
        onConfirm={async () => {
          const removed = await api.snapshots.remove({ id: snapshot.id, lastGood: isLastGood });
          onDeleted();
          store.apply({ type: 'snapshot-removed', id: removed.snapshotId });
        }}
        onClose={() => {
          setAsks(false);
        }}
      />
    </>
  );
}

/** `next`: what would be the newest good one then; undefined where that does not change, null where there is none. */
function describeLoss(
  { database, createdAt, files, storedBytes }: Snapshot,
  next: Snapshot | null | undefined,
): string {
  const what = `The backup of ${database} from ${formatWhen(createdAt)} goes into Drive’s trash: ${formatPlural(files.length, 'file')}, ${formatBytes(storedBytes)}.`;
  const back = `Google keeps it there for ${String(trashDays)} days; until then “Bring it back” below the list undoes this.`;
  if (next === undefined) return `${what} ${back}`;
  const left =
    next === null ? 'There is no other good one.' : `The newest good one is then from ${formatWhen(next.createdAt)}.`;
  return `${what} ${left} ${back}`;
}
