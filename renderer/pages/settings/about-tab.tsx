// Versions, for reports, and where the guide for restoring by hand is.
import { Button, DataList, Group, Paper, Stack, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { toWireError, type WireError } from '../../../shared/errors.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';

interface Versions {
  readonly version: string;
  readonly electron: string;
  readonly node: string;
}

export function AboutTab() {
  const [versions, setVersions] = useState<Versions | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const guide = useAction(() => api.app.openLink({ to: 'restore-guide' }));
  useEffect(() => {
    api.app.describe(undefined).then(setVersions, (thrown: unknown) => {
      setError(toWireError(thrown));
    });
  }, []);
  const rows = [
    ['PgKeep', versions?.version],
    ['Electron', versions?.electron],
    ['Node', versions?.node],
  ] as const;
  return (
    <Paper withBorder p="lg">
      <Stack>
        <DataList size="sm" gap={6} labelWidth="100px" className="figures">
          {rows.map(([label, value]) => (
            <DataList.Item key={label}>
              <DataList.ItemLabel>{label}</DataList.ItemLabel>
              <DataList.ItemValue>{value ?? '…'}</DataList.ItemValue>
            </DataList.Item>
          ))}
        </DataList>
        <Text size="sm" c="dimmed">
          A backup is a standard file. With age, zstd and pg_restore it opens without PgKeep; the guide has the
          commands.
        </Text>
        <ErrorBlock error={error ?? guide.error} onClose={guide.clear} />
        <Group>
          <Button
            variant="default"
            leftSection={<IconExternalLink size={16} aria-hidden />}
            onClick={guide.run}
            loading={guide.busy}
          >
            Read the restore guide
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
