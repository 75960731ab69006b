// One snapshot in full: where it lies, what is in it (from its manifest), and what can be done with it.
import { Button, DataList, Drawer, FocusTrap, Group, Loader, Stack, Table, Text, Title } from '@mantine/core';
import { IconPin, IconPinnedOff } from '@tabler/icons-react';
import { formatBytes, formatCount, formatPlural } from '../../../shared/format.ts';
import { describeVerdictReasons } from '../../../shared/retention-words.ts';
import type { DataEntry, Manifest, Snapshot } from '../../../shared/snapshot.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { LeftOutBlock } from '../../parts/left-out-block.tsx';
import { When } from '../../parts/when.tsx';
import { toHash } from '../../state/route.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { useRetentionPreview } from '../../state/use-retention.ts';
import { useManifest } from '../../state/use-manifest.ts';
import { DeleteSnapshot, type DeleteSnapshotProps } from './delete-snapshot.tsx';
import { SnapshotMarks } from './snapshot-marks.tsx';
import { useDrill } from './use-drill.ts';

export interface SnapshotDrawerProps {
  readonly snapshotId: string | null;
  readonly onClose: () => void;
}

export function SnapshotDrawer({ snapshotId, onClose }: SnapshotDrawerProps) {
  const { snapshots } = useFacts();
  const snapshot = snapshots.find((candidate) => candidate.id === snapshotId) ?? null;
  return (
    <Drawer opened={snapshot !== null} onClose={onClose} title={`Snapshot of ${snapshot?.database ?? ''}`} size="lg">
      {snapshot ? <SnapshotDetails key={snapshot.id} snapshot={snapshot} onDeleted={onClose} /> : null}
    </Drawer>
  );
}

function SnapshotDetails({ snapshot, onDeleted }: DeleteSnapshotProps) {
  const drill = useDrill();
  const store = useStore();
  const pin = useAction(async () => {
    const row = await api.snapshots.setPinned({ id: snapshot.id, pinned: !snapshot.pinned });
    store.apply({ type: 'snapshot', row });
  });
  const why = useWhy(snapshot);
  const rows: readonly (readonly [string, React.ReactNode])[] = [
    ['Made', <When key="made" at={snapshot.createdAt} />],
    ['Verified', snapshot.verifiedAt ? <When key="verified" at={snapshot.verifiedAt} /> : 'not yet'],
    ['On Drive', `${formatBytes(snapshot.storedBytes)}, encrypted`],
    ['Before compression', snapshot.dumpBytes === null ? 'not known' : formatBytes(snapshot.dumpBytes)],
    ['Format', snapshot.dumpFormat === 'plain' ? 'plain SQL' : 'PostgreSQL’s archive'],
    ['Server', `PostgreSQL ${snapshot.serverVersion}`],
    ['File name', snapshot.baseName],
    [why.label, why.words],
    ['Compared with Drive', snapshot.checkedAt ? <When key="checked" at={snapshot.checkedAt} /> : 'not yet'],
  ];
  return (
    <Stack gap="lg">
      <FocusTrap.InitialFocus />
      <Group gap={6} className="marks">
        <SnapshotMarks snapshot={snapshot} />
      </Group>
      <DataList size="sm" gap={6} labelWidth="150px" className="figures">
        {rows.map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue className="breakable">{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
      <LeftOutBlock leftOut={snapshot.leftOut} />
      <Group gap="sm">
        <Button component="a" href={toHash('restore', { new: snapshot.id })}>
          Restore…
        </Button>
        <Button
          variant="default"
          loading={drill.busy}
          disabled={drill.active}
          onClick={() => {
            drill.run(snapshot.id);
          }}
        >
          Test restore
        </Button>
        <Button
          variant="default"
          leftSection={snapshot.pinned ? <IconPinnedOff size={16} aria-hidden /> : <IconPin size={16} aria-hidden />}
          loading={pin.busy}
          onClick={pin.run}
        >
          {snapshot.pinned ? 'Remove the pin' : 'Pin'}
        </Button>
        <DeleteSnapshot snapshot={snapshot} onDeleted={onDeleted} />
      </Group>
      <ErrorBlock error={drill.error} />
      <ErrorBlock error={pin.error} onRetry={pin.run} onClose={pin.clear} />
      <Text size="sm" c="dimmed">
        {snapshot.pinned
          ? snapshot.pinPending
            ? 'Pinned: no rule ever removes it. Drive could not be told yet; that is done when it can be reached.'
            : 'Pinned: no rule ever removes it.'
          : 'A pinned snapshot is never removed by a rule.'}
      </Text>
      {snapshot.files.some(({ kind }) => kind === 'manifest') ? (
        <Contents snapshotId={snapshot.id} />
      ) : (
        <Text size="sm" c="dimmed">
          Its manifest is not on Drive, so its contents are not known before it is restored.
        </Text>
      )}
    </Stack>
  );
}

/** Why no rule removes it, or that one will. */
function useWhy({ id, jobId }: Snapshot): { readonly label: string; readonly words: string } {
  const { preview } = useRetentionPreview({ jobId, retention: null, schedule: null });
  const verdict = preview?.snapshots.find(({ snapshotId }) => snapshotId === id)?.verdict;
  if (!verdict) return { label: 'Stays because', words: '…' };
  const words = describeVerdictReasons(verdict);
  return verdict.kept ? { label: 'Stays because', words } : { label: 'Goes with the next backup', words };
}

function Contents({ snapshotId }: { readonly snapshotId: string }) {
  const { manifest, error, reload } = useManifest(snapshotId);
  return (
    <section aria-labelledby="contents-title">
      <Title order={3} size="h5" mb="sm" id="contents-title">
        Contents
      </Title>
      <ErrorBlock error={error} onRetry={reload} />
      {manifest ? (
        <ContentsTable manifest={manifest} />
      ) : error ? null : (
        <Group gap="xs" role="status">
          <Loader size="xs" aria-hidden />
          <Text size="sm" c="dimmed">
            Reading the manifest from Drive…
          </Text>
        </Group>
      )}
    </section>
  );
}

function ContentsTable({ manifest }: { readonly manifest: Manifest }) {
  if (!manifest.contents) {
    return (
      <Text size="sm" c="dimmed">
        The contents were not counted when this snapshot was made.
      </Text>
    );
  }
  const { data, toc, sequences } = manifest.contents;
  const extensions = manifest.extensions.map(({ name, version }) => `${name} ${version}`).join(', ');
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {toc.length === 0 ? 'Encoding' : `${formatPlural(toc.length, 'object')} in all, encoding`} {manifest.encoding},{' '}
        {manifest.collation}
        {extensions === '' ? '' : `, extensions ${extensions}`}.
        {sequences && sequences.length > 0
          ? ` With where ${formatPlural(sequences.length, 'sequence stands', 'sequences stand')}.`
          : ''}
      </Text>
      <Table.ScrollContainer type="native" minWidth={360} maxHeight={360}>
        <Table verticalSpacing={6} className="figures" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Table</Table.Th>
              <Table.Th ta="right">Rows</Table.Th>
              <Table.Th ta="right">Size</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((entry) => (
              <Table.Tr key={nameEntry(entry)}>
                <Table.Td className="breakable">{nameEntry(entry)}</Table.Td>
                <Table.Td ta="right">{formatCount(entry.rows)}</Table.Td>
                <Table.Td ta="right">{formatBytes(entry.bytes)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function nameEntry(entry: DataEntry): string {
  return entry.kind === 'large-objects' ? 'Large objects' : `${entry.schema}.${entry.name}`;
}
