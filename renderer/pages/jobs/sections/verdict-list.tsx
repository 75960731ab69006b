// Each snapshot with what the rules make of it and why; what goes comes first.
import { Badge, Table, Text } from '@mantine/core';
import { formatBytes } from '../../../../shared/format.ts';
import type { Judged, RetentionPreview } from '../../../../shared/retention.ts';
import { describeVerdictReasons } from '../../../../shared/retention-words.ts';
import { When } from '../../../parts/when.tsx';

export function VerdictList({ preview }: { readonly preview: RetentionPreview }) {
  const { snapshots } = preview;
  const going = snapshots.filter(({ verdict }) => !verdict.kept);
  const staying = snapshots.filter(({ verdict }) => verdict.kept);
  const several = new Set(snapshots.map(({ database }) => database)).size > 1;
  return (
    <Table.ScrollContainer type="native" minWidth={260} maxHeight={260}>
      <Table verticalSpacing={6} className="figures" stickyHeader aria-label="Backups and what becomes of them">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Backup</Table.Th>
            <Table.Th>Then, and why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...going, ...staying].map((row) => (
            <VerdictRow key={row.snapshotId} row={row} several={several} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function VerdictRow({ row, several }: { readonly row: Judged; readonly several: boolean }) {
  const { kept } = row.verdict;
  return (
    <Table.Tr>
      <Table.Td>
        <When at={row.createdAt} />
        <Text size="xs" c="dimmed" className="breakable">
          {several ? `${row.database}, ` : ''}
          {formatBytes(row.storedBytes)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={kept ? 'green' : 'orange'} radius="sm" tt="none" miw="max-content">
          {kept ? 'Stays' : 'Goes'}
        </Badge>
        <Text size="sm">{describeVerdictReasons(row.verdict)}</Text>
      </Table.Td>
    </Table.Tr>
  );
}
