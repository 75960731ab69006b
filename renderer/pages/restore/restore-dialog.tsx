// The plain restore dialog: which snapshot, where to, what of it. Starting leads on to the progress.
import { FocusTrap, Loader, Modal, MultiSelect, Select, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { formatBytes } from '../../../shared/format.ts';
import { restoreRequestSchema, type RestoreRequest } from '../../../shared/restore.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { LeftOutBlock } from '../../parts/left-out-block.tsx';
import { formatWhen } from '../../parts/when.tsx';
import type { Facts } from '../../state/app-state.ts';
import { checkForm } from '../../state/form-rules.ts';
import { goTo } from '../../state/route.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { useManifest } from '../../state/use-manifest.ts';
import {
  checkTables,
  chooseTables,
  PlainNote,
  RestoreFormEnd,
  ScopeField,
  suggestDatabaseName,
  TargetFields,
  type TargetValues,
} from './restore-fields.tsx';

export interface RestoreDialogProps {
  /** A snapshot's id, `choose`, or null while closed. */
  readonly choice: string | null;
  readonly onClose: () => void;
}

export function RestoreDialog({ choice, onClose }: RestoreDialogProps) {
  return (
    <Modal opened={choice !== null} onClose={onClose} title="Restore a snapshot" size="lg">
      <RestoreForm key={choice} snapshotId={choice ?? ''} onClose={onClose} />
    </Modal>
  );
}

interface Values extends TargetValues {
  readonly snapshotId: string;
}

function toRequest(values: Values): RestoreRequest {
  const { snapshotId, connectionId, database, withoutOwners } = values;
  return {
    snapshotId,
    connectionId: connectionId === '' ? null : connectionId,
    database,
    replace: false,
    tables: chooseTables(values),
    withoutOwners,
  };
}

function check(values: Values): Record<string, string> {
  const errors = { ...checkForm(restoreRequestSchema, toRequest(values)), ...checkTables(values) };
  // The job may have come back from Drive: then nobody knows its server.
  if (values.connectionId === '') errors.connectionId = 'Choose the server';
  return errors;
}

function suggest(snapshot: Snapshot | undefined, facts: Facts): Pick<Values, 'connectionId' | 'database'> {
  const job = facts.jobs.find((candidate) => candidate.id === snapshot?.jobId);
  const only = facts.connections.length === 1 ? (facts.connections[0]?.id ?? '') : '';
  return {
    connectionId: job?.connectionId ?? only,
    database: snapshot ? suggestDatabaseName(snapshot.database) : '',
  };
}

function RestoreForm({ snapshotId, onClose }: { readonly snapshotId: string; readonly onClose: () => void }) {
  const facts = useFacts();
  const store = useStore();
  const find = (id: string): Snapshot | undefined => facts.snapshots.find((snapshot) => snapshot.id === id);
  const initial = find(snapshotId) ?? facts.snapshots[0];
  const form = useForm<Values>({
    initialValues: {
      snapshotId: initial?.id ?? '',
      ...suggest(initial, facts),
      scope: 'all',
      tables: [],
      withoutOwners: false,
    },
    validate: check,
  });
  const plain = find(form.values.snapshotId)?.dumpFormat === 'plain';
  const start = useAction(async (request: RestoreRequest) => {
    const row = await api.restores.start(request);
    store.apply({ type: 'restore', row });
    goTo('restore', { restore: row.id });
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => {
        start.run(toRequest(values));
      })}
    >
      <Stack>
        <FocusTrap.InitialFocus />
        <Select
          label="Snapshot"
          data={facts.snapshots.map((snapshot) => ({ value: snapshot.id, label: nameSnapshot(snapshot) }))}
          allowDeselect={false}
          searchable
          withAsterisk
          {...form.getInputProps('snapshotId')}
          onChange={(id: string | null) => {
            if (id === null) return;
            form.setValues({ snapshotId: id, tables: [], ...suggest(find(id), facts) });
            if (find(id)?.dumpFormat === 'plain') form.setValues({ scope: 'all', withoutOwners: false });
          }}
        />
        <LeftOutBlock leftOut={find(form.values.snapshotId)?.leftOut ?? null} />
        <TargetFields
          connections={facts.connections}
          connection={form.getInputProps('connectionId')}
          database={form.getInputProps('database')}
        />
        {plain ? <PlainNote /> : <ScopeField field={form.getInputProps('scope')} />}
        {form.values.scope === 'tables' ? (
          <TablesField
            key={form.values.snapshotId}
            snapshotId={form.values.snapshotId}
            field={form.getInputProps('tables')}
          />
        ) : null}
        <RestoreFormEnd
          withoutOwners={plain ? null : form.getInputProps('withoutOwners', { type: 'checkbox' })}
          error={start.error}
          busy={start.busy}
          onClose={onClose}
        />
      </Stack>
    </form>
  );
}

interface TablesFieldProps {
  readonly snapshotId: string;
  readonly field: ReturnType<ReturnType<typeof useForm<Values>>['getInputProps']>;
}

function TablesField({ snapshotId, field }: TablesFieldProps) {
  const { manifest, error, reload } = useManifest(snapshotId);
  if (error) return <ErrorBlock error={error} onRetry={reload} />;
  const withRows = manifest?.contents?.data.filter((entry) => entry.kind === 'table');
  const names =
    withRows && [...withRows, ...(manifest?.leftOut?.rows ?? [])].map((entry) => `${entry.schema}.${entry.name}`);
  if (manifest && !names) {
    return (
      <Text size="sm" c="dimmed">
        The contents of this snapshot were not counted, so tables cannot be chosen.
      </Text>
    );
  }
  return (
    <MultiSelect
      label="Tables"
      placeholder={manifest ? 'Choose tables' : 'Reading the manifest from Drive…'}
      data={names ?? []}
      disabled={!manifest}
      searchable
      hidePickedOptions
      rightSection={manifest ? undefined : <Loader size="xs" aria-hidden />}
      {...field}
    />
  );
}

function nameSnapshot(snapshot: Snapshot): string {
  const verified = snapshot.verifiedAt ? ', verified' : '';
  return `${snapshot.database}, ${formatWhen(snapshot.createdAt)} (${formatBytes(snapshot.storedBytes)}${verified})`;
}
