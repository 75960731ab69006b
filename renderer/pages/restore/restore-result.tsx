// A restore or a restore test while it runs and after: progress, then the report in words.
import { Alert, Button, DataList, FocusTrap, Group, List, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle, IconX } from '@tabler/icons-react';
import { formatBytes, formatPlural } from '../../../shared/format.ts';
import type { Restore, RestoreReport } from '../../../shared/restore.ts';
import { describeRunLength } from '../../../shared/tray-model.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { ProgressBlock } from '../../parts/progress-block.tsx';
import { RestoreBadge } from '../../parts/state-badge.tsx';
import { When } from '../../parts/when.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts } from '../../state/use-app.ts';
import { describeRestoreProgress } from '../../state/words.ts';

export interface RestoreResultProps {
  readonly restoreId: string | null;
  readonly onClose: () => void;
}

export function RestoreResult({ restoreId, onClose }: RestoreResultProps) {
  const { restores } = useFacts();
  const restore = restores.find((candidate) => candidate.id === restoreId) ?? null;
  const title = restore?.kind === 'drill' ? 'Restore test' : `Restore into ${restore?.database ?? ''}`;
  return (
    <Modal opened={restore !== null} onClose={onClose} title={title} size="lg">
      {restore ? <Result key={restore.id} restore={restore} onClose={onClose} /> : null}
    </Modal>
  );
}

function Result({ restore, onClose }: { readonly restore: Restore; readonly onClose: () => void }) {
  const { snapshots } = useFacts();
  const cancel = useAction(() => api.restores.cancel({ id: restore.id }));
  const snapshot = snapshots.find((candidate) => candidate.id === restore.snapshotId);
  const running = restore.state === 'running';
  const toldByReport = restore.report !== null && restore.error?.code === 'restore/not-equal';
  return (
    <Stack>
      <FocusTrap.InitialFocus />
      <DataList size="sm" gap={6} labelWidth="130px" className="figures">
        <DataList.Item style={{ alignItems: 'center' }}>
          <DataList.ItemLabel>State</DataList.ItemLabel>
          <DataList.ItemValue>
            <RestoreBadge state={restore.state} />
          </DataList.ItemValue>
        </DataList.Item>
        {restore.fileName === null ? null : (
          <DataList.Item>
            <DataList.ItemLabel>From the file</DataList.ItemLabel>
            <DataList.ItemValue className="breakable">{restore.fileName}</DataList.ItemValue>
          </DataList.Item>
        )}
        {snapshot ? (
          <DataList.Item>
            <DataList.ItemLabel>From snapshot</DataList.ItemLabel>
            <DataList.ItemValue>
              {snapshot.database}, <When at={snapshot.createdAt} />
            </DataList.ItemValue>
          </DataList.Item>
        ) : null}
        <DataList.Item>
          <DataList.ItemLabel>Into</DataList.ItemLabel>
          <DataList.ItemValue className="breakable">
            {restore.kind === 'drill' ? 'a scratch database that is removed afterwards' : restore.database}
          </DataList.ItemValue>
        </DataList.Item>
        {restore.endedAt ? (
          <DataList.Item>
            <DataList.ItemLabel>Length</DataList.ItemLabel>
            <DataList.ItemValue>{describeRunLength(restore)}</DataList.ItemValue>
          </DataList.Item>
        ) : null}
      </DataList>
      {running ? <ProgressBlock progress={describeRestoreProgress(restore)} name="Restore" /> : null}
      {restore.report ? <Report report={restore.report} kind={restore.kind} /> : null}
      <ErrorBlock error={toldByReport ? null : restore.error} />
      <ErrorBlock error={cancel.error} onClose={cancel.clear} />
      <Group justify="flex-end">
        {running ? (
          <Button
            variant="default"
            leftSection={<IconX size={16} aria-hidden />}
            onClick={cancel.run}
            loading={cancel.busy}
          >
            Cancel the {restore.kind === 'drill' ? 'test' : 'restore'}
          </Button>
        ) : null}
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Stack>
  );
}

interface ReportProps {
  readonly report: RestoreReport;
  readonly kind: Restore['kind'];
}

function Report({ report, kind }: ReportProps) {
  const counted = (
    <>
      <span className="whole">{formatPlural(report.tables, 'table')}</span>,{' '}
      <span className="whole">{formatPlural(report.rows, 'row')}</span>,{' '}
      <span className="whole">{formatBytes(report.bytes)}</span>
    </>
  );
  return (
    <Stack gap="sm" role="status">
      {report.equal === true ? (
        <Alert
          color="green"
          icon={<IconCheck aria-hidden />}
          title={kind === 'drill' ? 'This snapshot can be restored' : 'Restored, and equal to the backup'}
        >
          <Text size="sm">Every table was compared with what was backed up: {counted}. Everything is equal.</Text>
        </Alert>
      ) : report.equal === false ? (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="The restored data differs">
          <Stack gap="xs">
            <Text size="sm">Compared: {counted}. This is not equal:</Text>
            <Lines lines={report.differences} />
            <Text size="sm">Do not rely on this snapshot. Make a new backup and test that.</Text>
          </Stack>
        </Alert>
      ) : (
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="Restored, but not compared">
          <Text size="sm">This snapshot has no counts, so there was nothing to compare with.</Text>
        </Alert>
      )}
      {report.previousDatabase === null ? null : (
        <Text size="sm">
          The database that was there before still exists as <strong>{report.previousDatabase}</strong>.
        </Text>
      )}
      {report.warnings.length > 0 ? (
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="Warnings">
          <Lines lines={report.warnings} />
        </Alert>
      ) : null}
    </Stack>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <List size="sm" spacing={4}>
      {lines.map((line) => (
        <List.Item key={line} className="breakable">
          {line}
        </List.Item>
      ))}
    </List>
  );
}
