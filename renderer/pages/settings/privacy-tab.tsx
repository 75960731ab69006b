// What leaves this computer, where the rest lies, and erasing everything of a job, also of one that was removed earlier.
import { Button, List, Stack, Table, Text, Title } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { describeErased, type RemovedJob } from '../../../shared/erase.ts';
import { toWireError, type WireError } from '../../../shared/errors.ts';
import { formatPlural } from '../../../shared/format.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { useFacts, useStore } from '../../state/use-app.ts';
import { EraseDialog, type Erasable } from './erase-dialog.tsx';

export function PrivacyTab() {
  const { jobs, snapshots } = useFacts();
  const store = useStore();
  const [removed, setRemoved] = useState<readonly RemovedJob[]>([]);
  const [error, setError] = useState<WireError | null>(null);
  const [chosen, setChosen] = useState<Erasable | null>(null);
  const [told, setTold] = useState('');
  const load = useCallback(() => {
    api.jobs.listRemoved(undefined).then(setRemoved, (thrown: unknown) => {
      setError(toWireError(thrown));
    });
  }, []);
  useEffect(load, [load, jobs]);
  const rows: readonly (Erasable & { readonly note: string })[] = [
    ...jobs.map(({ id, name }) => {
      const count = snapshots.filter(({ jobId }) => jobId === id).length;
      return { id, name, note: formatPlural(count, 'snapshot') };
    }),
    ...removed.map(({ id, name, erasing, snapshots: count }) => ({
      ...{ id, name },
      note: erasing ? 'not erased completely yet' : `removed, ${formatPlural(count, 'snapshot')} left`,
    })),
  ];
  return (
    <Stack gap="lg">
      <section aria-labelledby="leaves-title">
        <Title order={2} size="h4" mb="xs" id="leaves-title">
          What leaves this computer
        </Title>
        <List size="sm" spacing={4}>
          <List.Item>
            Backups, to your own Google Drive: encrypted with a key that Google never sees. Beside them in plain text:
            the names of database and job, times, sizes and versions.
          </List.Item>
          <List.Item>Messages, where you set them up: what happened, with the names of job and database.</List.Item>
          <List.Item>Nothing else. There is no service behind PgKeep, and it reports to nobody.</List.Item>
        </List>
      </section>
      <section aria-labelledby="erase-title">
        <Title order={2} size="h4" mb="xs" id="erase-title">
          Erase everything of a job
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          Its backups on Google Drive, its runs and logs here, and the job. The activity log keeps that it was done.
        </Text>
        <ErrorBlock error={error} />
        {told === '' ? null : (
          <Text size="sm" mb="sm" role="status">
            {told}
          </Text>
        )}
        {rows.length === 0 ? (
          <Text size="sm">There is no job.</Text>
        ) : (
          <RowsTable minWidth={420} columns={[{ title: 'Job' }, { title: 'Backups' }, { title: '' }]}>
            {rows.map((row) => (
              <Table.Tr key={row.id}>
                <Table.Td fw={500} className="breakable">
                  {row.name}
                </Table.Td>
                <Table.Td>{row.note}</Table.Td>
                <Table.Td ta="right">
                  <Button
                    size="xs"
                    color="red"
                    variant="light"
                    aria-label={`Erase everything of ${row.name}`}
                    onClick={() => {
                      setChosen(row);
                    }}
                  >
                    Erase…
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </RowsTable>
        )}
      </section>
      <EraseDialog
        key={chosen?.id ?? ''}
        job={chosen}
        onDone={(report) => {
          setTold(describeErased(report));
          load();
          void store.reload();
        }}
        onClose={() => {
          setChosen(null);
          load();
        }}
      />
    </Stack>
  );
}
