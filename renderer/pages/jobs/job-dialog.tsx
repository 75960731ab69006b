// Adds or edits a job: a connection, one of its databases (from the server's list, or typed) and a name.
import { Autocomplete, Button, FocusTrap, Group, Loader, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import type { ConnectionReport } from '../../../shared/connection.ts';
import { describeError } from '../../../shared/describe-error.ts';
import { toWireError } from '../../../shared/errors.ts';
import { jobDraftSchema, type Job, type JobDraft } from '../../../shared/job.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { toDraft } from '../../state/connection-draft.ts';
import { checkForm } from '../../state/form-rules.ts';
import { goTo } from '../../state/route.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

export interface JobDialogProps {
  /** A job's id, `new`, or null while closed. */
  readonly edit: string | null;
  readonly onClose: () => void;
}

export function JobDialog({ edit, onClose }: JobDialogProps) {
  const { jobs } = useFacts();
  const job = jobs.find((candidate) => candidate.id === edit) ?? null;
  return (
    <Modal opened={edit === 'new' || job !== null} onClose={onClose} title={job ? `Edit ${job.name}` : 'Add a job'}>
      <JobForm key={edit} job={job} onClose={onClose} />
    </Modal>
  );
}

function JobForm({ job, onClose }: { readonly job: Job | null; readonly onClose: () => void }) {
  const { connections, jobs } = useFacts();
  const store = useStore();
  const form = useForm({
    initialValues: {
      name: job?.name ?? '',
      connectionId: job?.connectionId ?? (connections.length === 1 ? (connections[0]?.id ?? '') : ''),
      database: job?.database ?? '',
    },
    validate: (values) => checkForm(jobDraftSchema, values),
  });
  const databases = useDatabases(form.values.connectionId);
  const save = useAction(async (draft: JobDraft) => {
    const saved = await api.jobs.save(draft);
    const others = jobs.filter((candidate) => candidate.id !== saved.id);
    store.apply({
      type: 'jobs',
      rows: job ? jobs.map((row) => (row.id === saved.id ? saved : row)) : [...others, saved],
    });
    onClose();
  });
  if (connections.length === 0) return <ConnectFirst />;
  const chooseDatabase = (database: string): void => {
    const named = form.values.name !== '' && form.values.name !== form.values.database;
    form.setFieldValue('database', database);
    if (!named) form.setFieldValue('name', database);
  };
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => {
        save.run({ ...values, ...(job ? { id: job.id } : {}) });
      })}
    >
      <Stack>
        <FocusTrap.InitialFocus />
        <Select
          label="Connection"
          placeholder="Choose a connection"
          data={connections.map((connection) => ({ value: connection.id, label: connection.name }))}
          allowDeselect={false}
          withAsterisk
          {...form.getInputProps('connectionId')}
        />
        <Autocomplete
          label="Database"
          description={databases.words}
          placeholder="Choose or type"
          data={[...databases.names]}
          rightSection={databases.busy ? <Loader size="xs" aria-label="Reading the server’s list" /> : null}
          withAsterisk
          spellCheck={false}
          {...form.getInputProps('database')}
          onChange={chooseDatabase}
        />
        <TextInput
          label="Name of the job"
          description="Also the name of its folder on Drive."
          withAsterisk
          {...form.getInputProps('name')}
        />
        <ErrorBlock error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.busy}>
            {job ? 'Save' : 'Add the job'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ConnectFirst() {
  return (
    <Stack>
      <Text size="sm">A job needs a connection to a PostgreSQL server first.</Text>
      <Group justify="flex-end">
        <Button
          onClick={() => {
            goTo('settings', { tab: 'connections', edit: 'new' });
          }}
        >
          Add a connection
        </Button>
      </Group>
    </Stack>
  );
}

interface Databases {
  readonly names: readonly string[];
  readonly busy: boolean;
  /** What the list is, or why there is none; the name can be typed all the same. */
  readonly words: string;
}

/** Asks the connection's server for its databases; a newer choice makes an older answer void. */
function useDatabases(connectionId: string): Databases {
  const { connections } = useFacts();
  const connection = connections.find((candidate) => candidate.id === connectionId);
  const [answer, setAnswer] = useState<{
    readonly for: string;
    readonly words: string;
    readonly names: readonly string[];
  }>({ for: '', words: '', names: [] });
  useEffect(() => {
    if (!connection) return undefined;
    let current = true;
    api.connections.test(toDraft(connection)).then(
      (report) => {
        if (current)
          setAnswer({ for: connection.id, words: toWords(report), names: report.databases.map((d) => d.name) });
      },
      (error: unknown) => {
        const { title } = describeError(toWireError(error));
        if (current) setAnswer({ for: connection.id, words: `No list: ${title}. You can type the name.`, names: [] });
      },
    );
    return () => {
      current = false;
    };
  }, [connection]);
  if (!connection) return { names: [], busy: false, words: 'Choose the connection first.' };
  if (answer.for !== connection.id) return { names: [], busy: true, words: 'Reading the server’s list…' };
  return { names: answer.names, busy: false, words: answer.words };
}

function toWords(report: ConnectionReport): string {
  return `PostgreSQL ${report.serverVersion}: ${String(report.databases.length)} on this server.`;
}
