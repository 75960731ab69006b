// One command of a job, before or after its backups: chosen in the system's dialog, with its time limit and, before, what a
// failure means.
import { Button, Checkbox, Group, Input, NumberInput, Stack, Text } from '@mantine/core';
import { IconFileCode, IconX } from '@tabler/icons-react';
import { hookTimeoutLimits, usualHookTimeout, type Hook, type HookKind } from '../../../../shared/job-hooks.ts';
import { api } from '../../../api.ts';
import { ErrorBlock } from '../../../parts/error-block.tsx';
import { RowButton } from '../../../parts/row-button.tsx';
import { useAction } from '../../../state/use-action.ts';
import type { SectionProps } from '../job-form.ts';

const words: Readonly<Record<HookKind, { readonly label: string; readonly description: string }>> = {
  before: {
    label: 'Script before each backup',
    description: 'Runs before the server is asked for anything, for example to make it ready.',
  },
  after: {
    label: 'Script after each backup',
    description: 'Runs when the backup has succeeded, failed or was cancelled, and is told which.',
  },
};

export function HookField({ form, kind }: Pick<SectionProps, 'form'> & { readonly kind: HookKind }) {
  const hook = form.values.hooks[kind];
  const set = (next: Hook | null): void => {
    form.setFieldValue('hooks', { ...form.getValues().hooks, [kind]: next });
  };
  const choose = useAction(async () => {
    const chosen = await api.jobs.chooseHook({ kind });
    if (chosen) set({ timeoutSeconds: usualHookTimeout, onFailure: 'fail', ...hook, ...chosen });
  });
  return (
    <Input.Wrapper label={words[kind].label} description={words[kind].description} labelElement="div">
      <Stack gap="xs" mt={6}>
        {hook ? (
          <>
            <Group gap="xs" wrap="nowrap">
              <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }} flex={1}>
                {hook.command}
              </Text>
              <RowButton
                tip="Remove"
                name={`Remove the script ${kind} each backup`}
                onClick={() => {
                  set(null);
                }}
              >
                <IconX size={16} aria-hidden />
              </RowButton>
            </Group>
            <NumberInput
              label="Longest time"
              description="Seconds. After that it is ended, with everything that it has started."
              aria-label={`Longest time of the script ${kind}`}
              allowDecimal={false}
              maw={320}
              {...hookTimeoutLimits}
              {...form.getInputProps(`hooks.${kind}.timeoutSeconds`)}
            />
            {kind === 'before' ? (
              <Checkbox
                label="No backup when it fails"
                checked={hook.onFailure === 'fail'}
                onChange={(event) => {
                  set({ ...hook, onFailure: event.currentTarget.checked ? 'fail' : 'warn' });
                }}
              />
            ) : null}
          </>
        ) : null}
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFileCode size={14} aria-hidden />}
            aria-label={`Choose the script ${kind} each backup`}
            loading={choose.busy}
            onClick={choose.run}
          >
            {hook ? 'Choose another one' : 'Choose a script'}
          </Button>
        </Group>
        <ErrorBlock error={choose.error} />
      </Stack>
    </Input.Wrapper>
  );
}
