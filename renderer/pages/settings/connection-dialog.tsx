// Adds or edits a connection. "Test" connects with what is in the form and says the result in words; nothing is stored
// before "Save". A pasted postgresql:// URL, or a server that was found, fills the fields.
import {
  Button,
  Checkbox,
  Grid,
  Group,
  Modal,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  TextInput,
} from '@mantine/core';
import { IconPlugConnected, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Connection, ConnectionReport, SslMode } from '../../../shared/connection.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { fromFound, parseConnectionUrl, readUnknownKey, toFormDraft } from '../../state/connection-draft.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { useConnectionForm } from './connection-form.ts';
import { ConnectionWay } from './connection-way.tsx';
import { FoundServers } from './found-servers.tsx';
import { ReportInWords } from './report-in-words.tsx';

const sslWords: readonly { readonly value: SslMode; readonly label: string }[] = [
  { value: 'disable', label: 'disable: never encrypt' },
  { value: 'allow', label: 'allow: encrypt if the server insists' },
  { value: 'prefer', label: 'prefer: encrypt if the server can' },
  { value: 'require', label: 'require: always encrypt' },
  { value: 'verify-ca', label: 'verify-ca: encrypt, check the certificate' },
  { value: 'verify-full', label: 'verify-full: encrypt, check certificate and name' },
];

export interface ConnectionDialogProps {
  /** A connection's id, `new`, or null while closed. */
  readonly edit: string | null;
  readonly onClose: () => void;
}

export function ConnectionDialog({ edit, onClose }: ConnectionDialogProps) {
  const { connections } = useFacts();
  const connection = connections.find((candidate) => candidate.id === edit) ?? null;
  return (
    <Modal
      opened={edit === 'new' || connection !== null}
      onClose={onClose}
      title={connection ? `Edit ${connection.name}` : 'Add a connection'}
      size="lg"
    >
      <ConnectionForm key={edit} connection={connection} onClose={onClose} />
    </Modal>
  );
}

interface ConnectionFormProps {
  readonly connection: Connection | null;
  readonly onClose: () => void;
}

function ConnectionForm({ connection, onClose }: ConnectionFormProps) {
  const store = useStore();
  const [report, setReport] = useState<ConnectionReport | null>(null);
  const form = useConnectionForm(connection, () => {
    setReport(null);
  });
  const test = useAction(async () => {
    setReport(null);
    setReport(await api.connections.test(toFormDraft(form.getValues(), connection)));
  });
  const save = useAction(async () => {
    const row = await api.connections.save(toFormDraft(form.getValues(), connection));
    store.apply({ type: 'connection', row });
    onClose();
  });
  const unknownKey = readUnknownKey(test.error);
  const trust = (): void => {
    const { ssh } = form.getValues();
    if (!ssh || !unknownKey) return;
    form.setFieldValue('ssh', { ...ssh, trusted: [...ssh.trusted, unknownKey] });
    test.run();
  };
  const fillFrom = (text: string): boolean => {
    const fields = parseConnectionUrl(text);
    if (!fields) return false;
    const name = form.getValues().name || [fields.database, fields.host].filter(Boolean).join(' on ');
    form.setValues({ ...fields, name });
    return true;
  };
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(() => {
        save.run();
      })}
    >
      <Stack>
        {connection ? null : (
          <FoundServers
            onChoose={(found) => {
              form.setValues({ ...fromFound(found), name: form.getValues().name || found.title });
            }}
          />
        )}
        <TextInput
          label="Name"
          description="How this window calls the server."
          withAsterisk
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Grid gap="md">
          <Grid.Col span={{ base: 12, xs: 9 }}>
            <TextInput
              label="Host"
              description="Name, address, socket folder, or paste a postgresql:// URL."
              withAsterisk
              spellCheck={false}
              {...form.getInputProps('host')}
              onPaste={(event) => {
                if (fillFrom(event.clipboardData.getData('text'))) event.preventDefault();
              }}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, xs: 3 }}>
            <NumberInput
              label="Port"
              description={<span>Mostly 5432.</span>}
              withAsterisk
              min={1}
              max={65535}
              clampBehavior="none"
              allowDecimal={false}
              hideControls
              {...form.getInputProps('port')}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, xs: 6 }}>
            <TextInput
              label="User"
              withAsterisk
              spellCheck={false}
              autoComplete="off"
              {...form.getInputProps('user')}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, xs: 6 }}>
            <PasswordInput
              label="Password"
              placeholder={connection?.hasPassword ? 'Stored; type to change it' : ''}
              autoComplete="new-password"
              disabled={form.values.removePassword}
              {...form.getInputProps('password')}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, xs: 6 }}>
            <TextInput
              label="Database to connect to"
              withAsterisk
              spellCheck={false}
              {...form.getInputProps('database')}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, xs: 6 }}>
            <Select label="SSL mode" data={[...sslWords]} allowDeselect={false} {...form.getInputProps('sslMode')} />
          </Grid.Col>
        </Grid>
        {connection?.hasPassword ? (
          <Checkbox
            label="Remove the stored password"
            {...form.getInputProps('removePassword', { type: 'checkbox' })}
          />
        ) : null}
        <ConnectionWay form={form} connection={connection} />
        {report ? <ReportInWords report={report} /> : null}
        <ErrorBlock
          here={['open-connections']}
          error={test.error ?? save.error}
          onRetry={test.error ? test.run : save.run}
        />
        {unknownKey ? (
          <Group>
            <Button variant="default" leftSection={<IconShieldCheck size={16} aria-hidden />} onClick={trust}>
              The fingerprint is right: trust it and test again
            </Button>
          </Group>
        ) : null}
        <Group justify="space-between">
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={16} aria-hidden />}
            loading={test.busy}
            onClick={() => {
              if (!form.validate().hasErrors) test.run();
            }}
          >
            Test
          </Button>
          <Group gap="sm">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.busy}>
              Save
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
