// "Found on this computer": servers that run here and those that its files name. Choosing one fills in the form.
import { Button, Group, Menu, Text } from '@mantine/core';
import { IconFileSearch, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { FoundServer } from '../../../shared/found-server.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';

export function FoundServers({ onChoose }: { readonly onChoose: (found: FoundServer) => void }) {
  const [found, setFound] = useState<readonly FoundServer[] | null>(null);
  const [chosen, setChosen] = useState<FoundServer | null>(null);
  const search = useAction(async () => {
    setFound(await api.connections.discover(undefined));
  });
  const read = useAction(async () => {
    const rows = await api.connections.chooseEnvFile(undefined);
    if (rows) setFound(rows);
  });
  const choose = (server: FoundServer): void => {
    setChosen(server);
    onChoose(server);
  };
  return (
    <div>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconSearch size={14} aria-hidden />}
          loading={search.busy}
          onClick={search.run}
        >
          Look on this computer
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconFileSearch size={14} aria-hidden />}
          loading={read.busy}
          onClick={read.run}
        >
          Read an .env file
        </Button>
        {found && found.length > 0 ? (
          <Menu position="bottom-start" withinPortal>
            <Menu.Target>
              <Button size="xs" variant="light">
                {chosen?.title ?? `Choose one of ${String(found.length)} found`}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {found.map((server) => (
                <Menu.Item
                  key={server.id}
                  onClick={() => {
                    choose(server);
                  }}
                >
                  <Text size="sm">{server.title}</Text>
                  <Text size="xs" c="dimmed" className="breakable" maw={420}>
                    {server.where}
                    {server.answer
                      ? `; PostgreSQL ${server.answer.version}: ${server.answer.databases.join(', ')}`
                      : ''}
                  </Text>
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </Group>
      {found?.length === 0 ? (
        <Text size="sm" c="dimmed" mt="xs">
          Nothing was found: no server answers here, and pg_service.conf and the password file name none.
        </Text>
      ) : null}
      {chosen?.hasPassword === true ? (
        <Text size="xs" c="dimmed" mt={4}>
          The password that stands in {chosen.where} is taken over.
        </Text>
      ) : null}
      {chosen?.notes.map((note) => (
        <Text key={note} size="xs" c="dimmed" mt={4} className="breakable">
          {note}
        </Text>
      ))}
      <ErrorBlock error={search.error ?? read.error} />
    </div>
  );
}
