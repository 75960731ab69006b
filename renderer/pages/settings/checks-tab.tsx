// The check-up: one line for each part that a backup needs, with what to do where something is not right.
import { Button, Divider, Group, Paper, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconStethoscope, IconX, type Icon } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import type { Check } from '../../../shared/settings.ts';
import { api } from '../../api.ts';
import { Empty } from '../../parts/empty.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';

const looks: Readonly<Record<Check['state'], { readonly color: string; readonly icon: Icon; readonly words: string }>> =
  {
    ok: { color: 'green', icon: IconCheck, words: 'Fine' },
    warn: { color: 'yellow', icon: IconAlertTriangle, words: 'Warning' },
    bad: { color: 'red', icon: IconX, words: 'Not right' },
  };

export function ChecksTab() {
  const [checks, setChecks] = useState<readonly Check[] | null>(null);
  const run = useAction(async () => {
    setChecks(await api.checks.run(undefined));
  });
  const button = (
    <Button onClick={run.run} loading={run.busy} leftSection={<IconStethoscope size={16} aria-hidden />}>
      {checks ? 'Check again' : 'Run the check-up'}
    </Button>
  );
  return (
    <Stack>
      <ErrorBlock error={run.error} onRetry={run.run} onClose={run.clear} />
      {checks ? (
        <>
          <Group justify="space-between">
            <Text size="sm" role="status">
              {summarize(checks)}
            </Text>
            {button}
          </Group>
          <Paper withBorder p="lg">
            <Stack gap="md">
              {checks.map((check, index) => (
                <Fragment key={check.id}>
                  {index > 0 ? <Divider /> : null}
                  <CheckLine check={check} />
                </Fragment>
              ))}
            </Stack>
          </Paper>
        </>
      ) : (
        <Empty
          icon={<IconStethoscope />}
          title="Is everything ready?"
          text="The check-up looks at PostgreSQL’s programs, your servers, Google Drive, the key and the disk. It changes nothing."
        >
          {button}
        </Empty>
      )}
    </Stack>
  );
}

function CheckLine({ check }: { readonly check: Check }) {
  const look = looks[check.state];
  return (
    <Group gap="md" wrap="nowrap" align="flex-start">
      <ThemeIcon variant="light" color={look.color} size={28} radius="xl" role="img" aria-label={look.words}>
        <look.icon size={16} stroke={2.2} />
      </ThemeIcon>
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {check.title}
        </Text>
        <Text size="sm" c="dimmed" className="breakable">
          {check.detail}
        </Text>
        {check.toDo === null ? null : (
          <Text size="sm" mt={4} className="breakable" style={{ whiteSpace: 'pre-line' }}>
            {check.toDo}
          </Text>
        )}
      </div>
    </Group>
  );
}

function summarize(checks: readonly Check[]): string {
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
  const bad = count('bad');
  const warn = count('warn');
  if (bad === 0 && warn === 0) return 'Everything is fine.';
  const parts = [bad > 0 ? `${String(bad)} not right` : '', warn > 0 ? `${String(warn)} to look at` : ''];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}
