// Adds or edits a job: a form of sections, one tab each. What a section asks is in its own file.
import { Button, FocusTrap, Group, Modal, Stack, Tabs, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useState } from 'react';
import type { Job, JobDraft } from '../../../shared/job.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { goTo } from '../../state/route.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { listFaulty, useJobForm } from './job-form.ts';
import { jobSections } from './sections/job-sections.ts';

export interface JobDialogProps {
  /** A job's id, `new`, or null while closed. */
  readonly edit: string | null;
  /** The section that is open at first; null: the first one. */
  readonly section?: string | null;
  readonly onClose: () => void;
}

export function JobDialog({ edit, section = null, onClose }: JobDialogProps) {
  const { jobs } = useFacts();
  const job = jobs.find((candidate) => candidate.id === edit) ?? null;
  const title = job ? `Edit ${job.name}` : 'Add a job';
  return (
    <Modal opened={edit === 'new' || job !== null} onClose={onClose} title={title} size="lg">
      <JobForm key={edit} job={job} section={section} onClose={onClose} />
    </Modal>
  );
}

interface JobFormProps {
  readonly job: Job | null;
  readonly section: string | null;
  readonly onClose: () => void;
}

function JobForm({ job, section, onClose }: JobFormProps) {
  const { connections, jobs, account } = useFacts();
  const store = useStore();
  const [tab, setTab] = useState(section ?? jobSections[0]?.value ?? null);
  const form = useJobForm(job, { connections, canStart: account.state === 'ready' });
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
  const faulty = listFaulty(jobSections, form.errors);
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        (values) => {
          const database = values.scope === 'server' ? null : values.database;
          save.run({ ...values, database, ...(job ? { id: job.id } : {}) });
        },
        (errors) => {
          const [first] = listFaulty(jobSections, errors);
          if (first) setTab(first.value);
        },
      )}
    >
      <Stack>
        <FocusTrap.InitialFocus />
        <Tabs value={tab} onChange={setTab}>
          <Tabs.List aria-label="Parts of the job" mb="md">
            {jobSections.map((section) => (
              <Tabs.Tab
                key={section.value}
                value={section.value}
                rightSection={
                  faulty.includes(section) ? <IconAlertCircle size={14} aria-label="Something to correct" /> : null
                }
              >
                {section.label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {jobSections.map((section) => (
            <Tabs.Panel key={section.value} value={section.value}>
              <section.Body form={form} job={job} />
            </Tabs.Panel>
          ))}
        </Tabs>
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
