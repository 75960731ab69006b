// The button that opens a recovery kit, and what became of its key.
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { describeKit, opensNothing } from '../../shared/describe-kit.ts';
import type { KitOutcome } from '../../shared/settings.ts';
import { api } from '../api.ts';
import { useAction } from '../state/use-action.ts';
import { useStore } from '../state/use-app.ts';
import { ErrorBlock } from './error-block.tsx';

export function OpenKit({ onOpened }: { readonly onOpened?: (outcome: KitOutcome) => void }) {
  const store = useStore();
  const [outcome, setOutcome] = useState<KitOutcome | null>(null);
  const open = useAction(async () => {
    const read = await api.keys.openKit(undefined);
    if (!read) return;
    setOutcome(read);
    onOpened?.(read);
    store.apply({ type: 'key', value: read.key });
  });
  return (
    <Stack gap="sm">
      <Group>
        <Button
          variant="default"
          leftSection={<IconKey size={16} aria-hidden />}
          loading={open.busy}
          onClick={open.run}
        >
          Open a recovery kit…
        </Button>
      </Group>
      <ErrorBlock error={open.error} onRetry={open.run} onClose={open.clear} here={['open-restore-guide']} />
      {outcome ? <Outcome outcome={outcome} /> : null}
    </Stack>
  );
}

function Outcome({ outcome }: { readonly outcome: KitOutcome }) {
  const useless = opensNothing(outcome);
  return (
    <Alert
      role="status"
      color={useless ? 'red' : 'green'}
      icon={useless ? <IconAlertTriangle aria-hidden /> : <IconCheck aria-hidden />}
      title={useless ? 'This kit opens nothing here' : 'The key is here'}
    >
      <Stack gap={4}>
        {describeKit(outcome).map((line) => (
          <Text size="sm" key={line}>
            {line}
          </Text>
        ))}
      </Stack>
    </Alert>
  );
}
