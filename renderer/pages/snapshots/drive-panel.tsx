// The list against Drive: when it was compared and what was found, with the two buttons that look again.
import { Alert, Button, Group, List, Paper, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle, IconRefresh, IconSearch } from '@tabler/icons-react';
import { describeCheck, type CatalogCheck, type Finding } from '../../../shared/catalog.ts';
import { formatBytes } from '../../../shared/format.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { RebuildBlock } from '../../parts/rebuild-block.tsx';
import { formatWhen, When } from '../../parts/when.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { useRebuild } from '../../state/use-rebuild.ts';

export function DrivePanel() {
  const { account, check, snapshots } = useFacts();
  const store = useStore();
  const rebuild = useRebuild();
  const compare = useAction(async () => {
    store.apply({ type: 'check', value: await api.catalog.check(undefined) });
  });
  const ready = account.state === 'ready';
  return (
    <Paper withBorder p="md" component="section" aria-label="Compared with Drive">
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed" style={{ flex: '1 1 240px' }} role="status">
            {check ? (
              <>
                Compared with Drive <When at={check.at} age />. It is done once a week by itself.
              </>
            ) : (
              'Not compared with Drive yet. It is done once a week by itself.'
            )}
          </Text>
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconRefresh size={14} aria-hidden />}
              disabled={!ready || snapshots.length === 0}
              loading={compare.busy}
              onClick={compare.run}
            >
              Compare now
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconSearch size={14} aria-hidden />}
              disabled={!ready}
              loading={rebuild.busy}
              onClick={rebuild.run}
            >
              Look into Drive
            </Button>
          </Group>
        </Group>
        <ErrorBlock error={compare.error} onRetry={compare.run} onClose={compare.clear} />
        <RebuildBlock rebuild={rebuild} />
        {check ? <Findings check={check} /> : null}
      </Stack>
    </Paper>
  );
}

function Findings({ check }: { readonly check: CatalogCheck }) {
  if (check.findings.length === 0 && check.unknown.length === 0) {
    return (
      <Group gap={6} wrap="nowrap">
        <IconCheck size={16} color="var(--mantine-color-green-filled)" aria-hidden />
        <Text size="sm">{describeCheck(check)}</Text>
      </Group>
    );
  }
  const bad = check.findings.length > 0;
  return (
    <Alert
      color={bad ? 'red' : 'blue'}
      icon={bad ? <IconAlertTriangle aria-hidden /> : <IconInfoCircle aria-hidden />}
      title={bad ? 'Not as it should be on Drive' : 'There is more on Drive'}
    >
      <Stack gap="xs">
        <Text size="sm">{describeCheck(check)}</Text>
        {bad ? (
          <List size="sm" spacing={4}>
            {check.findings.map((finding) => (
              <List.Item key={finding.snapshotId} className="breakable">
                <FindingLine finding={finding} />
              </List.Item>
            ))}
          </List>
        ) : null}
        {check.unknown.length > 0 ? (
          <List size="sm" spacing={4}>
            {check.unknown.map((set) => (
              <List.Item key={set.id} className="breakable">
                {set.database}, {formatWhen(set.createdAt)}, {formatBytes(set.storedBytes)}
                {set.folderName === null ? '' : `, folder ${set.folderName}`}: of another computer, or left over. “Look
                into Drive” lists it here.
              </List.Item>
            ))}
          </List>
        ) : null}
      </Stack>
    </Alert>
  );
}

function FindingLine({ finding }: { readonly finding: Finding }) {
  const store = useStore();
  const { snapshots } = useFacts();
  const snapshot = snapshots.find(({ id }) => id === finding.snapshotId);
  const untrash = useAction(async () => {
    store.apply({ type: 'snapshot', row: await api.catalog.untrash({ id: finding.snapshotId }) });
  });
  const name = snapshot ? `${snapshot.database}, ${formatWhen(snapshot.createdAt)}` : finding.baseName;
  return (
    <>
      {name}: {presenceSentences[finding.presence]}{' '}
      {finding.presence === 'trashed' ? (
        <Button size="compact-xs" variant="default" onClick={untrash.run} loading={untrash.busy}>
          Take it out of the trash
        </Button>
      ) : null}
      <ErrorBlock error={untrash.error} onRetry={untrash.run} onClose={untrash.clear} />
    </>
  );
}

const presenceSentences: Readonly<Record<Finding['presence'], string>> = {
  missing:
    'not to be seen on Drive any more. Make a new backup now; if you removed it yourself, nothing else is to be done.',
  changed: 'its size or hash is not what was stored. Do not rely on it; make a new backup now.',
  trashed: 'in Drive’s trash, which Google empties after 30 days.',
};
