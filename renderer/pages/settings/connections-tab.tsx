// The PostgreSQL servers this computer backs up.
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconPencil, IconPlus, IconServer2, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Connection } from '../../../shared/connection.ts';
import { api } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Empty } from '../../parts/empty.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { RowButton } from '../../parts/row-button.tsx';
import { goTo, useRoute } from '../../state/route.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { ConnectionDialog } from './connection-dialog.tsx';

export function ConnectionsTab() {
  const { connections } = useFacts();
  const { params } = useRoute();
  const store = useStore();
  const [removing, setRemoving] = useState<Connection | null>(null);
  const edit = (id: string): void => {
    goTo('settings', { tab: 'connections', edit: id });
  };
  const add = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => {
        edit('new');
      }}
    >
      Add a connection
    </Button>
  );
  return (
    <Stack>
      {connections.length === 0 ? (
        <Empty
          icon={<IconServer2 />}
          title="No connection yet"
          text="A connection says where a PostgreSQL server is and who signs in there."
        >
          {add}
        </Empty>
      ) : (
        <>
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              Passwords lie in the operating system’s key store.
            </Text>
            {add}
          </Group>
          <RowsTable
            minWidth={460}
            columns={[{ title: 'Name' }, { title: 'Server' }, { title: 'User' }, { title: '' }]}
          >
            {connections.map((connection) => (
              <Table.Tr key={connection.id}>
                <Table.Td fw={500} className="breakable">
                  {connection.name}
                </Table.Td>
                <Table.Td className="breakable figures">
                  {connection.host}:{connection.port}
                </Table.Td>
                <Table.Td className="breakable">
                  {connection.user}
                  {connection.hasPassword ? null : (
                    <Text size="xs" c="dimmed">
                      no password
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Group gap={4} wrap="nowrap" justify="flex-end">
                    <RowButton
                      tip="Edit and test"
                      name={`Edit ${connection.name}`}
                      onClick={() => {
                        edit(connection.id);
                      }}
                    >
                      <IconPencil size={16} aria-hidden />
                    </RowButton>
                    <RowButton
                      tip="Remove"
                      name={`Remove ${connection.name}`}
                      onClick={() => {
                        setRemoving(connection);
                      }}
                    >
                      <IconTrash size={16} aria-hidden />
                    </RowButton>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </RowsTable>
        </>
      )}
      <ConnectionDialog
        edit={params.edit ?? null}
        onClose={() => {
          goTo('settings', { tab: 'connections' });
        }}
      />
      <Confirm
        opened={removing !== null}
        title={`Remove connection ${removing?.name ?? ''}?`}
        text="The address and the stored password go from this computer. The server and the backups are not touched."
        confirmLabel="Remove the connection"
        onConfirm={async () => {
          if (!removing) return;
          await api.connections.remove({ id: removing.id });
          store.apply({ type: 'connection-removed', id: removing.id });
        }}
        onClose={() => {
          setRemoving(null);
        }}
      />
    </Stack>
  );
}
