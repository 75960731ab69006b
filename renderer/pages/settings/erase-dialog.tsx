// Asks how everything of a job is to be erased. For good needs the job's name, typed.
import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { EraseReport, EraseWay } from '../../../shared/erase.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';

export interface Erasable {
  readonly id: string;
  readonly name: string;
}

export interface EraseDialogProps {
  /** Null: closed. */
  readonly job: Erasable | null;
  readonly onDone: (report: EraseReport) => void;
  readonly onClose: () => void;
}

export function EraseDialog({ job, onDone, onClose }: EraseDialogProps) {
  const [way, setWay] = useState<EraseWay>('trash');
  const [typed, setTyped] = useState('');
  const erasing = useAction(async () => {
    if (!job) return;
    onDone(await api.jobs.erase({ id: job.id, way, confirm: typed }));
    onClose();
  });
  const ready = way === 'trash' || typed.trim() === job?.name;
  return (
    <Modal opened={job !== null} onClose={onClose} title={`Erase everything of ${job?.name ?? ''}?`} centered>
      <Stack>
        <Text size="sm">
          Every backup of this job goes, pinned ones too, with its runs, logs and settings. The database itself is not
          touched.
        </Text>
        <Radio.Group
          label="The backups on Google Drive"
          value={way}
          onChange={(value) => {
            setWay(value === 'for-good' ? 'for-good' : 'trash');
          }}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="trash" label="Into Drive’s trash" description="They can be taken out of it for 30 days." />
            <Radio value="for-good" label="For good" description="Nobody gets them back, you neither." />
          </Stack>
        </Radio.Group>
        {way === 'for-good' ? (
          <TextInput
            label={`Type the job’s name: ${job?.name ?? ''}`}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
        ) : null}
        <ErrorBlock error={erasing.error} onRetry={erasing.run} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" disabled={!ready} loading={erasing.busy} onClick={erasing.run}>
            Erase everything
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
