// What good runs left on Drive, by job: with restore, restore test and the contents of each.
import { Anchor, Badge, Button, Group, Select, Table, Text } from '@mantine/core';
import { IconArchive, IconShieldCheck } from '@tabler/icons-react';
import { formatBytes, formatPlural } from '../../../shared/format.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { Empty } from '../../parts/empty.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { Page } from '../../parts/page.tsx';
import { When } from '../../parts/when.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { goTo, toHash, useRoute } from '../../state/route.ts';
import { useFacts } from '../../state/use-app.ts';
import { DrivePanel } from './drive-panel.tsx';
import { RemovedPart } from './removed-list.tsx';
import { SnapshotDrawer } from './snapshot-drawer.tsx';
import { SnapshotMarks } from './snapshot-marks.tsx';
import { useDrill } from './use-drill.ts';

export function SnapshotsPage() {
  const { snapshots, jobs } = useFacts();
  const { params } = useRoute();
  const drill = useDrill();
  const job = params.job ?? null;
  const matching = snapshots.filter((snapshot) => !job || snapshot.jobId === job);
  const keep = job ? { job } : {};
  return (
    <Page title="Snapshots" about="What good runs left on Google Drive, newest first.">
      <ErrorBlock error={drill.error} onClose={drill.clear} />
      {snapshots.length === 0 ? (
        <Empty icon={<IconArchive />} title="No snapshot yet" text="The first good run of a job leaves one here.">
          <Button component="a" href={jobs.length > 0 ? toHash('overview') : toHash('jobs', { edit: 'new' })}>
            {jobs.length > 0 ? 'Back up now' : 'Add a job'}
          </Button>
          <Button component="a" variant="default" href={toHash('overview', { recover: '1' })}>
            Recover from Drive…
          </Button>
        </Empty>
      ) : (
        <>
          <DrivePanel />
          <Group>
            <Select
              label="Job"
              placeholder="All jobs"
              data={jobs.map((candidate) => ({ value: candidate.id, label: candidate.name }))}
              value={job}
              clearable
              onChange={(value) => {
                goTo('snapshots', value ? { job: value } : {});
              }}
            />
          </Group>
          {matching.length === 0 ? (
            <Empty
              icon={<IconArchive />}
              title="No snapshot of this job yet"
              text="Its first good run leaves one here."
            />
          ) : (
            <SnapshotsTable snapshots={matching} keep={keep} drill={drill} />
          )}
        </>
      )}
      <RemovedPart jobId={job} />
      <SnapshotDrawer
        snapshotId={params.snapshot ?? null}
        onClose={() => {
          goTo('snapshots', keep);
        }}
      />
    </Page>
  );
}

interface SnapshotsTableProps {
  readonly snapshots: readonly Snapshot[];
  readonly keep: Readonly<Record<string, string>>;
  readonly drill: ReturnType<typeof useDrill>;
}

function SnapshotsTable({ snapshots, keep, drill }: SnapshotsTableProps) {
  return (
    <RowsTable minWidth={600} columns={[{ title: 'Date' }, { title: 'Size' }, { title: 'Verified' }, { title: '' }]}>
      {snapshots.map((snapshot) => (
        <Table.Tr key={snapshot.id}>
          <Table.Td>
            <Anchor href={toHash('snapshots', { ...keep, snapshot: snapshot.id })} size="sm" fw={500}>
              <When at={snapshot.createdAt} />
            </Anchor>
            <Text size="xs" c="dimmed" className="breakable">
              {snapshot.database}, <span className="whole">PostgreSQL {snapshot.serverVersion}</span>
            </Text>
            <Group gap={6} mt={4} className="marks">
              <SnapshotMarks snapshot={snapshot} />
            </Group>
          </Table.Td>
          <Table.Td>
            {formatBytes(snapshot.storedBytes)}
            <Text size="xs" c="dimmed">
              {snapshot.tables === null || snapshot.rows === null ? (
                'contents not counted'
              ) : (
                <>
                  <span className="whole">{formatPlural(snapshot.tables, 'table')},</span>{' '}
                  <span className="whole">{formatPlural(snapshot.rows, 'row')}</span>
                </>
              )}
            </Text>
          </Table.Td>
          <Table.Td>
            <Verified snapshot={snapshot} />
          </Table.Td>
          <Table.Td>
            <SnapshotButtons snapshot={snapshot} drill={drill} />
          </Table.Td>
        </Table.Tr>
      ))}
    </RowsTable>
  );
}

export function Verified({ snapshot }: { readonly snapshot: Snapshot }) {
  if (!snapshot.verifiedAt) {
    return (
      <Text size="sm" c="dimmed">
        Not yet
      </Text>
    );
  }
  return (
    <Badge
      variant="light"
      color="green"
      radius="sm"
      tt="none"
      fw={600}
      miw="max-content"
      leftSection={<IconShieldCheck size={13} aria-hidden />}
    >
      <When at={snapshot.verifiedAt} age />
    </Badge>
  );
}

interface SnapshotButtonsProps {
  readonly snapshot: Snapshot;
  readonly drill: ReturnType<typeof useDrill>;
}

function SnapshotButtons({ snapshot, drill }: SnapshotButtonsProps) {
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Button size="xs" variant="light" component="a" href={toHash('restore', { new: snapshot.id })}>
        Restore…
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={drill.busy && drill.snapshotId === snapshot.id}
        disabled={drill.active}
        onClick={() => {
          drill.run(snapshot.id);
        }}
      >
        Test restore
      </Button>
    </Group>
  );
}
