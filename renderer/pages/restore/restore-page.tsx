// Restores and restore tests with their outcome. The dialogs for a new one and for one that runs open by the address.
import { Anchor, Button, Table, Text } from '@mantine/core';
import { IconArrowBackUp, IconFileUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { describeError } from '../../../shared/describe-error.ts';
import type { PickedFile, Restore } from '../../../shared/restore.ts';
import { describeRunLength } from '../../../shared/tray-model.ts';
import { api } from '../../api.ts';
import { Empty } from '../../parts/empty.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { Page } from '../../parts/page.tsx';
import { RestoreBadge } from '../../parts/state-badge.tsx';
import { formatWhen, When } from '../../parts/when.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { goTo, toHash, useRoute } from '../../state/route.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts } from '../../state/use-app.ts';
import { describeRestoreProgress } from '../../state/words.ts';
import { FileRestoreDialog } from './file-restore-dialog.tsx';
import { RestoreDialog } from './restore-dialog.tsx';
import { RestoreResult } from './restore-result.tsx';

export function RestorePage() {
  const { restores, snapshots } = useFacts();
  const { params } = useRoute();
  const begin = (
    <Button
      component="a"
      href={toHash('restore', { new: 'choose' })}
      leftSection={<IconArrowBackUp size={16} aria-hidden />}
    >
      Restore a snapshot…
    </Button>
  );
  const [picked, setPicked] = useState<PickedFile | null>(null);
  const pick = useAction(async () => {
    setPicked(await api.restores.openFile(undefined));
  });
  const fromFile = (
    <Button
      variant="default"
      leftSection={<IconFileUpload size={16} aria-hidden />}
      loading={pick.busy}
      onClick={pick.run}
    >
      From a file…
    </Button>
  );
  const close = (): void => {
    goTo('restore');
  };
  return (
    <Page
      title="Restore"
      about="Brings a snapshot back into a new database, or tests that it can be."
      actions={
        restores.length > 0 ? (
          <>
            {fromFile}
            {snapshots.length > 0 ? begin : null}
          </>
        ) : null
      }
    >
      <ErrorBlock error={pick.error} onRetry={pick.run} onClose={pick.clear} />
      {restores.length > 0 ? (
        <RestoresTable restores={restores} />
      ) : snapshots.length > 0 ? (
        <Empty
          icon={<IconArrowBackUp />}
          title="Nothing restored yet"
          text="A restore makes a new database and leaves the old one as it is. Try it: a backup is worth what its restore is."
        >
          {begin}
          {fromFile}
        </Empty>
      ) : (
        <Empty
          icon={<IconArrowBackUp />}
          title="Nothing to restore yet"
          text="The first good run leaves a snapshot that can be restored here. A backup file that you have can be restored now."
        >
          <Button component="a" href={toHash('overview')}>
            Go to the overview
          </Button>
          {fromFile}
        </Empty>
      )}
      <RestoreDialog choice={params.new ?? null} onClose={close} />
      <FileRestoreDialog
        picked={picked}
        onClose={() => {
          setPicked(null);
        }}
      />
      <RestoreResult restoreId={params.restore ?? null} onClose={close} />
    </Page>
  );
}

function RestoresTable({ restores }: { readonly restores: readonly Restore[] }) {
  const { snapshots } = useFacts();
  return (
    <RowsTable
      minWidth={640}
      highlightOnHover
      columns={[
        { title: 'State' },
        { title: 'What' },
        { title: 'From' },
        { title: 'Start' },
        { title: 'Length', right: true },
      ]}
    >
      {restores.map((restore) => {
        const snapshot = snapshots.find((candidate) => candidate.id === restore.snapshotId);
        return (
          <Table.Tr key={restore.id}>
            <Table.Td>
              <RestoreBadge state={restore.state} />
            </Table.Td>
            <Table.Td className="breakable">
              <Anchor href={toHash('restore', { restore: restore.id })} size="sm" fw={500}>
                {restore.kind === 'drill' ? 'Restore test' : restore.database}
              </Anchor>
              <Text size="xs" c="dimmed">
                {describeOutcome(restore)}
              </Text>
            </Table.Td>
            <Table.Td className="breakable">
              {snapshot
                ? `${snapshot.database}, ${formatWhen(snapshot.createdAt)}`
                : (restore.fileName ?? 'no longer listed')}
            </Table.Td>
            <Table.Td>
              <When at={restore.startedAt} />
            </Table.Td>
            <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
              {describeRunLength(restore) ?? '–'}
            </Table.Td>
          </Table.Tr>
        );
      })}
    </RowsTable>
  );
}

function describeOutcome(restore: Restore): string {
  if (restore.state === 'running') {
    const { label, percentText } = describeRestoreProgress(restore);
    return `${label} ${percentText}`;
  }
  if (restore.error) return describeError(restore.error).title;
  if (!restore.report) return '';
  if (restore.report.equal === null) return 'not compared';
  return restore.report.equal ? 'compared, equal to the backup' : 'differs from the backup';
}
