// Asks before something goes: says exactly what goes and what stays. Cancel has the focus first.
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useAction } from '../state/use-action.ts';
import { ErrorBlock } from './error-block.tsx';

export interface ConfirmProps {
  readonly opened: boolean;
  readonly title: string;
  readonly text: string;
  readonly confirmLabel: string;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

export function Confirm({ opened, title, text, confirmLabel, onConfirm, onClose }: ConfirmProps) {
  const action = useAction(async () => {
    await onConfirm();
    onClose();
  });
  const close = (): void => {
    action.clear();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={title} centered>
      <Stack>
        <Text size="sm">{text}</Text>
        <ErrorBlock error={action.error} onRetry={action.run} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button color="red" onClick={action.run} loading={action.busy}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
