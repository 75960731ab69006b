// How much of the line uploads may take. Counts at once, for an upload under way, too.
import { Button, Group, NumberInput, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { minUploadLimitBytesPerSecond } from '../../../shared/settings.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

/** People know their line in megabytes a second, or a part of one. */
const unitBytes = 1_000_000;

const smallest = Math.ceil((minUploadLimitBytesPerSecond / unitBytes) * 100) / 100;

export function UploadLimit() {
  const { settings } = useFacts();
  const store = useStore();
  const stored = settings.uploadLimitBytesPerSecond;
  const [typed, setTyped] = useState<number | string>(stored === null ? 1 : stored / unitBytes);
  const save = useAction(async (uploadLimitBytesPerSecond: number | null) => {
    store.apply({ type: 'settings', value: await api.settings.save({ uploadLimitBytesPerSecond }) });
  });
  const bytes = Math.round(Number(typed) * unitBytes);
  const problem = typed === '' || bytes < minUploadLimitBytesPerSecond ? `${String(smallest)} MB at least` : null;
  return (
    <Paper withBorder p="lg">
      <Stack>
        <Title order={2} size="h4">
          Upload speed
        </Title>
        <Switch
          label="Leave room on the line for others"
          checked={stored !== null}
          disabled={save.busy || (stored === null && problem !== null)}
          onChange={(event) => {
            save.run(event.currentTarget.checked ? bytes : null);
          }}
        />
        <Group align="flex-end" gap="sm">
          <NumberInput
            label="At most, in MB a second"
            value={typed}
            onChange={setTyped}
            min={smallest}
            max={10_000}
            step={0.5}
            decimalScale={2}
            error={problem}
            w={200}
          />
          {stored !== null && bytes !== stored ? (
            <Button
              variant="default"
              disabled={problem !== null}
              loading={save.busy}
              onClick={() => {
                save.run(bytes);
              }}
            >
              Save
            </Button>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed">
          {stored === null
            ? 'Uploads take what the line gives.'
            : 'The limit counts at once, for an upload under way, too.'}
        </Text>
        <ErrorBlock error={save.error} onClose={save.clear} />
      </Stack>
    </Paper>
  );
}
