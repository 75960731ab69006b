// How patient a dump is with tables that other programs have locked.
import { NumberInput, Stack } from '@mantine/core';
import { lockTimeoutLimits } from '../../../../shared/dump-choice.ts';
import type { SectionProps } from '../job-form.ts';

export function AdvancedSection({ form }: SectionProps) {
  return (
    <Stack>
      <NumberInput
        label="Wait for a locked table"
        description="Seconds. While a backup waits for a table, everybody else who wants it may wait behind the backup."
        allowDecimal={false}
        {...lockTimeoutLimits}
        {...form.getInputProps('dump.lockTimeoutSeconds')}
      />
    </Stack>
  );
}
