// What was removed, by rules or by hand: why, until when Drive's trash keeps it, and the way back.
import { Button, Stack, Table, Text, Title } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import { toTrashEnd, trashDays, type RemovedSnapshot } from '../../../shared/retention.ts';
import { describeRemovalCause } from '../../../shared/retention-words.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { When } from '../../parts/when.tsx';
import { useAction } from '../../state/use-action.ts';
import { useNow, useStore } from '../../state/use-app.ts';
import { useRemoved } from '../../state/use-retention.ts';

const shownFirst = 5;

export function RemovedPart({ jobId }: { readonly jobId: string | null }) {
  const { rows, error, reload } = useRemoved(jobId);
  const [all, setAll] = useState(false);
  if (rows.length === 0) return <ErrorBlock error={error} onRetry={reload} />;
  return (
    <section aria-labelledby="removed-title">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h5" id="removed-title">
            Removed
          </Title>
          <Text size="sm" c="dimmed">
            Google keeps them in Drive’s trash for {trashDays} days, unless somebody empties it.
          </Text>
        </div>
        <ErrorBlock error={error} onRetry={reload} />
        <RowsTable minWidth={400} columns={[{ title: 'Backup' }, { title: 'Removed' }, { title: '' }]}>
          {(all ? rows : rows.slice(0, shownFirst)).map((row) => (
            <RemovedRow key={row.snapshotId} row={row} onBack={reload} />
          ))}
        </RowsTable>
        {rows.length > shownFirst && !all ? (
          <Button
            variant="default"
            size="xs"
            style={{ alignSelf: 'start' }}
            onClick={() => {
              setAll(true);
            }}
          >
            Show all {rows.length}
          </Button>
        ) : null}
      </Stack>
    </section>
  );
}

function RemovedRow({ row, onBack }: { readonly row: RemovedSnapshot; readonly onBack: () => void }) {
  const store = useStore();
  const now = useNow();
  const back = useAction(async () => {
    store.apply({ type: 'snapshot', row: await api.catalog.untrash({ id: row.snapshotId }) });
    onBack();
  });
  const until = toTrashEnd(row.removedAt);
  const isThere = Date.parse(until) > now.getTime();
  return (
    <Table.Tr>
      <Table.Td>
        <When at={row.createdAt} />
        <Text size="xs" c="dimmed" className="breakable">
          {row.database}, {formatBytes(row.storedBytes)}
        </Text>
      </Table.Td>
      <Table.Td>
        <When at={row.removedAt} age />
        <Text size="xs" c="dimmed">
          {describeRemovalCause(row.cause)}
        </Text>
        <ErrorBlock error={back.error} onClose={back.clear} />
      </Table.Td>
      <Table.Td ta="right">
        {isThere ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowBackUp size={14} aria-hidden />}
            loading={back.busy}
            aria-label={`Bring back ${row.baseName}`}
            onClick={back.run}
          >
            Bring it back
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            Gone for good
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
