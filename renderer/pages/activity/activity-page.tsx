// Who did what on backups, keys and settings: the audit log with its filter, the check of its chain, and its export.
import { Button, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconListCheck, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { auditGroups, type AuditEntry, type AuditGroup } from '../../../shared/audit.ts';
import { describeAct, describeDetails } from '../../../shared/audit-words.ts';
import { formatPlural } from '../../../shared/format.ts';
import { api } from '../../api.ts';
import { Empty } from '../../parts/empty.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { Page } from '../../parts/page.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { When } from '../../parts/when.tsx';
import { useAction } from '../../state/use-action.ts';
import { useAudit } from '../../state/use-audit.ts';
import { auditGroupWords, auditWayWords } from '../../state/words.ts';
import { ChainLine } from './chain-line.tsx';

/** Readable on both grounds. */
const refusedColor = 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))';

/** Typing does not ask for each letter. */
const searchDelayMs = 250;

export function ActivityPage() {
  const [group, setGroup] = useState<AuditGroup | null>(null);
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search.trim(), searchDelayMs);
  const { entries, hasMore, error, showMore, reload } = useAudit(group, settled);
  const [exported, setExported] = useState<number | null>(null);
  const exporting = useAction(async () => {
    setExported((await api.audit.export(undefined))?.entries ?? null);
  });
  const isFiltered = group !== null || settled !== '';
  return (
    <Page
      title="Activity"
      about="Who did what on backups, keys and settings of this computer, newest first."
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          loading={exporting.busy}
          onClick={() => {
            exporting.run();
          }}
        >
          Export…
        </Button>
      }
    >
      <ChainLine newest={entries?.[0]?.seq ?? 0} />
      {exporting.error ? <ErrorBlock error={exporting.error} /> : null}
      {exported === null ? null : (
        <Text size="sm" role="status">
          {formatPlural(exported, 'entry was', 'entries were')} exported.
        </Text>
      )}
      <Group gap="sm" align="flex-end">
        <Select
          label="About"
          placeholder="Everything"
          data={auditGroups.map((value) => ({ value, label: auditGroupWords[value] }))}
          value={group}
          clearable
          onChange={(value) => {
            setGroup(auditGroups.find((known) => known === value) ?? null);
          }}
        />
        <TextInput
          label="Search"
          placeholder="Name, person, detail"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          maxLength={200}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
      </Group>
      {error ? <ErrorBlock error={error} onRetry={reload} /> : null}
      {entries?.length === 0 ? (
        <Empty
          icon={<IconListCheck />}
          title={isFiltered ? 'No entry matches' : 'Nothing yet'}
          text={isFiltered ? 'Choose another kind or other words.' : 'Every backup, restore and change shows up here.'}
        />
      ) : null}
      {entries && entries.length > 0 ? <ActivityTable entries={entries} /> : null}
      {hasMore ? (
        <Group justify="center">
          <Button variant="default" onClick={showMore}>
            Show more
          </Button>
        </Group>
      ) : null}
    </Page>
  );
}

function ActivityTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <RowsTable
      minWidth={640}
      columns={[{ title: 'When' }, { title: 'What' }, { title: 'Who' }, { title: 'No.', right: true }]}
    >
      {entries.map((entry) => {
        const details = describeDetails(entry);
        return (
          <Table.Tr key={entry.seq}>
            <Table.Td style={{ verticalAlign: 'top' }}>
              <When at={entry.at} />
            </Table.Td>
            <Table.Td className="breakable" style={{ verticalAlign: 'top' }}>
              <Text size="sm" fw={500} {...(entry.outcome === 'done' ? {} : { c: refusedColor })}>
                {describeAct(entry)}
              </Text>
              {details === '' ? null : (
                <Text size="xs" c="dimmed">
                  {details}
                </Text>
              )}
            </Table.Td>
            <Table.Td style={{ verticalAlign: 'top' }}>
              <Stack gap={0}>
                <Text size="sm" className="breakable">
                  {entry.way === 'program' ? 'PgKeep' : entry.user}
                </Text>
                <Text size="xs" c="dimmed" className="breakable">
                  {`${auditWayWords[entry.way] ?? entry.way}, ${entry.machine}, version ${entry.version}`}
                </Text>
              </Stack>
            </Table.Td>
            <Table.Td ta="right" style={{ verticalAlign: 'top' }}>
              {entry.seq}
            </Table.Td>
          </Table.Tr>
        );
      })}
    </RowsTable>
  );
}
