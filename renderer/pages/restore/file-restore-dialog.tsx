// A restore from a file that the person picked: what the file is, where to, what of it. Starting leads on to the progress.
import { Alert, Anchor, DataList, FocusTrap, Modal, MultiSelect, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconInfoCircle } from '@tabler/icons-react';
import { formatBytes } from '../../../shared/format.ts';
import { fileRestoreRequestSchema, type FileRestoreRequest, type PickedFile } from '../../../shared/restore.ts';
import { api } from '../../api.ts';
import { formatWhen } from '../../parts/when.tsx';
import { checkForm } from '../../state/form-rules.ts';
import { goTo, toHash } from '../../state/route.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
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

export interface FileRestoreDialogProps {
  readonly picked: PickedFile | null;
  readonly onClose: () => void;
}

export function FileRestoreDialog({ picked, onClose }: FileRestoreDialogProps) {
  return (
    <Modal opened={picked !== null} onClose={onClose} title="Restore from a file" size="lg">
      {picked ? <FileRestoreForm key={picked.id} picked={picked} onClose={onClose} /> : null}
    </Modal>
  );
}

function FileRestoreForm({ picked, onClose }: { readonly picked: PickedFile; readonly onClose: () => void }) {
  const { connections } = useFacts();
  const store = useStore();
  const toRequest = (values: TargetValues): FileRestoreRequest => ({
    fileId: picked.id,
    connectionId: values.connectionId,
    database: values.database,
    withoutOwners: values.withoutOwners,
    replace: false,
    tables: chooseTables(values),
  });
  const form = useForm<TargetValues>({
    initialValues: {
      connectionId: connections.length === 1 ? (connections[0]?.id ?? '') : '',
      database: picked.database === null ? '' : suggestDatabaseName(picked.database),
      scope: 'all',
      tables: [],
      withoutOwners: false,
    },
    validate: (values) => ({
      ...checkForm(fileRestoreRequestSchema, toRequest(values)),
      ...checkTables(values),
    }),
  });
  const plain = picked.dumpFormat === 'plain';
  const start = useAction(async (request: FileRestoreRequest) => {
    const row = await api.restores.startFromFile(request);
    store.apply({ type: 'restore', row });
    onClose();
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
        <FileFacts picked={picked} />
        {connections.length === 0 ? (
          <Text size="sm">
            There is no connection to a server yet.{' '}
            <Anchor href={toHash('settings', { tab: 'connections', edit: 'new' })} size="sm">
              Add a connection
            </Anchor>{' '}
            first, then choose the file again.
          </Text>
        ) : null}
        <TargetFields
          connections={connections}
          connection={form.getInputProps('connectionId')}
          database={form.getInputProps('database')}
        />
        {picked.tables ? <ScopeField field={form.getInputProps('scope')} /> : null}
        {plain ? <PlainNote /> : null}
        {form.values.scope === 'tables' ? (
          <MultiSelect
            label="Tables"
            placeholder="Choose tables"
            data={picked.tables ?? []}
            searchable
            hidePickedOptions
            {...form.getInputProps('tables')}
          />
        ) : null}
        <RestoreFormEnd
          withoutOwners={plain ? null : form.getInputProps('withoutOwners', { type: 'checkbox' })}
          error={start.error}
          busy={start.busy}
          disabled={connections.length === 0}
          onClose={onClose}
        />
      </Stack>
    </form>
  );
}

function FileFacts({ picked }: { readonly picked: PickedFile }) {
  const help = useAction(() => api.app.openLink({ to: 'restore-guide' }));
  const rows: readonly (readonly [string, string])[] = [
    ['File', `${picked.name}, ${formatBytes(picked.sizeBytes)}`],
    ['Database', picked.database ?? 'not known before it is read'],
    ...(picked.serverVersion === null ? [] : [['Server', `PostgreSQL ${picked.serverVersion}`] as const]),
    ...(picked.createdAt === null ? [] : [['Made', formatWhen(picked.createdAt)] as const]),
    ...(picked.manifestName === null ? [] : [['Manifest', picked.manifestName] as const]),
  ];
  return (
    <Stack gap="sm">
      <DataList size="sm" gap={6} labelWidth="90px" className="figures">
        {rows.map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue className="breakable">{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
      {picked.manifestName === null ? (
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="There is no manifest beside it">
          <Text size="sm">
            The restored database is compared with the file, but not with what was backed up. Put the file that ends in
            .manifest.json.age beside it, or choose both together, to compare with that.
          </Text>
        </Alert>
      ) : null}
      {picked.globalsName === null ? null : (
        <Text size="sm" c="dimmed" className="breakable">
          The roles of the old server lie beside it in {picked.globalsName}. For a server that lacks them,{' '}
          <Anchor component="button" type="button" size="sm" onClick={help.run}>
            the restore guide
          </Anchor>{' '}
          says how to bring them back first.
        </Text>
      )}
    </Stack>
  );
}
