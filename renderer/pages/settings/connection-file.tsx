// One file that a connection names: chosen in the system's dialog, shown by its path, taken away again.
import { Button, Group, Input, Text } from '@mantine/core';
import { IconFile, IconX } from '@tabler/icons-react';
import type { ConnectionFile, ConnectionFileKind } from '../../../shared/connection.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { RowButton } from '../../parts/row-button.tsx';
import { useAction } from '../../state/use-action.ts';

export interface ConnectionFileFieldProps {
  readonly label: string;
  readonly kind: ConnectionFileKind;
  readonly file: ConnectionFile | null;
  readonly onChange: (file: ConnectionFile | null) => void;
}

export function ConnectionFileField({ label, kind, file, onChange }: ConnectionFileFieldProps) {
  const choose = useAction(async () => {
    const chosen = await api.connections.chooseFile({ kind });
    if (chosen) onChange(chosen);
  });
  return (
    <Input.Wrapper label={label} labelElement="div">
      <Group gap="xs" wrap="nowrap" mt={4} mih={30}>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconFile size={14} aria-hidden />}
          aria-label={`Choose: ${label}`}
          loading={choose.busy}
          onClick={choose.run}
          style={{ flexShrink: 0 }}
        >
          Choose
        </Button>
        <Text size="sm" className="breakable" c={file ? 'inherit' : 'dimmed'} flex={1}>
          {file?.path ?? 'none'}
        </Text>
        {file ? (
          <RowButton
            tip="Remove"
            name={`Remove: ${label}`}
            onClick={() => {
              onChange(null);
            }}
          >
            <IconX size={16} aria-hidden />
          </RowButton>
        ) : null}
      </Group>
      <ErrorBlock error={choose.error} here={['open-connections']} />
    </Input.Wrapper>
  );
}
